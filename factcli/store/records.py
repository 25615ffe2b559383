"""Documents to typed records, with a sentence for what does not fit."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

import msgspec

from factcli.model import TABLES, Part


class Fault(NamedTuple):
    """A document that breaks the model: where it stands, and why."""

    table: str
    number: int
    ident: str
    reason: str

    def __str__(self) -> str:
        return f"{self.table}, record {self.ident}: {self.reason}"


def decode(table: str, documents: Mapping[int, Any]) -> Iterator[tuple[int, Part | Fault]]:
    """The records of a table by their number; a fault in the place of one that breaks the model."""
    kind = TABLES[table]
    for number, document in documents.items():
        try:
            yield number, msgspec.convert(document, kind)
        except msgspec.ValidationError as error:
            ident = document.get("id")
            name = ident if isinstance(ident, str) and 0 < len(ident) <= 64 else str(number)
            yield number, Fault(table, number, name, _reason(error))


def _reason(error: msgspec.ValidationError) -> str:
    """msgspec's ``Expected `str`, got `int` - at `$.actors[0].id``` as ``field actors[0].id: expected str, got int``."""
    text, _, path = str(error).partition(" - at `$")
    field = path.strip("`").lstrip(".")
    text = text.replace("`", "")
    return f"{f'field {field}: ' if field else ''}{text[:1].lower()}{text[1:]}"
