"""Field paths such as ``source.outlet``: which a kind of row has, and their values in a row."""

from __future__ import annotations

import types
import typing
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from functools import cache
from typing import Any

import msgspec

from factcli.encoding import encode
from factcli.errors import UsageError
from factcli.quantity import number_key
from factcli.text import did_you_mean


@cache
def paths(row: type[msgspec.Struct]) -> tuple[str, ...]:
    """Every field path of a kind of row, in the order of its JSON."""
    found = []
    hints = typing.get_type_hints(row)
    for field in msgspec.structs.fields(row):
        found.append(field.encode_name)
        if inner := _struct(hints[field.name]):
            found += [f"{field.encode_name}.{path}" for path in paths(inner)]
    return tuple(found)


def parse(text: str, row: type[msgspec.Struct], option: str = "--fields") -> tuple[str, ...]:
    """The paths of a comma list.

    Raises:
        UsageError: for an unknown one, with the nearest or all names.
    """
    known = paths(row)
    found = tuple(part.strip() for part in text.split(","))
    for path in found:
        if path not in known:
            hint = did_you_mean(path, known) or f" Fields: {', '.join(known)}."
            raise UsageError(f"{option}: no field {path!r} here.{hint}")
    return found


def pick(row: Any, path: str) -> Any:
    """The value of a path in a row of plain dicts and lists; None where a part of it is null."""
    for name in path.split("."):
        if isinstance(row, (list, tuple)):
            row = [part.get(name) for part in row]
        elif row is not None:
            row = row.get(name)
    return row


def cell(value: Any) -> str:
    """A value as text: nothing for null, semicolons between parts of a list, objects as JSON."""
    if value is None:
        return ""
    if isinstance(value, (list, tuple)):
        return "; ".join(cell(part) for part in value)
    if isinstance(value, dict):
        return msgspec.json.encode(value).decode()
    return str(value).lower() if isinstance(value, bool) else str(value)


def sort_key(row: str, path: str) -> str:
    """The sort key of a row (as JSON) for one field: text that sorts by code points.

    Numbers sort as numbers, text as text; rows without a value come last.
    """
    value = pick(msgspec.json.decode(row), path)
    if value is None or value in ([], ()):
        return "2"
    if isinstance(value, int) or (path.endswith("amount") and isinstance(value, str)):
        return f"0{number_key(Decimal(value))}"
    return f"1{cell(value)}"


def picked(rows: Iterable[str], paths: Sequence[str]) -> Iterator[str]:
    """Rows (as JSON) with the chosen fields only, under their paths."""
    for row in rows:
        plain = msgspec.json.decode(row)
        yield encode({path: pick(plain, path) for path in paths})


def _struct(hint: Any) -> type[msgspec.Struct] | None:
    """The struct inside ``X``, ``X | None`` or ``tuple[X, ...]``."""
    if isinstance(hint, type) and not isinstance(hint, types.GenericAlias):
        return hint if issubclass(hint, msgspec.Struct) else None
    return next((inner for arg in typing.get_args(hint) if (inner := _struct(arg))), None)
