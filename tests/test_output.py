"""Formats, fields, order and number: what comes out, byte by byte where a program reads it."""

from __future__ import annotations

import csv
import io
import json
import os
import stat
from pathlib import Path
from typing import Any

import bridge
import jsonschema
import pytest
from conftest import Cli

LISTINGS = [
    ["list"], ["works"], ["topic", "works"], ["actor", "oneil"], ["date", "2024"],
    ["search", "bridge"], ["timeline"], ["show", "bfirst"],
    ["topics"], ["actors"], ["sources"], ["questions"], ["compare", "second-section"],
    ["conflicts"], ["check", "--rules"],
]  # fmt: skip
SCHEMAS = [("list", "claims"), ("topics", "topics"), ("actors", "actors"), ("sources", "sources"),
           ("questions", "questions"),
           ("compare second-section", "compare"), ("conflicts", "conflicts")]  # fmt: skip


@pytest.mark.parametrize("words", LISTINGS, ids=" ".join)
@pytest.mark.parametrize("form", ["table", "json", "jsonl", "csv", "tsv", "markdown"])
def test_every_listing_speaks_every_format(cli: Cli, words: list[str], form: str) -> None:
    result = cli(*words, "--format", form)
    assert result.code == 0
    assert result.out.endswith("\n")
    if form == "json":
        assert isinstance(result.json, list)
    if form == "jsonl":
        assert all(isinstance(json.loads(line), dict) for line in result.out.splitlines())


@pytest.mark.parametrize(("command", "of"), SCHEMAS)
def test_json_is_what_the_schema_says(cli: Cli, command: str, of: str) -> None:
    schema = cli("schema", of).json
    assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert "1.0" in schema["$id"]
    jsonschema.Draft202012Validator.check_schema(schema)
    rows = cli(*command.split(), "--json").json
    assert rows
    jsonschema.validate(rows, schema, cls=jsonschema.Draft202012Validator)


def test_the_schema_refuses_a_missing_key_and_a_wrong_type(cli: Cli) -> None:
    schema, rows = cli("schema").json, cli("list", "--json").json
    short = [{key: value for key, value in rows[0].items() if key != "note"}]
    for wrong in (short, [rows[0] | {"match": "perhaps"}], rows[0]):
        with pytest.raises(jsonschema.ValidationError):
            jsonschema.validate(wrong, schema, cls=jsonschema.Draft202012Validator)


def test_every_record_has_every_key_in_one_order(cli: Cli) -> None:
    rows = cli("list", "--status", "any", "--json").json
    assert len({tuple(row) for row in rows}) == 1
    assert list(rows[0])[:8] == [
        "id",
        "statement",
        "kind",
        "polarity",
        "topics",
        "question",
        "actors",
        "date",
    ]


@pytest.mark.parametrize(("form", "printed"), [("json", "[]\n"), ("jsonl", ""), ("table", "")])
def test_an_empty_answer_is_empty_and_says_why_on_stderr(cli: Cli, form: str, printed: str) -> None:
    result = cli("list", "--actor", "novak", "--date", "2031", "--format", form)
    assert (result.code, result.out) == (0, printed)
    assert "nothing found: " in result.err
    assert "--date 2031" in result.err
    assert "left out: 1 undated" in result.err


def test_an_empty_csv_has_its_header(cli: Cli) -> None:
    result = cli("list", "--date", "2031", "--format", "csv")
    assert result.out.startswith('"id","date"')
    assert result.out.count("\n") == 1


def test_no_result_exits_1_only_when_asked_to(cli: Cli) -> None:
    assert cli("list", "--date", "2031", "-e").code == 1
    assert cli("list", "--date", "2031", "--count", "-e").code == 1
    assert cli("list", "-e").code == 0


def test_csv_is_read_back_whole(cli: Cli) -> None:
    rows = list(csv.DictReader(io.StringIO(cli("list", "--format", "csv").out)))
    claims = {row["id"]: row for row in cli("list", "--json").json}
    assert set(claims) == {row["id"] for row in rows}
    first = next(row for row in rows if row["id"] == "bfirst")
    assert first["statement"] == claims["bfirst"]["statement"]
    assert first["quantity.amount"] == "400"


@pytest.mark.parametrize(
    ("statement", "cell"),
    [
        ("=1+1", "'=1+1"), ("+1+1", "'+1+1"), ("-1+1", "'-1+1"), ("@SUM(A1)", "'@SUM(A1)"),
        ("＝1+1", "'＝1+1"), ("-17", "-17"), ("+5", "+5"),
        ("a=1", "a=1"), ("'quoted'", "'quoted'"),
    ],
)  # fmt: skip
def test_cells_that_a_spreadsheet_would_run_are_defused(
    cli: Cli, tmp_path: Path, statement: str, cell: str
) -> None:
    path = tmp_path / "formulas.json"
    path.write_text(
        json.dumps(bridge.store(claims=[bridge.claim("bcd", statement)])), encoding="utf-8"
    )
    for form, join in (("csv", '"{}"'), ("tsv", "{}")):
        words = ["list", "--fields", "statement", "--format", form]
        assert cli("--store", str(path), *words).out.splitlines()[1] == join.format(cell)
        assert cli("--store", str(path), *words, "--raw").out.splitlines()[1] == join.format(
            statement
        )


def test_fields_are_picked_in_the_order_given_in_every_format(cli: Cli) -> None:
    words = [
        "list",
        "--actor",
        "oneil",
        "--kind",
        "event",
        "--fields",
        "quantity.amount,id,actors.name",
    ]
    assert cli(*words, "--json").json == [
        {"quantity.amount": "400", "id": "bfirst", "actors.name": ["Jana O'Neil", "Łódź"]}
    ]
    assert (
        cli(*words, "--format", "tsv").out
        == "quantity.amount\tid\tactors.name\n400\tbfirst\tJana O'Neil; Łódź\n"
    )
    assert (
        cli(*words, "--format", "csv").out
        == '"quantity.amount","id","actors.name"\n"400","bfirst","Jana O\'Neil; Łódź"\n'
    )
    table = cli(*words, "--format", "table").out.split()
    assert table[:3] == ["quantity.amount", "id", "actors.name"]


def test_order_number_and_count(cli: Cli) -> None:
    by_id = cli("list", "--sort", "id", "--json").ids
    assert by_id == sorted(by_id)
    assert cli("list", "--sort", "id", "--reverse", "--json").ids == by_id[::-1]
    assert cli("list", "--sort", "id", "--limit", "3", "--json").ids == by_id[:3]
    assert "3 of 12 shown" in cli("list", "-n", "3").err
    assert cli("list", "--count").out == "12\n"
    assert cli("list", "--count", "--limit", "3").out == "12\n"
    amounts = cli("list", "--sort", "quantity.amount", "--fields", "quantity.amount", "--json").json
    found = [row["quantity.amount"] for row in amounts]
    numbers = [int(amount) for amount in found if amount is not None]
    assert numbers == sorted(numbers)
    assert found[len(numbers) :] == [None] * (len(found) - len(numbers))


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["list", "--format", "xml"], "json"),
        (["list", "--json", "--format", "csv"], "two formats"),
        (["list", "--fields", "zzzz"], "Fields: id"),
        (["list", "--fields", "statment"], "Did you mean 'statement'"),
        (["list", "--fields", "id,"], "no field ''"),
        (["list", "--sort", "statment"], "Did you mean 'statement'"),
        (["list", "-o", "answer.xyz"], "--format"),
        (["list", "--limit", "-1"], "--limit"),
    ],
)
def test_a_slip_in_the_output_options_is_one_sentence(
    cli: Cli, words: list[str], says: str
) -> None:
    result = cli(*words)
    assert (result.code, result.out) == (2, "")
    assert result.err.count("\n") == 1
    assert says in result.err


def test_a_file_is_written_whole_in_the_format_of_its_ending(cli: Cli, tmp_path: Path) -> None:
    for ending, start in (
        (".json", "["),
        (".jsonl", "{"),
        (".csv", '"id"'),
        (".md", "| id"),
        (".txt", "id "),
        (".tsv", "id\t"),
    ):
        target = tmp_path / f"answer{ending}"
        result = cli("works", "-o", str(target))
        assert (result.code, result.out) == (0, "")
        assert target.read_text(encoding="utf-8").startswith(start)
    assert not [name for name in os.listdir(tmp_path) if name.endswith(".tmp")]


def test_a_file_keeps_its_mode_and_its_link(cli: Cli, tmp_path: Path) -> None:
    target, link = tmp_path / "real.json", tmp_path / "link.json"
    target.write_text("old", encoding="utf-8")
    target.chmod(0o640)
    link.symlink_to(target)
    assert cli("works", "-o", str(link)).code == 0
    assert link.is_symlink()
    assert stat.S_IMODE(target.stat().st_mode) == 0o640
    assert json.loads(target.read_text(encoding="utf-8"))


@pytest.mark.parametrize("name", ["missing/answer.json", "."])
def test_a_file_that_cannot_be_written_is_refused(cli: Cli, tmp_path: Path, name: str) -> None:
    result = cli("works", "-o", str(tmp_path / name), "--format", "json")
    assert result.code == 4
    assert result.err.count("\n") == 1


def test_an_invalid_answer_leaves_the_old_file_alone(cli: Cli, tmp_path: Path) -> None:
    target = tmp_path / "answer.json"
    target.write_text("old", encoding="utf-8")
    assert cli("list", "--fields", "nope", "-o", str(target)).code == 2
    assert target.read_text(encoding="utf-8") == "old"


def test_search_ranks_and_excludes(cli: Cli) -> None:
    assert set(cli("search", "bridge", "--json").ids) >= {"bfirst", "jtarget"}
    phrase: Any = cli("search", '"first 400 metres"', "--json").ids
    assert phrase == ["bfirst"]
    assert "bfirst" not in cli("search", "bridge -first", "--json").ids
    assert cli("search", "met", "--count").out == cli("search", "METRES", "--count").out
