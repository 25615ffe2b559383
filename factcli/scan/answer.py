"""Claims found by reading a store from end to end: their places are kept, and the claims read again when they are asked for."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING

from factcli.disk import in_order
from factcli.index.answer import StoredAnswer
from factcli.index.entry import when
from factcli.model import Claim
from factcli.query import Condition
from factcli.spans import Match

if TYPE_CHECKING:
    from factcli.scan.store import ScannedStore


class ScannedAnswer(StoredAnswer):
    """Claims found by reading the file."""

    store: ScannedStore

    def __init__(
        self,
        store: ScannedStore,
        conditions: list[Condition],
        ranked: Iterable[tuple[int, int]] | None,
        *,
        strict: bool,
        corrections: Mapping[str, tuple[str, ...]] = MappingProxyType({}),
    ) -> None:
        self._ranked = ranked
        super().__init__(store, conditions, strict=strict, corrections=corrections)

    def _find(self, scores: Mapping[str, int] | None) -> None:
        def rows() -> Iterator[tuple[int, ...]]:
            for place, claim, key in self._in_time() if self._ranked is None else self._by_rank(self._ranked):
                match = self._held(claim)
                if match is not Match.NO:
                    yield (place * 2 + (match is Match.POSSIBLE), *key)

        self._codes = in_order(rows(), 2)

    def _in_time(self) -> Iterator[tuple[int, Claim, tuple[int, int]]]:
        for place, claim in self.store.scan(self._conditions):
            yield place, claim, when(claim.date)[:2]

    def _by_rank(self, ranked: Iterable[tuple[int, int]]) -> Iterator[tuple[int, Claim, tuple[int, int]]]:
        for place, score in ranked:
            yield place, self.store.at(place), (-score, 0)
