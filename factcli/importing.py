"""Records from files: JSON, JSON Lines and CSV, each record with the place that it came from."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple

from factcli.errors import StoreError, UsageError
from factcli.model import TABLES
from factcli.store import strict_json
from factcli.text import is_formula

FORMATS = {".json": "json", ".jsonl": "jsonl", ".ndjson": "jsonl", ".csv": "csv"}
"""File endings, and what they mean."""

IMPORTED = tuple(name for name in TABLES if name not in ("meta", "log"))
"""The tables that records can be imported into; each refers only to earlier ones."""


class Imported(NamedTuple):
    """A document, the table it is for, and its place in the file: ``line 3``."""

    table: str
    document: dict[str, Any]
    place: str


def parse(
    data: bytes, form: str, table: str, mapping: Mapping[str, str], name: str
) -> list[Imported]:
    """Read the documents of a file.

    JSON is a record, an array of records, or an object of tables. A table is an array, or TinyDB's
    records by number. The header of CSV names field paths (``quantity.amount``), and `mapping`
    renames columns; empty cells give no field.

    Raises:
        UsageError: naming the file, and the line where one is at fault.
    """
    if form == "csv":
        return list(_csv(_read(strict_json.utf8, data, name), table, mapping, name))
    found = _lines(data, table, name) if form == "jsonl" else _values(data, table, name)
    documents = []
    for kind, place, value in found:
        if not isinstance(value, dict):
            raise UsageError(f"{name}, {place} is not a JSON object")
        documents.append(Imported(kind, value, place))
    return documents


def set_path(document: dict[str, Any], path: str, value: Any) -> None:
    """Set the field at a path such as ``quantity.amount``.

    Raises:
        UsageError: when a part of the path is no object.
    """
    *parents, last = path.split(".")
    for parent in parents:
        if document.get(parent) is None:
            document[parent] = {}
        document = document[parent]
        if not isinstance(document, dict):
            raise UsageError(
                f"{path}: {parent} is a list; give it whole, as JSON, with {parent}:=[…]"
            )
    document[last] = value


def _lines(data: bytes, table: str, name: str) -> Iterator[tuple[str, str, Any]]:
    """The tables, places and values of JSON Lines."""
    for n, line in enumerate(_read(strict_json.utf8, data, name).split("\n"), 1):
        if line.strip():
            yield table, f"line {n}", decode_json(line.encode(), f"{name}, line {n}")


def _values(data: bytes, table: str, name: str) -> Iterator[tuple[str, str, Any]]:
    """The tables, places and values of JSON."""
    found = decode_json(data, name)
    is_object = isinstance(found, dict) and bool(found)
    if is_object and all(k in TABLES and isinstance(v, (dict, list)) for k, v in found.items()):
        for key in IMPORTED:
            part = found.get(key, [])
            entries = part.items() if isinstance(part, dict) else enumerate(part, 1)
            yield from ((key, f"{key} {n}", value) for n, value in entries)
    else:
        values = found if isinstance(found, list) else [found]
        yield from ((table, f"record {n}", value) for n, value in enumerate(values, 1))


def _csv(text: str, table: str, mapping: Mapping[str, str], name: str) -> Iterator[Imported]:
    """The documents of CSV."""
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        header = [mapping.get(column, column) for column in next(reader, [])]
        for cells in reader:
            if not cells:
                continue
            place = f"line {reader.line_num}"
            if len(cells) != len(header):
                raise UsageError(f"{name}, {place}: {len(cells)} cells under {len(header)} columns")
            document: dict[str, Any] = {}
            for path, cell in zip(header, cells, strict=True):
                if cell and path:
                    set_path(document, path, _cell(path, cell))
            yield Imported(table, document, place)
    except csv.Error as error:
        raise UsageError(f"{name} is not CSV: {error} (line {reader.line_num})") from None


def _cell(path: str, cell: str) -> Any:
    """The value of a cell, written as `factcli --format csv` writes it.

    An apostrophe that keeps a spreadsheet from running the cell is dropped.
    """
    if cell[0] == "'" and is_formula(cell[1:]):
        cell = cell[1:]
    if path in ("topics", "aliases", "affiliation", "same_as", "author", "questions"):
        return [part.strip() for part in cell.split(";")]
    if path in ("actors", "attribution", "relations", "offices", "quantity.conversions"):
        return decode_json(cell.encode(), path)
    if path in ("locator.paragraph", "paragraphs"):
        return int(cell) if cell.isascii() and cell.isdigit() and len(cell) < 10 else cell
    return cell


def decode_json(data: bytes, name: str) -> Any:
    """Decode strict JSON.

    Raises:
        UsageError: naming where it came from, and what is wrong.
    """
    if not data.strip():
        raise UsageError(f"{name} is empty: JSON was expected")
    return _read(strict_json.decode, data, name)


def _read(decode: Callable[[bytes, str], Any], data: bytes, name: str) -> Any:
    """Decode as stores are decoded, but with the errors of a wrong command line."""
    try:
        return decode(data, name)
    except StoreError as error:
        raise UsageError(str(error)) from None
