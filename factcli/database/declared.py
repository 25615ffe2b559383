"""The records of the small tables (topics, actors, sources, questions, series, meta) by id."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, TypeVar

import msgspec

from factcli.database.dialect import Database
from factcli.model import TABLES, Actor, ClaimActor, Source
from factcli.record.compose import checksum
from factcli.record.shape import Named, RecordActor, RecordSource
from factcli.text import fold

RecordT = TypeVar("RecordT")


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


class Memo(dict[Any, Any]):
    """A dictionary that makes what it lacks."""

    def __init__(self, make: Callable[[Any], Any]) -> None:
        self._make = make

    def __missing__(self, key: Any) -> Any:
        made = self[key] = self._make(key)
        return made


class DeclaredNames:
    """What records show of actors and sources (`factcli.record.shape.Names`), each made once.

    `is_lenient`: an undeclared id stands for itself.
    """

    def __init__(self, database: Database, *, is_lenient: bool = False) -> None:
        self._actors: TableById[Actor] = TableById(database, "actors")
        self._sources: TableById[Source] = TableById(database, "sources")
        self._is_lenient = is_lenient
        self._known = Memo(self._actor)
        self._named, self._parts = Memo(self._make_named), Memo(self._make_actor)
        self._folded, self._published = Memo(self._make_folded), Memo(self._make_source)

    def named(self, actor: str) -> Named:
        """An actor by id and name."""
        found: Named = self._named[actor]
        return found

    def actor(self, part: ClaimActor) -> RecordActor:
        """An actor in a role."""
        found: RecordActor = self._parts[part.id, part.role]
        return found

    def source(self, ident: str) -> RecordSource:
        """A published text."""
        found: RecordSource = self._published[ident]
        return found

    def folded(self, actor: str) -> str:
        """Every name of an actor, folded: as free text finds them."""
        found: str = self._folded[actor]
        return found

    def _actor(self, ident: str) -> Actor:
        if self._is_lenient and ident not in self._actors:
            return Actor(
                id=ident,
                name=ident,
                kind="group",
                aliases=(),
                offices=(),
                affiliation=(),
                same_as=(),
            )
        return self._actors[ident]

    def _make_named(self, ident: str) -> Named:
        return Named(id=ident, name=self._known[ident].name)

    def _make_actor(self, key: tuple[str, Any]) -> RecordActor:
        actor = self._known[key[0]]
        return RecordActor(id=actor.id, name=actor.name, kind=actor.kind, role=key[1])

    def _make_folded(self, ident: str) -> str:
        actor = self._known[ident]
        return fold(" ".join((actor.name, *actor.aliases)))

    def _make_source(self, ident: str) -> RecordSource:
        if self._is_lenient and ident not in self._sources:
            return RecordSource(
                id=ident, type="", title=None, outlet=None, author=(), issued=None, url=None
            )
        source = self._sources[ident]
        return RecordSource(
            id=source.id,
            type=source.type,
            title=source.title,
            outlet=source.container_title,
            author=source.author,
            issued=source.issued,
            url=source.url,
        )
