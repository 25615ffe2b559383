"""The store as it was at a moment of its log equals a snapshot that was taken then."""

from __future__ import annotations

import copy
import json
import random
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple

import bridge
import msgspec
import pytest
from chance import LAYOUTS, Tables, canonical, compact, rich_store
from hypothesis import given, settings
from hypothesis import strategies as st
from oracle import Oracle
from test_refresh import EDITS

from factcli.encoding import encode
from factcli.errors import StoreError, UsageError
from factcli.model import LogEntry
from factcli.opening import Store, open_store
from factcli.query import Query

PLACES = ("memory", "temporary", "cache")
# The log has no words for a record that gets another number.
LOGGED = [
    name for name in EDITS if "number" not in name and "places" not in name and "log" not in name
]
QUERIES = [
    Query(status="any"),
    Query(topic="works", date="2024"),
    Query(actor="stavba,region", strict=True),
    Query(with_group="region"),
    Query(as_of="2024-12", value=">100", quantity_status="any"),
    Query(search="crane bridge", until="2025"),
    Query(match="zebra"),
]


class Past(NamedTuple):
    """A store with a log, and what it was after each command: the time, and its tables."""

    tables: Tables
    snapshots: list[tuple[str, Tables]]


def _by_id(table: str, records: dict[str, Any]) -> dict[str, tuple[int, Any]]:
    return {one.get("id", table): (int(number), one) for number, one in records.items()}


def _changes(before: Tables, after: Tables) -> list[dict[str, Any]]:
    """What a command changed, as the log has it: reverse deltas."""
    found = []
    for table in before:
        if table == "log":
            continue
        former, latter = _by_id(table, before[table]), _by_id(table, after[table])
        for ident, (number, one) in former.items():
            if ident not in latter:
                found.append(
                    {"op": "remove", "table": table, "id": ident, "was": one, "number": number}
                )
            elif one != latter[ident][1]:
                was = {field: one[field] for field in one if one[field] != latter[ident][1][field]}
                found.append({"op": "set", "table": table, "id": ident, "was": was, "number": None})
        found += [
            {"op": "add", "table": table, "id": ident, "was": None, "number": None}
            for ident in latter
            if ident not in former
        ]
    return found


def past(seed: int, commands: list[list[str]]) -> Past:
    """A store that some commands have changed; the command "undo" takes the last one back."""
    chance = random.Random(seed)
    tables = rich_store(seed, 15)
    at = datetime(2025, 1, 1, tzinfo=UTC)
    snapshots = [("2024-12-31T00:00:00Z", copy.deepcopy(tables))]
    for names in commands:
        before = copy.deepcopy(tables)
        if "undo" in names:
            tables = {
                **copy.deepcopy(snapshots[max(0, len(snapshots) - 2)][1]),
                "log": tables["log"],
            }
        else:
            for name in names:
                EDITS[name](tables, chance)
        if not (changes := _changes(before, tables)):
            continue
        at += timedelta(hours=chance.choice([0, 1, 30]), microseconds=chance.choice([1, 10**6]))
        time = at.strftime("%Y-%m-%dT%H:%M:%S.%fZ" if at.microsecond else "%Y-%m-%dT%H:%M:%SZ")
        for change in changes:
            number = len(tables["log"]) + 1
            op = "undo" if "undo" in names else change["op"]
            of = {"seq": number, "at": time, "by": "me", **change, "why": None}
            tables["log"][str(number)] = {**of, "op": op}
        snapshots.append((time, copy.deepcopy(tables)))
    return Past(tables, snapshots)


def _check(store: Store, tables: Tables) -> None:
    for name in ("meta", "topics", "actors", "sources", "questions", "series"):
        assert {str(n): _plain(record) for n, record in store.table(name).numbered()} == tables[
            name
        ]
    assert list(map(_plain, store.log())) == list(tables["log"].values())
    oracle = Oracle(tables)
    records = {claim.id: claim for claim in oracle.claims}
    for query in QUERIES:
        if query.topic and query.topic not in {one["id"] for one in tables["topics"].values()}:
            continue
        answer, expected = store.find(query), oracle.find(query)
        assert sorted(answer.ids()) == sorted(expected.ids), query
        assert answer.left_out == expected.left_out
        assert sorted(answer.json()) == sorted(
            encode(
                oracle.record(records[one], "certain" if one in expected.certain else "possible")
            )
            for one in expected.ids
        )


def _plain(record: Any) -> Any:
    return json.loads(msgspec.json.encode(record))


COMMANDS = st.lists(
    st.lists(st.sampled_from(LOGGED), min_size=1, max_size=4) | st.just(["undo"]), max_size=6
)


def _check_past(path: Path, seed: int, commands: list[list[str]], layout: str, keep: str) -> None:
    tables, snapshots = past(seed, commands)
    path.write_bytes(LAYOUTS[layout](tables))
    store = open_store(path, keep=keep)
    for time, expected in snapshots:
        _check(store.recorded_by(time), expected)
    _check(store.recorded_by("2020"), snapshots[0][1])
    _check(store.recorded_by("2999"), tables)
    _check(store, tables)
    store.close()


@settings(max_examples=25)
@given(
    seed=st.integers(0, 50),
    commands=COMMANDS,
    layout=st.sampled_from(list(LAYOUTS)),
    keep=st.sampled_from(PLACES),
)
def test_a_store_as_of_a_moment_is_what_it_was_then(
    tmp_path_factory: pytest.TempPathFactory,
    seed: int,
    commands: list[list[str]],
    layout: str,
    keep: str,
) -> None:
    _check_past(tmp_path_factory.getbasetemp() / "past.json", seed, commands, layout, keep)


@pytest.mark.slow
@settings(max_examples=200)
@given(
    seed=st.integers(0, 500),
    commands=COMMANDS,
    layout=st.sampled_from(list(LAYOUTS)),
    keep=st.sampled_from(PLACES),
)
def test_a_store_as_of_very_many_moments_is_what_it_was_then(
    tmp_path_factory: pytest.TempPathFactory,
    seed: int,
    commands: list[list[str]],
    layout: str,
    keep: str,
) -> None:
    _check_past(tmp_path_factory.getbasetemp() / "past.json", seed, commands, layout, keep)


MANY = [["a statement changes", "a claim is added"], ["an actor is renamed"], ["a topic goes"],
        ["undo"],
        ["a claim gets another id"], ["a question goes"], ["undo"], ["undo"],
        ["the title of the store changes"],
        ["a claim is removed"], ["a source gets another id"]]  # fmt: skip


def test_the_time_of_an_answer_is_the_end_of_the_day_month_or_year_named(tmp_path: Path) -> None:
    tables, snapshots = past(1, MANY)
    path = tmp_path / "store.json"
    path.write_bytes(canonical(tables))
    store = open_store(path)
    for day in sorted({time[:10] for time, _ in snapshots}):
        last = [tables for time, tables in snapshots if time[:10] <= day][-1]
        _check(store.recorded_by(day), last)
    _check(store.recorded_by("2024"), snapshots[0][1])
    _check(store.recorded_by("2025"), tables)
    for wrong in ("yesterday", "2025-13", "", "2025-01-01T99", "2025-01-01T00:00:00.1Z"):
        with pytest.raises(UsageError):
            store.recorded_by(wrong)


def test_a_query_asks_for_the_time(tmp_path: Path) -> None:
    tables, snapshots = past(2, MANY)
    path = tmp_path / "store.json"
    path.write_bytes(canonical(tables))
    store = open_store(path)
    for time, then in snapshots:
        for query in QUERIES[2:]:
            found = store.find(Query(**vars(query), recorded_by=time))
            assert sorted(found.ids()) == sorted(Oracle(then).find(query).ids)


def test_a_store_as_of_a_moment_can_be_asked_for_an_earlier_or_a_later_one(tmp_path: Path) -> None:
    tables, snapshots = past(3, MANY)
    path = tmp_path / "store.json"
    path.write_bytes(canonical(tables))
    store = open_store(path).recorded_by(snapshots[6][0])
    _check(store.recorded_by(snapshots[3][0]), snapshots[3][1])
    _check(store.recorded_by(snapshots[8][0]), snapshots[6][1])


def test_without_later_changes_the_store_is_the_same(tmp_path: Path) -> None:
    path = tmp_path / "store.json"
    path.write_bytes(canonical(past(1, MANY).tables))
    store = open_store(path)
    assert store.recorded_by("2999").database is store.database


def test_a_store_that_changed_meanwhile_is_not_mixed_with_what_it_was(tmp_path: Path) -> None:
    """Its log, which was read before, says nothing of the later changes."""
    tables, snapshots = past(1, MANY)
    path = tmp_path / "store.json"
    path.write_bytes(canonical(snapshots[5][1]))
    store = open_store(path, keep="memory")
    path.write_bytes(canonical(tables))
    try:
        former = store.recorded_by(snapshots[2][0])
    except StoreError as error:
        assert "changed" in str(error)
    else:
        _check(former, snapshots[2][1])


Spoil = Callable[[list[dict[str, Any]]], None]


def _entry(number: int, **fields: Any) -> Spoil:
    def spoil(log: list[dict[str, Any]]) -> None:
        log[number].update(fields)

    return spoil


def _of(op: str, **fields: Any) -> Spoil:
    """Change the last entry of an operation."""

    def spoil(log: list[dict[str, Any]]) -> None:
        [entry for entry in log if entry["op"] == op][-1].update(fields)

    return spoil


def _more(**fields: Any) -> Spoil:
    def spoil(log: list[dict[str, Any]]) -> None:
        log.append({**log[-1], "seq": len(log) + 1, **fields})

    return spoil


ODD: dict[str, Spoil] = {
    "it adds what is not there": _more(op="add", table="claims", id="nothing", was=None),
    "it adds an actor that is not there": _more(op="add", table="actors", id="nobody", was=None),
    "a change of what is not there": _more(op="set", table="claims", id="nothing",
        was={"note": None}),
    "an unknown table": _more(op="set", table="clams", id="c0001", was={"note": None}),
    "an addition to an unknown table": _more(op="add", table="clams", id="c0001", was=None),
    "the log itself": _more(op="remove", table="log", id="1", was={"seq": 1}, number=1),
    "an unknown field": _more(op="set", table="claims", id="c0001", was={"verdict": True}),
    "an odd value": _more(op="set", table="claims", id="c0001", was={"date": "last week"}),
    "a value of another type": _more(op="set", table="claims", id="c0001", was={"topics": "works"}),
    "an undeclared topic": _more(op="set", table="claims", id="c0001", was={"topics": ["nowhere"]}),
    "another id": _more(op="set", table="claims", id="c0001", was={"id": "c0002"}),
    "a record that was never whole": _more(op="remove", table="actors", id="x", was={"id": "x"},
        number=70),
    "the number of another record": _more(
        op="remove", table="topics", id="x", was={"id": "x", "title": "X", "about": ""}, number=1
    ),
    "the number of another claim": _more(
        op="remove", table="claims", id="x", was=bridge.claim("x", "X."), number=1
    ),
    "a negative number": _more(
        op="remove", table="claims", id="x", was=bridge.claim("x", "X."), number=-3
    ),
    "a large number": _more(
        op="remove", table="claims", id="x", was=bridge.claim("x", "X."), number=2**63
    ),
    "a very large number": _more(
        op="remove", table="topics", id="x", was={"id": "x", "title": "X", "about": ""},
        number=10**30
    ),
    "meta is added": _more(op="add", table="meta", id="meta", was=None),
    "another meta": _more(op="set", table="meta", id="meta2", was={"title": "x"}),
    "a bad operation": _more(op="undid"),
    "no operation": _more(op=None),
    "was is a list": _more(was=["note"]),
    "was is text": _more(was="note"),
    "a time in words": _more(at="yesterday"),
    "no time": _more(at=""),
    "null for a time": _more(at=None),
    "a number for a time": _more(at=20250101),
    "a later time in words": _more(at="xyz"),
    "a number in words": _more(number="one"),
    "another field": _more(verdict=True),
    "a table that is a number": _more(table=7),
    "an empty id": _more(id=""),
    "seq is zero": _more(seq=0),
    "an impossible time": _more(at="2025-13-45T99:99:99Z"),
    "a day that there is not": _more(at="2025-02-29T00:00:00Z"),
    "a time with a line feed": _more(at="2025-02-28T00:00:00Z\n"),
    "a large seq": _more(seq=10**30),
}  # fmt: skip


@pytest.mark.parametrize("keep", ["memory", "temporary"])
@pytest.mark.parametrize("name", ODD)
def test_an_odd_log_is_one_sentence_for_who_asks_for_a_time(
    tmp_path: Path, name: str, keep: str
) -> None:
    tables = past(1, MANY).tables
    log = list(tables["log"].values())
    ODD[name](log)
    path = tmp_path / "store.json"
    for layout in ("canonical", "indented"):
        path.write_bytes(
            LAYOUTS[layout]({**tables, "log": dict(zip(map(str, range(1, 99)), log, strict=False))})
        )
        store = open_store(path, keep=keep)
        assert len(store.find(Query(status="any"))) == len(tables["claims"])
        with pytest.raises(StoreError) as raised:
            list(store.recorded_by("2020").find(Query(status="any")).json())
        assert str(path) in str(raised.value)
        assert str(raised.value).count("\n") == 0
        assert len(str(raised.value)) < 500


ACCEPTED = {
    "an entry about what is there": _more(
        op="set", table="claims", id="c0001", was={"note": "Before."}
    ),
    "a time beyond all others": _more(at="9999-12-31T23:59:59.999999Z"),
    "a change of nothing": _more(op="set", table="claims", id="c0001", was={}),
    "a removal without a number": _more(
        op="remove", table="claims", id="x", was=bridge.claim("x", "X."), number=None
    ),
}


@pytest.mark.parametrize("name", ACCEPTED)
def test_a_log_that_fits_the_records_is_taken_back(tmp_path: Path, name: str) -> None:
    tables = past(1, [["a statement changes"]]).tables
    log = list(tables["log"].values())
    ACCEPTED[name](log)
    path = tmp_path / "store.json"
    path.write_bytes(
        canonical({**tables, "log": dict(zip(map(str, range(1, 99)), log, strict=False))})
    )
    store = open_store(path).recorded_by("2020")
    assert len(store.find(Query(status="any"))) == len(tables["claims"]) + ("removal" in name)


def test_the_log_is_read_in_parts_and_from_its_end(tmp_path: Path) -> None:
    tables = past(1, MANY).tables
    path = tmp_path / "store.json"
    path.write_bytes(canonical(tables))
    store = open_store(path)
    entries = [msgspec.convert(entry, LogEntry) for entry in tables["log"].values()]
    assert list(store.log()) == entries
    assert list(store.log(newest_first=True)) == entries[::-1]
    for ident in ("c0", "stavba", "c0001", "zzz", "%", "\udc80"):
        of_it = [entry for entry in entries if entry.id.startswith(ident)]
        assert list(store.log(ident)) == of_it


def test_a_log_with_an_odd_entry_is_read_up_to_it(tmp_path: Path) -> None:
    tables = past(1, MANY).tables
    log = [compact(entry) for entry in tables["log"].values()]
    path = tmp_path / "store.json"
    path.write_bytes(canonical(tables).replace(log[2].encode(), json.dumps({"seq": 3}).encode()))
    entries = open_store(path).log()
    assert [next(entries).seq, next(entries).seq] == [1, 2]
    with pytest.raises(StoreError, match="log, record 3: "):
        next(entries)
