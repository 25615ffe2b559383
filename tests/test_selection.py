"""What an index is asked in SQL: claims that a filter leaves out are not read for it."""

from __future__ import annotations

from collections.abc import Callable
from math import inf
from pathlib import Path
from typing import Any

import pytest
from conftest import Cli
from test_one_answer import with_relations

import factcli
from factcli import model
from factcli.index.answer import selected
from factcli.index.entry import figure
from factcli.index.selection import Selection
from factcli.index.store import IndexedStore


@pytest.fixture
def path(tmp_path: Path) -> Path:
    place = tmp_path / "store.json"
    place.write_text(with_relations(0), encoding="utf-8")
    return place


@pytest.mark.parametrize(
    ("wanted", "low", "high"),
    [("=217", 217, 217), (">=400", 400, inf), ("<100,>1000", 1000, 100), (">1000000", 1e6, inf)],
)
@pytest.mark.parametrize("rest", [[], ["--topic", "works"], ["--status", "any"]], ids=" ".join)
def test_only_claims_with_such_a_figure_are_read(
    cli: Cli, path: Path, wanted: str, low: float, high: float, rest: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("factcli.store.opening._LARGE", 0)
    command = ["--store", str(path), "list", "--count", "--value", wanted, *rest]
    expected = cli(*command, "--no-index")
    read: set[bytes] = set()
    real = IndexedStore.claim_of

    def claim_of(store: IndexedStore, record: bytes) -> model.Claim:
        read.add(record)
        return real(store, record)

    monkeypatch.setattr(IndexedStore, "claim_of", claim_of)
    assert cli(*command) == expected
    figures = [figure(claim.quantity) for claim in factcli.open_store(path).claims if claim.quantity]
    fitting = [f for f in figures if (f[0] <= high and f[1] >= low if low <= high else f[0] <= high or f[1] >= low)]
    assert len(read) <= len(fitting) < len(figures)


@pytest.mark.parametrize(
    "words",
    [["--as-of", "2024"], ["--as-of", "2024-06-20", "--strict"], ["--as-of", "1990", "--date", "2024", "--topic", "works"], ["--as-of", "2030", "--status", "any"]],
    ids=" ".join,
)  # fmt: skip
def test_no_claim_is_read_to_tell_when_its_source_was_published(
    cli: Cli, path: Path, words: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("factcli.store.opening._LARGE", 0)
    command = ["--store", str(path), "list", *words]
    expected = [cli(*command, "--no-index"), cli(*command, "--count", "--no-index")]
    cli(*command)
    monkeypatch.setattr("factcli.index.answer.selected", _exactly(selected))
    assert [cli(*command), cli(*command, "--count")] == expected
    monkeypatch.setattr("factcli.index.answer.selected", selected)
    monkeypatch.setattr("factcli.index.selection._SOURCES", 1)
    assert [cli(*command), cli(*command, "--count")] == expected


def _exactly(select: Callable[..., tuple[Selection, bool]]) -> Callable[..., Any]:
    def run(*given: Any, **options: Any) -> tuple[Selection, bool]:
        found, is_exact = select(*given, **options)
        assert is_exact
        return found, is_exact

    return run
