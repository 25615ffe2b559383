"""A store that finds its claims by way of an index; whatever is wrong with that, it reads the store whole instead."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence, ValuesView
from functools import cached_property
from pathlib import Path
from typing import Any, TypeVar

import msgspec

from factcli.agreement import Rivals
from factcli.errors import StoreError
from factcli.model import Actor, Claim, LogEntry, Part, Question, Source, Topic
from factcli.query import Condition
from factcli.search import Corpus
from factcli.store import index
from factcli.store.answer import Extent
from factcli.store.store import Store, open_store
from factcli.vocabulary import Vocabulary, same_actors

RecordT = TypeVar("RecordT", bound=Part)
FoundT = TypeVar("FoundT")
_DECODE = msgspec.json.Decoder(Claim).decode
_CHUNK = 400


def open_indexed(path: Path, notice: Callable[[str], None]) -> IndexedStore | None:
    """A store by way of its index; None where none can be kept."""
    connection = index.ready(path, notice)
    if connection is None:
        return None
    try:
        tables: dict[str, dict[int, Any]] = {"claims": {}}
        for (table,) in connection.execute("SELECT DISTINCT place FROM records"):
            tables[table] = {}
        return IndexedStore(path, tables, connection)
    except (sqlite3.Error, msgspec.MsgspecError, StoreError):
        connection.close()
        index.clear(path)
        return None


class _Damaged(Exception):
    """The index gave what no index of ours holds."""


class IndexedStore(Store):
    """Candidates, ids and rivals come from the index; everything else from its copy of the small tables, or the whole store."""

    def __init__(self, path: Path, tables: Any, connection: sqlite3.Connection) -> None:
        self.connection = connection
        self._cache: dict[str, Claim] = {}
        super().__init__(path, tables)

    @cached_property
    def whole(self) -> Store:
        """The store without its index."""
        return open_store(self.path)

    @cached_property
    def claims(self) -> tuple[Claim, ...]:
        return self.or_whole(
            lambda: tuple(self._decoded_rows("SELECT doc FROM claims ORDER BY n")), lambda: self.whole.claims
        )

    @cached_property
    def log(self) -> tuple[LogEntry, ...]:
        return self.whole.log

    def numbered(self, table: str, kind: type[RecordT]) -> Mapping[int, RecordT]:
        if table in ("claims", "log"):
            return self.whole.numbered(table, kind)
        if table not in self._decoded:
            self._decoded[table] = self.or_whole(
                lambda: self._read_table(table, kind), lambda: dict(self.whole.numbered(table, kind))
            )
        return self._decoded[table]

    def _read_table(self, table: str, kind: type[RecordT]) -> dict[int, RecordT]:
        rows = self.connection.execute("SELECT number, doc FROM records WHERE place = ?", (table,))
        try:
            return {number: msgspec.json.decode(doc, type=kind) for number, doc in rows}
        except msgspec.MsgspecError:
            raise _Damaged from None

    @cached_property
    def vocabulary(self) -> Vocabulary:
        return Vocabulary(
            lambda: _LookedUp(self, "topics", Topic),
            lambda: _LookedUp(self, "actors", Actor),
            lambda: _LookedUp(self, "sources", Source),
            lambda: _LookedUp(self, "questions", Question),
            self._same_actors,
        )

    def _same_actors(self) -> dict[str, frozenset[str]]:
        def read() -> dict[str, frozenset[str]]:
            ((data,),) = self.connection.execute("SELECT value FROM about WHERE name = 'same'")
            return {actor: frozenset(others) for actor, others in msgspec.json.decode(data).items()}

        return self.or_whole(read, lambda: same_actors(self.whole.vocabulary.actors.values()))

    def by_name(self, table: str, kind: type[RecordT], ident: str) -> RecordT | None:
        """A record of a small table by its id."""

        def read() -> RecordT | None:
            sql = "SELECT doc FROM records WHERE place = ? AND id = ?"
            row = self.connection.execute(sql, (table, ident)).fetchone()
            try:
                return msgspec.json.decode(row[0], type=kind) if row else None
            except msgspec.MsgspecError:
                raise _Damaged from None

        def scanned() -> RecordT | None:
            return next((r for r in self.whole.numbered(table, kind).values() if getattr(r, "id", None) == ident), None)

        return self.or_whole(read, scanned)

    def recorded_by(self, when: str) -> Store:
        return self.whole.recorded_by(when)

    def prepare(self) -> None:
        """Nothing to do: the index is there."""

    @cached_property
    def rivals(self) -> Rivals:
        return _IndexedRivals(self, self.vocabulary.questions)

    def about(self) -> dict[str, Any]:
        """What the index says of the store as a whole; nothing when it is damaged."""
        nothing: dict[str, Any] = {}

        def read() -> dict[str, Any]:
            found = dict(self.connection.execute("SELECT name, value FROM about"))
            return {name: found[name] for name in ("count", "length", "visible", "first", "last")}

        return self.or_whole(read, lambda: nothing)

    def extent(self) -> Extent:
        about = self.about()
        return Extent(about["visible"], about["first"], about["last"]) if about else self.whole.extent()

    def candidates(self, conditions: Sequence[Condition]) -> Sequence[Claim]:
        return self.or_whole(lambda: self._candidates(conditions), lambda: self.whole.candidates(conditions))

    def ids(self) -> list[str]:
        return self.or_whole(
            lambda: [row[0] for row in self.connection.execute("SELECT id FROM claims ORDER BY n")],
            lambda: self.whole.ids(),
        )

    def corpus(self) -> Corpus:
        from factcli.store.indexed_text import IndexedCorpus

        return IndexedCorpus(self)

    def looked_up(self, facet: str, value: str) -> list[tuple[int, Claim]]:
        """The claims with a value of a facet, with their places in the file."""

        def read() -> list[tuple[int, Claim]]:
            rows = self.connection.execute(
                "SELECT c.n, c.doc FROM facets f JOIN postings p USING (v) JOIN claims c ON c.n = p.n"
                " WHERE f.facet = ? AND f.value = ? ORDER BY c.n",
                (facet, value),
            )
            return [(n, self.claim_of(doc)) for n, doc in rows]

        def scanned() -> list[tuple[int, Claim]]:
            def has(claim: Claim) -> bool:
                opposes = any(r.type == "contradicts" and r.target == value for r in claim.relations)
                return claim.question == value if facet == "question" else opposes

            return [(n, claim) for n, claim in enumerate(self.whole.claims, 1) if has(claim)]

        return self.or_whole(read, scanned)

    @cached_property
    def targets(self) -> frozenset[str]:
        """The claims that others are said to contradict."""
        return self.or_whole(
            lambda: frozenset(
                v for (v,) in self.connection.execute("SELECT value FROM facets WHERE facet = 'opposes'")
            ),
            lambda: frozenset(self.whole.ids()),
        )

    def by_id(self, ident: str) -> tuple[int, Claim] | None:
        """A claim by its whole id, with its place in the file."""

        def read() -> tuple[int, Claim] | None:
            row = self.connection.execute("SELECT n, doc FROM claims WHERE id = ?", (ident,)).fetchone()
            return (row[0], self.claim_of(row[1])) if row else None

        return self.or_whole(
            read, lambda: next(((n, c) for n, c in enumerate(self.whole.claims, 1) if c.id == ident), None)
        )

    def _beginning_with(self, prefix: str) -> list[Claim]:
        sql = "SELECT doc FROM claims WHERE id >= ? AND id < ? ORDER BY n"
        return self.or_whole(
            lambda: list(self._decoded_rows(sql, (prefix, f"{prefix}\U0010ffff"))),
            lambda: self.whole._beginning_with(prefix),
        )

    def _candidates(self, conditions: Sequence[Condition]) -> list[Claim]:
        looked_up = [c for c in conditions if c.facet in index.INDEXED]
        days = [day for c in conditions if c.days for day in c.days]
        low = min((max(start, -index.OPEN) for start, _ in days), default=-index.OPEN - 1)
        high = max((min(end, index.OPEN) for _, end in days), default=index.OPEN + 1)
        ranked = next((c.ids for c in conditions if c.ids is not None), None)
        if ranked is not None and all(ident in self._cache for ident in ranked):
            return [self._cache[ident] for ident in ranked]
        if not looked_up:
            return list(self._decoded_rows("SELECT doc FROM claims WHERE low < ? AND high > ? ORDER BY n", (high, low)))
        groups = sorted((self._values(c) for c in looked_up), key=lambda group: group[1])
        (first, _), *others = groups
        wheres = "".join(
            f" AND EXISTS (SELECT 1 FROM postings q WHERE q.v IN ({_marks(group)}) AND q.n = p.n)"
            for group, _ in others
        )
        sql = (
            f"SELECT doc FROM claims WHERE n IN (SELECT p.n FROM postings p WHERE p.v IN ({_marks(first)})"
            f" AND p.low < ? AND p.high > ?{wheres}) ORDER BY n"
        )
        return list(self._decoded_rows(sql, (*first, high, low, *(v for group, _ in others for v in group))))

    def _values(self, condition: Condition) -> tuple[list[int], int]:
        """The numbers of a condition's facet values, and how many postings they have."""
        found: list[int] = []
        total = 0
        wanted = sorted(condition.wanted)
        for at in range(0, len(wanted), _CHUNK):
            part = wanted[at : at + _CHUNK]
            sql = f"SELECT v, n FROM facets WHERE facet = ? AND value IN ({_marks(part)})"
            for v, n in self.connection.execute(sql, (condition.facet, *part)):
                found.append(v)
                total += n
        return found, total

    def _decoded_rows(self, sql: str, values: Sequence[Any] = ()) -> Iterator[Claim]:
        for (doc,) in self.connection.execute(sql, values):
            yield self.claim_of(doc)

    def claim_of(self, doc: bytes) -> Claim:
        """A claim from the index's copy; decoded once."""
        try:
            claim = _DECODE(doc)
        except msgspec.MsgspecError:
            raise _Damaged from None
        return self._cache.setdefault(claim.id, claim)

    def or_whole(self, read: Callable[[], FoundT], otherwise: Callable[[], FoundT]) -> FoundT:
        """What the index says; where it is damaged, it is thrown away, and the whole store is asked."""
        if "whole" not in self.__dict__:
            try:
                return read()
            except (sqlite3.Error, _Damaged, KeyError, TypeError):
                index.clear(self.path)
        return otherwise()


class _LookedUp(Mapping[str, RecordT]):
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


class _IndexedRivals(Rivals):
    """Rivals that are looked up when they are asked for."""

    def __init__(self, store: IndexedStore, questions: Mapping[str, Question]) -> None:
        super().__init__((), questions)
        self._store = store

    def answers(self, question: str) -> list[Claim]:
        if question not in self._answers:
            self._answers[question] = [c for _, c in self._store.looked_up("question", question) if self.takes_part(c)]
        return self._answers[question]

    def opposed(self, claim: Claim) -> list[Claim]:
        """In the order of the records that say so, as in memory."""
        if not self.takes_part(claim):
            return []
        said = self._store.looked_up("opposes", claim.id) if claim.id in self._store.targets else []
        targets = [relation.target for relation in claim.relations if relation.type == "contradicts"]
        if targets and (own := self._store.by_id(claim.id)):
            found = (self._store.by_id(target) for target in targets)
            said = [pair for pair in said if pair[1].id != claim.id] + [(own[0], pair[1]) for pair in found if pair]
        unique = {c.id: c for _, c in sorted(said, key=lambda pair: pair[0]) if self.takes_part(c)}
        return list(unique.values())


def _marks(values: Sequence[Any]) -> str:
    return ", ".join("?" * len(values))
