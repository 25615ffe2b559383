"""Stores that are none, or bad ones: file name to bytes, for the tests of reading and of
writing."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from typing import Any

import bridge

GOOD = json.dumps(bridge.store())


def _changed(table: str, number: str, field: str, value: Any) -> bytes:
    tables = copy.deepcopy(bridge.store())
    tables[table][number][field] = value
    return json.dumps(tables).encode()


def _without(table: str, number: str, field: str) -> bytes:
    tables = copy.deepcopy(bridge.store())
    del tables[table][number][field]
    return json.dumps(tables).encode()


RAW: dict[str, bytes] = {
    "empty": b"",
    "blank": b" \n\t",
    "null": b"null",
    "list": b"[]",
    "text": b'"store"',
    "number": b"1",
    "true": b"true",
    "no tables": b"{}",
    "cut": GOOD.encode()[:-200],
    "cut in a string": GOOD.encode()[:300],
    "two documents": GOOD.encode() * 2,
    "binary": bytes(range(256)),
    "gzip": b"\x1f\x8b\x08\x00" + b"\x00" * 40,
    "latin-1": '{"meta": "é"}'.encode("latin-1"),
    "utf-16": GOOD.encode("utf-16"),
    "utf-16 without BOM": GOOD.encode("utf-16-le"),
    "utf-32": GOOD.encode("utf-32"),
    "nul bytes": GOOD.replace("Bridge", "Br\0idge").encode(),
    "overlong": b'{"a": "\xc0\xaf"}',
    "raw surrogate": b'{"a": "\xed\xa0\x80"}',
    "lone surrogate": GOOD.replace("The bridge is", "\\ud800 is").encode(),
    "reversed surrogates": GOOD.replace("The bridge is", "\\udc00\\ud800 is").encode(),
    "NaN": GOOD.replace('"paragraph": 1', '"paragraph": NaN').encode(),
    "Infinity": GOOD.replace('"paragraph": 1', '"paragraph": Infinity').encode(),
    "1e999": GOOD.replace('"paragraph": 1', '"paragraph": 1e999').encode(),
    "long integer": GOOD.replace('"paragraph": 1', '"paragraph": ' + "9" * 1_000_000).encode(),
    "long float": GOOD.replace('"paragraph": 1', '"paragraph": 0.' + "9" * 1_000_000).encode(),
    "duplicate key": GOOD.replace('"note": null', '"note": null, "note": null').encode(),
    "duplicate table": GOOD.replace('"series": {}', '"series": {}, "series": {}').encode(),
    "deep lists": b"[" * 100_000 + b"]" * 100_000,
    "deep objects": b'{"a":' * 100_000 + b"1" + b"}" * 100_000,
    "trailing comma": GOOD.replace('"series": {}', '"series": {},').encode()[:-1] + b",}",
    "comment": b"// store\n" + GOOD.encode(),
    "single quotes": GOOD.replace('"', "'").encode(),
    "table is a list": GOOD.replace('"series": {}', '"series": []').encode(),
    "table is null": GOOD.replace('"series": {}', '"series": null').encode(),
    "record is a list": GOOD.replace('"series": {}', '"series": {"1": []}').encode(),
    "record is text": GOOD.replace('"series": {}', '"series": {"1": "x"}').encode(),
    "unknown table": GOOD.replace('"series": {}', '"serious": {"1": {}}').encode(),
    "html": b"<!DOCTYPE html><title>404</title>",
}
RAW |= {
    f"record number {number!r}": GOOD.replace(
        '"series": {}', f'"series": {{{json.dumps(number)}: {{}}}}'
    ).encode()
    for number in ("0", "01", "1_0", "-1", "+1", "1.0", "x", "", " 1", "1e3", "²", "١", "9" * 5000)
}

WRONG: tuple[Any, ...] = (
    None,
    1,
    -1,
    1.5,
    True,
    "",
    "x",
    "\x1b[31m",
    [],
    {},
    [[]],
    [None],
    {"id": 1},
    "9" * 10_000,
)
"""Values of every type; for each field, those that are not valid there."""

FREE = {  # fields in which most texts, or null, are valid
    "statement", "note", "title", "about", "name", "text", "date_text", "date_basis", "question",
    "status_reason", "issued_basis", "URL",
    "language", "license", "container-title", "author", "aliases", "offices", "same_as",
    "affiliation", "relations", "actors", "unit", "locator",
    "quantity", "date", "issued", "type", "topics", "id", "paragraphs",
}  # fmt: skip


def stores() -> Iterator[tuple[str, bytes]]:
    """Every hostile store, with a name for it."""
    yield from RAW.items()
    tables = bridge.store()
    for table in ("meta", "topics", "actors", "sources", "questions", "claims"):
        for field in tables[table]["1"]:
            yield f"{table} without {field}", _without(table, "1", field)
            yield f"{table}.{field} is a list of lists", _changed(table, "1", field, [[[]]])
            yield f"{table}.{field} is 1.5", _changed(table, "1", field, 1.5)
            yield (
                f"{table}.{field} is an odd object",
                _changed(table, "1", field, {"\x1b[31m": "\u202e"}),
            )
        yield f"{table} with another field", _changed(table, "1", "verdict\x1b[31m", True)
    for name, field, value in [
        ("impossible day", "date", "2024-02-30"), ("reversed dates", "date", "2025/2024"),
        ("date in words", "date", "last week"),
        ("unknown topic", "topics", ["nothing"]), ("no topic", "topics", []),
        ("unknown question", "question", "why"),
        ("unknown source", "source", "nobody"),
        ("unknown actor", "actors", [{"id": "nobody", "role": "agent"}]),
        ("unknown role", "actors", [{"id": "lodz", "role": "villain"}]),
        ("unknown hop", "attribution", [bridge.hop("nobody", "said")]),
        ("unknown mode", "attribution", [bridge.hop(None, "dreamt")]),
        ("no chain", "attribution", []), ("unknown kind", "kind", "rumour"),
        ("unknown status", "status", "true"),
        ("locator 0", "locator", {"paragraph": 0, "sha256": bridge.DIGEST}),
        ("short digest", "locator", {"paragraph": 1, "sha256": "abc"}),
        ("amount in words", "quantity", bridge.metres("many")),
        ("amount NaN", "quantity", bridge.metres("NaN")),
        ("amount 1e9", "quantity", bridge.metres("1e9")),
        ("half a range", "quantity", bridge.metres("1", "range")),
        ("money without currency", "quantity", bridge.quantity("1", unit="money")),
        ("long amount", "quantity", bridge.metres("9" * 5000)), ("id with a blank", "id", "a b"),
        ("id with an option", "id", "--help"),
        ("id with an escape", "id", "\x1b[31m"), ("long id", "id", "b" * 5000),
        ("id twice", "id", "cmidyear"),
    ]:  # fmt: skip
        yield name, _changed("claims", "1", field, value)
