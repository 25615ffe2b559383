"""A cache that follows its store by what changed there is what it would be if it were built
anew."""

from __future__ import annotations

import copy
import os
import random
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import bridge
import pytest
from chance import LAYOUTS, Tables, canonical, relation, rich_store
from hypothesis import given, settings
from hypothesis import strategies as st
from test_query import DATES

from factcli.database import cache, refresh
from factcli.errors import StoreError
from factcli.opening import open_store
from factcli.query import STATUSES, Query

Edit = Callable[[Tables, random.Random], None]


def _claim(tables: Tables, chance: random.Random) -> dict[str, Any]:
    found: dict[str, Any] = chance.choice(list(tables["claims"].values()))
    return found


def _one(table: str) -> Callable[[Tables, random.Random], dict[str, Any]]:
    def pick(tables: Tables, chance: random.Random) -> dict[str, Any]:
        found: dict[str, Any] = chance.choice(list(tables[table].values()))
        return found

    return pick


def _set(table: str, field: str, *values: Any) -> Edit:
    def edit(tables: Tables, chance: random.Random) -> None:
        _one(table)(tables, chance)[field] = copy.deepcopy(chance.choice(values))

    return edit


def _add_claim(tables: Tables, chance: random.Random) -> None:
    number = max(map(int, tables["claims"]), default=0) + chance.randint(1, 3)
    new = copy.deepcopy(_claim(tables, chance)) | {"id": f"n{number}"}
    tables["claims"][str(number)] = new


def _remove_claim(tables: Tables, chance: random.Random) -> None:
    if len(tables["claims"]) > 2:
        del tables["claims"][chance.choice(list(tables["claims"]))]


def _move_claim(tables: Tables, chance: random.Random) -> None:
    """Another record number, and so another place in the order of the store."""
    claims = tables["claims"]
    claims[str(max(map(int, claims)) + 1)] = claims.pop(chance.choice(list(claims)))


def _swap_claims(tables: Tables, chance: random.Random) -> None:
    claims = tables["claims"]
    one, other = chance.sample(list(claims), 2)
    claims[one], claims[other] = claims[other], claims[one]


def _swap_actors(tables: Tables, chance: random.Random) -> None:
    actors = tables["actors"]
    one, other = chance.sample(list(actors), 2)
    actors[one], actors[other] = actors[other], actors[one]


def _relate(tables: Tables, chance: random.Random) -> None:
    one, other = _claim(tables, chance), _claim(tables, chance)
    kinds = chance.choices(["contradicts", "refines"], k=chance.randint(0, 2))
    one["relations"] = [relation(other["id"], kind) for kind in kinds]


def _rename_claim(tables: Tables, chance: random.Random) -> None:
    """Another id, by which others may name it."""
    one = _claim(tables, chance)
    one["id"] = chance.choice([f"r{chance.getrandbits(60)}", one["id"]])


def _same_as(tables: Tables, chance: random.Random) -> None:
    one, other = chance.sample(list(tables["actors"].values()), 2)
    one["same_as"] = chance.choice([[], [other["id"]]])


def _affiliate(tables: Tables, chance: random.Random) -> None:
    one, other = chance.sample(list(tables["actors"].values()), 2)
    one["affiliation"] = chance.choice([[], [other["id"]]])


def _add_declared(tables: Tables, chance: random.Random) -> None:
    number = str(max(map(int, tables["actors"])) + 1)
    tables["actors"][number] = bridge.actor(f"actor-{number}", f"Newcomer {number}", "person")
    claim = _claim(tables, chance)
    claim["actors"] = [{"id": f"actor-{number}", "role": "agent"}]
    claim["attribution"][0]["actor"] = chance.choice([f"actor-{number}", None])


def _remove_topic(tables: Tables, chance: random.Random) -> None:
    """A topic goes, and with it the claims that have no other."""
    if len(tables["topics"]) < 2:
        return
    number = chance.choice(list(tables["topics"]))
    gone = tables["topics"].pop(number)["id"]
    for n, claim in list(tables["claims"].items()):
        claim["topics"] = [topic for topic in claim["topics"] if topic != gone]
        if not claim["topics"]:
            del tables["claims"][n]
    if not tables["claims"]:
        tables["claims"]["1"] = bridge.claim("only", "Left.", topics=[_first(tables, "topics")])


def _first(tables: Tables, table: str) -> str:
    return str(next(iter(tables[table].values()))["id"])


def _replace_topic(tables: Tables, chance: random.Random) -> None:
    """Another id for a topic, in every claim too."""
    topic = _one("topics")(tables, chance)
    former, topic["id"] = topic["id"], f"t{chance.getrandbits(60)}"
    for claim in tables["claims"].values():
        claim["topics"] = [topic["id"] if one == former else one for one in claim["topics"]]


def _replace_source(tables: Tables, chance: random.Random) -> None:
    source = _one("sources")(tables, chance)
    former, source["id"] = source["id"], f"s{chance.getrandbits(60)}"
    for claim in tables["claims"].values():
        claim["source"] = source["id"] if claim["source"] == former else claim["source"]


def _drop_question(tables: Tables, chance: random.Random) -> None:
    if len(tables["questions"]) > 1:
        gone = tables["questions"].pop(chance.choice(list(tables["questions"])))["id"]
        for claim in tables["claims"].values():
            claim["question"] = None if claim["question"] == gone else claim["question"]


def _log(tables: Tables, chance: random.Random) -> None:
    number = max(map(int, tables["log"]), default=0) + 1
    tables["log"][str(number)] = {
        "seq": number, "at": "2025-01-01T00:00:00.000000Z", "by": "me", "op": "set",
        "table": "claims",
        "id": _claim(tables, chance)["id"], "was": {"note": None}, "number": None, "why": None,
    }  # fmt: skip


def _declared(table: str, field: str) -> Edit:
    """Let a claim name another record of a table."""

    def edit(tables: Tables, chance: random.Random) -> None:
        ids = [record["id"] for record in tables[table].values()]
        chosen = chance.choice(ids)
        _claim(tables, chance)[field] = [chosen] if field == "topics" else chosen

    return edit


EDITS: dict[str, Edit] = {
    "a claim is added": _add_claim,
    "a claim is removed": _remove_claim,
    "a claim gets another number": _move_claim,
    "claims change places": _swap_claims,
    "a claim gets another id": _rename_claim,
    "a statement changes": _set("claims", "statement", "Quite other words.", "Zebra crossing",
                                "The"),
    "a note changes": _set("claims", "note", None, "Curator: the zebra.", "Brücke"),
    "a status changes": _set("claims", "status", *STATUSES),
    "a polarity changes": _set("claims", "polarity", "asserted", "denied"),
    "a kind changes": _set("claims", "kind", "event", "figure"),
    "a date changes": _set("claims", "date", *DATES, "2021-05-05", "2030/.."),
    "a figure changes": _set("claims", "quantity", None, bridge.metres("217"),
                             bridge.metres("218")),
    "a claim answers another question": _declared("questions", "question"),
    "a claim answers no question": _set("claims", "question", None),
    "a claim has another topic": _declared("topics", "topics"),
    "a claim has another source": _declared("sources", "source"),
    "relations change": _relate,
    "an origin changes": _set(
        "claims", "attribution", *([bridge.hop(who, "said")] for who in ("lodz", "stavba", None))
    ),
    "an actor is renamed": _set("actors", "name", "Jana Zebra", "Zoë Ångström", "The Courier"),
    "an actor gets aliases": _set("actors", "aliases", [], ["Zebra"], ["The Region", "Zebra"]),
    "an actor is of another kind": _set("actors", "kind", "person", "group"),
    "actors change places": _swap_actors,
    "actors become the same": _same_as,
    "an affiliation changes": _affiliate,
    "an actor is added": _add_declared,
    "a source gets another date": _set("sources", "issued", None, "2020", "2024-06-26", "../2025"),
    "a source gets another title": _set("sources", "title", None, "Zebra bridge"),
    "a source gets another id": _replace_source,
    "a question has another unit": _set("questions", "unit", "metres", "date", "money", None),
    "a question is put otherwise": _set("questions", "text", "How many zebras?"),
    "a question goes": _drop_question,
    "a topic gets another title": _set("topics", "title", "Zebras", "The money"),
    "a topic gets another id": _replace_topic,
    "a topic goes": _remove_topic,
    "the title of the store changes": _set("meta", "title", "Zebras", "The bridge"),
    "an entry of the log is added": _log,
}  # fmt: skip

_TABLES = (
    "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'word%' AND"
    " name NOT LIKE 'sqlite%'"
)


def content(place: str) -> dict[str, Any]:
    """Every row of every table of a database but the snapshot, and every word of the
    full-text index."""
    with closing(sqlite3.connect(f"file:{place}?mode=ro", uri=True)) as connection:

        def rows(sql: str) -> list[Any]:
            return connection.execute(sql).fetchall()

        tables = [name for (name,) in rows(_TABLES) if name not in ("snapshot", "vocabulary")]
        found: dict[str, Any] = {
            name: sorted(rows(f"SELECT * FROM {name}"), key=repr) for name in tables
        }
        connection.execute(
            "CREATE VIRTUAL TABLE temp.instance USING fts5vocab(main, word, instance)"
        )
        found["words"] = rows("SELECT * FROM temp.instance ORDER BY term, doc, col, offset")
        found["vocabulary"] = rows("SELECT * FROM vocabulary ORDER BY term")
        found["integrity"] = rows("PRAGMA integrity_check")
        ranked = (
            "SELECT rowid, CAST(bm25(word, 4.0, 1.0, 1.0) * 1e9 AS INTEGER) FROM word WHERE word"
            " MATCH ? ORDER BY 2, 1"
        )
        for term in ("crane", "zebra", "bru*", "the OR bridge"):
            found[f"rank of {term}"] = connection.execute(ranked, (term,)).fetchall()
        return found


Follow = Callable[[bytes], str]


def following(place: Path, patch: pytest.MonkeyPatch) -> Follow:
    """A function that gives a store another content and compares the cache that follows it.

    It has to equal a cache that is built anew; an error is the same. It gives the error.
    """
    path = place / "store.json"
    steady, anew = place / "steady", place / "anew"

    def outcome(home: Path | None) -> str:
        patch.setenv("XDG_CACHE_HOME", str(home))
        try:
            open_store(path, keep="cache" if home else "memory", notice=pytest.fail).close()
        except StoreError as error:
            return str(error)
        return ""

    def run(data: bytes) -> str:
        path.write_bytes(data)
        followed = outcome(steady)
        shutil.rmtree(anew, ignore_errors=True)
        assert followed == outcome(anew)
        assert not followed or followed == outcome(None)
        name = os.path.basename(cache.place_of(str(path)))
        if not followed:
            found, expected = (content(f"{home}/factcli/{name}") for home in (steady, anew))
            for table in expected:
                assert found[table] == expected[table], table
        return followed

    return run


@pytest.fixture
def follow(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Follow:
    return following(tmp_path, monkeypatch)


@pytest.fixture
def loads(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Where stores were loaded as a whole."""
    places: list[str] = []
    real = refresh.build

    def build(place: str, *given: Any) -> Any:
        places.append(place)
        return real(place, *given)

    monkeypatch.setattr(refresh, "build", build)
    return places


@pytest.mark.parametrize("name", EDITS)
def test_a_cache_follows_an_edit(follow: Follow, loads: list[str], name: str) -> None:
    tables = rich_store(len(name), 25)
    assert not follow(canonical(tables))
    for number in range(2):
        before = canonical(tables)
        EDITS[name](tables, random.Random(number))
        loads.clear()
        assert not follow(canonical(tables))
        assert not any("steady" in place for place in loads), "it was loaded as a whole"
    assert not follow(before)


SEQUENCES = st.lists(
    st.lists(st.sampled_from(list(EDITS)), min_size=1, max_size=6), min_size=1, max_size=4
)
CHANCE = st.integers(0, 1 << 32).map(random.Random)


@settings(max_examples=15)
@given(seed=st.integers(0, 20), sequence=SEQUENCES, chance=CHANCE)
def test_a_cache_follows_any_edits(
    tmp_path_factory: pytest.TempPathFactory,
    seed: int,
    sequence: list[list[str]],
    chance: random.Random,
) -> None:
    _check_sequence(tmp_path_factory.mktemp("follow"), seed, sequence, chance)


@pytest.mark.slow
@settings(max_examples=400)
@given(seed=st.integers(0, 200), sequence=SEQUENCES, chance=CHANCE)
def test_a_cache_follows_very_many_edits(
    tmp_path_factory: pytest.TempPathFactory,
    seed: int,
    sequence: list[list[str]],
    chance: random.Random,
) -> None:
    _check_sequence(tmp_path_factory.mktemp("follow"), seed, sequence, chance)


def _check_sequence(
    place: Path, seed: int, sequence: list[list[str]], chance: random.Random
) -> None:
    with pytest.MonkeyPatch.context() as patch:
        follow = following(place, patch)
        tables = rich_store(seed, 25)
        assert not follow(canonical(tables))
        for names in sequence:
            for name in names:
                EDITS[name](tables, chance)
            assert not follow(canonical(tables))
    shutil.rmtree(place)


def _twice(table: str) -> Edit:
    """Give a record the id of another."""

    def edit(tables: Tables, chance: random.Random) -> None:
        one, other = chance.sample(list(tables[table].values()), 2)
        one["id"] = other["id"]

    return edit


def _without(table: str) -> Edit:
    """Let a record go that claims name."""

    def edit(tables: Tables, chance: random.Random) -> None:
        del tables[table][chance.choice(list(tables[table]))]

    return edit


def _two_metas(tables: Tables, chance: random.Random) -> None:
    tables["meta"] |= {n: copy.deepcopy(bridge.TABLES["meta"][0]) for n in ("1", "2")}


BREAKS: dict[str, Edit] = {
    "an undeclared topic": _set("claims", "topics", ["nowhere"]),
    "an undeclared source": _set("claims", "source", "nowhere"),
    "an undeclared question": _set("claims", "question", "nowhere"),
    "an undeclared actor": _set("claims", "actors", [{"id": "nobody", "role": "agent"}]),
    "an undeclared origin": _set("claims", "attribution", [bridge.hop("nobody", "said")]),
    "a topic is gone": _without("topics"),
    "an actor is gone": _without("actors"),
    "a source is gone": _without("sources"),
    "a question is gone": _without("questions"),
    "a claim id stands twice": _twice("claims"),
    "an actor id stands twice": _twice("actors"),
    "a topic id stands twice": _twice("topics"),
    "a source id stands twice": _twice("sources"),
    "an unknown kind": _set("claims", "kind", "rumour"),
    "an impossible date": _set("claims", "date", "2024-02-30"),
    "an actor without a name": _set("actors", "name", ""),
    "a question without a text": _set("questions", "text", None),
    "no meta": lambda tables, chance: tables["meta"].clear(),
    "two metas": _two_metas,
    "another format": lambda tables, chance: tables["meta"].update(
        {"1": bridge.TABLES["meta"][0] | {"format": 7}}
    ),
    "no claims": lambda tables, chance: tables["claims"].clear(),
}


@pytest.mark.parametrize("name", BREAKS)
def test_a_store_that_an_edit_breaks_is_refused_as_without_a_cache(
    follow: Follow, name: str
) -> None:
    tables = rich_store(len(name), 25)
    assert not follow(canonical(tables))
    for number in range(2):
        broken = copy.deepcopy(tables)
        BREAKS[name](broken, random.Random(number))
        error = follow(canonical(broken))
        assert error.count("\n") == 0
        assert error or name in (
            "no claims",
            "a question is gone",
            "an actor is gone",
            "a topic is gone",
        )
        assert not follow(canonical(tables))


@settings(max_examples=20)
@given(
    seed=st.integers(0, 20),
    edits=st.lists(st.sampled_from(list(EDITS)), max_size=3),
    breaks=st.lists(st.sampled_from(list(BREAKS)), min_size=1, max_size=3),
    cut=st.none() | st.floats(0, 1),
    chance=CHANCE,
)
def test_several_faults_at_once_are_one_sentence_as_without_a_cache(
    tmp_path_factory: pytest.TempPathFactory,
    seed: int,
    edits: list[str],
    breaks: list[str],
    cut: float | None,
    chance: random.Random,
) -> None:
    _check_breaks(tmp_path_factory.mktemp("breaks"), seed, edits, breaks, cut, chance)


@pytest.mark.slow
@settings(max_examples=300)
@given(
    seed=st.integers(0, 200),
    edits=st.lists(st.sampled_from(list(EDITS)), max_size=3),
    breaks=st.lists(st.sampled_from(list(BREAKS)), min_size=1, max_size=3),
    cut=st.none() | st.floats(0, 1),
    chance=CHANCE,
)
def test_very_many_faults_at_once_are_one_sentence_as_without_a_cache(
    tmp_path_factory: pytest.TempPathFactory,
    seed: int,
    edits: list[str],
    breaks: list[str],
    cut: float | None,
    chance: random.Random,
) -> None:
    _check_breaks(tmp_path_factory.mktemp("breaks"), seed, edits, breaks, cut, chance)


def _check_breaks(
    place: Path,
    seed: int,
    edits: list[str],
    breaks: list[str],
    cut: float | None,
    chance: random.Random,
) -> None:
    with pytest.MonkeyPatch.context() as patch:
        follow = following(place, patch)
        tables = rich_store(seed, 25)
        good = canonical(tables)
        assert not follow(good)
        for name in edits:
            EDITS[name](tables, chance)
        for name in breaks:
            if all(
                len(tables[table]) > 1
                for table in ("topics", "actors", "sources", "questions", "claims")
            ):
                BREAKS[name](tables, chance)
        data = canonical(tables)
        if cut is not None:
            at = int(cut * len(data))
            data = data[:at] + data[at + 1 :]
        assert follow(data).count("\n") == 0
        assert not follow(good)
    shutil.rmtree(place)


def test_a_layout_that_is_not_factclis_own_is_loaded_as_a_whole(
    follow: Follow, loads: list[str]
) -> None:
    tables = rich_store(2, 40)
    assert not follow(canonical(tables))
    for write in (LAYOUTS["indented"], LAYOUTS["numbers out of order"], canonical):
        _add_claim(tables, random.Random(1))
        loads.clear()
        assert not follow(write(tables))
        assert any("steady" in place for place in loads) == (write is not canonical)


def test_an_answer_after_an_edit_is_the_new_one(tmp_path: Path) -> None:
    path = tmp_path / "store.json"
    tables = rich_store(4, 40)
    for title in ("One", "Two"):
        tables["actors"]["1"]["name"] = title
        path.write_bytes(canonical(tables))
        store = open_store(path, keep="cache")
        assert store.actors["jana-oneil"].name == title
        assert {
            one.name
            for claim in store.find(Query(actor="jana-oneil"))
            for one in claim.actors
            if one.id == "jana-oneil"
        } == {title}
