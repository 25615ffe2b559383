"""Rows in the order of their fields; long answers are sorted on disk, not in memory."""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

import msgspec

from factcli.output.fields import sort_key

_MANY = 5000
"""Rows from which the order is worked out on disk, where rows can be read again."""


def ordered(records: Sequence[Any], paths: Sequence[str]) -> Sequence[Any]:
    """Records by the fields at some paths, the first counting most; equal ones stay as they are."""
    picked = getattr(records, "picked", None)
    if picked is None or len(records) < _MANY:
        keyed = [(_keys(record, paths), record) for record in records]
        keyed.sort(key=lambda pair: pair[0])
        return [record for _, record in keyed]
    found: Sequence[Any] = picked(_order(records, paths))
    return found


def _keys(record: Any, paths: Sequence[str]) -> list[tuple[int, Any]]:
    plain = msgspec.to_builtins(record)
    return [sort_key(plain, path) for path in paths]


def _order(records: Sequence[Any], paths: Sequence[str]) -> array[int]:
    """Where the records stand, in their new order: sorted by SQLite in a temporary file that has no name."""
    from factcli.store import sqlite

    names = [f"{kind}{at}" for at in range(len(paths)) for kind in ("rank", "value")]
    connection = sqlite.connect("", isolation_level=None)
    try:
        connection.execute("PRAGMA temp_store = FILE")
        connection.execute(f"CREATE TABLE keys (place INTEGER PRIMARY KEY, {', '.join(names)})")
        connection.execute("BEGIN")
        marks = ", ".join("?" * (len(names) + 1))
        connection.executemany(
            f"INSERT INTO keys VALUES ({marks})",
            ((place, *_flat(_keys(record, paths))) for place, record in enumerate(records)),
        )
        rows = connection.execute(f"SELECT place FROM keys ORDER BY {', '.join(names)}, place")
        return array("q", (row[0] for row in rows))
    finally:
        connection.close()


def _flat(keys: Sequence[tuple[int, Any]]) -> list[Any]:
    return [part for rank, value in keys for part in (rank, number_text(value) if rank == 0 else value)]


def number_text(number: Decimal) -> str:
    """A number as text that sorts as the number does: sign, magnitude, digits; of negative ones the complements."""
    if not number:
        return "1"
    _, digits, _ = number.as_tuple()
    text = f"{number.adjusted() + 500_000:07d}{''.join(map(str, digits)).rstrip('0')}"
    if number > 0:
        return f"2{text}"
    return f"0{text.translate(_COMPLEMENT)}~"


_COMPLEMENT = str.maketrans("0123456789", "9876543210")
