"""Looking things up as a user does: arguments in, ids and exit codes out."""

from __future__ import annotations

import pytest
from conftest import Cli

ALL = {
    "rdispute",
    "shostile",
    "cmidyear",
    "jtarget",
    "qdenied",
    "dmidyear",
    "bfirst",
    "hforecast",
    "gsecond",
    "fsecond",
    "kcost",
    "mundated",
}

CASES = [
    (["list"], ALL),
    (["works"], {"bfirst", "cmidyear", "dmidyear", "fsecond", "gsecond", "jtarget", "mundated",
                 "qdenied", "rdispute", "shostile"}),
    (["topic", "money"], {"fsecond", "hforecast", "kcost"}),
    (["list", "--topic", "works", "--topic", "money"], {"fsecond"}),
    (["list", "--topic", "The Money"], {"fsecond", "hforecast", "kcost"}),
    (["list", "--topic", "works,money", "--kind", "forecast,position"], {"hforecast", "mundated"}),
    (["actor", "oneil"], {"bfirst", "hforecast", "qdenied"}),
    (["actor", "O’NEIL"], {"bfirst", "hforecast", "qdenied"}),
    (["actor", "Mayor O'Neil"], {"bfirst", "hforecast", "qdenied"}),
    (["actor", "novak"], {"mundated"}),
    (["actor", "lodz"], {"bfirst", "rdispute"}),
    (["actor", "Łódź"], {"bfirst", "rdispute"}),
    (["actor", "the gazette"], {"gsecond", "kcost"}),
    (["list", "--said-by", "oneil"], {"hforecast", "qdenied"}),
    (["list", "--with", "city-council"], {"hforecast", "qdenied"}),
    (["list", "--with", "region"], {"hforecast", "qdenied"}),
    (["list", "--source", "gazette-2025-05"], {"gsecond", "kcost"}),
    (["list", "--source", "The Gazette"], {"gsecond", "kcost"}),
    (["list", "--status", "retracted"], {"nretract"}),
    (["list", "--status", "retracted,superseded"], {"nretract", "psuper"}),
    (["list", "--status", "any"], ALL | {"nretract", "psuper"}),
    (["date", "2024-06-24"], {"bfirst", "dmidyear", "cmidyear", "jtarget", "qdenied", "shostile"}),
    (["date", "2024-06-24", "--strict"], {"bfirst"}),
    (["date", "2024-06", "--strict"], {"bfirst", "dmidyear"}),
    (["date", "2025"], {"fsecond", "gsecond", "hforecast", "kcost", "shostile"}),
    (["date", "2024-12"], {"hforecast", "jtarget", "qdenied", "shostile"}),
    (["date", "..2023"], {"cmidyear", "rdispute", "shostile"}),
    (["date", "2025-01-18,2025-01-19", "--strict"], {"fsecond", "gsecond"}),
    (["list", "--since", "2025-01", "--until", "2025-01", "--strict"], {"fsecond", "gsecond"}),
    (["list", "--until", "2024-06", "--since", "2024-06-24", "--kind", "event"],
     {"bfirst", "shostile"}),
    (["list", "--as-of", "2024-06-24"], set()),
    (["list", "--as-of", "2024-11-30", "--kind", "forecast"], {"hforecast"}),
    (["list", "--as-of", "2024-11-30", "--kind", "forecast", "--strict"], set()),
    (["list", "--as-of", "2025-05-07", "--kind", "figure"],
     {"cmidyear", "dmidyear", "fsecond", "jtarget"}),
    (["list", "--value", ">=400"], {"bfirst", "cmidyear", "dmidyear", "kcost"}),
    (["list", "--value", ">=400 metres"], {"bfirst", "cmidyear", "dmidyear"}),
    (["list", "--value", ">=500"], {"cmidyear", "kcost"}),
    (["list", "--value", ">=500", "--strict"], {"kcost"}),
    (["list", "--value", ">=500 CZK"], {"kcost"}),
    (["list", "--value", "=217,=200"], {"fsecond", "gsecond"}),
    (["list", "--value", "4..80"], {"rdispute", "shostile"}),
    (["list", "--value", "1..80", "--strict"], {"rdispute"}),
    (["list", "--value", ">=1000", "--quantity-status", "target"], {"jtarget"}),
    (["list", "--value", ">=1000 metres", "--quantity-status", "any"], {"cmidyear", "jtarget"}),
    (["list", "--match", "CRACKED"], {"qdenied"}),
    (["list", "--match", "broken down"], {"kcost"}),
    (["list", "--match", "oneil"], {"bfirst", "hforecast", "qdenied"}),
    (["list", "--match", "tolls,crane"], {"hforecast", "rdispute"}),
    (["search", "section"], {"fsecond", "gsecond"}),
    (["search", "sect", "217"], {"gsecond"}),
    (["search", "second section"], {"fsecond", "gsecond"}),
    (["search", '"first 400"'], {"bfirst"}),
    (["search", "bridge -oneil"], {"jtarget", "kcost"}),
    (["search", "--", "bridge", "-oneil"], {"jtarget", "kcost"}),
    (["search", '"second section" -217'], {"fsecond"}),
]  # fmt: skip


@pytest.mark.parametrize(
    ("words", "expected"),
    CASES,
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_a_filter_finds_exactly_what_meets_it(
    cli: Cli, words: list[str], expected: set[str]
) -> None:
    result = cli(*words)
    assert result.code == 0
    assert set(result.ids) == expected


def test_claims_stand_in_time_order_with_the_undated_last(cli: Cli) -> None:
    assert cli("list").ids == [
        "cmidyear", "shostile", "rdispute", "jtarget", "qdenied", "dmidyear", "bfirst",
        "hforecast", "gsecond", "fsecond",
        "kcost", "mundated",
    ]  # fmt: skip


def test_search_puts_the_statement_before_the_note(cli: Cli) -> None:
    assert cli("search", "bridge").ids[-1] != "bfirst"
    assert cli("search", "oneil opened").ids == ["bfirst"]


def test_a_possible_match_is_marked_possible(cli: Cli) -> None:
    matches = {record["id"]: record["match"] for record in cli("date", "2024-06").json}
    assert matches["bfirst"] == "certain"
    assert matches["cmidyear"] == "possible"


def test_what_cannot_be_compared_is_counted_on_stderr(cli: Cli) -> None:
    assert "left out: 1 undated" in cli("date", "2024").err
    assert "left out: 1 retracted" in cli("list").err
    assert "left out: 1 target, not actual" in cli("list", "--value", ">=1000").err


ERRORS = [
    (["actor", "oneill"], 2, "jana-oneil"),
    (["actor", "the"], 2, "more than one actor"),
    (["actor", "zzzzz"], 2, "factcli actors"),
    (["work"], 2, "'works'"),
    (["lst"], 2, "'list'"),
    (["qqqqqq"], 2, "'qqqqqq'. See `factcli --help`.\n"),
    (["topic", "mony"], 2, "money"),
    (["list", "--source", "courrier-2024-06-25"], 2, "courier-2024-06-25"),
    (["date", "2024-13"], 2, "no month 13"),
    (["date", "2024-02-30"], 2, "no day 30"),
    (["date", "yesterday"], 2, "not a date"),
    (["date", "2025/2024"], 2, "ends before it begins"),
    (["date", ""], 2, "is empty"),
    (["date", " "], 2, "not a date"),
    (["show", "zzz"], 1, "no claim 'zzz'"),
    (["show", "bfirsy"], 1, "bfirst"),
    (["list", "--format", "xml"], 2, "table, json, jsonl, csv, tsv, markdown"),
    (["list", "--format", "jsn"], 2, "'json'"),
    (["list", "--json", "--format", "csv"], 2, "two formats"),
    (["list", "--fields", "nope"], 2, "no field 'nope'"),
    (["list", "--fields", "quantity.amont"], 2, "quantity.amount"),
    (["list", "--sort", "nope"], 2, "no field 'nope'"),
    (["list", "--kind", "evnt"], 2, "'event'"),
    (["list", "--status", "gone"], 2, "retracted"),
    (["list", "--value", "lots"], 2, "not a condition"),
    (["list", "--value", "1,000"], 2, "write 1000"),
    (["list", "--value", "600..200"], 2, "smaller number first"),
    (["list", "--topic", "works,"], 2, "empty part"),
    (["list", "--match", "!!"], 2, "no letter or digit"),
    (["list", "--limit", "x"], 2, "--limit"),
    (["list", "--frmat", "json"], 2, "--format"),
    (["list", "--store", "x"], 2, "goes before the command"),
    (["search", "!!"], 2, "nothing to search for"),
    (["search"], 2, "WORDS"),
    (["-o", "x.json"], 2, "-o"),
    (["list", "-o", "x.xyz"], 2, "--format"),
    (["schema", "claim"], 2, "'claims'"),
]


@pytest.mark.parametrize(
    ("words", "code", "hint"),
    ERRORS,
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_a_slip_is_one_sentence_with_the_way_out_and_nothing_on_stdout(
    cli: Cli, words: list[str], code: int, hint: str
) -> None:
    result = cli(*words)
    assert result.code == code
    assert result.out == ""
    assert result.err.startswith("factcli: error: ")
    assert result.err.count("\n") == 1
    assert hint in result.err


def test_an_empty_answer_says_which_filter_left_nothing(cli: Cli) -> None:
    result = cli("actor", "novak", "--kind", "position,forecast", "--since", "2025")
    assert (result.code, result.out) == (0, "[]\n")
    assert (
        "--since 2025 leaves none of the 1 claims that match --actor novak"
        in result.err.replace("claim that", "claims that")
    )


def test_an_empty_answer_exits_1_on_request(cli: Cli) -> None:
    assert cli("date", "1990", "--strict", "-e").code == 1
    assert cli("list", "-e").code == 0


def test_show_takes_any_unique_beginning_of_an_id(cli: Cli) -> None:
    assert cli("show", "bf", "gsec").ids == ["bfirst", "gsecond"]


def test_the_overview_is_json_in_a_pipe(cli: Cli) -> None:
    overview = cli().json
    assert overview["counts"] == {"claims": 14, "sources": 3, "actors": 8, "questions": 2}
    assert [topic["id"] for topic in overview["topics"]] == ["works", "money", "empty"]
