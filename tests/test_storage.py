"""FactStorage: a store read and written through TinyDB, as any program would."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import bridge
import pytest
from tinydb import TinyDB, where

import factcli
from factcli.errors import StoreError, UsageError, WriteRefused
from factcli.store import durable


def topic(ident: str, title: str = "A topic") -> dict[str, str]:
    return {"id": ident, "title": title, "about": ""}


def log_of(path: Path) -> list[dict[str, Any]]:
    return list(json.loads(path.read_bytes())["log"].values())


def test_tinydb_reads_a_store_of_any_layout(path: Path, bridge_path: Path) -> None:
    for place in (path, bridge_path):
        with TinyDB(place, storage=factcli.FactStorage) as db:
            assert db.table("claims").get(where("id") == "bfirst")["date"] == "2024-06-24"
            assert db.tables() >= {"meta", "claims"}


def test_reading_creates_and_changes_nothing(path: Path, tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="no store at"):
        TinyDB(tmp_path / "missing.json", storage=factcli.FactStorage)
    assert not (tmp_path / "missing.json").exists()
    before = path.read_bytes()
    with TinyDB(path, storage=factcli.FactStorage) as db:
        with pytest.raises(WriteRefused, match=r"access_mode='r\+'"):
            db.table("topics").insert(topic("new"))
        db.table("topics").clear_cache()
        assert len(db.table("topics")) == 2
    assert path.read_bytes() == before


def test_a_reader_sees_what_others_write_once_it_clears_its_cache(path: Path) -> None:
    with TinyDB(path, storage=factcli.FactStorage) as db:
        assert db.table("topics").count(where("id") == "new") == 0
        with TinyDB(path, storage=factcli.FactStorage, access_mode="r+") as writer:
            writer.table("topics").insert(topic("new"))
        db.table("topics").clear_cache()
        assert db.table("topics").count(where("id") == "new") == 1


def test_a_write_is_checked_logged_as_one_command_and_can_be_undone(path: Path) -> None:
    before = json.loads(path.read_bytes())
    with TinyDB(path, storage=factcli.FactStorage, access_mode="r+", by="a program") as db:
        db.table("topics").insert_multiple([topic("one"), topic("two")])
        db.table("topics").update({"title": "Changed"}, where("id") == "one")
    log = log_of(path)
    assert [(entry["op"], entry["id"]) for entry in log] == [
        ("add", "one"),
        ("add", "two"),
        ("set", "one"),
    ]
    assert log[0]["at"] == log[1]["at"] < log[2]["at"]
    assert {entry["by"] for entry in log} == {"a program"}
    from factcli.transaction import transaction

    for _ in range(2):
        with transaction(path) as change:
            change.undo()
    after = json.loads(path.read_bytes())
    assert {name: after[name] for name in after if name != "log"} == {
        name: before[name] for name in before if name != "log"
    }


def test_the_lock_is_held_from_opening_to_closing(path: Path) -> None:
    with (
        TinyDB(path, storage=factcli.FactStorage, access_mode="r+"),
        pytest.raises(WriteRefused, match="another process"),
        durable.locked(path, patience=0),
    ):
        pass
    with durable.locked(path, patience=0):
        pass


REFUSED: dict[str, tuple[Callable[[dict[str, Any]], Any], str]] = {
    "a record without its fields": (lambda t: t["topics"].update({"9": {"id": "x"}}), "missing"),
    "an unknown field": (lambda t: t["topics"]["1"].update({"verdict": 1}), "verdict"),
    "an undeclared topic": (lambda t: t["claims"]["1"].update({"topics": ["no"]}), "not declared"),
    "no title page": (lambda t: t["meta"].clear(), "cannot be removed"),
    "a claim removed": (lambda t: t["claims"].pop("1"), "cannot be removed"),
    "no tables": (lambda t: t.clear(), "log|removed"),
    "a topic in use removed": (lambda t: t["topics"].pop("1"), "not declared"),
    "the log changed": (lambda t: t.update({"log": {"1": {}}}), "log"),
    "an unknown table": (lambda t: t.update({"verdicts": {}}), "no table 'verdicts'"),
    "an id that is in use": (lambda t: t["topics"].update({"9": topic("works")}), "in use"),
    "another id": (lambda t: t["topics"]["1"].update({"id": "other"}), "keeps its id"),
    "a record number as 01": (lambda t: t["topics"].update({"01": topic("x")}), "'01'"),
    "a record number in words": (lambda t: t["topics"].update({"one": topic("x")}), "'one'"),
    "a record that is a list": (lambda t: t["topics"].update({"9": []}), "'9'"),
    "a table that is a list": (lambda t: t.update({"topics": []}), "records by number"),
    "no number": (lambda t: t["topics"]["1"].update({"title": float("nan")}), "no JSON"),
    "what is no JSON": (lambda t: t["topics"]["1"].update({"title": {1, 2}}), "no JSON"),
    "half a character": (lambda t: t["topics"]["1"].update({"title": "\ud800"}), "no JSON"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_a_bad_write_is_refused_and_changes_nothing(path: Path, name: str) -> None:
    spoil, says = REFUSED[name]
    before = path.read_bytes()
    storage = factcli.FactStorage(path, access_mode="r+")
    tables = storage.read()
    spoil(tables)
    with pytest.raises(WriteRefused, match=says) as refused:
        storage.write(tables)
    storage.close()
    assert str(refused.value).count("\n") == 0
    assert path.read_bytes() == before


def test_a_write_lays_a_store_of_another_layout_out(tmp_path: Path) -> None:
    tables = {
        name: {str(9 - at): record for at, record in enumerate(records)}
        for name, records in bridge.clean().items()
        if name != "claims"
    }
    tables["claims"] = {str(90 - at): one for at, one in enumerate(bridge.clean()["claims"])}
    path = tmp_path / "store.json"
    path.write_text(json.dumps(tables, indent=3), encoding="utf-8")
    with TinyDB(path, storage=factcli.FactStorage, access_mode="r+") as db:
        db.table("topics").insert(topic("new"))
    from factcli.checks import check_store

    assert [finding for finding in check_store(path) if finding.rule.code == "S102"] == []
    assert factcli.open_store(path).size == len(bridge.clean()["claims"])


def test_an_unknown_access_mode_is_refused(path: Path) -> None:
    with pytest.raises(UsageError, match="'w'"):
        factcli.FactStorage(path, access_mode="w")
