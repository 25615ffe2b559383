"""An index that follows its store by what changed is what it would be if it were built anew."""

from __future__ import annotations

import json
import random
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import bridge
import pytest
from conftest import Feed
from test_query import random_store

from factcli.index import filling, keeping, selection
from factcli.index.blocks import CLAIMS
from factcli.model import TABLES

Tables = dict[str, dict[str, Any]]


def held(path: Path) -> dict[str, Any]:
    """Everything that an index holds, values by name in the place of their numbers."""
    with closing(sqlite3.connect(keeping.index_path(str(path)))) as connection:

        def rows(sql: str) -> list[Any]:
            return connection.execute(sql).fetchall()

        assert rows("PRAGMA integrity_check") == [("ok",)]
        connection.execute("INSERT INTO words (words) VALUES ('integrity-check')")
        connection.execute("CREATE VIRTUAL TABLE temp.instances USING fts5vocab(main, words, instance)")
        source = f"(SELECT s.value FROM facets s WHERE s.facet = 'source' AND s.v = flags >> {selection.SOURCE})"
        flags = f"flags & {(1 << selection.SOURCE) - 1}, {source}"
        return {
            "claims": rows(f"SELECT n, id, low, high, {flags}, record FROM claims ORDER BY n"),
            "figures": rows("SELECT * FROM figures ORDER BY n"),
            "records": rows("SELECT * FROM records ORDER BY place, number"),
            "same": rows("SELECT * FROM same ORDER BY id, other"),
            "names": rows("SELECT * FROM names ORDER BY place, folded, id"),
            "blocks": rows("SELECT * FROM blocks ORDER BY place, block"),
            "postings": sorted(
                rows(f"SELECT coalesce(f.facet, ''), coalesce(f.value, ''), low, high, n, {flags} FROM postings p LEFT JOIN facets f USING (v)")
            ),
            "counts": sorted(
                rows("SELECT coalesce(f.facet, ''), coalesce(f.value, ''), status, claims FROM counts LEFT JOIN facets f USING (v)")
            ),
            "facets": sorted(rows("SELECT facet, value FROM facets")),
            "words": rows("SELECT * FROM instances ORDER BY term, doc, col, offset"),
            "about": [row for row in rows("SELECT * FROM about ORDER BY name") if row[0] != "doubtful"],
        }  # fmt: skip


def _ready(path: Path) -> None:
    connection = keeping.ready(str(path), lambda message: pytest.fail(message))
    assert connection is not None
    connection.close()


def _anew(path: Path, tmp_path: Path) -> dict[str, Any]:
    kept = tmp_path / "kept.db"
    place = keeping.index_path(str(path))
    shutil.copy2(place, kept)
    keeping.clear(str(path))
    _ready(path)
    found = held(path)
    shutil.copy2(kept, place)
    return found


def _store(seed: int) -> Tables:
    tables: Tables = random_store(seed, 5 * CLAIMS)
    claims = tables["claims"]
    for number in range(5, 60, 7):
        claims[str(number)]["relations"] = [_against(f"c{number * 3 % 80:04d}")]
    for number in range(1, len(claims), 4):
        if claims[str(number)]["quantity"]:
            claims[str(number)]["question"] = ("second-section", "length-mid-2024")[number % 8 == 1]
    return tables


def _against(target: str) -> dict[str, Any]:
    return {"type": "contradicts", "target": target, "kind": "numeric", "note": None, "reconciliation": None}


def _written(tables: Tables, layout: str) -> str:
    if layout == "canonical":
        lines = (
            f'"{name}": {{\n' + ",\n".join(f'"{n}": {json.dumps(r, ensure_ascii=False, separators=(",", ":"))}' for n, r in records.items()) + "\n}"
            if records else f'"{name}": {{}}'
            for name, records in ((name, tables.get(name, {})) for name in TABLES)
        )  # fmt: skip
        return "{\n" + ",\n".join(lines) + "\n}\n"
    return json.dumps({name: tables.get(name, {}) for name in TABLES}, indent=2)


def _change_words(tables: Tables, chance: random.Random) -> None:
    _any(tables, chance)["statement"] = f"Quite other words, {chance.randint(1, 9)} of them."


def _change_status(tables: Tables, chance: random.Random) -> None:
    _any(tables, chance)["status"] = chance.choice(["active", "retracted", "superseded", "disputed"])


def _change_date(tables: Tables, chance: random.Random) -> None:
    _any(tables, chance)["date"] = chance.choice([None, "2023-05-01", "2024", "../2022~"])


def _change_question(tables: Tables, chance: random.Random) -> None:
    _any(tables, chance)["question"] = chance.choice([None, "second-section", "length-mid-2024"])


def _change_relations(tables: Tables, chance: random.Random) -> None:
    _any(tables, chance)["relations"] = chance.choice([[], [_against(_any(tables, chance)["id"])]])


def _rename_actor(tables: Tables, chance: random.Random) -> None:
    chance.choice(list(tables["actors"].values()))["name"] = f"Newname {chance.randint(1, 99)}"


def _alias_actor(tables: Tables, chance: random.Random) -> None:
    chance.choice(list(tables["actors"].values()))["aliases"] = [f"Other {chance.randint(1, 99)}"]


def _change_source(tables: Tables, chance: random.Random) -> None:
    chance.choice(list(tables["sources"].values()))["title"] = f"Headline {chance.randint(1, 99)}"


def _change_unit(tables: Tables, chance: random.Random) -> None:
    chance.choice(list(tables["questions"].values()))["unit"] = chance.choice(["metres", "date", None])


def _add_topic(tables: Tables, chance: random.Random) -> None:
    number = max(map(int, tables["topics"])) + 1
    tables["topics"][str(number)] = {"id": f"new-{number}", "title": "New", "about": ""}
    _any(tables, chance)["topics"] = [f"new-{number}"]


def _remove_claim(tables: Tables, chance: random.Random) -> None:
    del tables["claims"][chance.choice(list(tables["claims"]))]


def _add_claim(tables: Tables, chance: random.Random) -> None:
    number = max(map(int, tables["claims"])) + 1
    tables["claims"][str(number)] = {**_any(tables, chance), "id": f"n{number}"}


def _same_actors(tables: Tables, chance: random.Random) -> None:
    first, second = chance.sample(list(tables["actors"].values()), 2)
    first["same_as"] = chance.choice([[], [second["id"]]])


def _any(tables: Tables, chance: random.Random) -> dict[str, Any]:
    found: dict[str, Any] = tables["claims"][chance.choice(list(tables["claims"]))]
    return found


CHANGES = [_change_words, _change_status, _change_date, _change_question, _change_relations, _rename_actor, _alias_actor, _change_source, _change_unit, _add_topic, _remove_claim, _add_claim, _same_actors]  # fmt: skip


@pytest.mark.parametrize("layout", ["canonical", "indented"])
@pytest.mark.parametrize("change", CHANGES, ids=lambda change: change.__name__.strip("_"))
def test_an_index_follows_an_edit(
    change: Callable[[Tables, random.Random], None], layout: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "store.json"
    chance = random.Random(7)
    tables = _store(1)
    path.write_text(_written(tables, layout), encoding="utf-8")
    _ready(path)
    built = filling.build
    for _ in range(2):
        for _ in range(3):
            change(tables, chance)
        path.write_text(_written(tables, layout), encoding="utf-8")
        if change is not _same_actors:
            monkeypatch.setattr(filling, "build", lambda *arguments: pytest.fail("it was built anew"))
        _ready(path)
        monkeypatch.setattr(filling, "build", built)
        assert held(path) == _anew(path, tmp_path)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(25))
def test_an_index_follows_many_edits(seed: int, tmp_path: Path) -> None:
    path = tmp_path / "store.json"
    chance = random.Random(seed)
    tables = _store(seed)
    path.write_text(_written(tables, "canonical"), encoding="utf-8")
    _ready(path)
    for _ in range(4):
        for _ in range(chance.randint(1, 12)):
            chance.choice(CHANGES[:-1])(tables, chance)
        path.write_text(_written(tables, "canonical"), encoding="utf-8")
        _ready(path)
        assert held(path) == _anew(path, tmp_path)


@pytest.mark.parametrize(
    "spoil",
    [
        lambda tables: tables["claims"]["9"].update(topics=["nowhere"]),
        lambda tables: tables["claims"]["9"].update(id=tables["claims"]["300"]["id"]),
        lambda tables: tables["claims"]["9"].update(kind="rumour"),
        lambda tables: tables["topics"].pop("1"),
        lambda tables: tables["meta"].clear(),
    ],
)
def test_an_edit_that_breaks_the_store_is_told_as_without_an_index(
    spoil: Callable[[Tables], None], tmp_path: Path, own: Feed, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("factcli.store.opening._LARGE", 0)
    monkeypatch.setattr("factcli.store.opening._SLOW", 0)
    path = tmp_path / "store.json"
    tables = _store(2)
    path.write_text(_written(tables, "canonical"), encoding="utf-8")
    assert own("list", "--count", FACTCLI_STORE=str(path)).code == 0
    good = path.read_bytes()
    spoil(tables)
    path.write_text(_written(tables, "canonical"), encoding="utf-8")
    results = [own("--store", str(path), "list", "--json", *more) for more in ([], ["--no-index"])]
    assert results[0] == results[1]
    assert results[0].code == 3
    path.write_bytes(good)
    assert own("--store", str(path), "list", "--json").code == 0


WRITES: list[tuple[list[str], Any]] = [
    (["retract", "c0005", "--why", "wrong"], None),
    (["set", "c0009", "statement=Other words."], None),
    (["relate", "c0010", "contradicts", "c0012", "--kind", "numeric"], None),
    (["topic", "add"], {"id": "fresh", "title": "Fresh", "about": ""}),
    (["topic", "set", "works", "title=Other works"], None),
    (["actor", "alias", "oneil", "The old one"], None),
    (["undo"], None),
    (["undo"], None),
]


def test_an_index_follows_what_factcli_writes(own: Feed, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("factcli.store.opening._LARGE", 0)
    for module in (keeping, filling):
        monkeypatch.setattr(module, "is_doubtful", lambda modified: False)
    path = tmp_path / "store.json"
    path.write_text(
        bridge.canonical({name: list(records.values()) for name, records in _store(3).items()}), encoding="utf-8"
    )
    _ready(path)
    built = filling.build
    for words, given in WRITES:
        monkeypatch.setattr("factcli.index.renewing.renew", lambda *arguments: pytest.fail("the store was read again"))
        monkeypatch.setattr(filling, "build", lambda *arguments: pytest.fail("it was built anew"))
        result = own("--store", str(path), *words, stdin=given)
        assert result.code == 0, result.err
        _ready(path)
        monkeypatch.setattr(filling, "build", built)
        assert held(path) == _anew(path, tmp_path), words


def test_an_index_that_was_not_fresh_is_left_to_the_next_lookup(
    own: Feed, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "store.json"
    path.write_text(_written(_store(3), "canonical"), encoding="utf-8")
    _ready(path)
    path.write_text(path.read_text(encoding="utf-8").replace("bridge", "brdige"), encoding="utf-8")
    before = held(path)
    assert own("--store", str(path), "retract", "c0005", "--why", "wrong").code == 0
    assert held(path) == before
    _ready(path)
    assert held(path) == _anew(path, tmp_path)
