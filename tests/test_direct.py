"""The direct way and Typer's are one: the same words give the same bytes, message and exit code by both."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import Cli
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from test_query import random_store

from factcli.cli import direct, quick
from factcli.cli.declared import FILTERS, OUTPUT
from factcli.index.keeping import index_path, ready

VALUES = ["oneil", "works", "money", "2024", "2024-06", ">=400", "event", "any", "json", "csv", "jsonl", "tsv", "markdown", "table", "id", "id,date", "nope", "3",
          "0", "-1", "-", "", "x y", "actual", "bridge", "=1", "--strict", "courier-2024-06-25", "a,b", "٣", "1_0", " 3"]  # fmt: skip
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
    st.tuples(st.sampled_from(NAMES), st.sampled_from(VALUES)).map(lambda pair: [f"{pair[0]}={pair[1]}"]),
    st.sampled_from(VALUES + OTHERS).map(lambda word: [word]),
)
_lines = st.tuples(
    st.sampled_from([["list"], ["works"], ["money"], ["topic"], ["actor"], ["actor", "oneil"], ["date", "2024"], ["search", "bridge"], ["show", "bfirst"], ["nothing"], []]),
    st.lists(_option, max_size=4),
).map(lambda parts: [*parts[0], *(word for option in parts[1] for word in option)])  # fmt: skip


@settings(max_examples=400, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(words=_lines)
def test_both_ways_answer_alike(cli: Cli, words: list[str]) -> None:
    straight = cli(*words)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(direct, "run", lambda words: False)
        through_typer = cli(*words)
    assert straight == through_typer


@pytest.mark.parametrize(("words", "out"), [([], "[]\n"), (["--format", "jsonl"], ""), (["--count"], "{n}\n")])
def test_a_limit_of_nothing_gives_an_empty_answer(
    cli: Cli, aged: Path, words: list[str], out: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("factcli.store.opening._LARGE", 0)
    ready(str(aged), pytest.fail)
    number = len(cli("--store", str(aged), "list", "--json").json)
    assert cli("--store", str(aged), "list", "--limit", "0", *words).out == out.format(n=number)


@pytest.mark.parametrize(
    "words",
    [["works"], ["list", "--actor", "oneil", "-n", "2"], ["show", "bfirst", "--json"], ["--version"]],
    ids=" ".join,
)
def test_plain_lookups_go_the_direct_way(
    cli: Cli, bridge_path: Path, words: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FACTCLI_STORE", str(bridge_path))
    assert direct.run(words) is True


def test_completion_goes_through_typer(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("_FACTCLI_COMPLETE", "complete_bash")
    assert direct.run(["works"]) is False


INDEXED_VALUES = ["oneil", "works", "money", "region", "works,money", "2024", "2024-06", "2024-06..2024-07,2025", "event", "figure,event", "any", "json", "jsonl", "csv", "actual", "retracted", "2", "0", "nope", "a,,b", " works", "Works", "daily-2024-06-25", "courier-2024-06-25"]  # fmt: skip
_filter = st.tuples(
    st.sampled_from(["--topic", "--actor", "--said-by", "--source", "--kind", "--status", "--quantity-status", "--date", "--since", "--until", "--with", "--match", "-n", "--format"]),
    st.sampled_from(INDEXED_VALUES),
).map(list)  # fmt: skip
_flags = st.sampled_from([["--json"], ["--count"], ["--strict"], ["-e"]])
_quick_lines = st.tuples(
    st.sampled_from([["list"], ["works"], ["topic", "money"], ["actor", "oneil"], ["date", "2024-06"], ["date", "2024"], ["show", "c0003"], ["show", "c0003", "c0001"], ["show", "c000"], ["search", "bridge"]]),
    st.lists(st.one_of(_filter, _flags), max_size=3),
).map(lambda parts: [*parts[0], *(word for option in parts[1] for word in option)])  # fmt: skip


@pytest.fixture(scope="module")
def aged(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store of some size, past the clock's grain, so that its index is trusted by its stat."""
    path = tmp_path_factory.mktemp("aged") / "store.json"
    path.write_text(json.dumps(random_store(5, 120)), encoding="utf-8")
    os.utime(path, (1_700_000_000, 1_700_000_000))
    return path


@settings(max_examples=400, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(words=_quick_lines)
def test_an_index_is_answered_from_as_the_whole_store_is(
    cli: Cli, aged: Path, words: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("factcli.store.opening._LARGE", 0)
    ready(str(aged), pytest.fail)
    quickly = cli("--store", str(aged), *words)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(quick, "answered", lambda *arguments: False)
        fully = cli("--store", str(aged), *words)
    assert quickly == fully
    if "--no-index" not in words:
        assert fully == cli("--store", str(aged), *words, "--no-index")


@pytest.mark.parametrize(
    "words",
    [["works"], ["list", "--actor", "oneil", "-n", "2"], ["date", "2024"], ["list", "--kind", "event", "--count"], ["show", "c0003"], ["topic", "works", "--format", "jsonl"]],
    ids=" ".join,
)  # fmt: skip
def test_plain_lookups_are_answered_from_an_index_alone(
    aged: Path, words: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    ready(str(aged), pytest.fail)
    monkeypatch.setattr(direct, "_look_up", lambda *arguments: pytest.fail("the full way was taken"))
    assert direct.run(["--store", str(aged), *words]) is True


def test_a_plain_lookup_imports_next_to_nothing(aged: Path) -> None:
    ready(str(aged), pytest.fail)
    code = "import sys; from factcli.cli import main; main(sys.argv[1:]); print(*sys.modules, file=sys.stderr)"
    done = subprocess.run(
        [sys.executable, "-c", code, "--store", str(aged), "works"], capture_output=True, text=True, check=True
    )
    imported = set(done.stderr.split())
    assert not imported & {
        "typing",
        "re",
        "json",
        "pathlib",
        "contextlib",
        "msgspec",
        "tinydb",
        "typer",
        "rich",
        "enum",
    }
    assert json.loads(done.stdout)


def test_a_long_answer_is_not_held_in_memory(aged: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ready(str(aged), pytest.fail)
    monkeypatch.setattr(quick, "_BUFFER", 1)
    written: list[bytes] = []
    monkeypatch.setattr(quick, "write", written.append)
    assert direct.run(["--store", str(aged), "list", "--format", "jsonl"])
    assert len(written) > 50
    assert max(map(len, written)) < 5000


@pytest.mark.parametrize("buffer", [1 << 20, 1])
def test_damage_in_the_middle_gives_the_right_answer_or_a_cut_one_that_says_so(
    cli: Cli, aged: Path, buffer: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("factcli.store.opening._LARGE", 0)
    monkeypatch.setattr(quick, "_BUFFER", buffer)
    words = ["--store", str(aged), "list", "--status", "any", "--format", "jsonl"]
    expected = cli(*words)
    place = Path(index_path(str(aged)))
    whole, time = place.read_bytes(), place.stat().st_mtime
    page = int.from_bytes(whole[16:18], "big")
    outcomes = set()
    for start in range(page, len(whole), page):
        place.write_bytes(whole[:start] + b"\xff" * page + whole[start + page :])
        os.utime(place, (time, time))  # as if it were noticed only when it is read
        result = cli(*words)
        outcomes.add(result.code)
        if result.code == 0:
            assert result == expected
        else:
            assert result.code == 3
            assert "cut off: ask again" in result.err
            assert expected.out.startswith(result.out)
        assert cli(*words) == expected
    assert outcomes == ({0, 3} if buffer == 1 else {0})
