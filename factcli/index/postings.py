"""What claims are looked up by, while an index is filled: noted as it comes, and sorted once all of it is there."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from factcli.index import sqlite

WIDTH = 8
"""Facet values in a row until they are sorted: most claims have not more, and a row costs more than a column."""
_EMPTY = [(None,) * (WIDTH - filled) for filled in range(WIDTH + 1)]
_VALUES = [f"v{place}" for place in range(WIDTH)]

Row = tuple[int | None, ...]
"""The span of a claim's date, its number, its flags, and values that it is posted under."""

SCHEMA = f"CREATE TEMP TABLE unsorted (low, high, n, flags, {', '.join(_VALUES)})"
_NOTE = f"INSERT INTO temp.unsorted VALUES ({', '.join('?' * (4 + WIDTH))})"
_SORT = (
    f"INSERT INTO postings SELECT CASE column1 {' '.join(f'WHEN {place} THEN {v}' for place, v in enumerate(_VALUES))} END AS v,"
    f" low, high, n, flags FROM temp.unsorted CROSS JOIN (VALUES {', '.join(f'({place})' for place in range(WIDTH))})"
    " WHERE v NOT NULL ORDER BY 1, 2, 3, 4"
)


def rows(low: int, high: int, n: int, flags: int, values: Sequence[int]) -> list[Row]:
    """A claim with the values that it is posted under, as it is noted."""
    parts = [values] if len(values) <= WIDTH else [values[at : at + WIDTH] for at in range(0, len(values), WIDTH)]
    return [(low, high, n, flags, *part, *_EMPTY[len(part)]) for part in parts]


def note(connection: sqlite.Connection, found: Iterable[Row]) -> None:
    """Note what claims are posted under."""
    connection.executemany(_NOTE, found)


def sort(connection: sqlite.Connection) -> None:
    """Post what was noted, in the order in which lookups read it, and count it."""
    connection.execute(_SORT)
    connection.execute("DROP TABLE temp.unsorted")
    connection.execute("INSERT INTO counts SELECT v, 0, count(*) FROM postings WHERE NOT flags & 7 GROUP BY 1")  # most
    connection.execute("INSERT INTO counts SELECT v, flags & 7, count(*) FROM postings WHERE flags & 7 GROUP BY 1, 2")
    connection.execute("DELETE FROM facets WHERE v NOT IN (SELECT v FROM counts)")
