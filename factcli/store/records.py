"""Typed records from the lines of a store, with a sentence for what does not fit the model."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from typing import Any, NamedTuple

import msgspec

from factcli.errors import StoreError
from factcli.model import TABLES, Part
from factcli.store.files import StorePath
from factcli.store.lines import Line, decoded


class Fault(NamedTuple):
    """A document that breaks the model: where it stands, and why."""

    table: str
    number: int
    ident: str
    reason: str

    def __str__(self) -> str:
        return f"{self.table}, record {self.ident}: {self.reason}"


_LONG_NUMBER = re.compile(rb":-?[0-9]{101}"), re.compile(rb"[:,[]-?[0-9]{101}")
"""A number that may be too long for `factcli.store.strict_json`; lists of numbers are only in the
log."""


@cache
def _decoder(table: str) -> msgspec.json.Decoder[Part]:
    return msgspec.json.Decoder(TABLES[table])


def read_record(line: Line, path: StorePath) -> tuple[Any, bytes]:
    """Decode the record on a line; also its JSON as factcli writes it.

    Raises:
        StoreError: naming the record and the field that break the model.
        NotCanonical: when the line is not one JSON object.
    """
    record, data = read_leniently(line)
    if isinstance(record, Fault):
        raise StoreError(f"{path}: {record}")
    return record, data


def read_leniently(line: Line) -> tuple[Part | Fault, bytes]:
    """Decode the record on a line, or say how it breaks the model.

    Raises:
        NotCanonical: when the line is not one JSON object.
    """
    try:
        record = _decoder(line.table).decode(line.data)
        data = msgspec.json.encode(record)
        # So no key stands twice, and no number is out of range.
        if data == line.data and not _LONG_NUMBER[line.table == "log"].search(data):
            return record, data
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        pass
    converted = convert(line.table, line.number, decoded(line))
    return converted, b"" if isinstance(converted, Fault) else msgspec.json.encode(converted)


def convert(table: str, number: int, document: Mapping[str, Any]) -> Part | Fault:
    """Convert a document to the record of its table, or say how it breaks the model."""
    try:
        return msgspec.convert(document, TABLES[table])
    except msgspec.ValidationError as error:
        ident = document.get("id")
        name = ident if isinstance(ident, str) and 0 < len(ident) <= 64 else str(number)
        return Fault(table, number, name, _reason(error))


def _reason(error: msgspec.ValidationError) -> str:
    """Reword msgspec's ``Expected `str`, got `int` - at `$.actors[0].id```.

    It becomes ``field actors[0].id: expected str, got int``.
    """
    text, _, path = str(error).partition(" - at `$")
    field = path.strip("`").lstrip(".")
    text = text.replace("`", "")
    return f"{f'field {field}: ' if field else ''}{text[:1].lower()}{text[1:]}"
