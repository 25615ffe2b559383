"""The store that comes with factcli: every record by itself, and the questions that it must
answer rightly."""

from __future__ import annotations

import os
import re

import pytest
from conftest import Cli, Result

import factcli
from factcli.model import Source
from factcli.opening import shipped_store
from factcli.record.shape import Record

TEXTS = os.environ.get("FACTCLI_SOURCES")
"""The archived texts of the sources, which are not part of the project."""
STORE = factcli.open_store(shipped_store())
CLAIMS = {claim.id: claim for claim in STORE.find(factcli.Query(status="any"))}
SOURCES = STORE.sources


def ask(cli: Cli, *words: str) -> Result:
    return cli("--store", str(shipped_store()), *words)


@pytest.mark.parametrize("claim", CLAIMS.values(), ids=CLAIMS)
def test_a_claim_is_a_sentence_in_the_curators_words_with_a_date_and_a_place(claim: Record) -> None:
    assert re.fullmatch(r"[\"'A-Z].*[.]", claim.statement), claim.statement
    assert claim.date is not None
    assert claim.date_text or claim.date_basis or claim.kind == "event", (
        "where the date comes from is said"
    )
    assert claim.locator is not None
    assert claim.note is None or claim.note.startswith("Curator: ")


VOICED = [
    claim
    for claim in CLAIMS.values()
    if claim.kind in ("statement", "position", "forecast")
    and claim.said_by
    and (len(claim.attribution) > 1 or claim.attribution[0].mode == "inferred")
]


@pytest.mark.parametrize("claim", VOICED, ids=[claim.id for claim in VOICED])
def test_what_somebody_says_names_whoever_says_it(claim: Record) -> None:
    """Quoted alone, the statement must not be read as a fact; and nobody is named as a
    speaker of an outlet's reading."""
    speaker = STORE.actors[claim.attribution[0].actor or ""]
    names = {
        word for name in (speaker.name, *speaker.aliases) for word in re.findall(r"\w{4,}", name)
    }
    assert names & set(re.findall(r"\w{4,}", claim.statement)), (speaker.name, claim.statement)
    if claim.attribution[-1].mode == "inferred":
        assert not [actor for actor in claim.actors if actor.role == "speaker"]


@pytest.mark.parametrize("source", SOURCES.values(), ids=SOURCES)
def test_a_source_says_how_its_date_is_known(source: Source) -> None:
    assert source.issued
    assert source.issued_basis
    assert source.url is None, "no text prints its address"


def test_what_a_text_does_not_name_stays_unknown() -> None:
    assert (
        SOURCES["singoei-undated"].title,
        SOURCES["singoei-undated"].container_title,
        SOURCES["singoei-undated"].author,
    ) == (None, None, ())
    assert [ident for ident, source in SOURCES.items() if source.container_title] == [
        "standard-2024-11-21",
        "citizen-2025-01",
    ]


def test_the_store_keeps_every_rule(cli: Cli) -> None:
    result = ask(cli, "check", "--strict")
    assert (result.code, result.json) == (0, [])


def test_every_claim_stands_where_it_says(cli: Cli) -> None:
    if not TEXTS:
        pytest.skip("FACTCLI_SOURCES does not name the archived texts")
    result = ask(cli, "verify", TEXTS, "--json")
    assert result.code == 0
    assert {row["outcome"] for row in result.json} == {"ok"}
    assert len(result.json) == len(CLAIMS)


def test_the_sizes_of_the_january_contingent_conflict(cli: Cli) -> None:
    rows = ask(cli, "compare", "january-2025-contingent-size", "--json").json
    assert [(row["value"], row["source"], row["agreement"]) for row in rows] == [
        ("an additional 200", "nairobi-2025-01-26", "conflicts"),
        ("217", "mudavadi-2025-05", "conflicts"),
    ]


@pytest.mark.parametrize(
    ("kind", "values"),
    [
        ("numeric", ["an additional 200", "217"]),
        ("date", ["2025-01-19", "2025-01-18"]),
        ("numeric", ["400 police officers", "team of 200"]),
        ("arithmetic", ["$13 million", "sh17.71 billion"]),
        ("numeric", ["600 officers", "817 officers"]),
        ("overclaim", ["headline of Citizen Digital", "hint"]),
        ("overclaim", ["a headline of The Standard", "aligns with"]),
        (
            "attribution",
            ["largely between Kenya and Haiti", "President of the United States asked"],
        ),
        ("attribution", ["assures its support", "freeze of US foreign aid"]),
        ("attribution", ["does not expect a major change", "freeze of US foreign aid"]),
        ("date", ["President of the United States asked", "Security Council approved"]),
        ("attribution", ["president of Haiti", "legitimate transitional government"]),
    ],
)
def test_conflicts_shows_what_the_articles_disagree_on(
    cli: Cli, kind: str, values: list[str]
) -> None:
    rows = ask(cli, "conflicts", "--json").json
    assert [
        row
        for row in rows
        if row["kind"] == kind
        and all(any(value in side["value"] for side in row["sides"]) for value in values)
    ]


def test_what_was_published_later_is_not_known_earlier(cli: Cli) -> None:
    rows = ask(cli, "deployments", "--as-of", "2024-12-31", "--json").json
    assert rows
    assert not [
        row
        for row in rows
        if "second" in row["statement"] or "July" in row["statement"] or row["date"] == "2024-07-16"
    ]
    assert {row["source"]["id"] for row in rows} == {"standard-2024-11-21", "singoei-undated"}
    assert [row for row in ask(cli, "deployments", "--json").json if row["date"] == "2024-07-16"]


def test_an_undated_interview_matches_a_month_only_possibly(cli: Cli) -> None:
    rows = ask(cli, "list", "--said-by", "singoei", "--date", "2024-12", "--json").json
    assert {row["match"] for row in rows} == {"possible"}
    assert (
        ask(cli, "list", "--said-by", "singoei", "--date", "2024-12", "--strict", "--json").json
        == []
    )


def test_a_group_speaks_through_anyone_affiliated(cli: Cli) -> None:
    rows = ask(
        cli, "list", "--with", "us-government", "--since", "2025-01", "--until", "2025-05", "--json"
    ).json
    speakers = {row["said_by"]["id"] for row in rows}
    assert speakers >= {"marco-rubio", "dorothy-shea", "us-government"}
    kenyans = STORE.names.members("kenya-government") | STORE.names.members("kenyan-opposition")
    assert not speakers & kenyans


@pytest.mark.parametrize(
    ("words", "found", "missing"),
    [
        (["deployments", "--value", ">=400"], {"over 400", "400"}, {"1,000", "600", "217"}),
        (["deployments", "--value", ">=500"], {"over 400"}, {"400", "1,000", "600"}),
        (
            ["deployments", "--value", ">=500", "--quantity-status", "any"],
            {"over 400", "1,000", "600"},
            {"400"},
        ),
        (
            ["deployments", "--value", ">=500", "--strict", "--quantity-status", "target"],
            {"1,000"},
            {"over 400", "600"},
        ),
    ],
)
def test_bounds_are_compared_honestly(
    cli: Cli, words: list[str], found: set[str], missing: set[str]
) -> None:
    texts = {row["quantity"]["text"] for row in ask(cli, *words, "--json").json}
    assert texts >= found
    assert not texts & missing


@pytest.mark.parametrize("name", ["singoei", "Sing'oei", "Sing’Oei", "korir singoei", "SING`OEI"])
def test_a_name_is_found_however_it_is_written(cli: Cli, name: str) -> None:
    assert (
        ask(cli, "actor", name, "--count").out == ask(cli, "actor", "korir-singoei", "--count").out
    )


def test_accents_do_not_matter(cli: Cli) -> None:
    assert (
        ask(cli, "actor", "Moise", "--count").out
        == ask(cli, "actor", "Moïse", "--count").out
        != "0\n"
    )


@pytest.mark.parametrize(
    ("words", "code", "says"),
    [
        (["actor", "rutto"], 2, "'Ruto'"),
        (["deployment"], 2, "'deployments'"),
        (["date", "2024-13"], 2, "months go from 01 to 12"),
        (["show", "zzz"], 1, "factcli list"),
        (["list", "--format", "xml"], 2, "json"),
        (["list", "--fields", "nope"], 2, "note"),
        (["compare", "january"], 2, "which"),
        (["total", "funding"], 2, "not added"),
        (["list", "--topic", "fundng"], 2, "'funding'"),
        (["list", "--stauts", "active"], 2, "--status"),
    ],
)
def test_a_slip_is_one_sentence_with_the_nearest_right_word(
    cli: Cli, words: list[str], code: int, says: str
) -> None:
    result = ask(cli, *words)
    assert (result.code, result.out) == (code, "")
    assert result.err.count("\n") == 1
    assert says in result.err
