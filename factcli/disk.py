"""What memory should not hold: kept, and sorted, by SQLite in a temporary file that has no name.

What is here raises WriteRefused when there is no room for that.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import chain, islice
from typing import Any, TypeVar, overload

from factcli.index import sqlite

RowT = TypeVar("RowT")


class Ordered(Sequence[int]):
    """Numbers on disk, in an order; a part of them is a view."""

    def __init__(self, connection: sqlite.Connection, places: range) -> None:
        self._connection, self._places = connection, places

    @overload
    def __getitem__(self, index: int) -> int: ...
    @overload
    def __getitem__(self, index: slice) -> Ordered: ...
    def __getitem__(self, index: int | slice) -> int | Ordered:
        if isinstance(index, slice):
            return Ordered(self._connection, self._places[index])
        found = self._connection.execute("SELECT number FROM ordered WHERE place = ?", (self._places[index],))
        return int(found.fetchone()[0])

    def __len__(self) -> int:
        return len(self._places)

    def __iter__(self) -> Iterator[int]:
        places = self._places
        if not places:
            return
        step = places.step
        sql = "SELECT number FROM ordered WHERE place BETWEEN ? AND ? AND (place - ?) % ? = 0 ORDER BY place"
        ends = sorted((places[0], places[-1]))
        for (number,) in self._connection.execute(sql + (" DESC" if step < 0 else ""), (*ends, places[0], abs(step))):
            yield number


class Encoded(Sequence[RowT]):
    """Rows by codes, each read in JSON, and decoded, when it is asked for."""

    def __init__(self, read: Callable[[int], bytes], codes: Sequence[int], decode: Callable[[bytes], RowT]) -> None:
        self._read, self._codes, self._decode = read, codes, decode

    @overload
    def __getitem__(self, index: int) -> RowT: ...
    @overload
    def __getitem__(self, index: slice) -> Encoded[RowT]: ...
    def __getitem__(self, index: int | slice) -> RowT | Encoded[RowT]:
        if isinstance(index, slice):
            return Encoded(self._read, self._codes[index], self._decode)
        return self._decode(self._read(self._codes[index]))

    def __len__(self) -> int:
        return len(self._codes)

    def __iter__(self) -> Iterator[RowT]:
        return map(self._decode, self.encoded())

    def encoded(self) -> Iterator[bytes]:
        """The rows in JSON."""
        return map(self._read, self._codes)

    def sorted_by(self, keys: Iterable[Sequence[Any]], width: int) -> Encoded[RowT]:
        """The rows in the order of keys, one for each, as `in_order` takes them."""
        codes = in_order(((code, *key) for code, key in zip(self._codes, keys, strict=True)), width)
        return Encoded(self._read, codes, self._decode)


def held(rows: Iterable[bytes], decode: Callable[[bytes], RowT]) -> Encoded[RowT]:
    """Rows in JSON, as they come."""
    connection = _filled(((row,) for row in rows), 1)
    (number,) = connection.execute("SELECT count(*) FROM kept").fetchone()

    def read(place: int) -> bytes:
        found = connection.execute("SELECT part0 FROM kept WHERE place = ?", (place,))
        return bytes(found.fetchone()[0])

    return Encoded(read, range(1, number + 1), decode)


_FEW = 50_000
"""As many numbers stay in memory."""


def filed(rows: Iterable[tuple[str, int]]) -> Callable[[str], list[int]]:
    """Numbers by the texts before which they stand, in the order in which they come."""
    connection = _filled(rows, 2)
    with room():
        connection.execute("CREATE INDEX by_text ON kept (part0, place, part1)")

    def numbers(text: str) -> list[int]:
        sql = "SELECT part1 FROM kept WHERE part0 = ? ORDER BY place"
        return [number for (number,) in connection.execute(sql, (text,))]

    return numbers


def as_they_came(numbers: Iterable[int]) -> Sequence[int]:
    """Numbers in the order in which they come: few in memory, more on disk."""
    coming = iter(numbers)
    few = array("q", islice(coming, _FEW))
    if len(few) < _FEW:
        return few
    connection = _opened()
    with room():
        connection.executemany(_ORDERED_ROW, ((number,) for number in chain(few, coming)))
    return _ordered(connection)


def in_order(rows: Iterable[Sequence[Any]], width: int) -> Ordered:
    """Numbers, each before the parts of its key (texts by code points, numbers), in ascending order of the keys; equal ones stay as
    they are."""
    connection = _filled(rows, width + 1)
    parts = ", ".join(f"part{at}" for at in range(1, width + 1))
    with room():
        connection.execute(f"INSERT INTO ordered (number) SELECT part0 FROM kept ORDER BY {parts}, place")
    connection.execute("DROP TABLE kept")
    return _ordered(connection)


def laid_aside(rows: Iterable[Sequence[Any]], width: int) -> Iterator[tuple[Any, ...]]:
    """Rows of so many texts and numbers as they came, once all have been seen."""
    parts = ", ".join(f"part{at}" for at in range(width))
    return _filled(rows, width).execute(f"SELECT {parts} FROM kept ORDER BY place")


_ORDERED_ROW = "INSERT INTO ordered (number) VALUES (?)"


def _ordered(connection: sqlite.Connection) -> Ordered:
    (number,) = connection.execute("SELECT count(*) FROM ordered").fetchone()
    return Ordered(connection, range(1, number + 1))


def _filled(rows: Iterable[Sequence[Any]], width: int) -> sqlite.Connection:
    connection = _opened()
    parts = ", ".join(f"part{at}" for at in range(width))
    with room():
        connection.execute(f"CREATE TABLE kept (place INTEGER PRIMARY KEY, {parts})")
        connection.executemany(f"INSERT INTO kept VALUES (NULL, {', '.join('?' * width)})", rows)
    return connection


def _opened() -> sqlite.Connection:
    connection = scratch()
    connection.execute("CREATE TABLE ordered (place INTEGER PRIMARY KEY, number)")
    return connection


def scratch() -> sqlite.Connection:
    """A database in a temporary file, for as long as the connection is kept; what fills it goes under `room`."""
    connection = sqlite.connect("", isolation_level=None)
    connection.execute("PRAGMA temp_store = FILE")
    connection.execute("PRAGMA cache_size = -500")  # KB; as much again for sorting
    connection.execute("BEGIN")
    return connection


@contextmanager
def room() -> Iterator[None]:
    """Tell a want of room from other errors."""
    try:
        yield
    except sqlite.Error as error:
        sqlite.refuse_if_full(error)
        raise
