"""Records by their places in a store's file, read when they are asked for."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterator, Mapping
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any, TypeVar

import msgspec

from factcli.errors import StoreError
from factcli.model import TABLES, Part
from factcli.scan.file import File
from factcli.store.lines import NotCanonical, row_of
from factcli.store.reading import decode as decode_strictly
from factcli.store.records import Fault
from factcli.store.records import decode as decode_records

GlimpseT = TypeVar("GlimpseT", bound=msgspec.Struct)
_KEPT = 512


class Lines(Mapping[int, Any]):
    """A small table as it stands in the file; a record is read when it is asked for."""

    def __init__(self, path: Path, table: str, file: File) -> None:
        self.path, self.table, self._file = path, table, file
        self._numbers, self._places = array("q"), array("q")
        self.ids: dict[str, int] = {}
        """Which of the records has an id."""

    def add(self, number: int, place: int, data: bytes) -> None:
        """Keep the place of a record, in its line and not after its beginning."""
        at = len(self._numbers)
        self._numbers.append(number)
        self._places.append(place)
        ident = ident_of(b'"0": ' + data) if self.table not in ("meta", "series") else ""
        if ident and self.ids.setdefault(ident, at) != at:
            raise StoreError(f"{self.path}: {self.table}, record {ident}: the id stands twice")

    def placed(self) -> Iterator[tuple[int, bytes]]:
        """The records as they stand on their lines, each with its place."""
        for at, place in enumerate(self._places):
            yield place, row_of(self._numbers[at], self._data(at))

    def _data(self, at: int) -> bytes:
        return data_of(self._file.line_at(self._places[at]))

    def __getitem__(self, number: int) -> Any:
        try:
            at = self._numbers.index(number)
        except ValueError:
            raise KeyError(number) from None
        return decode_strictly(self._data(at), self.path)

    def __iter__(self) -> Iterator[int]:
        return iter(self._numbers)

    def __len__(self) -> int:
        return len(self._numbers)

    def record(self, at: int) -> Part:
        """One of the records, counted from 0, as the model has it.

        Raises:
            StoreError: when it breaks the model.
        """
        return decoded(self.path, self.table, self._numbers[at], self._data(at))


class ById(Mapping[str, Any]):
    """The records of a small table by their ids."""

    def __init__(self, lines: Lines) -> None:
        self._lines = lines

    def __call__(self) -> ById:
        return self

    def __getitem__(self, ident: str) -> Any:
        return self._record(self._lines.ids[ident])

    @cached_property
    def _record(self) -> Callable[[int], Part]:
        return lru_cache(_KEPT)(self._lines.record)

    def __contains__(self, ident: object) -> bool:
        return ident in self._lines.ids

    def __iter__(self) -> Iterator[str]:
        return iter(self._lines.ids)

    def __len__(self) -> int:
        return len(self._lines.ids)


def data_of(line: bytes) -> bytes:
    """The JSON of a line, or of what is left of it."""
    return line[line.index(b"{") :].rstrip(b",\n")


def number_of(line: bytes) -> int:
    """The number before a record."""
    return int(line[1 : line.index(b'"', 1)])


def ident_of(line: bytes) -> str:
    """The id in a line; read from its bytes where it comes first and leaves no doubt."""
    at = line.find(b'": {"id":"', 0, 24) + 10
    if at > 10 and b"\\" not in (ident := line[at : line.find(b'"', at)]):
        return ident.decode()
    return glimpse(data_of(line), _Named).id


def glimpse(data: bytes, kind: type[GlimpseT]) -> GlimpseT:
    """Some fields of a record.

    Raises:
        NotCanonical: when it has no such fields; whoever reads all of it says what is wrong.
    """
    try:
        return msgspec.json.decode(data, type=kind)
    except (msgspec.MsgspecError, UnicodeDecodeError):
        raise NotCanonical from None


class _Named(msgspec.Struct):
    id: str


def decoded(path: Path, table: str, number: int, data: bytes) -> Part:
    """A record as the model has it.

    Raises:
        StoreError: when it breaks the model.
    """
    try:
        record = _DECODERS[table](data)
        if msgspec.json.encode(record) == data:  # otherwise a key may stand twice
            return record
    except (msgspec.MsgspecError, UnicodeDecodeError):
        pass
    ((_, found),) = decode_records(table, {number: decode_strictly(data, path)})
    if isinstance(found, Fault):
        raise StoreError(f"{path}: {found}")
    return found


_DECODERS: dict[str, Callable[[bytes], Part]] = {
    name: msgspec.json.Decoder(TABLES[name]).decode
    for name in ("topics", "actors", "sources", "questions", "claims", "log")
}
