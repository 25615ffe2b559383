"""The direct way and Typer's are one: the same words give the same bytes, message and exit
code by both."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from conftest import Cli
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from test_query import random_store

import factcli
from factcli.cli import argv
from factcli.cli.options import FILTERS, OUTPUT

VALUES = ["oneil", "works", "money", "2024", "2024-06", ">=400", "event", "any", "json", "csv",
          "jsonl", "tsv", "markdown", "table", "id", "id,date", "nope", "3",
          "0", "-1", "-", "", "x y", "actual", "bridge", "=1", "--strict", "courier-2024-06-25",
          "a,b", "٣", "1_0", " 3"]  # fmt: skip
NAMES = [
    name
    for group in (FILTERS, OUTPUT)
    for option in group.values()
    for name in option.names
    if name not in ("-o", "--output")
]
OTHERS = ["--help", "--nope", "-h", "--", "-", "--stri", "-nf", "-n3", "--no-colour"]
_option = st.one_of(
    st.sampled_from(NAMES).map(lambda name: [name]),
    st.tuples(st.sampled_from(NAMES), st.sampled_from(VALUES)).map(list),
    st.tuples(st.sampled_from(NAMES), st.sampled_from(VALUES)).map(
        lambda pair: [f"{pair[0]}={pair[1]}"]
    ),
    st.sampled_from(VALUES + OTHERS).map(lambda word: [word]),
)
_lines = st.tuples(
    st.sampled_from([["list"], ["works"], ["money"], ["topic"], ["actor"], ["actor", "oneil"],
                     ["date", "2024"], ["search", "bridge"], ["show", "bfirst"], ["nothing"], []]),
    st.lists(_option, max_size=4),
).map(lambda parts: [*parts[0], *(word for option in parts[1] for word in option)])  # fmt: skip


@settings(max_examples=400, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(words=_lines)
def test_both_ways_answer_alike(cli: Cli, words: list[str]) -> None:
    straight = cli(*words)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(argv, "run", lambda words: False)
        through_typer = cli(*words)
    assert straight == through_typer


@pytest.mark.parametrize(
    ("words", "out"), [([], "[]\n"), (["--format", "jsonl"], ""), (["--count"], "{n}\n")]
)
def test_a_limit_of_nothing_gives_an_empty_answer(cli: Cli, words: list[str], out: str) -> None:
    number = len(cli("list", "--json").json)
    assert cli("list", "--limit", "0", *words).out == out.format(n=number)


@pytest.mark.parametrize(
    "words",
    [["works"], ["list", "--actor", "oneil", "-n", "2"], ["show", "bfirst", "--json"]],
    ids=" ".join,
)
def test_plain_lookups_are_read_without_typer(
    bridge_path: Path, words: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FACTCLI_STORE", str(bridge_path))
    assert argv.run(words) is True


def test_completion_goes_through_typer(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("_FACTCLI_COMPLETE", "candidates_bash")
    assert argv.run(["works"]) is False


@pytest.fixture(scope="module")
def cached(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A store past the clock's grain, so that its cache is trusted."""
    place = tmp_path_factory.mktemp("cached")
    path = place / "store.json"
    path.write_text(json.dumps(random_store(5, 300)), encoding="utf-8")
    time.sleep(2.1)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CACHE_HOME", str(place / "cache"))
        factcli.open_store(path, keep="cache").close()
        yield path


def _imported(words: list[str], store: Path) -> set[str]:
    """The modules that a run of its own imports, on a store whose cache is there."""
    code = (
        "import sys; from factcli.cli import main; main(sys.argv[1:]);"
        " print(*sys.modules, file=sys.stderr)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, "--store", str(store), *words],
        capture_output=True,
        text=True,
        check=True,
    )
    return set(done.stderr.split())


HEAVY = {
    "typing", "re", "json", "pathlib", "contextlib", "msgspec", "tinydb", "typer", "rich", "enum",
    "decimal", "hashlib", "dataclasses", "inspect", "subprocess",
}  # fmt: skip


@pytest.mark.parametrize(
    ("words", "more"),
    [
        (["works"], []),
        (["list", "--actor", "oneil", "--kind", "event", "--count"], []),
        (["show", "c0003", "--json"], []),
        (["list", "--since", "2024-06"], ["re", "enum", "typing", "contextlib"]),
        (["search", "bridge"], ["re", "enum", "typing", "contextlib"]),
    ],
    ids=str,
)
def test_a_plain_lookup_imports_next_to_nothing(
    cached: Path, words: list[str], more: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(cached.parent / "cache"))
    assert _imported(words, cached) & (HEAVY.difference(more)) == set()


def test_a_table_imports_rich_and_no_typer(cached: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(cached.parent / "cache"))
    imported = _imported(["works", "--format", "table"], cached)
    assert "rich" in imported
    assert not imported & {"typer", "pydantic", "tinydb"}
