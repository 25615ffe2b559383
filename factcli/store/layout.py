"""The canonical bytes of a store: TinyDB's layout, one record a line, keys in the model's order, UTF-8."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from factcli.model import TABLES, Part


def dump(tables: Mapping[str, Mapping[int, Part]]) -> bytes:
    """The file that holds these records; loading and dumping it again gives the same bytes."""
    return ("{\n" + ",\n".join(_table(name, tables.get(name, {})) for name in TABLES) + "\n}\n").encode()


def line(record: Part) -> str:
    """One record as it stands on its line."""
    return msgspec.json.encode(record).decode()


def _table(name: str, records: Mapping[int, Part]) -> str:
    if not records:
        return f'"{name}": {{}}'
    rows = ",\n".join(f'"{number}": {line(records[number])}' for number in sorted(records))
    return f'"{name}": {{\n{rows}\n}}'
