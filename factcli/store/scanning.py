"""Reading the records of any JSON file that is a store, in bounded memory."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import IO, NoReturn

from factcli.errors import StoreError
from factcli.model import TABLES
from factcli.store import strict_json
from factcli.store.files import StorePath
from factcli.store.lines import LONGEST, Line

NUMBER = re.compile(r"[1-9][0-9]{0,14}")  # TinyDB takes "01" for 1, and then loses one of the two
# Possessive: a repeat that may be given back takes a hundred bytes of memory for each escape.
_TOKEN = re.compile(rb'[{}]|"[^"\\]*+(?:\\.[^"\\]*+)*+("?)', re.DOTALL)
_STRING = re.compile(rb'"[^"\\]*+(?:\\.[^"\\]*+)*+"', re.DOTALL)
_DEEPEST = 1000
"""Objects within each other: no JSON reader of Python takes more."""
_SPACE = re.compile(rb"[ \t\n\r]*")
_VALUES = {b"[": "a list", b'"': "text", b"n": "null", b"-": "a number", b"{": "an object"}
_VALUES |= {b"t": "a truth value", b"f": "a truth value"}
_CHUNK = 1 << 16


def scan(stream: IO[bytes], path: StorePath) -> Iterator[Line]:
    """Read the records of any JSON file that is a store, table by table in the order of the model.

    Raises:
        StoreError: naming the file and what is wrong with it, and where.
    """
    scanner = _Scanner(stream, path)
    places = scanner.table_places()
    if missing := [name for name in ("meta", "claims") if name not in places]:
        raise StoreError(f"{path} is not a store: it has no table {missing[0]!r}")
    for name in TABLES:
        if name in places:
            yield from scanner.records(name, places[name])


def check_syntax(stream: IO[bytes], path: StorePath) -> None:
    """See that a file holds tables of records by number, whatever the records hold.

    Raises:
        StoreError: naming the file and what is wrong with it, and where.
    """
    _Scanner(stream, path).table_places()


class _Scanner:
    """Finds the records in a JSON file by its braces and strings, a window of it at a time."""

    def __init__(self, stream: IO[bytes], path: StorePath) -> None:
        self._stream, self._path = stream, path
        self._window, self._base, self._at = b"", 0, 0
        self._seek(0)

    def table_places(self) -> dict[str, int]:
        """Find where each table begins, and see that the file is one JSON object of tables."""
        if self._peek() == b"" and self._place() == 0:
            raise StoreError(f"{self._path} is empty: a store holds at least its meta table")
        if self._peek() != b"{":
            expected = 'expected tables such as "claims" at its top'
            self._expected_value(f"{self._path} is not a store: {expected}, found")
        places: dict[str, int] = {}
        for name in self._keys():
            if name in places:
                raise self._twice(name)
            if self._peek() != b"{":
                start = f"{self._path} is not a store: table {name[:40]!r} is"
                self._expected_value(start, ", not records by number")
            places[name] = self._place()
            for _ in self._records(name[:40]):
                pass
        if self._peek():
            self._fail("Extra data")
        if unknown := sorted(places.keys() - TABLES.keys()):
            known = ", ".join(TABLES)
            table = unknown[0][:40]
            raise StoreError(f"{self._path} has a table {table!r}: a store has only {known}")
        return places

    def records(self, table: str, place: int) -> Iterator[Line]:
        """The records of a table that begins at a place, each proved to be strict JSON."""
        self._seek(place)
        for number, start, data in self._records(table):
            strict_json.utf8(data, self._path, start)
            try:
                strict_json.decode(data, self._path)
            except strict_json.NotJson as error:
                self._fail(error.reason, start + error.offset)
            yield Line(table, number, data)

    def _records(self, table: str) -> Iterator[tuple[int, int, bytes]]:
        seen: set[int] = set()
        for key in self._keys():
            if not NUMBER.fullmatch(key):
                wrong = f"numbers a record {key[:20]!r}: only 1, 2, 3 … are read"
                raise StoreError(f"{self._path}: table {table!r} {wrong}")
            number = int(key)
            if number in seen:
                raise self._twice(key)
            seen.add(number)
            if self._peek() != b"{":
                start = f"{self._path}: record {number} of table {table!r} is"
                self._expected_value(start, ", not an object")
            yield number, self._place(), self._object()

    def _keys(self) -> Iterator[str]:
        """The keys of an object, whose values are read between them."""
        self._take(b"{", "Expecting value")
        if self._peek() == b"}":
            self._at += 1
            return
        while True:
            if self._peek() != b'"':
                self._fail("Expecting property name enclosed in double quotes")
            yield self._string()
            if self._peek() == b"}":
                self._at += 1
                return
            self._take(b",", "Expecting ',' delimiter")

    def _string(self) -> str:
        while (found := _STRING.match(self._window, self._at)) is None:
            if not self._grow():
                self._fail("Unterminated string starting at")
            self._check_length("a key")
        self._at = found.end()
        self._take(b":", "Expecting ':' delimiter")
        try:
            text = json.loads(found[0].decode())
        except ValueError:
            self._fail("Invalid key", self._base + found.start())
        assert isinstance(text, str)
        return text

    def _object(self) -> bytes:
        depth, done = 0, 0
        while True:
            for token in _TOKEN.finditer(self._window, self._at + done):
                mark = token[0]
                if mark == b"{":
                    depth += 1
                    if depth > _DEEPEST:
                        raise strict_json.too_deep(self._path)
                elif mark == b"}":
                    depth -= 1
                    if depth == 0:
                        data = self._window[self._at : token.end()]
                        self._at = token.end()
                        return data
                elif not token[1]:  # a string that the window cuts
                    done = token.start() - self._at
                    break
                done = token.end() - self._at
            if not self._grow():
                self._fail("Expecting ',' delimiter")
            self._check_length("a record")

    def _check_length(self, what: str) -> None:
        if len(self._window) - self._at > LONGEST:
            raise StoreError(f"{self._path} has {what} longer than {LONGEST:,} bytes")

    def _peek(self) -> bytes:
        """The next byte that is not white space; nothing at the end of the file."""
        while True:
            found = _SPACE.match(self._window, self._at)
            self._at = found.end() if found else self._at
            if self._at < len(self._window) or not self._grow():
                return self._window[self._at : self._at + 1]

    def _take(self, mark: bytes, otherwise: str) -> None:
        if self._peek() != mark:
            self._fail(otherwise)
        self._at += 1

    def _grow(self) -> bool:
        """Read more into the window, and drop what is behind."""
        more = self._stream.read(max(_CHUNK, len(self._window) - self._at))
        self._base += self._at
        self._window, self._at = self._window[self._at :] + more, 0
        return bool(more)

    def _seek(self, place: int) -> None:
        self._stream.seek(place)
        self._base, self._window, self._at = place, b"", 0
        if place == 0 and self._grow() and self._window.startswith(b"\xef\xbb\xbf"):
            self._at = 3

    def _place(self) -> int:
        return self._base + self._at

    def _twice(self, key: str) -> StoreError:
        return StoreError(
            f"{self._path} is not valid: the key {key[:40]!r} stands twice in one object"
        )

    def _expected_value(self, start: str, end: str = "") -> NoReturn:
        """Say which value stands where tables or records should."""
        mark = self._peek()
        name = "a number" if mark.isdigit() else _VALUES.get(mark)
        if name is None:
            self._fail("Expecting value")
        raise StoreError(f"{start} {name}{end}")

    def _fail(self, reason: str, place: int | None = None) -> NoReturn:
        """Say what is no JSON, by line and column; or that the file is not UTF-8 up to there."""
        place = self._place() if place is None else place
        line, column = 1, 1
        self._stream.seek(0)
        for text in strict_json.utf8_pieces(self._stream, self._path, place):
            line += text.count("\n")
            _, newline, last = text.rpartition("\n")
            column = len(last) + (1 if newline else column)
        strict_json.utf8(self._stream.read(_CHUNK), self._path, place, cut=True)
        raise StoreError(
            f"{self._path} is not JSON: {reason} (line {line}, column {column})"
        ) from None
