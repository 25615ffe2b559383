"""Any JSON value in any field of a write: accepted, or refused in one sentence."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import bridge
import pytest
from conftest import Feed
from tinydb import TinyDB

from factcli import FactStorage
from factcli.errors import FactcliError

VALUES: list[Any] = [
    None, 1, -1, 1.5, True, "", "x", "a\n", [], {}, [[]], [None], [{}], {"a": 1}, {"id": 1}, [1],
    10**30, 1e300, "\x00", ["x"], [["x"]], [{"id": "x"}], "DEEP", {"paragraph": [{}]},
]  # fmt: skip
_CLAIM = bridge.claim("zzz", "A test.", source="gazette-2025-05", date="2024", kind="figure",
    attribution=[bridge.hop("the-gazette", "reported")],
    actors=[{"id": "lodz", "role": "place"}], quantity=bridge.metres("1"),
    relations=[{"type": "refines", "target": "bfirst"}])  # fmt: skip
_OFFICE = {"title": "x", "from": None, "until": None, "source": "gazette-2025-05"}
RECORDS: dict[str, dict[str, Any]] = {
    "claims": _CLAIM,
    "topics": {"id": "t", "title": "T", "about": ""},
    "actors": {**bridge.actor("a", "A", "person", "x", affiliation=("lodz",)),
               "offices": [_OFFICE], "same_as": ["lodz"]},
    "sources": bridge.source("s", "S", "x", "2024"),
    "questions": bridge.question("q", "Q?", None),
    "series": {"id": "s", "title": "x", "about": "", "unit": "metres",
               "questions": ["second-section"], "target": None},
}  # fmt: skip
THERE = {"claims": "bfirst", "topics": "works", "actors": "lodz", "sources": "gazette-2025-05",
         "questions": "second-section"}  # fmt: skip

_SLOW = pytest.mark.slow


def _places(value: Any, place: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Where a document holds something."""
    if isinstance(value, (dict, list)):
        for key, part in value.items() if isinstance(value, dict) else enumerate(value):
            yield (*place, key)
            yield from _places(part, (*place, key))


def _with(document: dict[str, Any], place: tuple[Any, ...], value: Any) -> dict[str, Any]:
    changed = copy.deepcopy(document)
    part: Any = changed
    for key in place[:-1]:
        part = part[key]
    part[place[-1]] = value
    return changed


CASES = [
    pytest.param(table, place, marks=[] if len(place) == 1 and table == "claims" else [_SLOW])
    for table, record in RECORDS.items()
    for place in _places(record)
]


def _json(document: Any) -> bytes:
    return json.dumps(document).replace('"DEEP"', "[" * 1000 + "]" * 1000).encode()


@pytest.mark.parametrize(("table", "place"), CASES, ids=str)
def test_any_value_in_any_field_is_taken_or_refused_in_a_sentence(
    own: Feed, table: str, place: tuple[Any, ...]
) -> None:
    noun = table[:-1] if table != "series" else table
    add = {"claims": ["add"], "series": ["import", "-", "--table", "series"]}.get(
        table, [noun, "add"]
    )
    change = ["set"] if table == "claims" else [noun, "set"]
    for value in VALUES:
        document = _with(RECORDS[table], place, value)
        anonymous = {name: part for name, part in document.items() if name != "id"}
        tried = [(add, _json(document)), (add, _json(anonymous))]
        if table in THERE and all(isinstance(key, str) for key in place):
            path = ".".join(place)
            tried.append(([*change, THERE[table], f"{path}:={_json(value).decode()}"], b""))
        for words, data in tried:
            result = own(*words, "--dry-run", stdin=data)
            assert result.code in (0, 1, 2, 3, 4), (words, data[-200:], result)
            assert result.code == 0 or result.out == ""


@pytest.mark.slow
@pytest.mark.parametrize("table", RECORDS)
def test_any_value_that_a_program_writes_is_taken_or_refused(
    own: Feed, path: Path, table: str
) -> None:
    before = path.read_bytes()
    odd = [*VALUES[:-2], float("nan"), 2**70, object(), b"x", {1: 2}, "\ud800"]
    for place in _places(RECORDS[table]):
        for value in odd if len(place) == 1 else odd[:9]:
            path.write_bytes(before)
            with (
                suppress(FactcliError),
                TinyDB(path, storage=FactStorage, access_mode="r+") as db,
            ):
                db.table(table).insert(_with(RECORDS[table], place, value))
            assert path.read_bytes() == before or own("list", "--count").code == 0
