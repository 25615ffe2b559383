"""Claims found by reading a store from end to end: their places are kept, and the claims read again when they are asked for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from factcli.index.answer import StoredAnswer, gathered
from factcli.index.entry import when
from factcli.index.ordering import in_order
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
        ranked: Mapping[int, int] | None,
        *,
        strict: bool,
        corrections: Mapping[str, tuple[str, ...]] = MappingProxyType({}),
    ) -> None:
        self._ranked = ranked
        super().__init__(store, conditions, strict=strict, corrections=corrections)

    def _find(self, scores: Mapping[str, int] | None) -> None:
        def rows() -> Iterator[tuple[Any, ...]]:
            ranked = self._ranked
            found = self.store.scan(self._conditions) if ranked is None else ((p, self.store.at(p)) for p in ranked)
            for place, claim in found:
                match = self._held(claim)
                if match is not Match.NO:
                    key = when(claim.date)[:2] if ranked is None else (-ranked[place], 0)
                    yield (place * 2 + (match is Match.POSSIBLE), *key)

        self._numbers = gathered((number // 2, number % 2) for number in in_order(rows(), 2))
