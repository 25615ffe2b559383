"""The bytes of a store: TinyDB's layout, one record a line, keys in the model's order, UTF-8."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import msgspec

from factcli.model import TABLES
from factcli.store.lines import Line

_PIECE = 1 << 18


def dump(tables: Mapping[str, Mapping[int, Any]]) -> bytes:
    """Write whole tables of records; loading and dumping them again gives the same bytes."""
    return b"".join(
        write_lines(
            Line(name, number, msgspec.json.encode(record))
            for name in TABLES
            for number, record in sorted(tables.get(name, {}).items())
        )
    )


def write_lines(lines: Iterable[Line]) -> Iterator[bytes]:
    """Write records, which come table by table in the order of the model, in pieces of a file."""
    names = iter(TABLES)
    table, filled = next(names), False
    waiting, size = [b'{\n"%b": {' % table.encode()], 0
    for line in lines:
        while line.table != table:
            waiting.append(b"\n}," if filled else b"},")
            table, filled = next(names), False
            waiting.append(b'\n"%b": {' % table.encode())
        waiting.append(b'%b\n"%d": %b' % (b"," if filled else b"", line.number, line.data))
        filled = True
        size += len(line.data)
        if size > _PIECE:
            yield b"".join(waiting)
            waiting, size = [], 0
    waiting.append(b"\n}" if filled else b"}")
    waiting += (b',\n"%b": {}' % name.encode() for name in names)
    yield b"".join([*waiting, b"\n}\n"])
