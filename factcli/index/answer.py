"""Claims found on disk: their numbers are kept, and the claims read when they are asked for."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from types import MappingProxyType
from typing import TYPE_CHECKING, Protocol, cast, overload

from factcli.disk import Encoded, as_they_came
from factcli.index.entry import claim_of, decode
from factcli.index.selection import CODED, POSTED, Selection, patched
from factcli.model import Claim
from factcli.query import Condition, Query
from factcli.spans import Match
from factcli.store.answer import Answer
from factcli.view import Record, View

if TYPE_CHECKING:
    from factcli.index.store import IndexedStore


Found = Sequence[int]
"""Claims by twice their numbers, and one more where they are only possibly found."""


def gathered(rows: Iterable[tuple[int, int]]) -> Found:
    """Numbers, each with whether it is only possible."""
    return as_they_came(n * 2 + possible for n, possible in rows)


class Kept(Protocol):
    """A store that gives a claim by its number as it is shown, in JSON."""

    def record_bytes(self, n: int) -> bytes: ...


class StoredAnswer(Answer):
    """The same as an answer in memory; the claims found stay on disk."""

    def _codes_found(self) -> Found:
        raise NotImplementedError

    @cached_property
    def _codes(self) -> Found:
        return self._codes_found()

    @property
    def possible(self) -> set[str]:
        return {record.id for record in self.records() if record.match == "possible"}

    def records(self, view: View | None = None) -> Encoded[Record]:
        store = cast("Kept", self.store)
        return Encoded(lambda code: patched(store.record_bytes(code >> 1), code & 1), self._codes, decode)

    def __len__(self) -> int:
        return len(self._codes)

    def __iter__(self) -> Iterator[Claim]:
        return map(claim_of, self.records())

    @overload
    def __getitem__(self, index: int) -> Claim: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[Claim]: ...
    def __getitem__(self, index: int | slice) -> Claim | Sequence[Claim]:
        found = self.records()[index]
        return claim_of(found) if isinstance(found, Record) else [claim_of(record) for record in found]


class IndexedAnswer(StoredAnswer):
    """Claims found by way of an index."""

    store: IndexedStore

    def __init__(
        self,
        store: IndexedStore,
        wanted: Query,
        conditions: list[Condition],
        corrections: Mapping[str, tuple[str, ...]] = MappingProxyType({}),
    ) -> None:
        self._wanted = wanted
        super().__init__(store, conditions, strict=wanted.strict, corrections=corrections)

    def _find(self, scores: Mapping[str, int] | None) -> None:
        self._selection, is_exact = selected(self.store, self._conditions, strict=self._strict)
        if is_exact:
            self._length, self.left_out = self._selection.told(self.store.rows(self._selection.tally()))
            return
        rows = self.store.rows(self._selection.candidates())
        held = ((n, self._held(self.store.claim_of(record))) for n, record in rows)
        self._codes = gathered((n, match is Match.POSSIBLE) for n, match in held if match is not Match.NO)
        self._length = len(self._codes)

    def _codes_found(self) -> Found:
        def read() -> Found:
            return gathered(self.store.rows(self._selection.rows(f"p.n, {self._selection.possible}")))

        def otherwise() -> Found:
            answer = self.store.whole.find(self._wanted)
            return gathered((self.store.number_of(claim.id), claim.id in answer.possible) for claim in answer)

        return self.store.or_whole(read, otherwise)

    def __len__(self) -> int:
        return self._length


def selected(store: IndexedStore, conditions: Sequence[Condition], *, strict: bool) -> tuple[Selection, bool]:
    """The conditions as SQL, and whether that is all of them; the claims that it selects are held against the others."""
    found = Selection()
    found.strict = strict
    exact = True
    for condition in conditions:
        if condition.facet in POSTED or condition.facet in CODED:
            found.add_facet(store.connection, condition.facet, condition.wanted)
        elif condition.days is not None:
            found.days = condition.days
        elif condition.words is not None:
            found.match = condition.words
        elif condition.ranked is not None:
            found.ranked = condition.ranked
        elif condition.hides:
            found.hides = True
        elif condition.published is not None:
            exact = found.add_published(store.connection, condition.published) and exact
        else:
            if condition.numbers is not None:
                found.add_numbers(
                    store.connection, [(float(low), float(high)) for (low, _), (high, _) in condition.numbers]
                )
            exact = False
    return found, exact
