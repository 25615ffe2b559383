"""Rival answers, conflicts and sums, through the commands that show them."""

from __future__ import annotations

import copy
import json
import random
from pathlib import Path
from typing import Any

import bridge
import pytest
from conftest import Cli

SERIES = {
    "id": "sections",
    "title": "Sections of the bridge",
    "about": "Metres opened, section by section.",
    "unit": "metres",
    "questions": ["first-section", "second-section", "third-section"],
    "target": "planned-length",
}
QUESTIONS = [
    *bridge.TABLES["questions"],
    bridge.question("first-section", "How long is the first section?", "metres"),
    bridge.question("third-section", "How long is the third section?", "metres"),
    bridge.question("planned-length", "How long is the bridge to be?", "metres"),
    bridge.question("opening", "When did the bridge open?", "date"),
    bridge.question("idea", "Whose idea was it?", None),
]
GAZETTE: dict[str, Any] = {
    "source": "gazette-2025-05",
    "attribution": [bridge.hop("the-gazette", "reported")],
}


def _store(path: Path, *claims: bridge.Document, **tables: Any) -> str:
    """The bridge with a series over its sections, and more claims."""
    records = copy.deepcopy(bridge.CLAIMS)
    records[0]["question"] = "first-section"
    tables = {"claims": [*records, *claims], "questions": QUESTIONS, "series": [SERIES]} | tables
    path.write_text(json.dumps(bridge.store(**tables)), encoding="utf-8")
    return str(path)


def _first(amount: str, bound: str = "exact", **fields: Any) -> bridge.Document:
    given: dict[str, Any] = {"date": "2024-06-24", "question": "first-section"}
    given |= {"quantity": bridge.metres(amount, bound), **GAZETTE, **fields}
    return bridge.claim("vfirst", "The first section.") | given


FIGURES = [
    bridge.metres(amount, bound)
    for amount in ("0", "-3.50", "9" * 30)
    for bound in ("exact", "about", "at_least", "more_than", "at_most", "less_than")
] + [bridge.metres("2", "range", upper="5"), bridge.quantity("2", unit="yards"),
     bridge.quantity("2", unit="money", currency="CZK")]  # fmt: skip


def test_compare_puts_rivals_side_by_side_with_source_and_label(cli: Cli) -> None:
    rows = cli("compare", "second-section").json
    assert [(row["value"], row["outlet"], row["agreement"], row["paragraph"]) for row in rows] == [
        ("200", "The Courier", "conflicts", 1),
        ("217", "The Gazette", "conflicts", 1),
    ]
    assert rows[0]["against"] == [{"id": "gsecond", "agreement": "conflicts"}]


def test_compare_takes_the_text_of_a_question_and_helps_with_a_slip(cli: Cli) -> None:
    assert len(cli("compare", "How long is the second section?").json) == 2
    result = cli("compare", "second-secton")
    assert (result.code, result.out) == (2, "")
    assert "'second-section'" in result.err


LABELS = [
    ({"date": "2024"}, {"date": "2024-06-24"}, "refines"),
    ({"date": "2024-06-24"}, {"date": "2024-06-24"}, "agrees"),
    ({"date": "2024-06-24"}, {"date": "2024-06-25"}, "conflicts"),
    ({"date": "2024-06-24~"}, {"date": "2024-06-25"}, "unclear"),
    ({"date": "../2024-07"}, {"date": "2024-06-25"}, "agrees"),
]


@pytest.mark.parametrize(("one", "other", "expected"), LABELS)
def test_dates_are_compared_as_spans(
    cli: Cli, tmp_path: Path, one: Any, other: Any, expected: str
) -> None:
    claims = [
        bridge.claim(ident, ident, question="opening", **fields)
        for ident, fields in (("vone", one), ("vtwo", other))
    ]
    rows = cli("--store", _store(tmp_path / "s.json", *claims), "compare", "opening").json
    assert [row["agreement"] for row in rows] == [expected, expected]


def test_origins_are_counted_and_not_outlets(cli: Cli, tmp_path: Path) -> None:
    """Two outlets that rest on one builder are one origin; a source that names nobody is told
    apart."""
    quantity = bridge.metres("217")
    by_builder = [bridge.hop("stavba", "said"), bridge.hop("the-courier", "quoted")]
    unnamed = [bridge.hop(None, "reported")]
    claims = [
        bridge.claim("vone", "One.", date="2025", question="third-section", quantity=quantity,
                     attribution=by_builder),
        bridge.claim("vtwo", "Two.", date="2025", question="third-section", quantity=quantity,
                     attribution=[bridge.hop("stavba", "said"),
                                  bridge.hop("the-gazette", "quoted")], source="gazette-2025-05"),
        bridge.claim("vthree", "Three.", date="2025", question="third-section", quantity=quantity,
                     attribution=unnamed, source="radio-undated"),
    ]  # fmt: skip
    path = _store(tmp_path / "s.json", *claims)
    assert {
        (row["origins"], row["origins_unnamed"])
        for row in cli("--store", path, "compare", "third-section").json
    } == {(1, 1)}
    shown = cli("--store", path, "show", "vone").json[0]
    assert shown["corroboration"] == {"origins": 1, "unnamed": 1}


def test_a_reprint_never_raises_the_count(cli: Cli, tmp_path: Path) -> None:
    actors = copy.deepcopy(bridge.TABLES["actors"])
    actors[4]["same_as"] = ["region"]
    claims = [
        bridge.claim(ident, "Five metres.", date="2025", question="third-section",
                     quantity=bridge.metres("5"),
                     attribution=[bridge.hop(origin, "said"), bridge.hop("the-courier", "quoted")])
        for ident, origin in (("vone", "stavba"), ("vtwo", "region"))
    ]  # fmt: skip
    path = _store(tmp_path / "s.json", *claims, actors=actors)
    assert {row["origins"] for row in cli("--store", path, "compare", "third-section").json} == {1}


def test_conflicts_lists_what_arithmetic_shows(cli: Cli) -> None:
    found = {row["question"]: row for row in cli("conflicts").json}
    assert found.keys() == {"length-mid-2024", "second-section"}
    assert found["second-section"]["kind"] == "numeric"
    assert [side["value"] for side in found["second-section"]["sides"]] == ["200", "217"]


def _contradicts(target: str, **fields: Any) -> list[bridge.Document]:
    return [
        {
            "type": "contradicts",
            "target": target,
            "kind": None,
            "note": None,
            "reconciliation": None,
        }
        | fields
    ]


def test_conflicts_lists_what_curators_noted(cli: Cli, tmp_path: Path) -> None:
    relation = _contradicts(
        "hforecast",
        kind="overclaim",
        note="The headline says more.",
        reconciliation="Read the body.",
    )
    claim = bridge.claim("vhead", "The tolls pay for it all.", date="2024", relations=relation)
    rows = [
        row
        for row in cli("--store", _store(tmp_path / "s.json", claim), "conflicts").json
        if row["question"] is None
    ]
    curated = next(row for row in rows if row["kind"] == "overclaim")
    assert [side["id"] for side in curated["sides"]] == ["vhead", "hforecast"]
    assert (curated["note"], curated["reconciliation"]) == (
        "The headline says more.",
        "Read the body.",
    )


def test_a_curated_note_on_a_computed_conflict_joins_it(cli: Cli, tmp_path: Path) -> None:
    claims = copy.deepcopy(bridge.CLAIMS)
    claims[3]["relations"] = _contradicts(
        "gsecond", kind="date", reconciliation="Measured at two ends."
    )
    path = _store(tmp_path / "s.json", claims=claims)
    rows = [
        row for row in cli("--store", path, "conflicts").json if row["question"] == "second-section"
    ]
    assert [(row["kind"], row["reconciliation"]) for row in rows] == [
        ("date", "Measured at two ends.")
    ]


def test_total_adds_each_source_by_itself_with_bounds_and_gap(cli: Cli, tmp_path: Path) -> None:
    target = bridge.claim(
        "vtarget",
        "1000 in all.",
        date="2024",
        question="planned-length",
        quantity=bridge.metres("1000", status="target"),
    )
    third = bridge.claim(
        "vthird",
        "The third section.",
        date="2025-03",
        question="third-section",
        quantity=bridge.metres("100", "more_than"),
    )
    result = cli(
        "--store", _store(tmp_path / "s.json", target, third, _first("390")), "total", "sections"
    )
    rows = [
        (r["source"], r["id"], r["running"], r["running_bound"], r["gap"], r["gap_bound"])
        for r in result.json
    ]
    assert rows == [
        ("courier-2024-06-25", "bfirst", "400", "exact", "600", "exact"),
        ("courier-2024-06-25", "fsecond", "600", "exact", "400", "exact"),
        ("courier-2024-06-25", "vthird", "700", "more_than", "300", "less_than"),
        ("gazette-2025-05", "vfirst", "390", "exact", "610", "exact"),
        ("gazette-2025-05", "gsecond", "607", "exact", "393", "exact"),
    ]
    assert "not to be added" in result.err


def test_sums_are_not_rounded(cli: Cli, tmp_path: Path) -> None:
    path = _store(tmp_path / "s.json", _first(f"{'9' * 30}.{'0' * 29}1"))
    running = [row["running"] for row in cli("--store", path, "total", "sections").json]
    assert f"1{'0' * 27}216.{'0' * 29}1" in running


def test_sums_that_differ_are_a_conflict(cli: Cli, tmp_path: Path) -> None:
    rows = cli("--store", _store(tmp_path / "s.json", _first("400")), "conflicts").json
    sums = next(row for row in rows if row["about"] == "Sections of the bridge: the total")
    assert [side["value"] for side in sums["sides"]] == ["600 metres", "617 metres"]


REFUSALS = [
    (
        _first("400", **GAZETTE) | {"quantity": bridge.quantity("400", unit="yards")},
        "different units (metres, yards)",
    ),
    (
        _first("400") | {"quantity": bridge.metres("400", status="planned")},
        "different statuses (actual, planned)",
    ),
    (_first("400") | {"actors": [{"id": "stavba", "role": "payer"}]}, None),
]


@pytest.mark.parametrize(("claim", "why"), REFUSALS)
def test_what_cannot_be_added_is_refused_with_the_reason(
    cli: Cli, tmp_path: Path, claim: Any, why: str | None
) -> None:
    result = cli("--store", _store(tmp_path / "s.json", claim), "total", "sections")
    assert result.code == (2 if why else 0)
    assert why is None or (result.out == "" and why in result.err)


def test_different_payers_are_not_added(cli: Cli, tmp_path: Path) -> None:
    claims = [
        _first("400", actors=[{"id": "stavba", "role": "payer"}]),
        bridge.claim("vthird", "Third.", date="2025-03", question="third-section",
                     quantity=bridge.metres("1"),
                     actors=[{"id": "region", "role": "payer"}], **GAZETTE),
    ]  # fmt: skip
    result = cli("--store", _store(tmp_path / "s.json", *claims), "total", "sections")
    assert (result.code, result.out) == (2, "")
    assert "different payers (region, stavba)" in result.err


def test_a_source_that_answers_in_two_ways_is_not_added(cli: Cli, tmp_path: Path) -> None:
    claims = [_first("400"), _first("500") | {"id": "vother"}]
    result = cli("--store", _store(tmp_path / "s.json", *claims), "total", "sections")
    assert result.code == 2
    assert "in two ways (conflicts: vfirst, vother)" in result.err


OBSTACLES: list[tuple[list[bridge.Document], str]] = [
    (
        [_first("400") | {"quantity": bridge.quantity("400", unit="yards")}],
        "different units (metres, yards)",
    ),
    (
        [_first("400") | {"quantity": bridge.quantity("400", unit="money", currency="CZK")}],
        "different units (metres, money)",
    ),
    (
        [_first("400") | {"quantity": bridge.metres("400", status="planned")}],
        "different statuses (actual, planned)",
    ),
    (
        [_first("400", "at_least"), _first("1", "at_most", question="third-section", id="vthird")],
        "different bounds (lower, upper)",
    ),
    (
        [_first("400"), _first("500", id="vother")],
        "'first-section' is answered in two ways (conflicts: vfirst, vother)",
    ),
    (
        [_first("400"), _first("400", "about", id="vother", quantity=bridge.quantity("400",
                                                                                     unit="yards"))],
        "'first-section' is answered in two ways (unclear: vfirst, vother)",
    ),
    (
        [
            _first("400", actors=[{"id": "stavba", "role": "payer"}]),
            _first("1", question="third-section", id="vthird",
                   actors=[{"id": "region", "role": "payer"}]),
        ],
        "different payers (region, stavba)",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("claims", "why"), OBSTACLES)
def test_what_cannot_be_added_is_said_in_its_row_and_stops_no_other(
    cli: Cli, tmp_path: Path, claims: list[bridge.Document], why: str
) -> None:
    path = _store(tmp_path / "s.json", *claims)
    rows = cli("--store", path, "conflicts").json
    sums = [row for row in rows if row["about"] == "Sections of the bridge: the total"]
    assert [[(side["source"], side["value"]) for side in row["sides"]] for row in sums] == [
        [("courier-2024-06-25", "600 metres"), ("gazette-2025-05", f"cannot be added: {why}")]
    ]
    assert sums[0]["note"] == "Sums over bfirst+fsecond."
    assert {"length-mid-2024", "second-section"} <= {row["question"] for row in rows}
    for form in ("table", "csv", "tsv", "markdown", "jsonl"):
        shown = cli("--store", path, "conflicts", "--format", form, COLUMNS="2000")
        assert (shown.code, shown.err) == (0, "")
        assert "cannot be added" in shown.out
    for question in (question["id"] for question in QUESTIONS):
        for form in ("table", "json"):
            assert cli("--store", path, "compare", question, "--format", form).code == 0
    total = cli("--store", path, "total", "sections")
    assert (total.code, total.out) == (2, "")
    assert f"the answers of gazette-2025-05 in 'sections' cannot be added: {why}" in total.err


def test_a_sum_that_cannot_be_worked_out_is_said_where_no_other_is(
    cli: Cli, tmp_path: Path
) -> None:
    claims = [_first("400"), _first("500", id="vother", source="radio-undated")]
    claims += [_first("600", id="vthird", source="radio-undated")]
    series = SERIES | {"questions": ["first-section"], "target": None}
    rows = cli("--store", _store(tmp_path / "s.json", *claims, series=[series]), "conflicts").json
    (row,) = [row for row in rows if row["about"].endswith(": the total")]
    assert [side["source"] for side in row["sides"]] == ["radio-undated"]
    assert row["note"] is None


def test_a_gap_of_which_nothing_is_known_is_null(cli: Cli, tmp_path: Path) -> None:
    target = bridge.claim(
        "vtarget", "1000 or more.", date="2024", question="planned-length",
        quantity=bridge.metres("1000", "at_least", status="target"),
    )  # fmt: skip
    path = _store(tmp_path / "s.json", target, _first("390", "at_least"))
    rows = {row["id"]: row for row in cli("--store", path, "total", "sections").json}
    assert (rows["bfirst"]["gap"], rows["bfirst"]["gap_bound"]) == ("600", "at_least")
    assert (rows["vfirst"]["gap"], rows["vfirst"]["gap_bound"]) == (None, None)


@pytest.mark.parametrize("seed", range(12))
def test_no_figures_of_chance_stop_compare_and_conflicts(
    cli: Cli, tmp_path: Path, seed: int
) -> None:
    chance = random.Random(seed)
    claims = [
        bridge.claim(
            f"v{chr(98 + n)}b",
            "So.",
            question=chance.choice([question["id"] for question in QUESTIONS]),
            date=chance.choice([None, "2024", "2024-06~", "../2024", "2024/..", "202X", "-0044"]),
            quantity=chance.choice([None, *FIGURES]),
            source=chance.choice([source["id"] for source in bridge.TABLES["sources"]]),
            status=chance.choice(["active", "disputed", "retracted"]),
            status_reason="so",
            relations=chance.choice([[], _contradicts("bfirst"), _contradicts("vbb")]),
        )
        for n in range(14)
    ]
    path = _store(tmp_path / "s.json", *claims)
    questions = [question["id"] for question in QUESTIONS]
    for words in (["conflicts"], ["questions"], *(["compare", one] for one in questions)):
        for form in ("json", "table"):
            result = cli("--store", path, *words, "--format", form)
            assert result.code == 0, result.err
            assert "Infinity" not in result.out
    assert "Infinity" not in cli("--store", path, "total", "sections").out


def test_a_topic_is_no_series_and_says_why(cli: Cli, tmp_path: Path) -> None:
    path = _store(tmp_path / "s.json")
    result = cli("--store", path, "total", "money")
    assert (result.code, result.out) == (2, "")
    assert "different units (metres, money)" in result.err
    assert "sections" in cli("--store", path, "total", "section").err


def test_the_timeline_is_a_list_in_a_pipe_and_drawn_on_a_terminal(cli: Cli) -> None:
    assert cli("timeline").json == cli("list").json
    drawn = cli("timeline", "--format", "table", COLUMNS="80").out
    assert max(map(len, drawn.splitlines())) <= 80
    months = [line for line in drawn.splitlines() if line[:1].isdigit() and len(line.strip()) == 7]
    assert [line.strip() for line in months] == [
        "2020-01",
        "2023-12",
        "2024-01",
        "2024-06",
        "2024-11",
        "2025-01",
        "2025-05",
    ]
    assert any("●" in line and "bfirst" in line for line in drawn.splitlines())
    assert any("◀" in line and "cmidyear" in line for line in drawn.splitlines())
    assert any("├" in line and "jtarget" in line for line in drawn.splitlines())
    assert any("~" in line and "qdenied" in line for line in drawn.splitlines())
    assert any("■" in line and "hforecast" in line for line in drawn.splitlines())


def test_disagreement_is_marked_in_every_table(cli: Cli) -> None:
    result = cli("works", "--format", "table", COLUMNS="100")
    marked = {line.split()[0] for line in result.out.splitlines() if "≠" in line}
    assert marked == {"cmidyear", "dmidyear", "fsecond", "gsecond"}
    assert "≠ sources conflict" in result.err
