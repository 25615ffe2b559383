"""No write is accepted that the next read refuses: what changes is read back before the rename."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import bridge
import pytest
from chance import canonical
from conftest import Feed

import factcli
from factcli.errors import WriteRefused
from factcli.model import TABLES
from factcli.store import durable, lines

Tables = dict[str, dict[str, Any]]
GREATEST = str(lines.GREATEST)
ENTRY = {
    "seq": 1, "at": "2025-01-01T00:00:00Z", "by": "me", "op": "set", "table": "claims",
    "id": "bfirst", "was": {"note": None}, "number": None, "why": None,
}  # fmt: skip
SOURCE = bridge.source("new-source", "A title", None, "2025")
RECORDS: dict[str, tuple[list[str], Any]] = {
    "topics": (["topic", "add"], {"id": "new", "title": "New"}),
    "actors": (["actor", "add"], {"id": "new", "name": "New", "kind": "person"}),
    "sources": (["source", "add"], SOURCE),
    "questions": (["question", "add"], {"id": "new", "text": "New?"}),
    "claims": (
        ["add"],
        {"statement": "A test.", "kind": "event", "topics": ["works"], "source": "courier-2024"},
    ),
    "log": (["topic", "set", "works", "title=New"], None),
}


def store() -> Tables:
    return {
        name: {str(number): record for number, record in enumerate(records, 1)}
        for name, records in ((key, bridge.clean().get(key, [])) for key in TABLES)
    }


def check_refused_or_read(own: Feed, path: Path, words: list[str], stdin: Any, code: int) -> str:
    """Run a write twice; whether it is refused or not, the store is read afterwards."""
    before = path.read_bytes()
    assert own("list", "--status", "any", "--count").code == 0
    for _ in range(2):
        done = own(*words, stdin=stdin)
        assert done.code == code, done.err
        assert done.err.count("\n") == (1 if code else done.err.count("\n"))
        for read in (["list", "--status", "any", "--count"], ["log", "--count"], ["check"]):
            assert own(*read).code == 0, read
    assert (path.read_bytes() == before) == bool(code)
    return done.err


@pytest.mark.parametrize("table", RECORDS)
@pytest.mark.parametrize("layout", [canonical, lambda tables: json.dumps(tables).encode()])
def test_after_the_greatest_record_number_nothing_is_added(
    own: Feed, path: Path, table: str, layout: Callable[[Tables], bytes]
) -> None:
    words, stdin = RECORDS[table]
    if table == "claims":
        stdin = stdin | {"source": bridge.clean()["sources"][0]["id"]}
    tables = store()
    tables[table] = tables[table] or {"1": ENTRY}
    tables[table][GREATEST] = tables[table].pop(list(tables[table])[-1])
    path.write_bytes(layout(tables))
    if table == "log":  # of which `check` demands that it counts from 1
        before = path.read_bytes()
        assert own(*words, stdin=stdin).code == 3
        assert path.read_bytes() == before
        return
    error = check_refused_or_read(own, path, words, stdin, 4)
    assert "999,999,999,999,999" in error


def test_a_record_that_is_too_long_is_not_written(
    own: Feed, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lines, "LONGEST", 20_000)
    monkeypatch.setattr("factcli.store.scanning.LONGEST", 20_000)
    error = check_refused_or_read(own, path, ["set", "bfirst", "note=" + "x" * 20_000], None, 4)
    assert "record" in error
    assert own("set", "bfirst", "note=" + "x" * 9_000).code == 0
    assert own("check").code == 0


def test_a_store_that_would_be_too_long_is_not_written(
    own: Feed, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    most = path.stat().st_size + 100
    monkeypatch.setattr(durable, "MAX_BYTES", most)
    monkeypatch.setattr("factcli.store.files.MAX_BYTES", most)
    error = check_refused_or_read(own, path, ["set", "bfirst", "note=" + "x" * 200], None, 4)
    assert "longer than" in error
    assert [one.name for one in path.parent.iterdir() if "writing" in one.name] == []


def test_a_number_that_a_program_gives_is_read_back(path: Path) -> None:
    before = path.read_bytes()
    topic = {"id": "new", "title": "New", "about": ""}
    with pytest.raises(WriteRefused, match="not written"):
        _insert(path, "1" + "0" * 15, topic)
    assert path.read_bytes() == before
    _insert(path, GREATEST, topic)
    assert "new" in factcli.open_store(path).topics


def _insert(path: Path, number: str, document: dict[str, Any]) -> None:
    storage = factcli.FactStorage(path, access_mode="r+")
    try:
        tables = storage.read()
        tables["topics"][number] = document
        storage.write(tables)
    finally:
        storage.close()


def test_undoing_a_removal_takes_no_place_that_another_record_has(own: Feed, path: Path) -> None:
    """Where a record was put by hand at the number of the one that was removed."""
    assert own("topic", "add", stdin={"id": "old", "title": "Old"}).code == 0
    with_old = json.loads(path.read_bytes())
    number = next(n for n, one in with_old["topics"].items() if one["id"] == "old")
    storage = factcli.FactStorage(path, access_mode="r+")
    tables = storage.read()
    del tables["topics"][number]
    storage.write(tables)
    storage.close()
    found = json.loads(path.read_bytes())
    found["topics"][number] = {"id": "by-hand", "title": "By hand", "about": ""}
    path.write_bytes(canonical(found))
    assert own("undo").code == 0
    assert {"old", "by-hand"} < set(factcli.open_store(path).topics)


@pytest.mark.parametrize("number", [0, -5, 10**15, 2**63, 10**30])
def test_an_odd_number_in_the_log_is_no_number_of_a_record(
    own: Feed, path: Path, number: int
) -> None:
    tables = store()
    removed = {"id": "old", "title": "Old", "about": ""}
    tables["log"]["1"] = ENTRY | {
        "op": "remove", "table": "topics", "id": "old", "was": removed, "number": number
    }  # fmt: skip
    path.write_bytes(canonical(tables))
    done = own("undo")
    assert done.code in (0, 3, 4), done.err
    assert own("list", "--count").code == 0
    if done.code == 0:
        assert "old" in factcli.open_store(path).topics


@pytest.mark.parametrize("seq", [2**63 - 1, 2**63, 2**64, 10**30])
def test_a_log_that_has_counted_too_far_refuses_writes(own: Feed, path: Path, seq: int) -> None:
    tables = store()
    tables["log"]["1"] = ENTRY | {"seq": seq}
    path.write_bytes(canonical(tables))
    before = path.read_bytes()
    done = own("topic", "set", "works", "title=New")
    assert done.code in (0, 3, 4), done.err
    assert done.code == 0 or path.read_bytes() == before
    assert own("list", "--count").code == 0
