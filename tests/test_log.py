"""A log that was tampered with or damaged: `check` sees it, and no command crashes."""

from __future__ import annotations

import copy
import json
import random
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import bridge
import pytest
from conftest import Cli, Feed

Log = list[dict[str, Any]]
Tables = dict[str, dict[str, dict[str, Any]]]

NEW = {"statement": "The arch fell.", "kind": "event", "topics": ["money"], "date": "2024",
       "source": "gazette-2025-05", "id": "tnew"}  # fmt: skip
COMMANDS: list[tuple[list[str], Any]] = [
    (["add"], NEW),
    (["set", "bfirst", "note=Curator: x."], None),
    (["topic", "add"], {"id": "new", "title": "New"}),
    (["retract", "kcost", "--why", "x"], None),
    (["actor", "merge", "stavba", "jana-oneil"], None),
    (["undo"], None),
    (["topic", "set", "money", "title=One"], None),
    (["undo"], None),
    (["actor", "merge", "petr-novak", "jana-oneil"], None),
]
TRIED: list[tuple[list[str], Any]] = [
    (["list", "--count"], None),
    (["list", "--recorded-by", "2020", "--count"], None),
    (["list", "--recorded-by", "2100", "--count"], None),
    (["log"], None),
    (["log", "bfirst", "--format", "table"], None),
    (["undo", "--dry-run"], None),
    (["undo", "1", "--dry-run"], None),
    (["undo", "5", "--dry-run"], None),
    (["set", "dmidyear", "note=Curator: y.", "--dry-run"], None),
    (["topic", "add", "--dry-run"], {"id": "more", "title": "More"}),
    (["batch"], {"recorded-by": "2020", "count": True}),
    (["check"], None),
]


@pytest.fixture
def logged(own: Feed, path: Path) -> Tables:
    """The tables of a store with a log of every operation."""
    for words, document in COMMANDS:
        assert own(*words, stdin=document).code == 0
    assert own("check").code == 0
    tables: Tables = json.loads(path.read_text(encoding="utf-8"))
    assert {entry["op"] for entry in tables["log"].values()} == {"add", "set", "remove", "undo"}
    return tables


def _write(path: Path, tables: Tables) -> None:
    text = bridge.canonical({name: list(records.values()) for name, records in tables.items()})
    path.write_text(text.replace('"DEEP"', '{"a":' * 5000 + "1" + "}" * 5000), encoding="utf-8")


def _set(number: int, /, **fields: Any) -> Callable[[Tables], None]:
    return lambda tables: tables["log"][str(number)].update(fields)


def _swap(*fields: str) -> Callable[[Tables], None]:
    """Exchange all but some fields of two entries."""

    def damage(tables: Tables) -> None:
        one, other = tables["log"]["1"], tables["log"]["4"]
        kept = {field: (one[field], other[field]) for field in fields}
        tables["log"]["1"], tables["log"]["4"] = other, one
        for field, (first, second) in kept.items():
            other[field], one[field] = first, second

    return damage


def _cut(tables: Tables) -> None:
    del tables["log"]["6"]


def _lose_topic(tables: Tables) -> None:
    del tables["topics"]["3"]


def _renumber(tables: Tables) -> None:
    del tables["log"]["8"]
    for seq, entry in enumerate(tables["log"].values(), 1):
        entry["seq"] = seq


DAMAGES: dict[str, Callable[[Tables], None]] = {
    "an impossible time": _set(15, at="2024-13-45T99:99:99Z"),
    "a day that there is not": _set(2, at="2023-02-29T00:00:00Z"),
    "the year zero": _set(1, at="0000-01-01T00:00:00Z"),
    "a time with a line feed": _set(2, at="2024-02-29T00:00:00Z\n"),
    "a time in the future": _set(15, at="2999-01-01T00:00:00.000000Z"),
    "the last moment": _set(15, at="9999-12-31T23:59:59.999999Z"),
    "a time before the one before": _set(4, at="2020-01-01T00:00:00Z"),
    "another writer within a command": _set(6, by="somebody"),
    "another reason within a command": _set(7, why="because"),
    "a gap": _set(3, seq=30),
    "a large number": _set(15, seq=10**15 - 1),
    "a number beyond": _set(15, seq=2**64 - 1),
    "a number beyond all": _set(15, seq=2**70),
    "an entry is gone": _cut,
    "an entry is gone and the others are numbered anew": _renumber,
    "two entries exchanged": _swap(),
    "two entries exchanged but for their numbers": _swap("seq"),
    "an addition of nothing": _set(1, id="nothing"),
    "an addition that says what was": _set(1, was={"note": None}),
    "a change of nothing": _set(2, id="nothing"),
    "a change that says nothing": _set(2, was=None),
    "a change of the id": _set(2, was={"id": "cmidyear"}),
    "a change to an unknown field": _set(2, was={"verdict": True}),
    "a change to a value of another type": _set(2, was={"topics": "works"}),
    "a change to an undeclared topic": _set(2, was={"topics": ["nowhere"]}),
    "a removal of what is there": _set(15, id="lodz"),
    "a removal that holds another record": _set(15, id="nothing"),
    "a removal that holds no record": _set(15, was={"id": "petr-novak"}),
    "a removal at the place of another": _set(15, number=1),
    "a removal at a place beyond": _set(15, number=2**70),
    "an unknown table": _set(2, table="clams"),
    "a table with a line feed": _set(2, table="claims\n"),
    "the log itself": _set(2, table="log"),
    "another table": _set(2, table="topics"),
    "meta": _set(1, table="meta", id="meta"),
    "an undo of another change": _set(12, id="works"),
    "an undo of nothing": _set(1, op="undo"),
    "an unknown operation": _set(2, op="undid"),
    "deep nesting": _set(2, was={"note": "DEEP"}),
    "deep nesting at the end": _set(15, was="DEEP"),
    "no operation": _set(2, op=None),
    "another field": _set(2, verdict=True),
    "a record that the log adds is gone": _lose_topic,
}  # fmt: skip


@pytest.mark.parametrize("name", DAMAGES)
def test_a_damaged_log_is_seen_by_check_and_crashes_nothing(
    own: Feed, path: Path, logged: Tables, name: str
) -> None:
    DAMAGES[name](logged)
    _write(path, logged)
    before = path.read_bytes()
    for words, document in TRIED:
        result = own(*words, stdin=document)
        assert result.code in (0, 1, 3, 4), (words, result)
        if result.code == 3:
            assert (result.out, result.err.count("\n")) == ("", 1), words
            assert len(result.err) < 600
    found = own("check")
    if "deep" not in name:
        assert {one["code"] for one in found.json} & {"S101", "S103", "S104", "S106"}
    assert found.code == (3 if "deep" in name else 1)
    assert path.read_bytes() == before


@pytest.mark.parametrize("name", ["a removal at the place of another", "a gap", "the last moment"])
def test_no_write_on_a_damaged_log_loses_a_record(
    own: Feed, path: Path, logged: Tables, name: str
) -> None:
    DAMAGES[name](logged)
    _write(path, logged)
    own("undo")
    after = json.loads(path.read_text(encoding="utf-8"))
    for table in ("topics", "sources", "questions", "claims", "actors"):
        was = {record["id"] for record in logged[table].values()}
        assert was <= {record["id"] for record in after[table].values()}
    assert own("list", "--count").code == 0


@pytest.mark.parametrize("depth", [50, 200, 500, 900, 990, 1000, 1100, 3000, 5000, 100_000])
def test_an_entry_that_nests_is_shown_or_is_one_sentence(
    own: Feed, path: Path, logged: Tables, depth: int
) -> None:
    logged["log"]["15"]["was"]["note"] = "DEEP"
    _write(path, logged)
    text = path.read_text(encoding="utf-8")
    deep = '{"a":' * 5000 + "1" + "}" * 5000
    path.write_text(text.replace(deep, '{"a":' * depth + "1" + "}" * depth), encoding="utf-8")
    forms = [["log", "--format", form] for form in ("json", "table", "csv", "markdown")]
    picked = [["log", "--fields", "was"], ["log", "--sort", "was"]]
    for words in [*forms, *picked, *(words for words, _ in TRIED)]:
        result = own(*words, stdin={"id": "more", "title": "More"})
        assert result.code in (0, 1, 3, 4), (words, result)
        assert "fault of factcli" not in result.err


@pytest.mark.parametrize("code", ["S101", "S104", "S106"])
def test_the_rules_of_the_log_say_what_can_be_done(cli: Cli, code: str) -> None:
    assert "S106" in cli("check", "--explain", code).out
    assert "What can be done" in cli("check", "--explain", "S106").json[0]["about"]


ODD: list[Any] = [
    None, 1, -1, 0, 1.5, True, "", "x", "a\n", [], {}, [[]], {"a": 1}, 10**15, 2**63, 2**64,
    "2024-13-45T99:99:99Z", "9999-12-31T23:59:59.999999Z", "2300-01-01T00:00:00Z", "log", "meta",
    "claims", "topics", "actors", "bfirst", "undo", "add", "remove", "set", {"id": "bfirst"},
    {"note": 1}, {"id": None}, {"id": [1]}, {"statement": "x"}, "\x1b[31m", {"topics": ["no"]},
    {"format": 2}, {"date": "soon"}, {"locator": {"paragraph": 0}}, "DEEP",
]  # fmt: skip


def _chance(logged: Tables, chance: random.Random) -> Iterator[Tables]:
    for _ in range(300):
        tables = copy.deepcopy(logged)
        for _ in range(chance.randint(1, 3)):
            entry = chance.choice(list(tables["log"].values()))
            entry[chance.choice(list(entry))] = chance.choice(ODD)
        yield tables


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(4))
def test_no_log_of_chance_crashes_anything(
    own: Feed, path: Path, logged: Tables, seed: int
) -> None:
    for tables in _chance(logged, random.Random(seed)):
        _write(path, tables)
        for words, document in TRIED:
            result = own(*words, stdin=document)
            assert result.code in (0, 1, 3, 4), (words, result, tables["log"])
            assert result.code < 3 or result.err.count("\n") == 1
