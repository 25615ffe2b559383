"""Rules about the store as a whole: its bytes, its ids, its log."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import zip_longest
from typing import IO

import msgspec

from factcli.checks.findings import Draft
from factcli.checks.registry import Location, Records, rule
from factcli.database.history import build_as_of
from factcli.database.load import with_fraction
from factcli.database.records import canonical_lines
from factcli.errors import StoreError
from factcli.model import TABLES, Part
from factcli.store.files import open_file
from factcli.store.layout import write_lines
from factcli.text import visible

_CLOCKS_DIFFER = timedelta(minutes=1)
"""As far as the clock of another machine may be ahead."""


@rule("S101", "error")
def model(draft: Draft) -> Iterator[Location]:
    """Every record fits the model: all its fields are there, none besides, of the right type; dates
    are EDTF, amounts decimal, times of the log possible. Of a log at fault see S106, too.
    """
    for fault in draft.faults:
        yield fault.table, fault.ident, fault.reason
    number = sum(1 for _ in draft.table("meta"))
    if number != 1 and not any(fault.table == "meta" for fault in draft.faults):
        yield "meta", "", f"there must be one record, not {number}"


@rule("S102", "warning")
def canonical(draft: Draft) -> Iterator[Location]:
    """The file is byte for byte what factcli writes: one record a line, keys in order. Other
    formatting reads just as well, but makes diffs larger than changes.
    """
    if draft.faults:
        return
    with open_file(draft.path) as stream:
        at = _first_difference(write_lines(canonical_lines(draft.database, draft.path)), stream)
    if at is not None:
        yield "", "", f"not in canonical form{f', first at line {at}' if at else ''}"


@rule("S103", "error")
def unique_ids(draft: Draft) -> Iterator[Location]:
    """No id stands twice in a table, and none that the log once added is added again."""
    twice = "GROUP BY id HAVING count(*) > 1 ORDER BY"
    for table in TABLES:
        sql = f"SELECT id, count(*) FROM declared WHERE kind = ? {twice} min(number)"
        if table == "claims":
            sql = f"SELECT id, count(*) FROM claim WHERE ? = 'claims' {twice} min(n)"
        for ident, count in draft.database.rows(sql, (table,)):
            if table != "meta":
                yield table, ident, f"the id stands {count} times"
    draft.database.change("CREATE TEMP TABLE added (seq INTEGER, kind TEXT, id TEXT)")
    additions = ((entry.seq, entry.table, entry.id) for entry in draft.log() if entry.op == "add")
    draft.database.insert("INSERT INTO added VALUES (?, ?, ?)", additions)
    sql = "SELECT kind, id FROM added GROUP BY kind, id HAVING count(*) > 1 ORDER BY min(seq)"
    for table, ident in draft.database.rows(sql):
        yield table, ident, "the log adds this id more than once"


@rule("S104", "error")
def log_order(draft: Draft) -> Iterator[Location]:
    """The log counts up without gaps from 1; its times never go back and never lie in the future;
    the entries of one time are one command, by one writer for one reason; an undo takes back the
    last change that counts. What can be done: see S106.
    """
    latest = (datetime.now(UTC) + _CLOCKS_DIFFER).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    command: tuple[str, str, str | None] = ("", "", None)
    standing: list[int] = []
    for number, entry in enumerate(draft.log(), 1):
        at, found = with_fraction(entry.at), []
        if entry.seq != number:
            found.append(f"the entry after {number - 1} must be {number}")
        if at < command[0]:
            found.append(f"dated {entry.at}, before the entry that precedes it")
        elif at > latest:
            found.append(f"dated {entry.at}, which is in the future")
        elif at == command[0] and (entry.by, entry.why) != command[1:]:
            found.append("of the time of the entry before it, but by another or for another reason")
        command = max(at, command[0]), entry.by, entry.why
        if entry.op != "undo":
            standing.append(number)
        elif not draft.faults:
            sql = "SELECT 1 FROM log WHERE number = ? AND kind = ? AND id = ?"
            undone = standing.pop() if standing else 0
            if draft.database.row(sql, (undone, entry.table, entry.id)) is None:
                found.append("undoes a change that is not the last one that counts")
        yield from (("log", str(entry.seq), message) for message in found)


@rule("S105", "warning", *(table for table in TABLES if table != "log"))
def plain_text(record: Part, records: Records) -> Iterator[str]:
    """No text holds control, format or unassigned characters: they are shown escaped, and are
    rarely meant.
    """
    for text in _texts(msgspec.to_builtins(record)):
        if visible(text) != text:
            yield f"unusual characters in {visible(text)[:60]!r}"
            return


@rule("S106", "error")
def log_fits(draft: Draft) -> Iterator[Location]:
    """The log fits the records: taken back one by one, its changes lead to a valid store. Where it
    does not, the log or a record was changed by other means than factcli, and `--recorded-by` and
    `undo` end in a sentence. What can be done: mend the entry that is named, or take the file from
    a backup or from version control; or, if the records are right, empty the table `log` in the
    file (`"log": {}`): the records stay, and history begins anew.
    """
    if draft.faults:
        return
    try:
        former = build_as_of(draft.database, str(draft.path), "")
    except StoreError as error:
        yield "log", "", str(error).removeprefix(f"{draft.path}: ")
    else:
        if former is not draft.database:
            former.close()


def _first_difference(pieces: Iterator[bytes], stream: IO[bytes]) -> int | None:
    """The first line in which a file is not what it should be; 0 where one only ends earlier."""
    line = 1
    for piece in pieces:
        found = stream.read(len(piece))
        if found != piece:
            pairs = list(zip_longest(piece.split(b"\n"), (found + stream.readline()).split(b"\n")))
            return next((line + at for at, (one, other) in enumerate(pairs) if one != other), 0)
        line += piece.count(b"\n")
    return 0 if stream.read(1) else None


def _texts(value: object) -> Iterator[str]:
    """Every text in a document."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, (dict, list, tuple)):
        for part in value.values() if isinstance(value, dict) else value:
            yield from _texts(part)
