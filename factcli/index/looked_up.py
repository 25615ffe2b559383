"""The small tables of an index by id."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, ValuesView
from functools import cached_property
from typing import TYPE_CHECKING, TypeVar

from factcli.model import Part

if TYPE_CHECKING:
    from factcli.index.store import IndexedStore

RecordT = TypeVar("RecordT", bound=Part)


class LookedUp(Mapping[str, RecordT]):
    """A small table by id: a record is read when it is asked for, all of them only when all are."""

    def __init__(self, store: IndexedStore, table: str, kind: type[RecordT]) -> None:
        self._store, self._table, self._kind = store, table, kind
        self._known: dict[str, RecordT] = {}

    def __getitem__(self, ident: str) -> RecordT:
        if ident not in self._known:
            found = self._store.by_name(self._table, self._kind, ident)
            if found is None:
                raise KeyError(ident)
            self._known[ident] = found
        return self._known[ident]

    def __iter__(self) -> Iterator[str]:
        return iter(self._all)

    def __len__(self) -> int:
        return len(self._all)

    def values(self) -> ValuesView[RecordT]:
        return self._all.values()

    @cached_property
    def _all(self) -> dict[str, RecordT]:
        return {getattr(record, "id", ""): record for record in self._store.numbered(self._table, self._kind).values()}
