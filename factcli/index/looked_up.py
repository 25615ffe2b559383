"""The small tables of an index by id."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, ValuesView
from functools import lru_cache
from typing import TYPE_CHECKING, TypeVar

import msgspec

from factcli.model import Part

if TYPE_CHECKING:
    from factcli.index.store import IndexedStore

RecordT = TypeVar("RecordT", bound=Part)
_KEPT = 4096


class LookedUp(Mapping[str, RecordT]):
    """A small table by id: a record is read when it is asked for."""

    def __init__(self, store: IndexedStore, table: str, kind: type[RecordT]) -> None:
        self._store, self._table, self._kind = store, table, kind
        self._known = lru_cache(_KEPT)(self._read)

    def __getitem__(self, ident: str) -> RecordT:
        return self._known(ident)

    def _read(self, ident: str) -> RecordT:
        found = self._store.by_name(self._table, self._kind, ident)
        if found is None:
            raise KeyError(ident)
        return found

    def __iter__(self) -> Iterator[str]:
        sql = "SELECT id FROM records WHERE place = ? ORDER BY number"
        return self._store.listed(sql, (self._table,), str, lambda: (_ident(record) for record in self._whole()))

    def __len__(self) -> int:
        def read() -> int:
            sql = "SELECT count(*) FROM records WHERE place = ?"
            return int(self._store.connection.execute(sql, (self._table,)).fetchone()[0])

        return self._store.or_whole(read, lambda: sum(1 for _ in self._whole()))

    def values(self) -> ValuesView[RecordT]:
        return _Values(self)

    def each(self) -> Iterator[RecordT]:
        """The records, one after the other."""
        sql = "SELECT doc FROM records WHERE place = ? ORDER BY number"
        decode = msgspec.json.Decoder(self._kind).decode
        return self._store.listed(sql, (self._table,), decode, self._whole)

    def _whole(self) -> Iterator[RecordT]:
        return iter(self._store.whole.numbered(self._table, self._kind).values())


class _Values(ValuesView[RecordT]):
    _mapping: LookedUp[RecordT]

    def __iter__(self) -> Iterator[RecordT]:
        return self._mapping.each()


def _ident(record: Part) -> str:
    return str(getattr(record, "id", ""))
