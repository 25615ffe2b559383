"""Lookups in JSON from an index that is fresh: records as they are kept, copied to standard output.

Nothing is imported that this does not need, which is most of factcli: it takes a third of the time. Whatever is in doubt (a name that
is no id, another format, an option that SQL does not decide, an empty answer) is left to the full way, and a test holds the two
against each other.
"""

from __future__ import annotations

import os

from factcli.cli.catalogue import COMMANDS
from factcli.cli.saying import left_out_remark, say, shown_remark
from factcli.errors import ReaderGone, StoreError, WriteRefused
from factcli.index import keeping, sqlite
from factcli.index.selection import CODED, Selection, patched
from factcli.store.places import place

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from typing import Any

_OUTPUT = {"format", "json", "limit", "count", "no_color", "exit_status"}
_IDS = {
    "topic": ("topic", "topics"),
    "actor": ("actor", "actors"),
    "said_by": ("origin", "actors"),
    "source": ("source", "sources"),
}
"""Filters on ids: the facet, and the table that declares them."""
_CHOICES = ("kind", "status", "quantity_status")
_DAYS = ("date", "since", "until")
_KNOWN = {*_OUTPUT, *_IDS, *_CHOICES, *_DAYS, "strict"}
_BUFFER = 1 << 20


def answered(store: str | None, command: str, words: list[str], given: dict[str, Any]) -> bool:
    """Answer a command line; False, and nothing done, when that is for others to do.

    Raises:
        WriteRefused: when not everything could be written, be it temporary files.
        ReaderGone: when nobody reads the pipe any more.
        StoreError: when the index is found damaged in the middle of a long answer.
    """
    form = given.get("format", "json")
    if not _KNOWN.issuperset(given) or form not in ("json", "jsonl") or ("json" in given and "format" in given):
        return False
    if not ("json" in given or "format" in given) and os.isatty(1):
        return False
    path = place(store)
    connection = keeping.fresh(path)
    if connection is None:
        return False
    try:
        if command == "show":
            return _shown(connection, words, given, form)
        found = _selection(connection, command, words, given)
        return found is not None and _listed(connection, found, given, form)
    except keeping.Damage as error:
        sqlite.refuse_if_full(error)
        keeping.clear(path)
        return False
    except StoreError:
        keeping.clear(path)
        raise
    finally:
        connection.close()


def _shown(connection: sqlite.Connection, ids: list[str], given: dict[str, Any], form: str) -> bool:
    if not ids or not {"format", "json", "no_color", "exit_status"}.issuperset(given):
        return False
    rows = [connection.execute("SELECT record FROM claims WHERE id = ?", (ident,)).fetchone() for ident in ids]
    if not all(rows):
        return False
    _write_rows((row[0] for row in rows), form)
    return True


def _listed(connection: sqlite.Connection, found: Selection, given: dict[str, Any], form: str) -> bool:
    number, left_out = found.told(connection.execute(found.tally()).fetchall())
    limit = given.get("limit")
    if not number or limit == 0:
        return False
    shown = number if limit is None else min(limit, number)
    if given.get("count"):
        write(f"{number}\n".encode())
    else:
        rows = connection.execute(found.rows(f"c.record, {found.possible}") + f" LIMIT {shown}")
        _write_rows((patched(record, possible) for record, possible in rows), form)
    for reason, count in sorted(left_out.items()):
        say(left_out_remark(count, reason))
    if shown < number and not given.get("count"):
        say(shown_remark(shown, number))
    return True


def _selection(
    connection: sqlite.Connection, command: str, words: list[str], given: dict[str, Any]
) -> Selection | None:
    """The filters as SQL; None where they say more than that."""
    filters = {name: list(given[name]) for name in (*_IDS, *_CHOICES, *_DAYS) if name in given}
    if command in ("topic", "actor", "date") and len(words) == 1:
        filters.setdefault(command, []).insert(0, words[0])
    elif command not in COMMANDS and not words:
        filters.setdefault("topic", []).insert(0, command)
    elif command != "list" or words:
        return None
    found = Selection()
    found.strict = "strict" in given
    found.hides = "status" not in filters
    for name, (facet, table) in _IDS.items():
        for expression in filters.get(name, ()):
            ids = _ids(connection, table, expression)
            if ids is None:
                return None
            found.add_facet(connection, facet, ids)
    for name in _CHOICES:
        for expression in filters.get(name, ()):
            if expression == "any" and name != "kind":
                continue
            wanted = {part.strip() for part in expression.split(",")}
            if not wanted.issubset(CODED[name][1]) or "" in wanted:
                return None
            found.add_facet(connection, name, wanted)
    return found if _dated(found, filters) else None


def _ids(connection: sqlite.Connection, table: str, expression: str) -> set[str] | None:
    """The ids that a comma list names, and those recorded as the same; None when one names none, or more than one."""
    found = set()
    for part in expression.split(","):
        ident = _named(connection, table, part.strip())
        if ident is None:
            return None
        found.add(ident)
        if table == "actors":
            found.update(row[0] for row in connection.execute("SELECT other FROM same WHERE id = ?", (ident,)))
    return found


def _named(connection: sqlite.Connection, table: str, text: str) -> str | None:
    """The id that a text is, or else the only one with that name, or else with a name of all its words (as in `Vocabulary`)."""
    is_id = "SELECT id FROM records INDEXED BY records_by_id WHERE place = ? AND id = ?"
    if connection.execute(is_id, (table, text)).fetchone():
        return text
    words = _words(text)
    found = connection.execute(
        "SELECT DISTINCT id FROM names WHERE place = ? AND folded = ?", (table, " ".join(words))
    ).fetchall()
    if not found and words:
        holds = " AND instr(' ' || folded || ' ', ?)" * len(words)
        found = connection.execute(
            f"SELECT DISTINCT id FROM names WHERE place = ?{holds}", (table, *(f" {word} " for word in words))
        ).fetchall()
    return found[0][0] if len(found) == 1 else None


def _words(text: str) -> list[str]:
    """The words of a text, as `factcli.text.fold` has them; none of a text that is not plain ASCII, which is left to it."""
    if not text.isascii():
        return []
    bare = text.replace("'", "").replace("`", "").lower()
    return "".join(char if char.isalnum() else " " for char in bare).split()


def _dated(found: Selection, filters: dict[str, list[str]]) -> bool:
    """Add the filters on dates; False where one cannot be read."""
    if any(name in filters for name in _DAYS):
        from factcli import dates
        from factcli.errors import UsageError

        try:
            days = [dates.parse_condition(text) for text in filters.get("date", ())]
            days += [dates.since(text) for text in filters.get("since", ())]
            days += [dates.until(text) for text in filters.get("until", ())]
        except UsageError:
            return False
        found.days = dates.both(days)
    return True


def _write_rows(rows: Iterable[bytes], form: str) -> None:
    """As `factcli.output.json` writes them."""
    begun = False
    try:
        for chunk in _chunks(rows, b"" if form == "jsonl" else b"[", b"\n" if form == "jsonl" else b",\n "):
            write(chunk)
            begun = True
    except keeping.Damage as error:
        sqlite.refuse_if_full(error)
        if begun:  # what was written cannot be taken back, and must not be written twice
            raise StoreError(
                "the index was found damaged and is deleted, and the answer is cut off: ask again"
            ) from None
        raise
    write(b"\n" if form == "jsonl" else b"]\n")


def _chunks(rows: Iterable[bytes], lead: bytes, between: bytes) -> Iterator[bytes]:
    waiting, size = [], 0
    for number, row in enumerate(rows):
        waiting += [between if number else lead, row]
        size += len(row)
        if size > _BUFFER:
            yield b"".join(waiting)
            waiting, size = [], 0
    yield b"".join(waiting)


def write(data: bytes) -> None:
    """All of it to standard output.

    Raises:
        WriteRefused: when not everything could be written.
        ReaderGone: when nobody reads the pipe any more.
    """
    rest = memoryview(data)
    try:
        while rest:
            rest = rest[os.write(1, rest) :]
    except BrokenPipeError:
        raise ReaderGone from None
    except OSError as error:
        raise WriteRefused(f"standard output could not be written: {error.strerror}") from None
