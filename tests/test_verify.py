"""Holding claims against archived texts, whole and mutated."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import bridge
import pytest
from conftest import Cli

from factcli.archive import digest, normalise

PARAGRAPHS = [f"Paragraph {number} speaks of section {number * 7}." for number in range(1, 10)]
CLAIMED = (1, 3, 4, 6, 9)


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    directory = tmp_path / "texts"
    directory.mkdir()
    _write(directory, PARAGRAPHS)
    (directory / "other.txt").write_text("Something else.\n\nAltogether.\n", encoding="utf-8")
    return directory


@pytest.fixture
def proving(tmp_path: Path) -> str:
    """A store with one claim on each of some paragraphs of one source."""
    claims = [
        bridge.claim(f"p{number}", f"Claim {number}.", date="2024",
                     locator={"paragraph": number, "sha256": digest(PARAGRAPHS[number - 1])})
        for number in CLAIMED
    ]  # fmt: skip
    source = bridge.source("courier-2024-06-25", None, "The Courier", "2024-06-25")
    source["text_sha256"] = hashlib.sha256(_text(PARAGRAPHS).encode()).hexdigest()
    path = tmp_path / "proving.json"
    path.write_text(json.dumps(bridge.store(claims=claims, sources=[source])), encoding="utf-8")
    return str(path)


def _text(paragraphs: list[str]) -> str:
    return "\n\n".join(paragraphs) + "\n"


def _write(directory: Path, paragraphs: list[str]) -> None:
    (directory / "courier.txt").write_text(_text(paragraphs), encoding="utf-8")


def _outcomes(result: Any) -> dict[str, str]:
    return {row["id"]: row["outcome"] for row in result.json}


def test_an_untouched_text_proves_every_claim(cli: Cli, archive: Path, proving: str) -> None:
    result = cli("--store", proving, "verify", str(archive))
    assert result.code == 0
    assert _outcomes(result) == {f"p{number}": "ok" for number in CLAIMED}
    assert "5 ok, 0 moved, 0 changed, 0 missing" in result.err


def test_the_place_of_the_texts_may_stand_in_the_environment(
    cli: Cli, archive: Path, proving: str
) -> None:
    assert cli("--store", proving, "verify", FACTCLI_SOURCES=str(archive)).code == 0
    result = cli("--store", proving, "verify", FACTCLI_SOURCES="")
    assert (result.code, result.out) == (2, "")
    assert "FACTCLI_SOURCES" in result.err


MUTATIONS = [
    ("inserted before 4", lambda p: [*p[:3], "A new one.", *p[3:]],
     {"p4": "moved", "p6": "moved", "p9": "moved"}),
    ("typo mended in 4", lambda p: [*p[:3], p[3].replace("speaks", "spoke"), *p[4:]],
     {"p4": "changed"}),
    ("4 deleted", lambda p: [*p[:3], *p[4:]], {"p4": "missing", "p6": "moved", "p9": "moved"}),
    ("unclaimed 5 deleted", lambda p: [*p[:4], *p[5:]], {"p6": "moved", "p9": "moved"}),
    ("1 deleted", lambda p: p[1:], {"p1": "missing", "p3": "moved", "p4": "moved", "p6": "moved",
                                    "p9": "moved"}),
    ("9 deleted", lambda p: p[:-1], {"p9": "missing"}),
    ("9 changed", lambda p: [*p[:-1], "Rewritten."], {"p9": "changed"}),
    ("inserted at 2, mended 4, 9 deleted", lambda p: [p[0], "New.", p[1], p[2], "Mended.", *p[4:8]],
     {"p3": "moved", "p4": "changed", "p6": "moved", "p9": "missing"}),
    ("3 and 4 swapped", lambda p: [*p[:2], p[3], p[2], *p[4:]], {"p3": "moved", "p4": "moved"}),
    ("all gone", lambda p: ["Nothing of it."],
     dict.fromkeys(("p1", "p3", "p4", "p6", "p9"), "missing")),
]  # fmt: skip


@pytest.mark.parametrize(
    ("mutate", "expected"), [case[1:] for case in MUTATIONS], ids=[case[0] for case in MUTATIONS]
)
def test_a_mutated_text_tells_exactly_which_claims_it_touches(
    cli: Cli, archive: Path, proving: str, mutate: Any, expected: dict[str, str]
) -> None:
    _write(archive, mutate(PARAGRAPHS))
    result = cli("--store", proving, "verify", str(archive))
    assert result.code == 1
    assert {
        ident: outcome for ident, outcome in _outcomes(result).items() if outcome != "ok"
    } == expected


def test_a_moved_paragraph_says_where_it_is_now(cli: Cli, archive: Path, proving: str) -> None:
    _write(archive, ["New.", *PARAGRAPHS])
    assert [row["found_at"] for row in cli("--store", proving, "verify", str(archive)).json] == [
        2,
        4,
        5,
        7,
        10,
    ]


def test_the_text_is_shown_on_request_only(cli: Cli, archive: Path, proving: str) -> None:
    assert {row["text"] for row in cli("--store", proving, "verify", str(archive)).json} == {None}
    rows = cli("--store", proving, "verify", str(archive), "--text").json
    assert [row["text"] for row in rows] == [PARAGRAPHS[number - 1] for number in CLAIMED]


def test_without_the_text_a_claim_is_missing(cli: Cli, archive: Path, proving: str) -> None:
    (archive / "courier.txt").unlink()
    result = cli("--store", proving, "verify", str(archive))
    assert result.code == 1
    assert set(_outcomes(result).values()) == {"missing"}


def test_a_text_that_equally_many_files_resemble_is_not_guessed(
    cli: Cli, archive: Path, proving: str
) -> None:
    for name in ("courier.txt", "twin.txt"):
        (archive / name).write_text(_text(PARAGRAPHS[:-1]), encoding="utf-8")
    assert set(_outcomes(cli("--store", proving, "verify", str(archive))).values()) == {"missing"}


def test_a_directory_that_is_not_there_is_one_sentence(
    cli: Cli, proving: str, tmp_path: Path
) -> None:
    result = cli("--store", proving, "verify", str(tmp_path / "nowhere"))
    assert (result.code, result.out) == (1, "")


@pytest.mark.parametrize(
    ("one", "other"),
    [("It’s “so”", "It's \"so\""), ("a  b\tc ", "a b c"), ("Moi\u0308se", "Moïse"),
     ("a\u00a0b", "a b")],
)  # fmt: skip
def test_a_resaved_paragraph_has_the_same_digest(one: str, other: str) -> None:
    assert digest(one) == digest(other)
    assert normalise(one) == normalise(other)


def test_a_changed_word_changes_the_digest() -> None:
    assert digest("four hundred") != digest("Four hundred")
