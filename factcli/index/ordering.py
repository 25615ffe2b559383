"""The order of more keys than memory should hold: sorted by SQLite, in a temporary file that has no name."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from factcli.index import sqlite


def in_order(rows: Iterable[Sequence[Any]], width: int) -> Iterator[int]:
    """Numbers, each before the parts of its key (texts by code points, numbers), in ascending order of the keys; equal ones stay as
    they are."""
    names = [f"part{at}" for at in range(width)]
    connection = sqlite.connect("", isolation_level=None)
    try:
        connection.execute("PRAGMA temp_store = FILE")
        connection.execute(f"CREATE TABLE keys (place INTEGER PRIMARY KEY, number, {', '.join(names)})")
        connection.execute("BEGIN")
        marks = ", ".join("?" * (width + 1))
        connection.executemany(f"INSERT INTO keys VALUES (NULL, {marks})", rows)
        for (number,) in connection.execute(f"SELECT number FROM keys ORDER BY {', '.join(names)}, place"):
            yield number
    finally:
        connection.close()


def order(keys: Iterable[Sequence[Any]], width: int) -> array[int]:
    """Where keys of so many parts (texts by code points, numbers) stand, in ascending order; equal ones stay as they are."""
    return array("q", in_order(((at, *key) for at, key in enumerate(keys)), width))
