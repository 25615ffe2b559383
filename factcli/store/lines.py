"""A store read a line at a time, in bounded memory: the canonical layout of `factcli.store.layout`, and nothing else."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import IO, NamedTuple

_TABLE = re.compile(rb'"([a-z]+)": \{(\},?)?\n')
_RECORD = re.compile(rb'"([1-9][0-9]{0,14})": (\{.*\})(,?)\n', re.DOTALL)


class NotCanonical(Exception):
    """The file is laid out in another way, and has to be read whole."""


class Line(NamedTuple):
    """A record as it stands: its table, its internal number, its JSON."""

    table: str
    number: int
    data: bytes


def read_lines(stream: IO[bytes]) -> Iterator[Line]:
    """The records of a canonical file, in order.

    Raises:
        NotCanonical: at the first line that is not as expected; what came before it is not to be used then.
    """
    if stream.readline() != b"{\n":
        raise NotCanonical
    table: str | None = None
    expected = True
    for line in stream:
        if table is None:
            if line == b"}\n" and not expected:
                if stream.read(1):
                    raise NotCanonical
                return
            found = _TABLE.fullmatch(line)
            if found is None or not expected:
                # the last empty table ends without a comma
                raise NotCanonical
            if found[2] is not None:
                expected = found[2] == b"},"
                continue
            table = found[1].decode()
            more = True
        elif line in (b"},\n", b"}\n"):
            if more:
                raise NotCanonical
            table, expected = None, line == b"},\n"
        else:
            record = _RECORD.fullmatch(line)
            if record is None or not more:
                raise NotCanonical
            more = bool(record[3])
            yield Line(table, int(record[1]), record[2])
    raise NotCanonical
