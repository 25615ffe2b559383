"""The log walked backwards: reverse deltas give any former state of a store.

An entry's `was` holds the former values of the fields that changed; nothing for an addition, the whole record for a
removal. Meta has no id: its entries are of the id ``meta``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from pathlib import Path
from typing import Any

import msgspec

from factcli import dates
from factcli.errors import StoreError
from factcli.model import LogEntry
from factcli.store.lines import BUFFER, Line, NotCanonical, read_lines, read_log_backwards

Document = Mapping[str, Any]
META = "meta"
_TIME = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{6})?Z")


def last_moment(when: str) -> str:
    """The end of the period that a date names, or a time as the log writes it, to be compared with the times of the log.

    Raises:
        UsageError: for a malformed date.
    """
    if _TIME.fullmatch(when):
        return _time(when)
    last = dates.bounds(when)[1]
    return f"{last}T23:59:59.999999Z" if last else "9999-12-31T23:59:59.999999Z"


def later(descriptor: int, moment: str) -> Iterator[Line]:
    """The changes after a moment (as the log writes times) in the log of an open file, the last first; the rest is not read.

    Raises:
        NotCanonical: when the file is not as `factcli.store.layout` writes it.
    """
    for line in read_log_backwards(descriptor):
        if _at(line) <= moment:
            return
        yield line


def is_changed_since(path: Path, moment: str) -> bool:
    """Whether the last change of a store's log came after a moment; true where its file cannot be read line by line."""
    try:
        with open(path, "rb", buffering=BUFFER) as stream:
            try:
                return any(True for _ in later(stream.fileno(), moment))
            except NotCanonical:
                last = None
                for line in read_lines(stream):
                    last = line
                return last is not None and last.table == "log" and _at(last) > moment
    except (OSError, NotCanonical):
        return True


def _at(line: Line) -> str:
    try:
        return _time(msgspec.json.decode(line.data, type=_Entry).at)
    except (msgspec.MsgspecError, UnicodeDecodeError):
        raise NotCanonical from None


class _Entry(msgspec.Struct):
    at: str


def former(
    tables: Mapping[str, Mapping[int, Document]], log: Sequence[LogEntry], moment: str
) -> dict[str, dict[int, Document]]:
    """The tables as they were at a moment (as the log writes times), the log among them.

    Raises:
        StoreError: when the log does not fit the records.
    """
    earlier = {name: dict(records) for name, records in tables.items()}
    numbers = {
        name: {ident_of(name, record): number for number, record in records.items()}
        for name, records in earlier.items()
    }
    standing = len(log)
    for entry in reversed(log):
        if _time(entry.at) <= moment:
            break
        revert(earlier.setdefault(entry.table, {}), numbers.setdefault(entry.table, {}), entry)
        standing -= 1
    earlier["log"] = dict(islice(tables.get("log", {}).items(), standing))
    return earlier


def revert(records: dict[int, Document], numbers: dict[str, int], entry: LogEntry) -> None:
    """Take one change back, in place; `numbers` finds a record's number by its id.

    Raises:
        StoreError: when the change is not there to be taken back.
    """
    number = numbers.get(entry.id)
    if entry.was is None:
        if number is None:
            raise StoreError(f"log, entry {entry.seq}: it adds {entry.table} {entry.id}, which is not in the store")
        del records[number], numbers[entry.id]
    elif number is None:
        number = entry.number or max(records, default=0) + 1
        numbers[entry.id], records[number] = number, entry.was
    else:
        records[number] = {**records[number], **entry.was}


def ident_of(table: str, record: Document) -> str:
    """What the log calls a record."""
    return META if table == META else str(record.get("seq" if table == "log" else "id"))


def to_undo(log: Sequence[LogEntry], upto: int | None = None) -> list[LogEntry]:
    """The entries to take back, latest first: those of the last command that stands, or all from a number on.

    Undoing is itself in the log; an entry that was undone is not undone again.
    """
    standing: list[LogEntry] = []
    for entry in log:
        if entry.op != "undo":
            standing.append(entry)
        elif standing:
            standing.pop()
    if upto is not None:
        return [entry for entry in reversed(standing) if entry.seq >= upto]
    return [entry for entry in reversed(standing) if entry.at == standing[-1].at]


def _time(at: str) -> str:
    """Times with and without a fraction, so that they compare as text."""
    return at if "." in at else at.replace("Z", ".000000Z")
