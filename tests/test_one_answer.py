"""One query, three ways, one answer: from the whole store, by way of its index, and read line by line."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import bridge
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from test_query import _questions, random_store

import factcli
from factcli.disagreement import conflicts
from factcli.errors import FactcliError
from factcli.index.store import IndexedStore, open_indexed
from factcli.model import Claim
from factcli.scan.store import open_scanned
from factcli.spans import Match
from factcli.view import View

Pair = tuple[factcli.Store, IndexedStore]


def indexed(path: Path) -> IndexedStore:
    store = open_indexed(path, lambda message: pytest.fail(message))
    assert store is not None
    return store


def with_relations(seed: int) -> str:
    tables = random_store(seed, 80)
    claims = tables["claims"]
    for number in range(5, 60, 7):
        claims[str(number)]["relations"] = [
            {
                "type": "contradicts",
                "target": f"c{(number * 3) % 80:04d}",
                "kind": "numeric",
                "note": None,
                "reconciliation": None,
            }
        ]
    for number in range(1, 80, 4):
        record = claims[str(number)]
        if record["quantity"]:
            record["question"] = ("second-section", "length-mid-2024")[number % 8 == 1]
    if seed % 2:
        return json.dumps(tables, indent=2)
    return bridge.canonical({name: list(records.values()) for name, records in tables.items()})


@pytest.fixture(scope="module")
def pairs(tmp_path_factory: pytest.TempPathFactory) -> list[Pair]:
    found = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.mktemp("cache")))
        for seed in range(4):
            path = tmp_path_factory.mktemp("stores") / "store.json"
            path.write_text(with_relations(seed), encoding="utf-8")
            found.append((factcli.open_store(path), indexed(path)))
    return found


@pytest.fixture(scope="module")
def scans(tmp_path_factory: pytest.TempPathFactory) -> list[tuple[factcli.Store, factcli.Store]]:
    found: list[tuple[factcli.Store, factcli.Store]] = []
    for seed in range(4):
        path = tmp_path_factory.mktemp("stores") / "store.json"
        tables = json.loads(with_relations(seed))
        text = bridge.canonical({name: list(records.values()) for name, records in tables.items()})
        if seed == 1:  # written by another hand, in the same layout
            text = text.replace('"kind":', '"kind": ').replace("bridge", "br\\u0069dge")
        path.write_text(text, encoding="utf-8")
        store = open_scanned(path)
        assert store is not None
        found.append((factcli.open_store(path), store))
    return found


WORDS = st.lists(
    st.sampled_from(["bridge", "brid", "brücke", "toll", "tol", "oneil", "brigde", "tlol", "-pier", "-crane", '"toll bridge"', "cour", "jana", "nothing", "400", '"pier crane"']),
    min_size=1, max_size=3,
).map(" ".join)  # fmt: skip


def _outcome(store: factcli.Store, query: factcli.Query) -> tuple[factcli.Answer | None, str]:
    try:
        return store.find(query), ""
    except FactcliError as error:
        return None, str(error)


@pytest.mark.slow
@settings(max_examples=2000)
@given(question=_questions(), words=st.none() | WORDS, number=st.integers(0, 3), wide=st.booleans())
def test_an_indexed_store_answers_the_same(
    pairs: list[Pair],
    question: tuple[factcli.Query, Callable[[Claim], Match]],
    words: str | None,
    number: int,
    wide: bool,
) -> None:
    """Whether words are ranked by FTS5, or, as of those that are all over a large store, on disk."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("factcli.index.text.WIDE", 1 if wide else 1 << 40)
        _answer_alike(*pairs[number], question, words)


@pytest.mark.slow
@settings(max_examples=1000)
@given(question=_questions(), words=st.none() | WORDS, number=st.integers(0, 3))
def test_a_store_that_is_read_line_by_line_answers_the_same(
    scans: list[tuple[factcli.Store, factcli.Store]],
    question: tuple[factcli.Query, Callable[[Claim], Match]],
    words: str | None,
    number: int,
) -> None:
    _answer_alike(*scans[number], question, words)


def _answer_alike(
    plain: factcli.Store,
    indexed: factcli.Store,
    question: tuple[factcli.Query, Callable[[Claim], Match]],
    words: str | None,
) -> None:
    query = (
        question[0]
        if words is None
        else type(question[0])(
            **{f: getattr(question[0], f) for f in question[0].__struct_fields__} | {"search": words}
        )
    )
    expected, refused = _outcome(plain, query)
    found, also = _outcome(indexed, query)
    assert refused == also
    if expected is None or found is None:
        return
    assert "whole" not in indexed.__dict__, "the store was read whole"
    assert list(found) == list(expected)
    assert (found.possible, found.left_out, found.corrections) == (
        expected.possible,
        expected.left_out,
        expected.corrections,
    )
    assert list(View(indexed).records(found)) == list(View(plain).records(expected))
    if not expected:
        assert found.why_empty() == expected.why_empty()


def test_ids_extent_and_rivals_are_the_same(
    pairs: list[Pair], scans: list[tuple[factcli.Store, factcli.Store]]
) -> None:
    both: list[tuple[factcli.Store, factcli.Store]] = [*pairs, *scans]
    for plain, indexed in both:
        assert list(indexed.ids()) == list(plain.ids())
        assert indexed.extent() == plain.extent()
        assert indexed.size == plain.size
        for facet in ("topic", "actor", "source"):
            assert indexed.tallied(facet) == plain.tallied(facet)
        assert [indexed.rivals.of(claim) for claim in indexed.claims] == [
            plain.rivals.of(claim) for claim in plain.claims
        ]
        for prefix in ("c00", "c0010", "x", "c"):
            outcomes = []
            for store in (plain, indexed):
                try:
                    outcomes.append(store.get(prefix).id)
                except FactcliError as error:
                    outcomes.append(str(error))
            assert outcomes[0] == outcomes[1]


def test_conflicts_are_the_same(pairs: list[Pair], scans: list[tuple[factcli.Store, factcli.Store]]) -> None:
    both: list[tuple[factcli.Store, factcli.Store]] = [*pairs, *scans]
    for plain, other in both:
        expected = list(conflicts(plain, plain.rivals))
        assert list(conflicts(other, other.rivals)) == expected
        assert {conflict.question for conflict in expected} > {None}, "questions, and what curators have noted"
