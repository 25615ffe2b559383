"""Every answer of the database equals a plain one over the records, wherever it is kept."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest
from chance import LAYOUTS, canonical, queries, relation, rich_store
from hypothesis import given, settings
from hypothesis import strategies as st
from oracle import Oracle

from factcli.encoding import encode
from factcli.errors import FactcliError, NotFound
from factcli.opening import Store, open_store
from factcli.query import FIELDS, Query

PLACES = ("memory", "temporary", "cache")
SEEDS = range(6)


class Opened(dict[tuple[int, str, str], Store]):
    """Open stores by seed, layout and place."""

    def __repr__(self) -> str:
        return "stores"

    def of(self, seed: int) -> list[Store]:
        return [store for (one, _, _), store in self.items() if one == seed]


@pytest.fixture(scope="module")
def oracles() -> list[Oracle]:
    return [Oracle(rich_store(seed)) for seed in SEEDS]


@pytest.fixture(scope="module")
def stores(tmp_path_factory: pytest.TempPathFactory) -> Opened:
    """Each store in each place, in a layout that varies: every place meets every layout."""
    place = tmp_path_factory.mktemp("stores")
    found = Opened()
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.mktemp("cache")))
        for number, (layout, write) in enumerate(LAYOUTS.items()):
            seed = number % len(SEEDS)
            path = place / f"{number}.json"
            path.write_bytes(write(rich_store(seed)))
            for keep in PLACES:
                found[seed, layout, keep] = open_store(path, keep=keep, notice=pytest.fail)
    return found


def _check(oracle: Oracle, store: Store, query: Query) -> None:
    expected, answer = oracle.find(query), store.find(query)
    records = {claim.id: claim for claim in oracle.claims}
    found = list(answer.ids())
    assert sorted(found) == sorted(expected.ids) if query.search else found == expected.ids
    assert len(answer) == answer.found == len(found)
    assert answer.left_out == expected.left_out
    assert list(answer.json()) == [
        encode(oracle.record(records[ident], _match(ident in expected.certain))) for ident in found
    ]
    assert answer.corrections == oracle.corrections(query.search)
    if not found:
        assert answer.why_empty() == oracle.why_empty(query)


def _match(is_certain: bool) -> str:
    return "certain" if is_certain else "possible"


@given(query=queries(), seed=st.sampled_from(SEEDS))
@settings(max_examples=150)
def test_an_answer_is_what_plain_python_finds(
    oracles: list[Oracle], stores: Opened, query: Query, seed: int
) -> None:
    for store in stores.of(seed)[:3]:
        _check(oracles[seed], store, query)


@pytest.mark.slow
@given(query=queries(), seed=st.sampled_from(SEEDS))
@settings(max_examples=2000)
def test_an_answer_is_what_plain_python_finds_in_every_layout(
    oracles: list[Oracle], stores: Opened, query: Query, seed: int
) -> None:
    for store in stores.of(seed):
        _check(oracles[seed], store, query)


@pytest.mark.slow
@given(query=queries(), seed=st.integers(100, 10_000), size=st.integers(0, 40))
@settings(max_examples=100)
def test_an_answer_is_what_plain_python_finds_in_a_store_of_any_size(
    tmp_path_factory: pytest.TempPathFactory, query: Query, seed: int, size: int
) -> None:
    tables = rich_store(seed, size)
    path = tmp_path_factory.getbasetemp() / "any.json"
    path.write_bytes(canonical(tables))
    store = open_store(path, keep="memory")
    _check(Oracle(tables), store, query)
    store.close()


def test_every_record_is_the_same_in_every_place_and_layout(
    oracles: list[Oracle], stores: Opened
) -> None:
    for (seed, layout, keep), store in stores.items():
        oracle = oracles[seed]
        expected = [encode(oracle.record(claim)) for claim in oracle.claims]
        assert [encode(store.by_id(claim.id)) for claim in oracle.claims] == expected, (
            layout,
            keep,
        )
        by_source = sorted(oracle.claims, key=lambda claim: claim.source)
        records = {claim.id: text for claim, text in zip(oracle.claims, expected, strict=True)}
        assert [encode(one) for one in store.by_source()] == [records[one.id] for one in by_source]
        assert [*store.actors] == [*oracle.actors]
        assert dict(store.actors) == oracle.actors
        assert dict(store.sources) == oracle.sources
        assert dict(store.questions) == oracle.questions
        for question in oracle.questions:
            answers = [c.id for c in oracle.claims if c.question == question]
            shown = [ident for ident in answers if store.by_id(ident).status not in _HIDDEN]
            assert [one.id for one in store.answers(question)] == shown


_HIDDEN = ("retracted", "superseded")


@given(
    words=st.lists(
        st.sampled_from(["crane", "bridge", "toll", "pier", "bru"]), min_size=1, max_size=3
    )
)
@settings(max_examples=30)
def test_the_order_by_rank_is_the_same_in_every_place(stores: Opened, words: list[str]) -> None:
    for seed in SEEDS:
        found = [[*one.find(Query(search=" ".join(words))).ids()] for one in stores.of(seed)]
        assert all(ids == found[0] for ids in found)


@given(query=queries(), seed=st.sampled_from(SEEDS), limit=st.integers(0, 30))
@settings(max_examples=40)
def test_an_answer_can_be_cut_and_turned_round(
    stores: Opened, query: Query, seed: int, limit: int
) -> None:
    for store in stores.of(seed)[:3]:
        answer = store.find(query)
        ids = list(answer.ids())
        cut = answer.arranged([], None, limit=limit)
        assert (len(cut), list(cut.ids())) == (len(ids[:limit]), ids[:limit])
        assert list(answer.arranged([], None, reverse=True).ids()) == ids[::-1]
        by_id = answer.arranged(["id"], _field, reverse=True, limit=limit)
        assert list(by_id.ids()) == sorted(ids, reverse=True)[:limit]
        assert list(answer.ids()) == ids


def _field(record: str, path: str) -> str:
    return str(json.loads(record)[path])


@given(query=queries(search=False), seed=st.sampled_from(SEEDS))
@settings(max_examples=40)
def test_the_order_of_filters_given_and_doubled_ones_change_nothing(
    stores: Opened, query: Query, seed: int
) -> None:
    store = stores.of(seed)[0]
    fields = [name for name in FIELDS if name not in ("strict", "search", "recorded_by")]
    doubled: dict[str, Any] = {
        name: terms[::-1] * 2 for name in fields if (terms := query.terms(name))
    }
    other = Query(**doubled, strict=query.strict)
    assert list(store.find(other).json()) == list(store.find(query).json())


def test_free_words_that_fts5_would_read_as_operators_are_words(stores: Opened) -> None:
    store = next(iter(stores.values()))
    for word in (
        "AND",
        "OR",
        "NOT",
        "NEAR",
        "crane*",
        "statement:crane",
        "^crane",
        "(crane",
        "crane\x00",
        "+",
        "{a}",
    ):
        try:
            list(store.find(Query(search=f"crane {word}")).json())
        except FactcliError as error:
            pytest.fail(f"{word}: {error}")


LONG: dict[str, dict[str, Any]] = {
    "words to look for": {"search": " ".join(f"crane{n}" for n in range(1100))},
    "words that must be absent": {"search": "crane " + " ".join(f"-w{n}" for n in range(1100))},
    "texts to match": {"match": ",".join(f"w{n}" for n in range(1100))},
    "days": {"date": ",".join(f"{year}-01-{day:02d}" for year in range(1000,
        1080) for day in range(1, 28, 2))},
    "topics": {"topic": ",".join(["works"] * 5000)},
    "filters on topics": {"topic": ["works"] * 1100},
    "filters on texts": {"match": ["e"] * 1100},
    "figures": {"value": ",".join(f">{n}" for n in range(3000))},
    "units": {"value": ",".join(f">{n} unit{n}" for n in range(30))},
    "filters on figures": {"value": [f">{n}" for n in range(1100)]},
    "publication dates": {"as_of": ["2024"] * 1100},
    "kinds": {"kind": ["event"] * 1100},
}  # fmt: skip


@pytest.mark.parametrize("name", LONG)
def test_a_query_may_be_very_long(tmp_path: Path, name: str) -> None:
    """Limits of the database are not those of a question, and are no damage."""
    tables = rich_store(3, 5)
    path = tmp_path / "store.json"
    path.write_bytes(canonical(tables))
    _check(Oracle(tables), open_store(path, keep="memory"), Query(**LONG[name]))


@pytest.mark.parametrize("field", ["actor", "topic", "source", "said_by", "with_group"])
@pytest.mark.parametrize(
    "text",
    ["no such " * 2000, "\udc80", "x" * 100_000, "\x00", "'", '"', "%", "xyz\udc80", "é" * 70],
)
def test_a_name_that_is_none_is_one_sentence(stores: Opened, field: str, text: str) -> None:
    store = next(iter(stores.values()))
    with pytest.raises(FactcliError, match="in this store") as raised:
        store.find(Query(**{field: text}))
    assert raised.value.exit_code == 2


@pytest.mark.parametrize("field", sorted(set(FIELDS) - {"strict", "recorded_by"}))
@pytest.mark.parametrize("text", ["\udc80", "\x00", "xyz\udc80", ""])
def test_odd_text_is_found_nowhere_or_refused(stores: Opened, field: str, text: str) -> None:
    store = next(iter(stores.values()))
    if field == "search" and not text:
        return
    try:
        answer = store.find(Query(**{field: text}))
    except FactcliError as error:
        assert error.exit_code == 2, error
    else:
        assert list(answer.json()) == []
        assert answer.why_empty()


def test_ids_are_found_by_their_beginnings(stores: Opened) -> None:
    store = next(iter(stores.values()))
    assert store.claim_id("c0012") == store.claim_id("c0012")
    assert store.get("c0012").id == "c0012"
    for prefix in (
        "c00",
        "c001",
        "x",
        "",
        "\udc80",
        "c0012\udc80",
        "c" * 5000,
        "C0012",
        "c00_",
        "%",
    ):
        with pytest.raises(NotFound):
            store.get(prefix)


def test_a_claim_with_everybody_and_every_topic_is_found_by_each(tmp_path: Path) -> None:
    tables = rich_store(1, 3)
    who = [actor["id"] for actor in tables["actors"].values()]
    topics = [topic["id"] for topic in tables["topics"].values()]
    claim = tables["claims"]["2"]
    claim |= {"actors": [{"id": one, "role": "agent"} for one in who] * 2, "topics": topics * 2}
    claim |= {"status": "active", "relations": [relation(claim["id"])] * 2}
    path = tmp_path / "store.json"
    path.write_bytes(canonical(tables))
    store = open_store(path, keep="memory")
    for one in who:
        assert claim["id"] in store.find(Query(actor=one)).ids()
    for one in topics:
        assert list(store.find(Query(topic=one)).ids()).count(claim["id"]) == 1
    _check(Oracle(tables), store, Query(topic=",".join(topics)))


def test_a_store_without_claims_is_answered(tmp_path: Path) -> None:
    tables = rich_store(0, 0)
    path = tmp_path / "store.json"
    path.write_bytes(canonical(tables))
    for keep in PLACES:
        store = open_store(path, keep=keep)
        for query in (
            Query(),
            Query(topic="works", status="any"),
            Query(search="crane", date="2024"),
        ):
            _check(Oracle(tables), store, query)


def test_the_default_place_gives_the_same_answers(tmp_path: Path) -> None:
    for size in (5, 300):
        tables = rich_store(7, size)
        path = tmp_path / f"{size}.json"
        path.write_bytes(canonical(tables))
        store = open_store(path)
        _check(Oracle(tables), store, Query(topic="works", date="2024"))
        assert os.path.exists(store.database.place) == (size == 300)
