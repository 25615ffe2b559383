"""The log: its entries, and the database of a store as it was, by taking changes back.

An entry's `was` holds the former values of the fields that changed: nothing for an addition, the
whole record for a removal. Meta has no id; the log calls it ``meta``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import msgspec

from factcli import dates
from factcli.database.dialect import Database
from factcli.database.load import load, with_fraction
from factcli.errors import StoreError
from factcli.model import TABLES, TIME, LogEntry
from factcli.record.compose import checksum
from factcli.store.lines import Line, by_table, decoded
from factcli.store.reading import read_store
from factcli.store.records import Fault, convert, read_leniently, read_record

Document = Mapping[str, Any]
META = "meta"


def last_moment(when: str) -> str:
    """The end of the period that a date names, or a time of the log; to compare with such times.

    Raises:
        UsageError: for a malformed date.
    """
    if TIME.fullmatch(when):
        return with_fraction(when)
    last = dates.bounds(when)[1]
    return f"{last}T23:59:59.999999Z" if last else "9999-12-31T23:59:59.999999Z"


def entries(
    database: Database, path: str, ident: str = "", *, newest_first: bool = False
) -> Iterator[LogEntry]:
    """The entries of the log, or those about records whose id begins with a text.

    Raises:
        StoreError: for an entry that breaks the model.
    """
    order = " DESC" if newest_first else ""
    where, values = (
        ("WHERE id >= ? AND id < ?", (ident, f"{ident}\U0010ffff")) if ident else ("", ())
    )
    sql = f"SELECT number, json, checksum FROM log {where} ORDER BY number{order}"
    return (_entry(row, path) for row in _checked(database, database.rows(sql, values)))


def _checked(database: Database, rows: Iterator[Any]) -> Iterator[Any]:
    """Rows of the log, whose last two columns are `json` and `checksum`, without the checksum."""
    for *row, total in rows:
        if checksum(row[-1:]) != total:
            raise database.damage("a record's checksum does not fit")
        yield row


def entry_at(database: Database, path: str, number: int) -> LogEntry:
    """An entry of the log by its number, which is its record number too.

    Raises:
        StoreError: when it breaks the model, or is not there.
    """
    rows = database.rows("SELECT number, json, checksum FROM log WHERE number = ?", (number,))
    for row in _checked(database, rows):
        entry = _entry(row, path)
        if entry.seq == number:
            return entry
    raise StoreError(
        f"{path}: the log does not count from 1 without gaps: see `factcli check --explain S104`"
    )


def _entry(row: tuple[int, str], path: str) -> LogEntry:
    entry, _ = read_record(Line("log", row[0], row[1].encode()), path)
    assert isinstance(entry, LogEntry), "the log holds its entries"
    return entry


def build_as_of(database: Database, path: str, moment: str) -> Database:
    """Load a store as it was at a moment, from its lines and what its log takes back.

    The database given is the store as it is now, and is given back when nothing has changed since.

    Raises:
        StoreError: when the log does not fit the records.
    """
    first = None
    log = database.rows("SELECT number, at, json, checksum FROM log ORDER BY number DESC")
    for number, at, text in _checked(database, log):
        if (at or with_fraction(_entry((number, text), path).at)) <= moment:
            break
        first = number
    if first is None:
        return database

    def make(lines: Iterator[Line]) -> Database:
        former = Database(database.place if database.place == ":memory:" else "")
        then = _StoreAsOf(database, path, first)
        try:
            load(former, path, then.lines(lines))
        except BaseException:
            former.close()
            raise
        finally:
            then.close()
        return former

    return read_store(path, make)


class _StoreAsOf:
    """The lines of a store as they were before an entry of the log, by its record number."""

    def __init__(self, database: Database, path: str, first: int) -> None:
        self._path = path
        self._changes = Database("")
        self._changes.change("BEGIN")
        self._changes.change(
            "CREATE TABLE change (kind TEXT, id TEXT, number INTEGER, json TEXT NOT NULL,"
            " PRIMARY KEY (kind, id, number)) WITHOUT ROWID"
        )
        later = "SELECT kind, id, number, json, checksum FROM log WHERE number >= ? ORDER BY number"
        rows = _checked(database, database.rows(later, (first,)))
        self._changes.insert("INSERT INTO change VALUES (?, ?, ?, ?)", rows)
        self._changed = {kind for (kind,) in self._changes.rows("SELECT DISTINCT kind FROM change")}
        self._first = first
        self._last = int(database.value("SELECT max(number) FROM log"))

    def close(self) -> None:
        """Delete what was noted of the changes."""
        self._changes.close()

    def lines(self, now: Iterator[Line]) -> Iterator[Line]:
        """The former lines, made of those of the store as it is now."""
        for table, lines in by_table(now):
            last = 0
            for line in lines:
                last = max(last, line.number)
                if table == "log":
                    if line.number < self._first:
                        yield line
                    else:
                        read_leniently(line)  # which sees whether it is one record
                elif table not in self._changed:
                    yield line
                else:
                    document = decoded(line)
                    ident = META if table == META else str(document.get("id"))
                    yield from self._reverted(table, ident, line, document)
            if table == "log":
                self._check(last)
            else:
                yield from self._removed(table, last)

    def _check(self, last: int) -> None:
        """See that the whole log was taken back."""
        if last != self._last:
            raise StoreError(f"{self._path} was changed meanwhile: ask again")
        for number, kind in self._changes.rows("SELECT number, kind FROM change LIMIT 1"):
            raise StoreError(
                f"{self._path}: log, record {number}: changes of {kind!r} are not logged"
            )

    def _reverted(
        self, table: str, ident: str, line: Line | None, document: Document | None, last: int = 0
    ) -> Iterator[Line]:
        """A record as it was, if it was there."""
        sql = "SELECT number, json FROM change WHERE kind = ? AND id = ? ORDER BY number DESC"
        changes = list(self._changes.rows(sql, (table, ident)))
        if not changes:
            if line is not None:
                yield line
            return
        self._changes.change("DELETE FROM change WHERE kind = ? AND id = ?", (table, ident))
        number = line.number if line else 0
        for row in changes:
            entry = _entry(row, self._path)
            if document is None and entry.was is not None:
                number = last + 1 if entry.number is None else entry.number
            document = reverted(document, entry, self._path)
        if document is not None:
            yield Line(table, number, msgspec.json.encode(document))

    def _removed(self, table: str, last: int) -> Iterator[Line]:
        """The records of a table that are gone by now."""
        sql = "SELECT DISTINCT id FROM change WHERE kind = ? ORDER BY id"
        for (ident,) in list(self._changes.rows(sql, (table,))):
            for line in self._reverted(table, ident, None, None, last):
                last = max(last, line.number)
                yield line


def reverted(document: Document | None, entry: LogEntry, path: str) -> Document | None:
    """Take one change of a record back; None stands for a record that is not there.

    Raises:
        StoreError: when the entry does not fit the record, or what it gives back is no record.
    """
    before = entry.was if document is None or entry.was is None else {**document, **entry.was}
    wrong = _misfit(document, entry)
    if wrong is None and before is not None:
        record = convert(entry.table, entry.number or 1, before)
        wrong = f"what it gives back is no record: {record}" if isinstance(record, Fault) else None
    if wrong is not None:
        why = "see `factcli check --explain S106`"
        raise StoreError(f"{path}: log, entry {entry.seq}: {wrong}: {why}")
    return before


def _misfit(document: Document | None, entry: LogEntry) -> str | None:
    """What is wrong with an entry about a record, as it is after the change."""
    name, was, op = f"{entry.table} {entry.id}"[:80], entry.was, entry.op
    if entry.table not in TABLES or entry.table == "log":
        return f"changes of {entry.table[:40]!r} are not logged"
    if was is None:
        if document is None:
            return f"it adds {name}, which is not in the store"
        is_odd = op not in ("add", "undo") or entry.table == META
        return f"it holds nothing that {name} was" if is_odd else None
    if op == "add":
        return f"it adds {name}, and says what that was before"
    if document is None:
        if op == "set" or entry.table == META:
            return f"it changes {name}, which is not in the store"
        return None if was.get("id") == entry.id else f"it removes {name}, and holds another record"
    if op == "remove" or entry.number is not None:
        return f"it removes {name}, which is in the store"
    return f"it changes the id of {name}" if "id" in was else None
