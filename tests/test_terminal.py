"""What a terminal is shown: nothing that acts on it, nothing wider than it, keys whole."""

from __future__ import annotations

import json
import unicodedata
from pathlib import Path

import bridge
import pytest
from conftest import Cli, Result
from rich.cells import cell_len

from factcli.opening import shipped_store
from factcli.text import visible

COMMANDS = [
    ["list"], ["timeline"], ["show", "bcd"], ["topics"], ["actors"], ["sources"], ["questions"],
    ["compare", "second-section"], ["conflicts"],
    ["check"], ["search", "odd"], ["actor", "jana"], ["total", "sections"], [], ["--help"],
    ["works", "--help"],
]  # fmt: skip
FORMS = [
    [],
    ["--format", "table"],
    ["--format", "jsonl"],
    ["--format", "csv", "--raw"],
    ["--format", "tsv", "--raw"],
    ["--format", "markdown"],
]
ALLOWED = {"Cc": "\n\t", "Cf": "\u200c\u200d"}


def unsafe(text: str) -> list[str]:
    """The characters of a text that could act on a terminal, line ends and tabs apart."""
    categories = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
    return [
        hex(ord(c))
        for c in text
        if unicodedata.category(c) in categories
        and c not in ALLOWED.get(unicodedata.category(c), "")
    ]


def hostile(value: object) -> object:
    """A store in which every free text is hostile."""
    if isinstance(value, dict):
        free = {"statement", "title", "about", "name", "note", "text", "date_text", "date_basis",
                "setting", "status_reason", "issued_basis",
                "container-title", "unit", "license", "reconciliation"}  # fmt: skip
        return {
            key: f"{bridge.HOSTILE} {part}"
            if key in free and isinstance(part, str) and part not in ("metres", "money", "date")
            else hostile(part)
            for key, part in value.items()
        }
    return [hostile(part) for part in value] if isinstance(value, list) else value


@pytest.fixture
def hostile_path(tmp_path: Path) -> Path:
    tables = bridge.store(
        series=[
            {
                "id": "sections",
                "title": "Sections",
                "about": "x",
                "unit": "metres",
                "questions": ["second-section"],
                "target": None,
            }
        ]
    )
    tables["claims"]["1"]["id"] = "bcd"
    path = tmp_path / "hostile.json"
    path.write_text(json.dumps(hostile(tables)), encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("words", "form"),
    [
        (words, form)
        for words in COMMANDS
        for form in FORMS
        if not form or (words and "--help" not in words)
    ],
)
def test_no_text_of_a_store_can_act_on_a_terminal(
    cli: Cli, hostile_path: Path, words: list[str], form: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("os.isatty", lambda descriptor: descriptor == 1)
    result = cli("--store", str(hostile_path), *words, *form, NO_COLOR="1")
    assert result.code == (1 if words == ["check"] else 0), result.err
    assert unsafe(result.out) == []
    assert unsafe(result.err) == []
    assert "\t" not in result.err


def test_markup_of_a_store_is_shown_as_text(cli: Cli, hostile_path: Path) -> None:
    out = cli(
        "--store", str(hostile_path), "show", "shostile", "--format", "table", COLUMNS="200"
    ).out
    assert "[red]" in out
    assert "[/x]" in out
    assert "\\x1b[31m" in out
    assert "\\u202e" in out


@pytest.mark.parametrize("word", ["\x1b[31m", "\u202eabc", "a\nb", "[red]", "\x9b2J"])
def test_an_argument_is_told_back_harmlessly(cli: Cli, word: str) -> None:
    for words in (
        ["actor", word],
        ["show", word],
        [word],
        ["date", word],
        ["--store", word, "list"],
        ["list", "--format", word],
    ):
        result = cli(*words)
        assert result.code in (1, 2, 3)
        assert unsafe(result.err) == []
        assert result.err.count("\n") == 1


def test_visible_alters_no_harmless_text() -> None:
    for text in ("[red]", "[/usr/bin]", "Łódź", "Sing’Oei", "日本", "क्‍ष", "😀", "e\u0301"):
        assert visible(text) == text


@pytest.mark.parametrize(
    "code",
    [
        *range(0x20),
        *range(0x7F, 0xA0),
        0xAD,
        0x200B,
        0x202E,
        0x2066,
        0x2028,
        0x2029,
        0xFEFF,
        0xE0041,
        0xE000,
    ],
)
def test_visible_shows_what_could_act_on_a_terminal(code: int) -> None:
    assert unsafe(visible(f"a{chr(code)}b")) == []
    assert "\n" not in visible(chr(code))


def test_marks_do_not_pile_up() -> None:
    assert visible("e" + "\u0301" * 9).count("\u0301") == 4


TABLES = [
    ["list"], ["topics"], ["actors"], ["sources"], ["questions"], ["conflicts"],
    ["compare", "january-2025-contingent-size"],
    ["total", "kenyan-contingents"], ["check", "--rules"], ["timeline"], ["show", "hhbrgk"],
    ["deployments", "--value", ">0"],
    ["list", "--fields", "id,statement,source.title"],
]  # fmt: skip


def _on_the_shipped_store(cli: Cli, words: list[str], width: int) -> Result:
    return cli("--store", str(shipped_store()), *words, "--format", "table", COLUMNS=str(width))


@pytest.mark.parametrize("width", [20, 40, 60, 79, 80, 100, 160])
@pytest.mark.parametrize("words", TABLES, ids=" ".join)
def test_no_table_is_wider_than_the_screen(cli: Cli, words: list[str], width: int) -> None:
    result = _on_the_shipped_store(cli, words, width)
    assert result.code == 0
    assert [line for line in result.out.splitlines() if cell_len(line.rstrip()) > width] == []


@pytest.mark.parametrize("width", [60, 80, 100, 160])
def test_ids_and_dates_are_whole(cli: Cli, width: int) -> None:
    lines = _on_the_shipped_store(cli, ["list"], width).out
    records = cli("--store", str(shipped_store()), "list", "--json").json
    words = lines.split()
    for record in records:
        assert record["id"] in words
        assert record["date"] in words


@pytest.mark.parametrize("columns", ["1", "0", "-5", "abc", "99999999999", "²", ""])
def test_an_odd_width_does_no_harm(cli: Cli, columns: str) -> None:
    assert cli("works", "--format", "table", COLUMNS=columns).code == 0
    assert cli("works", "--help", COLUMNS=columns).code == 0


def test_colour_is_for_terminals_that_want_it(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "\x1b" not in cli("works", "--format", "table").out
    monkeypatch.setattr("os.isatty", lambda descriptor: descriptor == 1)
    assert "\x1b" in cli("works", TERM="xterm-256color").out
    assert "\x1b" not in cli("works", TERM="xterm-256color", NO_COLOR="1").out
    monkeypatch.delenv("NO_COLOR")
    assert "\x1b" not in cli("works", TERM="dumb").out
    assert "\x1b" not in cli("works", "--no-color", TERM="xterm-256color").out
    assert "\x1b" not in cli("--no-color", "works", TERM="xterm-256color").out
