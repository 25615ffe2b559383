"""Building a database from a store's file, and bringing one up to date by what changed there.

Each line has a checksum. A line whose checksum differs is loaded anew, and so is every claim that
names a changed actor or source; then the rivals of the questions that this touches.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Any

from factcli.database import dialect
from factcli.database.claims import NAMING
from factcli.database.dialect import Database
from factcli.database.load import Progress, RowMaker, line_checksum, load, relate_actors
from factcli.database.rivals import update_rivals
from factcli.errors import StoreError
from factcli.record.compose import PARTS, checksum, compose
from factcli.record.shape import decoder
from factcli.store import files
from factcli.store.lines import Line, NotCanonical, by_table, read_lines
from factcli.store.reading import read_store

_MANY = 20_000
"""Lines that may change before the store is loaded as a whole."""


def build(place: str, path: str, progress: Progress = lambda done: None) -> Database:
    """Load a store into a new database: in a file, in memory (":memory:") or in a temporary file
    ("").

    Raises:
        StoreError: when the file is not a store.
    """

    def make(lines: Iterator[Line]) -> Database:
        if place not in ("", ":memory:") and os.path.exists(place):
            os.unlink(place)
        database = Database(place)
        try:
            load(database, path, lines, progress)
        except BaseException:
            database.close()
            raise
        return database

    return read_store(path, make)


def refresh(database: Database, path: str) -> None:
    """Bring a database up to date, inside the transaction that is open.

    Raises:
        NotCanonical: when the store has to be loaded as a whole, also because much has changed.
        StoreError: when the file is not a store.
    """
    changes = _Changes(database, path)
    with files.open_file(path) as stream:
        for table, lines in by_table(read_lines(stream)):
            changes.apply(table, lines)
    changes.update_rivals()


class _Changes:
    """Applies the lines that changed, table by table in the order of the model."""

    def __init__(self, database: Database, path: str) -> None:
        self._database, self._rows = database, RowMaker(database, path)
        self._stale: set[int] = set()
        """Claims that name something that changed, by record number."""
        self._questions: set[str] = set()
        """Questions whose answers have to be compared anew."""
        self._touched: set[int] = set()
        """Claims whose standing has to be worked out anew, by record number."""

    def apply(self, table: str, lines: Iterable[Line]) -> None:
        """Load the lines of one table that changed, and delete what is gone."""
        changed = dict(islice(self._changed(table, lines), _MANY + 1))
        if len(changed) > _MANY:
            raise NotCanonical
        sql = "DELETE FROM line WHERE kind = ? AND number = ?"
        self._database.insert(sql, [(table, number) for number in changed])
        former = self._delete(table, list(changed))
        for line in changed.values():
            if line is not None:
                self._rows.add(line)
        try:
            self._rows.flush()
        except StoreError:
            raise NotCanonical from None  # an id or a number stands twice: a loading says which
        if table == "claims":
            there = [number for number, line in changed.items() if line is not None]
            self._database.insert(dialect.INSERT_WORDS, [(n,) for n in there])
            self._touch(there)
        elif table == "actors":
            self._relate_actors()
        self._note_stale(table, former)

    def update_rivals(self) -> None:
        """Work out the standing of every claim that a change touches."""
        for question in self._questions:
            self._touched |= self._values("SELECT n FROM claim WHERE question = ?", question)
        if self._database.value("SELECT count(*) FROM declared WHERE kind = 'meta'") != 1:
            raise NotCanonical
        update_rivals(self._database, [n for n in self._touched if self._stored(n)])

    def _changed(self, table: str, lines: Iterable[Line]) -> Iterator[tuple[int, Line | None]]:
        """Record numbers whose line is new, changed or stale, with it; None where it is gone."""
        sql = "SELECT number, checksum FROM line WHERE kind = ? ORDER BY number"
        known = self._database.rows(sql, (table,))
        number, checksum = next(known, _END)
        stale = self._stale if table == "claims" else set()
        for line in lines:
            while number < line.number:
                yield number, None
                number, checksum = next(known, _END)
            if number > line.number:
                yield line.number, line
                continue
            if line_checksum(line.data) != checksum or number in stale:
                yield number, line
            number, checksum = next(known, _END)
        while number != _END[0]:
            yield number, None
            number, checksum = next(known, _END)

    def _delete(self, table: str, numbers: list[int]) -> list[str]:
        """Delete the rows of some records; their ids."""
        if table == "log":
            self._database.insert("DELETE FROM log WHERE number = ?", [(n,) for n in numbers])
        elif table == "claims":
            self._touch(numbers)
            self._delete_claims(numbers)
        sql = "SELECT id FROM declared WHERE kind = ? AND number = ?"
        keys = [(table, number) for number in numbers]
        former = [ident for key in keys if (ident := self._database.value(sql, key)) is not None]
        self._database.insert("DELETE FROM declared WHERE kind = ? AND number = ?", keys)
        if table == "sources":
            sql = "DELETE FROM publication WHERE source = ?"
            self._database.insert(sql, [(ident,) for ident in former])
        sql = "DELETE FROM name WHERE kind = ? AND id = ?"
        self._database.insert(sql, [(table, ident) for ident in former])
        return former

    def _delete_claims(self, numbers: list[int]) -> None:
        decode = decoder()
        for n in numbers:
            if (found := self._stored(n)) is None:
                continue
            hidden, first, last, *parts = found
            record = decode(compose(parts, is_certain=True))
            actors = {one.id for one in record.actors} | {hop.actor for hop in record.attribution}
            for table, ids in (("topic", record.topics), ("actor", actors)):
                key = f"{table} = ? AND hidden = ? AND first = ? AND last = ? AND n = ?"
                rows = [(ident, hidden, first, last, n) for ident in ids]
                self._database.insert(f"DELETE FROM claim_{table} WHERE {key}", rows)
            self._database.change(dialect.DELETE_WORDS, (n,))
            for table in ("claim", "claim_text", "contradiction"):
                self._database.change(f"DELETE FROM {table} WHERE n = ?", (n,))

    def _stored(self, n: int) -> Sequence[Any] | None:
        """Whether a claim is hidden, its first and last day, and the parts of its record.

        Raises:
            Damaged: when the record is not what was written; what is damaged gets no new checksum.
        """
        sql = f"SELECT checksum, hidden, first, last, {PARTS} FROM claim WHERE n = ?"
        found = self._database.row(sql, (n,))
        if found is None:
            return None
        if checksum(found[4:]) != found[0]:
            raise self._database.damage("a record's checksum does not fit")
        stored: Sequence[Any] = found[1:]
        return stored

    def _touch(self, numbers: Iterable[int]) -> None:
        """Note the questions and claims whose standing some claims take part in."""
        for n in numbers:
            self._touched.add(n)
            sql = "SELECT question FROM claim WHERE n = ? AND question IS NOT NULL"
            self._questions |= self._values(sql, n)
            self._touched |= self._values(_OPPOSED, n) | self._values(_OPPOSING, n)

    def _note_stale(self, table: str, former: list[str]) -> None:
        """Note the claims that name changed actors and sources, or what is gone."""
        is_there = "SELECT 1 FROM declared WHERE kind = ? AND id = ?"
        for ident in former:
            is_gone = self._database.row(is_there, (table, ident)) is None
            if table == "questions":
                self._questions.add(ident)
            if table in NAMING and (table in ("actors", "sources") or is_gone):
                sql = f"SELECT c.n FROM claim c WHERE {NAMING[table]}"
                self._stale |= self._values(sql, ident)

    def _relate_actors(self) -> None:
        """Relate the actors anew; those who are the same as others count as one origin."""
        sql = "SELECT id, other FROM same_actor"
        before = set(self._database.rows(sql))
        relate_actors(self._database)
        for ident, _ in before ^ set(self._database.rows(sql)):
            self._touch(self._values("SELECT n FROM claim WHERE origin = ?", ident))

    def _values(self, sql: str, value: object) -> set[Any]:
        return {found for (found,) in self._database.rows(sql, (value,))}


_END: Any = (float("inf"), b"")  # greater than any record number
_OPPOSED = "SELECT c.n FROM contradiction x JOIN claim c ON c.id = x.target WHERE x.n = ?"
_OPPOSING = "SELECT x.n FROM contradiction x JOIN claim c ON c.id = x.target WHERE c.n = ?"
