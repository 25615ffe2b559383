"""The canonical bytes of a store: TinyDB's layout, one record a line, keys in the model's order, UTF-8."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from factcli.model import TABLES


def dump(tables: Mapping[str, Mapping[int, Any]]) -> bytes:
    """The file that holds these records; loading and dumping it again gives the same bytes."""
    return ("{\n" + ",\n".join(_table(name, tables.get(name, {})) for name in TABLES) + "\n}\n").encode()


def line(record: Any) -> str:
    """One record (typed, or a document with its keys in order) as it stands on its line."""
    return msgspec.json.encode(record).decode()


def _table(name: str, records: Mapping[int, Any]) -> str:
    if not records:
        return f'"{name}": {{}}'
    rows = ",\n".join(f'"{number}": {line(records[number])}' for number in sorted(records))
    return f'"{name}": {{\n{rows}\n}}'
