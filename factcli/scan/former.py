"""A store that is read line by line, as it was at a moment: what has changed since is kept on disk as it was."""

from __future__ import annotations

import os
from collections.abc import Iterator
from functools import cached_property
from itertools import chain

from factcli import disk
from factcli.model import LogEntry
from factcli.scan.file import File
from factcli.scan.placed import Lines, data_of, decoded, ident_of, number_of
from factcli.scan.store import ScannedStore
from factcli.store.history import META, Document, last_moment, later, revert
from factcli.store.layout import line as line_of
from factcli.store.lines import NotCanonical, row_of
from factcli.store.opening import open_store, open_whole
from factcli.store.reading import decode
from factcli.store.store import Store


class FormerStore(ScannedStore):
    """A store as it was at the end of a day, month or year, or at a time of its log.

    Raises:
        StoreError: when its log does not fit its records, or is laid out in another way; which of the two, the whole store tells.
    """

    def __init__(self, now: ScannedStore, when: str) -> None:
        self._when = when
        file = _FormerFile(now, last_moment(when))
        super().__init__(now.path, file, {name: file.small(lines) for name, lines in now.small.items()}, now.start)

    @cached_property
    def whole(self) -> Store:
        return open_whole(self.path).recorded_by(self._when)

    def recorded_by(self, when: str) -> Store:
        return self if last_moment(when) >= last_moment(self._when) else open_store(self.path).recorded_by(when)


class _FormerFile(File):
    """The file of a store with other lines in the places of those that have changed, and none in those of what was added. What was
    removed has places after its end: `factcli.store.history.former` puts it at the end of its table."""

    def __init__(self, now: ScannedStore, moment: str) -> None:
        super().__init__(os.dup(now.file.descriptor))
        self._path, self._end = now.path, os.fstat(self.descriptor).st_size
        self._disk = disk.scratch()
        with disk.room():
            self._read_log(moment)
            self._disk.execute("CREATE TABLE former (place INTEGER PRIMARY KEY, part TEXT, line BLOB)")
            for table, lines in now.small.items():
                for place, line in lines.placed():
                    self._take_back(table, META if table == META else ident_of(line), place, line)
            for place, line in now.lines():
                self._take_back("claims", ident_of(line), place, line)
            gone = self._disk.execute("SELECT DISTINCT part, ident FROM changes")  # of what is there they are deleted
            for table, ident in gone:
                self._take_back(table, ident)
            self._disk.execute("DROP TABLE changes")

    def _read_log(self, moment: str) -> None:
        def rows() -> Iterator[tuple[str, str, bytes]]:
            for line in later(self.descriptor, moment):
                entry = self._entry(line.data)
                yield entry.table, entry.id, line.data

        self._disk.execute("CREATE TABLE changes (turn INTEGER PRIMARY KEY, part TEXT, ident TEXT, entry BLOB)")
        self._disk.executemany("INSERT INTO changes VALUES (NULL, ?, ?, ?)", rows())
        self._disk.execute("CREATE INDEX by_record ON changes (part, ident)")

    def _take_back(self, table: str, ident: str, place: int | None = None, line: bytes = b"") -> None:
        """Keep what a record was, from the line that it has now, if there is one."""
        of_it = "FROM changes WHERE part = ? AND ident = ?"
        changes = self._disk.execute(f"SELECT turn, entry {of_it} ORDER BY turn", (table, ident)).fetchall()
        if not changes:
            return
        records: dict[int, Document] = {}
        numbers: dict[str, int] = {}
        at = place
        if place is not None:
            self._disk.execute(f"DELETE {of_it}", (table, ident))
            number = numbers[ident] = number_of(line)
            records[number] = decode(data_of(line), self._path)
        for turn, data in changes:
            entry = self._entry(data)
            if not records:
                if entry.number is None:  # it is numbered after all others, which are not counted here
                    raise NotCanonical
                at = self._end + turn
            revert(records, numbers, entry)
        if place is not None:
            self._keep(place, table, b"")
        for number, document in records.items():
            self._keep(at, table, row_of(number, line_of(document).encode()) + b",\n")

    def _keep(self, place: int | None, table: str, line: bytes) -> None:
        self._disk.execute("INSERT OR REPLACE INTO former VALUES (?, ?, ?)", (place, table, line))

    def _entry(self, data: bytes) -> LogEntry:
        entry = decoded(self._path, "log", 0, data)
        assert isinstance(entry, LogEntry), "the log holds its entries"
        return entry

    def line_at(self, place: int) -> bytes:
        """The line that was at a place; empty where none was."""
        found = self._disk.execute("SELECT line FROM former WHERE place = ?", (place,)).fetchone()
        return bytes(found[0]) if found else super().line_at(place)

    def claims(self, start: int) -> Iterator[tuple[int, bytes]]:
        kept = self._kept("claims")
        changed, was = next(kept, _NONE)
        for place, line in super().claims(start):
            if place != changed:
                yield place, line
            else:
                if was:
                    yield place, was
                changed, was = next(kept, _NONE)
        if was:
            yield changed, was
            yield from kept

    def small(self, lines: Lines) -> Lines:
        """A small table as it was."""
        if next(self._kept(lines.table), None) is None:
            return lines
        former = Lines(lines.path, lines.table, self)
        for place, row in chain(lines.placed(), self._kept(lines.table, self._end)):
            if line := self.line_at(place):
                former.add(number_of(row), place, data_of(line))
        return former

    def _kept(self, table: str, start: int = 0) -> Iterator[tuple[int, bytes]]:
        sql = "SELECT place, line FROM former WHERE part = ? AND place >= ? ORDER BY place"
        return self._disk.execute(sql, (table, start))


_NONE = (-1, b"")
