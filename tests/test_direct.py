"""The direct way and Typer's are one: the same words give the same bytes, message and exit code by both."""

from __future__ import annotations

from pathlib import Path

import pytest
from conftest import Cli
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from factcli.cli import direct
from factcli.cli.declared import FILTERS, OUTPUT

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
