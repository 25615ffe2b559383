"""A store as factcli writes it: one record a line, read in one pass and in bounded memory."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import IO, Any, NamedTuple

from factcli.errors import StoreError
from factcli.model import TABLES

LONGEST = 1 << 26
"""Bytes that a record may have."""
GREATEST = 10**15 - 1
"""The greatest number of a record."""
_SHORT = 40
"""More bytes than a line between records has."""
_TABLE = re.compile(rb'"([a-z]+)": \{(\},?)?\n')


class NotCanonical(StoreError):
    """The file is not laid out as factcli writes it; `factcli.store.scanning` reads it."""


class Line(NamedTuple):
    """A record as it stands in the file: its table, its record number, its JSON."""

    table: str
    number: int
    data: bytes


def read_lines(stream: IO[bytes]) -> Iterator[Line]:
    """Read the records of a file that is laid out as `factcli.store.layout` writes it.

    A line is taken for one record; whoever decodes it finds out when it is not.

    Raises:
        NotCanonical: at the first line that is not as expected.
    """
    if stream.readline(_SHORT) != b"{\n":
        raise NotCanonical
    last_table = next(reversed(TABLES))
    for name in TABLES:
        found = _TABLE.fullmatch(stream.readline(_SHORT))
        end = b"}" if name == last_table else b"},"
        if found is None or found[1] != name.encode() or found[2] not in (None, end):
            raise NotCanonical
        if found[2] is None:
            yield from _read_table(stream, name)
            if stream.readline(_SHORT) != end + b"\n":
                raise NotCanonical
    if stream.read(3) not in (b"}\n", b"}"):
        raise NotCanonical


def _read_table(stream: IO[bytes], table: str) -> Iterator[Line]:
    last = 0
    while line := stream.readline(LONGEST + 1):
        end = line.find(b'": {', 1, 20)
        digits = line[1:end]
        more = line.endswith(b"},\n")
        if end < 0 or line[:1] != b'"' or not digits.isdigit() or digits[:1] == b"0":
            raise NotCanonical
        number = int(digits)
        if number <= last or len(line) > LONGEST or not (more or line.endswith(b"}\n")):
            raise NotCanonical
        yield Line(table, number, line[end + 3 : -2 if more else -1])
        last = number
        if not more:
            return
    raise NotCanonical


def by_table(lines: Iterable[Line]) -> Iterator[tuple[str, Iterable[Line]]]:
    """Group lines by table: every table of the model, in its order, also those without records."""
    groups = groupby(lines, key=lambda line: line.table)
    name, group = next(groups, ("", ()))
    for table in TABLES:
        yield table, group if name == table else ()
        if name == table:
            name, group = next(groups, ("", ()))


def decoded(line: Line) -> dict[str, Any]:
    """The document on a line, read as strict JSON.

    Raises:
        NotCanonical: when the line is not one JSON object.
    """
    from factcli.store.strict_json import decode

    try:
        document = decode(line.data, line.table)
    except StoreError:
        raise NotCanonical from None
    if not isinstance(document, dict):
        raise NotCanonical
    return document
