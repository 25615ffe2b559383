"""Many queries at once answer as each would alone."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from typing import Any

import pytest
from conftest import Cli, Result

from factcli.cli import batching
from factcli.errors import Damaged
from factcli.opening import Store

QUERIES: list[tuple[dict[str, Any], list[str]]] = [
    ({}, ["list"]),
    ({"topic": "works", "limit": 2}, ["works", "-n", "2"]),
    ({"topic": ["works", "money"]}, ["list", "--topic", "works", "--topic", "money"]),
    ({"said-by": "oneil", "strict": True}, ["list", "--said-by", "oneil", "--strict"]),
    (
        {"with": "region", "fields": "id,match"},
        ["list", "--with", "region", "--fields", "id,match"],
    ),
    (
        {"date": "2024-06", "sort": "id", "reverse": True},
        ["date", "2024-06", "--sort", "id", "--reverse"],
    ),
    ({"search": "bridge -first"}, ["search", "bridge -first"]),
    (
        {"value": ">=400 metres", "as_of": "2025"},
        ["list", "--value", ">=400 metres", "--as-of", "2025"],
    ),
    (
        {"status": "any", "kind": "event,figure"},
        ["list", "--status", "any", "--kind", "event,figure"],
    ),
    ({"recorded-by": "2020"}, ["list", "--recorded-by", "2020"]),
]


@pytest.fixture
def ask(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Result]:
    def run(*lines: Any) -> Result:
        data = b"\n".join(
            line if isinstance(line, bytes)
            else line.encode() if isinstance(line, str) else json.dumps(line).encode()
            for line in lines
        )  # fmt: skip
        monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(data)))
        return cli("batch")

    return run


def test_a_batch_answers_as_each_query_alone(cli: Cli, ask: Callable[..., Result]) -> None:
    answers = ask(*(query for query, _ in QUERIES))
    assert answers.code == 0
    for line, (_, words) in zip(answers.out.splitlines(), QUERIES, strict=True):
        assert json.loads(line)["results"] == cli(*words, "--json").json


def test_a_long_answer_is_written_in_pieces_that_are_one_line(
    ask: Callable[..., Result], monkeypatch: pytest.MonkeyPatch
) -> None:
    queries = [query for query, _ in QUERIES] + [
        {"limit": 0},
        {"date": "1800"},
        {"fields": "nothing"},
    ]
    whole = ask(*queries)
    for few in (1, 2, 3):
        monkeypatch.setattr("factcli.cli.batching._AT_ONCE", few)
        assert ask(*queries) == whole


def test_a_count_and_what_was_left_out(ask: Callable[..., Result]) -> None:
    assert json.loads(ask({"date": "2024-06", "count": True}).out) == {
        "count": 6,
        "left_out": {"retracted (--status retracted)": 1, "undated": 1},
    }


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("nonsense", "not JSON"), ("[]", "JSON object"), ({"topik": "works"}, "'topic'"),
        ({"topic": "nope"}, "no topic"), ({"topic": 1}, "not well put"),
        ({"limit": "x"}, "not well put"), ({"format": "csv"}, "no option"),
        ({"date": "soon"}, "not a date"), ({"fields": "nope"}, "no field"), ("\x00", "not JSON"),
    ],
)  # fmt: skip
def test_a_bad_query_is_answered_with_its_error_and_the_others_go_on(
    ask: Callable[..., Result], line: Any, says: str
) -> None:
    result = ask(line, {"topic": "money", "count": True})
    first, second = map(json.loads, result.out.splitlines())
    assert says in first["error"]
    assert second["count"] == 3
    assert result.code == 1


def test_no_queries_no_answers(ask: Callable[..., Result]) -> None:
    assert ask() == Result(0, "", "")


LINES: dict[str, bytes] = {
    "no UTF-8": b'{"topic":"w\xff"}',
    "no UTF-8 at the start": b'\xff{"topic":"works"}',
    "UTF-16": '{"topic":"works"}'.encode("utf-16-le").replace(b"\n", b""),
    "a deep list": b"[" * 5000 + b"]" * 5000,
    "a deep list of a million": b"[" * 1_000_000,
    "a deep object": b'{"topic":' * 5000 + b"1" + b"}" * 5000,
    "a deep value": b'{"topic":' + b"[" * 1000 + b"]" * 1000 + b"}",
    "megabytes of nothing": b"x" * 5_000_000,
    "a text of megabytes": b'{"match":"' + b"x" * 5_000_000 + b'"}',
    "a long name": b'{"' + b"x" * 1_000_000 + b'":1}',
    "a long value": b'{"topic":"' + b"x" * 1_000_000 + b'"}',
    "a key twice": b'{"topic":"works","topic":"money"}',
    "a key in two spellings": b'{"said-by":"oneil","said_by":"oneil"}',
    "NaN": b'{"limit":NaN}', "a number out of range": b'{"limit":1e999}',
    "a long number": b'{"limit":' + b"9" * 5000 + b"}",
    "half a pair": b'{"match":"\\ud800"}', "two objects": b"{} {}",
    "a list": b"[{}]", "text": b'"a"',
    "a limit below": b'{"limit":-1}', "a limit beyond": b'{"limit":1000000000000000000000}',
    "a limit that is true": b'{"limit":true}', "a limit that is a fraction": b'{"limit":1.0}',
    "a limit as text": b'{"limit":"1"}', "count as text": b'{"count":"yes"}',
    "strict as a number": b'{"strict":1}', "an object": b'{"topic":{"id":"works"}}',
    "a list in a list": b'{"topic":[["works"]]}', "a list of words": b'{"search":["bridge"]}',
    "two times": b'{"recorded-by":["2020"]}', "an unknown kind": b'{"kind":"rumour"}',
    "an unknown status": b'{"status":"gone"}', "an unknown polarity": b'{"polarity":"maybe"}',
    "an unknown field": b'{"fields":"id,nope"}', "an unknown order": b'{"sort":"nope"}',
    "an unknown actor": b'{"actor":"zzzz"}', "a bad date": b'{"as-of":"soon"}',
    "a bad figure": b'{"value":"many"}',
    "an option of another command": b'{"output":"x.json"}',
}  # fmt: skip


@pytest.mark.parametrize("name", LINES)
def test_a_bad_line_is_an_error_of_that_line_alone(ask: Callable[..., Result], name: str) -> None:
    result = ask({"topic": "works", "count": True}, LINES[name], {"topic": "money", "count": True})
    before, bad, after = map(json.loads, result.out.splitlines())
    assert (before["count"], after["count"]) == (10, 3)
    assert bad.keys() == {"error"}
    assert 0 < len(bad["error"]) < 3000
    assert "\n" not in bad["error"]
    assert (result.code, result.err) == (1, "")


KEYS = [*batching._FILTERS, "fields", "sort"]


@pytest.mark.parametrize("key", KEYS)
@pytest.mark.parametrize("value", ["", None, [], [""], " "])
def test_an_empty_value_of_a_key_is_an_error(
    ask: Callable[..., Result], key: str, value: Any
) -> None:
    result = ask({key: value}, {"topic": "money", "count": True})
    first, second = map(json.loads, result.out.splitlines())
    assert first.keys() == {"error"}
    assert second["count"] == 3


@pytest.mark.parametrize("key", ["limit", "count", "reverse"])
def test_null_is_no_number_and_no_truth_value(ask: Callable[..., Result], key: str) -> None:
    assert json.loads(ask({key: None}).out).keys() == {"error"}


def test_a_cache_that_is_found_damaged_is_made_anew_for_the_query(
    ask: Callable[..., Result], monkeypatch: pytest.MonkeyPatch
) -> None:
    found = Store.find
    asked = []

    def find(store: Store, query: Any = None) -> Any:
        asked.append(store)
        if len(asked) == 2:
            raise Damaged("the database is damaged", "")
        return found(store, query)

    monkeypatch.setattr(Store, "find", find)
    result = ask({"count": True}, {"count": True}, {"count": True})
    assert [json.loads(line)["count"] for line in result.out.splitlines()] == [12] * 3
    assert asked[1] is asked[0]
    assert asked[2] is not asked[1]
    assert result.code == 0


def test_a_store_that_cannot_be_read_ends_the_run(
    cli: Cli, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(b"{}")))
    assert cli("--store", "/nowhere/x.json", "batch").code == 3


def test_a_long_order_and_many_filters_are_answered(ask: Callable[..., Result]) -> None:
    result = ask({"sort": "date,id," * 5000 + "id", "fields": "id"}, {"match": ["o"] * 500})
    first, second = map(json.loads, result.out.splitlines())
    assert first["results"] == json.loads(ask({"sort": "date,id", "fields": "id"}).out)["results"]
    assert second == json.loads(ask({"match": "o"}).out)
