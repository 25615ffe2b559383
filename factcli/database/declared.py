"""The records of the small tables (topics, actors, sources, questions, series, meta) by id."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any, TypeVar

import msgspec

from factcli.database.dialect import Database
from factcli.model import TABLES, Actor, ClaimActor, Source
from factcli.record.compose import checksum
from factcli.record.shape import Named, RecordActor, RecordSource
from factcli.text import fold

RecordT = TypeVar("RecordT")
_REMEMBERED = 1 << 12
"""How many actors and sources stay in memory while claims are loaded."""
_SHOWN = ("type", "title", "author", "issued", "url")
"""What a record shows of a source under the name that the model has for it."""


class TableById(Mapping[str, RecordT]):
    """A small table by id, in the order of the store; a record is read when it is needed."""

    def __init__(self, database: Database, kind: str) -> None:
        self._database, self._kind = database, kind
        self._decode = msgspec.json.Decoder(TABLES[kind]).decode

    def __getitem__(self, ident: str) -> RecordT:
        sql = "SELECT json, checksum FROM declared WHERE kind = ? AND id = ?"
        found = self._database.row(sql, (self._kind, ident))
        if found is None:
            raise KeyError(ident)
        return self._record(*found)

    def __iter__(self) -> Iterator[str]:
        sql = "SELECT id FROM declared WHERE kind = ? ORDER BY number"
        return (ident for (ident,) in self._database.rows(sql, (self._kind,)))

    def __len__(self) -> int:
        sql = "SELECT count(*) FROM declared WHERE kind = ?"
        return int(self._database.value(sql, (self._kind,)))

    def numbered(self) -> Iterator[tuple[int, RecordT]]:
        """Every record with its record number."""
        sql = "SELECT number, json, checksum FROM declared WHERE kind = ? ORDER BY number"
        rows = self._database.rows(sql, (self._kind,))
        return ((number, self._record(text, total)) for number, text, total in rows)

    def beginning(self, prefix: str) -> Iterator[RecordT]:
        """The records whose ids begin with a text, in the order of the store."""
        sql = (
            "SELECT json, checksum FROM declared"
            " WHERE kind = ? AND id >= ? AND id < ? ORDER BY number"
        )
        rows = self._database.rows(sql, (self._kind, prefix, f"{prefix}\U0010ffff"))
        return (self._record(text, total) for text, total in rows)

    def records(self) -> Iterator[RecordT]:
        """Every record, in the order of the store."""
        return (record for _, record in self.numbered())

    def _record(self, text: str, total: int) -> RecordT:
        if checksum([text]) != total:
            raise self._database.damage("a record's checksum does not fit")
        record: Any = self._decode(text)
        return record  # type: ignore[no-any-return]  # the type that TABLES has for this kind


class DeclaredNames:
    """What records show of actors and sources (`factcli.record.shape.Names`); remembers the last.

    `is_lenient`: an undeclared id stands for itself.
    """

    def __init__(self, database: Database, *, is_lenient: bool = False) -> None:
        self._actors: TableById[Actor] = TableById(database, "actors")
        self._sources: TableById[Source] = TableById(database, "sources")
        self._is_lenient = is_lenient
        remember = lru_cache(_REMEMBERED)
        self._actor = remember(self._actor_or_id)
        self.named = remember(self._named)
        """An actor by id and name."""
        self.actor = remember(self._in_role)
        """An actor in a role."""
        self.source = remember(self._source)
        """A published text."""
        self.folded = remember(self._folded)
        """Every name of an actor, folded: as free text finds them."""

    def _actor_or_id(self, ident: str) -> Actor:
        if self._is_lenient and ident not in self._actors:
            nothing: Any = dict.fromkeys(("aliases", "offices", "affiliation", "same_as"), ())
            return Actor(id=ident, name=ident, kind="group", **nothing)
        return self._actors[ident]

    def _named(self, ident: str) -> Named:
        return Named(id=ident, name=self._actor(ident).name)

    def _in_role(self, part: ClaimActor) -> RecordActor:
        actor = self._actor(part.id)
        return RecordActor(id=actor.id, name=actor.name, kind=actor.kind, role=part.role)

    def _folded(self, ident: str) -> str:
        actor = self._actor(ident)
        return fold(" ".join((actor.name, *actor.aliases)))

    def _source(self, ident: str) -> RecordSource:
        if self._is_lenient and ident not in self._sources:
            unknown: Any = dict.fromkeys(("title", "outlet", "issued", "url"))
            return RecordSource(id=ident, type="", author=(), **unknown)
        found = self._sources[ident]
        shown = {
            name: getattr(found, name) for name in ("type", "title", "author", "issued", "url")
        }
        return RecordSource(id=ident, outlet=found.container_title, **shown)
