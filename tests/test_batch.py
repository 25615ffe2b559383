"""Many queries at once answer as each would alone."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from typing import Any

import pytest
from conftest import Cli, Result

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
        text = "\n".join(line if isinstance(line, str) else json.dumps(line) for line in lines)
        monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(text.encode())))
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
        ("nonsense", "JSON object"), ("[]", "JSON object"), ({"topik": "works"}, "'topic'"),
        ({"topic": "nope"}, "no topic"), ({"topic": 1}, "not well put"),
        ({"limit": "x"}, "not well put"), ({"format": "csv"}, "no option"),
        ({"date": "soon"}, "not a date"), ({"fields": "nope"}, "no field"), ("\x00", "JSON object"),
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
