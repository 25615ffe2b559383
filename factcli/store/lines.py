"""A store read record by record, in bounded memory: where every record begins on a line of its own, indented or not."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from typing import IO, NamedTuple

from factcli.errors import StoreError
from factcli.model import TABLES

_TABLE = re.compile(rb'( *)"([a-z]+)": \{(\},?)?\n')
_BEGIN = re.compile(rb' *"([1-9][0-9]{0,14})": \{\n')
_LONGEST = 1 << 26
_LONGEST_ENTRY = 1 << 20
BUFFER = 1 << 16
"""Bytes to read at once: lines of a few hundred bytes come in a third of the time that they take otherwise."""
_QUOTE, _COMMA, _BRACE, _ENDS = *b'",}', b"},"


class NotCanonical(StoreError):
    """The file is laid out in another way, and has to be read whole."""

    def __str__(self) -> str:
        return "the store is not laid out line by line throughout: any change made by factcli lays it out anew"


class Line(NamedTuple):
    """A record as it stands: its table, its internal number, its JSON."""

    table: str
    number: int
    data: bytes


def row_of(number: int, data: bytes) -> bytes:
    """A record as it stands on its line."""
    return b'"%d": %b' % (number, data)


def read_lines(stream: IO[bytes]) -> Iterator[Line]:
    """The records of a file, in order: every table of a store, as `factcli.store.layout` or ``json.dump(indent=…)`` writes them.

    Raises:
        NotCanonical: at the first line that is not as expected; what came before it is not to be used then.
    """
    if stream.readline() != b"{\n":
        raise NotCanonical
    indent: bytes | None = None
    for position, name in enumerate(TABLES):
        found = _TABLE.fullmatch(stream.readline())
        if found is None or found[2] != name.encode() or indent not in (None, found[1]):
            raise NotCanonical
        indent = found[1]
        end = b"}" if position == len(TABLES) - 1 else b"},"
        if found[3] is None:
            yield from _records(stream, name, indent, end)
        elif found[3] != end:
            raise NotCanonical
    if stream.read(3) not in (b"}\n", b"}"):
        raise NotCanonical


def read_small(stream: IO[bytes]) -> Iterator[Line]:
    """The records before the claims, of a file that is not indented; the stream stands at the first claim then.

    Raises:
        NotCanonical: when it is laid out in another way, or has no claims.
    """
    if stream.readline() != b"{\n":
        raise NotCanonical
    for name in TABLES:
        found = _TABLE.fullmatch(stream.readline())
        if (
            found is None
            or found[1]
            or found[2] != name.encode()
            or found[3] == b"}"
            or (found[3] and name == "claims")
        ):
            raise NotCanonical
        if name == "claims":
            return
        if found[3] is None:
            yield from _records(stream, name, b"", b"},")


def claim_rows(stream: IO[bytes]) -> Iterator[bytes]:
    """The lines of the claims without what parts them, from where `read_small` stopped to the end of the table.

    Raises:
        NotCanonical: at a line that is not as expected.
    """
    more = True
    for line in stream:
        if line[0] != _QUOTE:
            if more or line != b"},\n":
                raise NotCanonical
            return
        if not more:
            raise NotCanonical
        more = line[-2] == _COMMA
        row = line[: -2 if more else -1]
        if row[-1] != _BRACE or b'": {' not in row[:24]:
            raise NotCanonical
        yield row
    raise NotCanonical


def read_log(stream: IO[bytes]) -> Iterator[Line]:
    """What comes after the claims.

    Raises:
        NotCanonical: when it is laid out in another way.
    """
    found = _TABLE.fullmatch(stream.readline())
    if found is None or found[1] or found[2] != b"log" or found[3] == b"},":
        raise NotCanonical
    if found[3] is None:
        yield from _records(stream, "log", b"", b"}")
    if stream.read(3) not in (b"}\n", b"}"):
        raise NotCanonical


def read_log_backwards(descriptor: int) -> Iterator[Line]:
    """The records of the log from the last on, of a file that is not indented: what comes before them is not read.

    Raises:
        NotCanonical: when it is laid out in another way.
    """
    lines = _backwards(descriptor)
    if next(lines) + next(lines, b"") != b"}\n":
        raise NotCanonical
    if (line := next(lines, b"")) == b'"log": {}\n':
        return
    if line != b"}\n":
        raise NotCanonical
    is_last = True
    for line in lines:
        if line == b'"log": {\n' and not is_last:
            return
        number, data, more = _row(line)
        if more == is_last:
            raise NotCanonical
        yield Line("log", number, data)
        is_last = False
    raise NotCanonical


def _backwards(descriptor: int) -> Iterator[bytes]:
    """The lines of a file from the last on; what follows the last line break comes before them."""
    place, line, end = os.fstat(descriptor).st_size, b"", b""
    while place:
        if len(line) > _LONGEST_ENTRY:
            raise NotCanonical
        size = min(BUFFER, place)
        place -= size
        line, *lines = (os.pread(descriptor, size, place) + line).split(b"\n")
        for whole in reversed(lines):
            yield whole + end
            end = b"\n"
    yield line + end


def claim_lines(stream: IO[bytes], start: int) -> Iterator[tuple[int, bytes]]:
    """The lines of the claims, each with its place, of a stream that stands at the first, which is at `start`.

    Raises:
        NotCanonical: at a line that is not as expected.
    """
    place = start
    for line in stream:
        if line[0] != _QUOTE:
            break
        if line[-2] not in _ENDS:
            raise NotCanonical
        yield place, line
        place += len(line)


def _records(stream: IO[bytes], table: str, indent: bytes, end: bytes) -> Iterator[Line]:
    """The records of a table, in the order of their numbers, and the line that ends it."""
    last = 0
    for number, data, more in _indented(stream, indent * 2) if indent else _plain(stream):
        if number <= last:
            raise NotCanonical
        last = number
        yield Line(table, number, data)
        if not more:
            if stream.readline() != indent + end + b"\n":
                raise NotCanonical
            return
    raise NotCanonical


def _plain(stream: IO[bytes]) -> Iterator[tuple[int, bytes, bool]]:
    return map(_row, stream)


def _row(line: bytes) -> tuple[int, bytes, bool]:
    end = line.find(b'": {', 1, 20)
    number = line[1:end]
    more = line.endswith(b"},\n")
    if line[:1] != b'"' or end < 0 or not number.isdigit() or number[:1] == b"0" or not (more or line.endswith(b"}\n")):
        raise NotCanonical
    return int(number), line[end + 3 : -2 if more else -1], more


def _indented(stream: IO[bytes], indent: bytes) -> Iterator[tuple[int, bytes, bool]]:
    """Records that end with a brace at their own indentation: no line inside one, JSON as it is, is indented so little."""
    ends = {indent + b"}\n": False, indent + b"},\n": True}
    for line in stream:
        found = _BEGIN.fullmatch(line)
        if found is None or not line.startswith(indent + b'"'):
            raise NotCanonical
        parts, size = [b"{\n"], 0
        for part in stream:
            if part in ends:
                break
            size += len(part)
            if size > _LONGEST:
                raise NotCanonical
            parts.append(part)
        else:
            raise NotCanonical
        yield int(found[1]), b"".join([*parts, b"}"]), ends[part]
