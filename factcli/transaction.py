"""A change to a store, made under its lock: checked by the rules, written durably, and logged.

Names resolve in the database of the store, which is brought up to date from its lines first. Only
the records that change, and those that the rules look at, are decoded.
"""

from __future__ import annotations

import io
import os
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, nullcontext
from datetime import UTC, datetime, timedelta
from heapq import merge
from pathlib import Path
from typing import Any, NamedTuple

import msgspec

from factcli.checks import new_faults
from factcli.database import records
from factcli.database.cache import file_key
from factcli.database.history import META, reverted
from factcli.errors import NotFound, StoreError, WriteRefused
from factcli.model import TABLES, LogEntry, Op, Part
from factcli.opening import PACKAGED, Store, open_store
from factcli.store import durable, files
from factcli.store.layout import dump, write_lines
from factcli.store.lines import GREATEST, LONGEST, Line, NotCanonical, by_table, read_lines
from factcli.store.records import read_leniently
from factcli.text import did_you_mean

_NAMED = 3
"""How many faults a refusal lists."""


@contextmanager
def transaction(
    path: Path,
    *,
    by: str | None = None,
    why: str | None = None,
    commands: frozenset[str] = frozenset(),
    dry_run: bool = False,
    is_locked: bool = False,
    notice: Callable[[str], None] = lambda message: None,
) -> Iterator[Transaction]:
    """Change a store: the end of the block writes its changes, all of them or none.

    The block holds the lock, so that no other writer's change is lost. `commands` are names that no
    topic may take. `dry_run` does everything but write. `is_locked`: the caller holds the lock.
    `notice` gets a sentence when the lock has to be waited for.

    Raises:
        StoreError: when the store cannot be read; a bad store is never repaired by a write.
        WriteRefused: when the result would break a rule of `factcli.checks`, or cannot be written.
    """
    real = Path(os.path.realpath(path))
    if str(real) == os.path.realpath(PACKAGED) and not dry_run:
        raise WriteRefused(
            "the store shipped with factcli is read-only: make one of your own with"
            " `factcli init PATH`, then name it in FACTCLI_STORE"
        )
    needs_lock = not dry_run and not is_locked and real.is_file()
    with durable.locked(real, notice) if needs_lock else nullcontext():
        key = file_key(str(real)) if real.is_file() else ""
        with closing(open_store(real)) as store:
            change = Transaction(store, by or _user(), why, commands)
            yield change
            if change.entries:
                change.check_rules()
                if not dry_run:
                    change.write(real, key)


class _Change(NamedTuple):
    """A record number, and the record that it will have; None when the record is removed."""

    number: int
    record: Part | None


class Transaction:
    """The records that a change concerns, as they will be, and the log entries about them.

    `store` is as it was before.
    """

    def __init__(self, store: Store, by: str, why: str | None, commands: frozenset[str]) -> None:
        self.store = store
        self.entries: list[LogEntry] = []
        """What was changed, in order."""
        self._changes: dict[tuple[str, str], _Change] = {}
        self._greatest: dict[str, int] = {}
        self._taken: dict[tuple[str, int], bool] = {}
        self._by, self._why, self._commands = by, why, commands
        self._seq = self._last("log")
        self._at = _after(store.log_entry(self._seq).at if self._seq else None)

    def get(self, table: str, ident: str) -> Any:
        """A record by its whole id.

        Raises:
            NotFound: with the nearest ids.
        """
        found = self.find(table, ident)
        if found is None:
            ids = self.store.ids_beginning("") if table == "claims" else self.store.table(table)
            near = did_you_mean(ident, ids)
            raise NotFound(f"no {ident!r} among the {table} of this store.{near}")
        return found

    def find(self, table: str, ident: str | None) -> Any:
        """A record by its whole id; None when there is none."""
        change = self._changes.get((table, ident or ""))
        return records.find(self.store.database, table, ident) if change is None else change.record

    def was_used(self, table: str, ident: str) -> bool:
        """Whether an id is in use, or ever was."""
        sql = "SELECT 1 FROM log WHERE kind = ? AND id = ?"
        return (
            (table, ident) in self._changes
            or self._number(table, ident) is not None
            or self.store.database.row(sql, (table, ident)) is not None
        )

    def put(self, table: str, record: Part, at: int | None = None) -> None:
        """Add a record, or replace the one with its id; nothing happens when it is that one.

        `at` is the record number that a new record gets, by default the next one.
        """
        ident = getattr(record, "id", META)
        number = self._number(table, ident)
        if number is None:
            self._enter("add", table, ident, None, _Change(at or self._last(table) + 1, record))
        elif was := _difference(self.find(table, ident), record):
            self._enter("set", table, ident, was, _Change(number, record))

    def remove(self, table: str, ident: str) -> None:
        """Take a record out; the log keeps it whole. Claims are retracted, never removed."""
        record, number = self.get(table, ident), self._number(table, ident)
        assert number is not None, "a record that is there has a number"
        self._enter("remove", table, ident, msgspec.to_builtins(record), _Change(number, None))

    def undo(self, upto: int | None = None) -> None:
        """Take back the last command that still counts, or everything from an entry of the log on.

        The log records this as well.

        Raises:
            NotFound: when there is nothing to take back.
        """
        found = self._to_undo(upto)
        if not found or (upto is not None and found[-1] != upto):
            none_such = f"no entry {upto} that could be undone: see `factcli log`"
            raise NotFound("nothing to undo" if upto is None else none_such)
        for seq in found:
            self._take_back(self.store.log_entry(seq))

    def check_rules(self) -> None:
        """Check that the change brings no new error into the store.

        Raises:
            WriteRefused: with the first faults.
        """
        changed = {key: change.record for key, change in self._changes.items()}
        new = new_faults(changed, self.find, self.store.database, self._commands)
        if new:
            more = " …" if len(new) > _NAMED else ""
            raise WriteRefused(f"not written: {'; '.join(map(str, new[:_NAMED]))}{more}")

    def write(self, path: Path, key: str) -> None:
        """Write the store; `key` is the key of its file as it was read.

        Raises:
            WriteRefused: when it cannot be written, or was changed by another program meanwhile.
        """
        with files.open_file(path) as stream:
            try:
                durable.replace(path, write_lines(self._lines(read_lines(stream), path, key)))
            except NotCanonical:
                lines = records.canonical_lines(self.store.database, path)
                durable.replace(path, write_lines(self._lines(lines, path, key)))

    def _lines(self, lines: Iterator[Line], path: Path, key: str) -> Iterator[Line]:
        """The lines of the store with those that changed, in the order of their numbers."""
        changed: dict[str, dict[int, Part | None]] = {table: {} for table in TABLES}
        changed["log"] = dict(enumerate(self.entries, self._last("log") + 1))
        for (table, _), change in self._changes.items():
            changed[table][change.number] = change.record
        for table, old in by_table(lines):
            new = [
                _new_line(table, number, record)
                for number, record in sorted(changed[table].items())
                if record is not None
            ]
            yield from merge((line for line in old if line.number not in changed[table]), new)
        if file_key(str(path)) != key:
            raise WriteRefused(f"{path} was changed by another program meanwhile: try again")

    def _to_undo(self, upto: int | None) -> list[int]:
        """The entries to take back, latest first.

        Each `undo` in the log has taken back the last entry that counted at that time.
        """
        standing: list[tuple[int, str]] = []
        for entry in self.store.log():
            if entry.op != "undo":
                standing.append((entry.seq, entry.at))
            elif standing:
                standing.pop()
        if upto is not None:
            return [seq for seq, _ in reversed(standing) if seq >= upto]
        return [seq for seq, at in reversed(standing) if at == standing[-1][1]]

    def _take_back(self, entry: LogEntry) -> None:
        """Undo the change that an entry of the log records."""
        table, ident = entry.table, entry.id
        former = self.find(table, ident) if table in TABLES else None
        was = None if former is None else msgspec.to_builtins(former)
        document = reverted(was, entry, str(self.store.path))
        number = self._number(table, ident) or entry.number or 0
        if former is None and (not number or self._is_taken(table, number)):
            number = self._last(table) + 1
        record = None if document is None else msgspec.convert(document, TABLES[table])
        if former is not None and record is not None:
            was = _difference(former, record)
        self._enter("undo", table, ident, was, _Change(number, record))

    def _number(self, table: str, ident: str) -> int | None:
        """The record number of a record; None when it is not there."""
        change = self._changes.get((table, ident))
        if change is None:
            return records.number_of(self.store.database, table, ident)
        return None if change.record is None else change.number

    def _last(self, table: str) -> int:
        """The greatest record number that a table has, or had before the change."""
        if table not in self._greatest:
            sql = "SELECT max(number) FROM line WHERE kind = ?"
            self._greatest[table] = self.store.database.value(sql, (table,)) or 0
        return self._greatest[table]

    def _is_taken(self, table: str, number: int) -> bool:
        """Whether a record has a number."""
        sql = "SELECT 1 FROM line WHERE kind = ? AND number = ?"
        taken = self._taken.get((table, number))
        return self.store.database.row(sql, (table, number)) is not None if taken is None else taken

    def _enter(
        self, op: Op, table: str, ident: str, was: dict[str, Any] | None, change: _Change
    ) -> None:
        """Note a change and its entry in the log, which gives the number of a removed record."""
        self._seq += 1
        number = change.number if change.record is None else None
        entry = LogEntry(
            seq=self._seq, at=self._at, by=self._by, op=op, table=table, id=ident, was=was,
            number=number, why=self._why,
        )  # fmt: skip
        self.entries.append(entry)
        self._changes[table, ident] = change
        self._taken[table, change.number] = change.record is not None
        self._greatest[table] = max(self._last(table), change.number)


def _new_line(table: str, number: int, record: Part) -> Line:
    """Write a record as a line, and read it back as the next reader of the store will.

    Raises:
        WriteRefused: when that reader would refuse it.
    """
    try:
        line = Line(table, number, msgspec.json.encode(record))
        (found,) = read_lines(io.BytesIO(b"".join(write_lines([line]))))
        if read_leniently(found)[1] == line.data:
            return line
        reason = f"record {number:,} would not be read as it is written"
    except NotCanonical:
        limits = f"numbers up to {GREATEST:,} and records up to {LONGEST:,} bytes are read"
        reason = f"record {number:,} of {len(line.data):,} bytes: {limits}"
    except (OverflowError, RecursionError) as error:
        reason = f"record {number:,} cannot be written: {error}"
    raise WriteRefused(f"not written: {table}, {reason}")


def create(path: Path, meta: Part) -> None:
    """Make a new store that holds nothing but its title page.

    Raises:
        WriteRefused: when a file is there already, or it cannot be written.
    """
    real = Path(os.path.realpath(path))
    with durable.locked(real):
        if os.path.lexists(path):
            raise WriteRefused(f"{path} exists already: name a new file")
        durable.replace(real, [dump({"meta": {1: meta}})])


def _difference(old: Part, new: Part) -> dict[str, Any]:
    """The former values of the fields that differ."""
    before, after = msgspec.to_builtins(old), msgspec.to_builtins(new)
    return {name: value for name, value in before.items() if value != after[name]}


def _after(earlier: str | None) -> str:
    """The time now, as the log writes it, but later than the last entry.

    A clock may have been set back.

    Raises:
        StoreError: when no time is later.
    """
    now = datetime.now(UTC)
    try:
        if earlier:
            now = max(now, datetime.fromisoformat(earlier) + timedelta(microseconds=1))
    except OverflowError:
        raise StoreError(
            f"the log ends at {earlier}, and nothing can be later: see `factcli check --explain"
            " S104`"
        ) from None
    return now.strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def _user() -> str:
    """The name of the writer: ``FACTCLI_BY``, else the login name."""
    import getpass

    if given := os.environ.get("FACTCLI_BY"):
        return given
    try:
        return getpass.getuser()
    except (OSError, KeyError):  # a user without a name, as in containers
        return f"uid {os.getuid()}"
