"""A store that finds its claims by way of an index; whatever is wrong with that, it reads the store whole instead."""

from __future__ import annotations

import weakref
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from itertools import islice
from pathlib import Path
from typing import Any, TypeVar

import msgspec

from factcli import search
from factcli.agreement import Rivals, contradicted
from factcli.errors import StoreError
from factcli.index import keeping, sqlite
from factcli.index.answer import IndexedAnswer, selected
from factcli.index.entry import claim_of, decode, recorded
from factcli.index.looked_up import LookedUp
from factcli.index.rivals import IndexedRivals
from factcli.index.selection import HIDDEN, OPEN, Selection
from factcli.index.text import IndexedCorpus, expression, ranked
from factcli.model import TABLES, Actor, Claim, LogEntry, Part, Question, Source, Topic
from factcli.query import Condition, Query, conditions
from factcli.spans import Match
from factcli.store.answer import Answer, Extent
from factcli.store.opening import open_store
from factcli.store.store import Store
from factcli.vocabulary import Vocabulary, same_actors

RecordT = TypeVar("RecordT", bound=Part)
FoundT = TypeVar("FoundT")


def open_indexed(
    path: Path, notice: Callable[[str], None], progress: Callable[[int, int], None] = lambda done, of: None
) -> IndexedStore | None:
    """A store by way of its index; None where none can be kept."""
    connection = keeping.ready(str(path), notice, progress=progress)
    if connection is None:
        return None
    try:
        store = over(str(path), connection)
    except (keeping.Damage, msgspec.MsgspecError, StoreError):
        connection.close()
        keeping.clear(str(path))
        return None
    weakref.finalize(store, connection.close)
    return store


def over(path: str, connection: sqlite.Connection) -> IndexedStore:
    """A store by way of an index that is open."""
    return IndexedStore(Path(path), {name: {} for name in TABLES}, connection)


class Damaged(Exception):
    """The index gave what no index of ours holds."""


class IndexedStore(Store):
    """Claims come from the index, and so do ids, rivals and the small tables; the log comes from the whole store."""

    def __init__(self, path: Path, tables: Any, connection: sqlite.Connection) -> None:
        self.connection = connection
        self.by_place = bool(connection.execute("SELECT 1 FROM blocks WHERE place = 'whole'").fetchall())
        """Whether claims are numbered by their place in a file of another layout."""
        super().__init__(path, tables)

    @cached_property
    def whole(self) -> Store:
        """The store without its index."""
        return open_store(self.path)

    @cached_property
    def claims(self) -> tuple[Claim, ...]:
        return self.or_whole(lambda: tuple(self._all_claims()), lambda: self.whole.claims)

    def _all_claims(self) -> Iterator[Claim]:
        for (record,) in self.connection.execute("SELECT record FROM claims ORDER BY n"):
            yield self.claim_of(record)

    @cached_property
    def log(self) -> tuple[LogEntry, ...]:
        return self.whole.log

    def find(self, wanted: Query | None = None) -> Answer:
        wanted = wanted or Query()
        if wanted.recorded_by:
            return super().find(wanted)
        return self.or_whole(lambda: self._found(wanted), lambda: self.whole.find(wanted))

    def _found(self, wanted: Query) -> Answer:
        held = conditions(wanted, self.vocabulary)
        if not wanted.search:
            return IndexedAnswer(self, wanted, held)
        corpus = IndexedCorpus(self.connection)
        read = search.read(corpus, wanted.search)
        words = Condition(f"the words {wanted.search}", lambda claim: Match.CERTAIN)
        if corpus.is_wide(read):
            held.append(words._replace(ranked=ranked(self, read)))
        else:
            held.append(words._replace(words=expression(read)))
        return IndexedAnswer(self, wanted, held, read.corrections)

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
            raise Damaged from None

    @cached_property
    def vocabulary(self) -> Vocabulary:
        return Vocabulary(
            lambda: LookedUp(self, "topics", Topic),
            lambda: LookedUp(self, "actors", Actor),
            lambda: LookedUp(self, "sources", Source),
            lambda: LookedUp(self, "questions", Question),
            self._same_actors,
        )

    def _same_actors(self) -> dict[str, frozenset[str]]:
        def read() -> dict[str, frozenset[str]]:
            found: dict[str, set[str]] = {}
            for ident, other in self.connection.execute("SELECT id, other FROM same"):
                found.setdefault(ident, set()).add(other)
            return {ident: frozenset(others) for ident, others in found.items()}

        return self.or_whole(read, lambda: same_actors(self.whole.vocabulary.actors.values()))

    def by_name(self, table: str, kind: type[RecordT], ident: str) -> RecordT | None:
        """A record of a small table by its id."""

        def read() -> RecordT | None:
            sql = "SELECT doc FROM records INDEXED BY records_by_id WHERE place = ? AND id = ?"
            row = self.connection.execute(sql, (table, ident)).fetchone()
            try:
                return msgspec.json.decode(row[0], type=kind) if row else None
            except msgspec.MsgspecError:
                raise Damaged from None

        def scanned() -> RecordT | None:
            return next((r for r in self.whole.numbered(table, kind).values() if getattr(r, "id", None) == ident), None)

        return self.or_whole(read, scanned)

    def recorded_by(self, when: str) -> Store:
        from factcli.store.history import is_changed_since, last_moment

        return open_store(self.path).recorded_by(when) if is_changed_since(self.path, last_moment(when)) else self

    def prepare(self) -> None:
        """Read the index as it is now from here on: it need not be looked at again for each query."""
        self.or_whole(lambda: self.connection.execute("BEGIN"), lambda: None)

    @cached_property
    def rivals(self) -> Rivals:
        return IndexedRivals(self, self.vocabulary.questions)

    def extent(self) -> Extent:
        def read() -> Extent:
            from factcli.dates import day_text

            shown = Selection()
            shown.hides = True
            number, _ = shown.told(self.rows(shown.tally()))
            low, high, ending, starting = self.connection.execute(
                f"SELECT min(nullif(low, {-OPEN})), max(nullif(high, {OPEN})), min(nullif(high, {OPEN})), max(nullif(low, {-OPEN}))"
                f" FROM postings WHERE v = 0 AND low <= {OPEN} AND flags & 7 NOT IN {HIDDEN}"
            ).fetchone()
            days = [
                day
                for day in (low, starting, *(end - 1 for end in (high, ending) if end is not None))
                if day is not None
            ]
            return Extent(number, day_text(min(days)) if days else None, day_text(max(days)) if days else None)

        return self.or_whole(read, lambda: self.whole.extent())

    def candidates(self, conditions: Sequence[Condition]) -> Iterable[Claim]:
        def read() -> Iterator[Claim]:
            selection, _ = selected(self, conditions, strict=False)
            return (self.claim_of(record) for _, record in self.rows(selection.candidates()))

        return self.or_whole(read, lambda: self.whole.candidates(conditions))

    def tallied(self, facet: str) -> dict[str, int]:
        """How many claims that are not hidden each value of a facet has."""

        def read() -> dict[str, int]:
            sql = (
                "SELECT f.value, sum(c.claims) FROM facets f JOIN counts c USING (v)"
                f" WHERE f.facet = ? AND c.status NOT IN {HIDDEN} GROUP BY f.v"
            )
            return dict(self.connection.execute(sql, (facet,)).fetchall())

        return self.or_whole(read, lambda: self.whole.tallied(facet))

    def ids(self) -> Iterator[str]:
        return self.listed("SELECT id FROM claims ORDER BY n", (), str, lambda: self.whole.ids())

    def looked_up(self, facet: str, value: str) -> list[tuple[int, Claim]]:
        """The claims with a value of a facet, with their places in the file."""

        def read() -> list[tuple[int, Claim]]:
            rows = self.connection.execute(
                "SELECT c.n, c.record FROM facets f CROSS JOIN postings p ON p.v = f.v CROSS JOIN claims c ON c.n = p.n"
                " WHERE f.facet = ? AND f.value = ? ORDER BY c.n",
                (facet, value),
            )
            return [(n, self.claim_of(record)) for n, record in rows]

        def scanned() -> list[tuple[int, Claim]]:
            def has(claim: Claim) -> bool:
                return claim.question == value if facet == "question" else value in contradicted(claim)

            return [(n, claim) for n, claim in enumerate(self.whole.claims, 1) if has(claim)]

        return self.or_whole(read, scanned)

    def by_id(self, ident: str) -> tuple[int, Claim] | None:
        def read() -> tuple[int, Claim] | None:
            row = self.connection.execute("SELECT n, record FROM claims WHERE id = ?", (ident,)).fetchone()
            return (row[0], self.claim_of(row[1])) if row else None

        return self.or_whole(read, lambda: self.whole.by_id(ident))

    def ids_beginning(self, prefix: str) -> Iterator[str]:
        sql = "SELECT id FROM claims WHERE id >= ? AND id < ? ORDER BY n"
        return self.listed(sql, (prefix, f"{prefix}\U0010ffff"), str, lambda: self.whole.ids_beginning(prefix))

    def listed(
        self,
        sql: str,
        wanted: Sequence[str],
        made: Callable[[Any], FoundT],
        otherwise: Callable[[], Iterator[FoundT]],
    ) -> Iterator[FoundT]:
        """What a column holds, one after the other; where the index is damaged, the whole store goes on from there."""
        given = 0
        if self._is_trusted:
            try:
                for (value,) in self.connection.execute(sql, wanted):
                    yield made(value)
                    given += 1
            except (keeping.Damage, msgspec.MsgspecError, Damaged) as error:
                sqlite.refuse_if_full(error)
                keeping.clear(str(self.path))
            else:
                return
        yield from islice(otherwise(), given, None)

    @property
    def size(self) -> int:
        return self.or_whole(
            lambda: int(self.connection.execute("SELECT total(claims) FROM counts WHERE v = 0").fetchone()[0]),
            lambda: self.whole.size,
        )

    def record_bytes(self, n: int) -> bytes:
        """A claim by its number as it is shown, in JSON."""

        def read() -> bytes:
            row = self.connection.execute("SELECT record FROM claims WHERE n = ?", (n,)).fetchone()
            if row is None:
                raise Damaged
            return bytes(row[0])

        return self.or_whole(read, lambda: self._record_of(self._by_number[n]))

    @cached_property
    def _record_of(self) -> Callable[[Claim], bytes]:
        return recorded(self.whole)

    @cached_property
    def _by_number(self) -> dict[int, Claim]:
        """The claims of the whole store by their numbers here."""
        if self.by_place:
            return dict(enumerate(self.whole.claims, 1))
        return dict(self.whole.numbered("claims", Claim))

    def number_of(self, ident: str) -> int:
        """The number of a claim of the whole store."""
        return next(n for n, claim in self._by_number.items() if claim.id == ident)

    def rows(self, sql: str) -> sqlite.Cursor:
        """What the index answers."""
        return self.connection.execute(sql)

    def claim_of(self, record: bytes) -> Claim:
        """A claim from the index's copy."""
        try:
            return claim_of(decode(record))
        except msgspec.MsgspecError:
            raise Damaged from None

    @property
    def _is_trusted(self) -> bool:
        """Whether the index has not been found damaged."""
        return "whole" not in self.__dict__

    def searched(self, record: bytes) -> search.Searched:
        """What free text is looked for in, of the index's copy of a claim."""
        try:
            return msgspec.json.decode(record, type=search.Searched)
        except msgspec.MsgspecError:
            raise Damaged from None

    def or_whole(self, read: Callable[[], FoundT], otherwise: Callable[[], FoundT]) -> FoundT:
        """What the index says; where it is damaged, it is thrown away, and the whole store is asked."""
        if self._is_trusted:
            try:
                return read()
            except (keeping.Damage, Damaged, KeyError, TypeError) as error:
                sqlite.refuse_if_full(error)
                keeping.clear(str(self.path))
        return otherwise()
