"""Whatever stands in an argument: no traceback, a documented exit code, nothing on the
terminal that could act on it."""

from __future__ import annotations

import io
import os
from contextlib import suppress
from pathlib import Path

import bridge
import pytest
from conftest import Cli
from hypothesis import given
from hypothesis import strategies as st
from test_terminal import unsafe

from factcli import dates, query
from factcli.cli.catalogue import COMMANDS
from factcli.database.search import parse
from factcli.errors import UsageError
from factcli.opening import open_store, shipped_store
from factcli.quantity import parse_condition

WORDS = [
    "", " ", ",", ",,", "a,", "--", "-", "-x", "--nope", "\x1b[31m", "\x1b]8;;http://x\x07",
    "\u202e", "\u2028", "\x9b31m", "\r", "\n", "\t", "a\nb",
    "[red]x[/red]", "[/x]", ":smile:", "%s%n", "{0}", "$(id)", "`id`", "; rm -rf x",
    "../../etc/passwd", "/dev/zero", "9" * 5000, "x" * 100_000, "é" * 1000,
    "(a+)+$", ".*", "\udcff", "\ud800", "😀", "é", "null", "NaN", "-1", "1e999", "0x10", "²", "١٢",
    "=1+1", '"', "'", "\\", "\\N{BEL}", '"unclosed',
    "2024-13", "..", "../..", "2024/2023", "Y99999999999999", "9999-12-31..", "-9999", "<", ">=",
    ">=1,000", "a" * 255, "--store", "--help\x00"[:6],
]  # fmt: skip
PLACES = [
    ["{}"], ["list", "{}"], ["list", "--topic={}"], ["list", "--actor={}"], ["list", "--date={}"],
    ["list", "--value={}"], ["list", "--match={}"],
    ["list", "--fields={}"], ["list", "--sort={}"], ["list", "--format={}"],
    ["list", "--limit={}"], ["list", "--recorded-by={}"], ["actor", "--", "{}"],
    ["date", "--", "{}"], ["search", "--", "{}"], ["show", "--", "{}"], ["compare", "--", "{}"],
    ["total", "--", "{}"], ["verify", "--", "{}"],
    ["schema", "--", "{}"], ["check", "--explain={}"], ["--store={}", "list"],
    ["set", "--dry-run", "bfirst", "--", "{}"], ["undo", "--", "{}"], ["log", "--", "{}"],
    ["diff", "--", "{}"], ["import", "--dry-run", "--", "{}"],
    ["retract", "bfirst", "--dry-run", "--why={}"], ["set", "bfirst", "--dry-run", "note={}"],
    ["set", "bfirst", "--dry-run", "date={}"], ["set", "bfirst", "--dry-run", "note:={}"],
    ["topic", "set", "--dry-run", "--", "money", "{}"],
]  # fmt: skip


def test_there_are_enough_of_them() -> None:
    assert len(WORDS) * len(PLACES) >= 100


@pytest.mark.slow
@pytest.mark.parametrize("place", PLACES, ids=" ".join)
def test_a_hostile_argument_does_no_harm(
    cli: Cli, tmp_path: Path, place: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "bridge.json"
    before, listing = path.read_bytes(), set(os.listdir(tmp_path))
    for word in WORDS:
        monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(b"")))
        result = cli(*(part.replace("{}", word) for part in place))
        assert result.code in (0, 1, 2, 3, 4), (word, result)
        assert "Traceback" not in result.err
        assert unsafe(result.out) == [], word
        assert unsafe(result.err) == [], word
        if result.code in (2, 3, 4):
            assert result.out == "", word
            assert result.err.count("\n") == 1, (word, result.err)
    assert path.read_bytes() == before
    assert set(os.listdir(tmp_path)) <= listing | {".bridge.json.lock"}


@pytest.mark.parametrize("name", [name for name in COMMANDS if name not in ("schema",)])
def test_every_command_without_its_arguments_says_what_is_missing(
    cli: Cli, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin", None)
    result = cli(*name.split(), "--no-such-option")
    assert (result.code, result.out) == (2, "")
    assert result.err.count("\n") == 1


def test_a_pattern_cannot_be_made_slow(cli: Cli, tmp_path: Path) -> None:
    import json
    import time

    path = tmp_path / "long.json"
    path.write_text(
        json.dumps(bridge.store(claims=[bridge.claim("bcd", "a" * 50_000 + "!")])), encoding="utf-8"
    )
    begun = time.monotonic()
    for words in (
        ["--match", "(a+)+$"],
        ["--match", "a" * 40_000],
        ["--value", ">" * 1000],
        ["--date", "." * 1000],
    ):
        cli("--store", str(path), "list", *words)
    cli("--store", str(path), "search", "a" * 40_000)
    cli("--store", str(path), "search", '"' * 5000)
    assert time.monotonic() - begun < 20, "minutes, were a pattern interpreted"


ANYTHING = st.text(max_size=60)
SHIPPED = open_store(shipped_store())


@given(ANYTHING | st.text("0123456789-./X~?%Y,TZ:", max_size=30))
def test_any_text_is_a_date_or_a_usage_error(text: str) -> None:
    for read in (dates.parse, dates.parse_condition, dates.since, dates.until):
        with suppress(UsageError):
            read(text)


@given(ANYTHING | st.text("0123456789<>=., abc", max_size=30))
def test_any_text_is_a_condition_or_a_usage_error(text: str) -> None:
    with suppress(UsageError):
        parse_condition(text)


@given(ANYTHING)
def test_any_text_is_a_search_or_a_usage_error(text: str) -> None:
    with suppress(UsageError):
        parse(text)
        SHIPPED.find(query.Query(search=text))


@given(
    st.sampled_from(
        [
            "topic",
            "actor",
            "said_by",
            "with_group",
            "source",
            "kind",
            "status",
            "match",
            "as_of",
            "quantity_status",
        ]
    ),
    ANYTHING,
)
def test_any_filter_is_understood_or_a_usage_error(field: str, text: str) -> None:
    with suppress(UsageError):
        SHIPPED.find(query.Query(**{field: text}))
