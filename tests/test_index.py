"""The index never changes an answer: the same records, marks, remarks and order as without it, however it was spoiled."""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import random
import shutil
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import get_args

import bridge
import pytest
from conftest import Cli, Feed
from test_one_answer import indexed, with_relations
from test_query import random_store

import factcli
from factcli import model
from factcli.cli import complete
from factcli.index import filling, keeping, renewing, selection
from factcli.index.store import IndexedStore
from factcli.query import Query


@pytest.fixture
def path(tmp_path: Path) -> Path:
    place = tmp_path / "store.json"
    place.write_text(with_relations(0), encoding="utf-8")
    return place


def _rewritten(place: Path, change: Callable[[bytes], bytes]) -> None:
    place.write_bytes(change(place.read_bytes()))


def _sql(place: Path, *statements: str) -> None:
    with contextlib.closing(sqlite3.connect(place)) as connection, connection:
        for statement in statements:
            connection.execute(statement)


def _a_directory(place: Path, store: Path) -> None:
    place.unlink()
    place.mkdir()


def _a_link(place: Path, store: Path) -> None:
    shutil.move(place, f"{place}.other")
    place.symlink_to(f"{place}.other")


def _replaced(place: Path, store: Path) -> None:
    shutil.copy(store, f"{store}.new")
    os.replace(f"{store}.new", store)


SPOILED: dict[str, Callable[[Path, Path], None]] = {
    "truncated": lambda place, store: _rewritten(place, lambda data: data[: len(data) // 2]),
    "empty": lambda place, store: _rewritten(place, lambda data: b""),
    "zeroed": lambda place, store: _rewritten(place, lambda data: bytes(len(data))),
    "zeroed pages": lambda place, store: _rewritten(place, lambda data: data[:8192] + bytes(len(data) - 8192)),
    "not a database": lambda place, store: _rewritten(place, lambda data: b"hello" * 1000),
    "another version": lambda place, store: _sql(place, "UPDATE about SET value = 99 WHERE name = 'version'"),
    "another store's": lambda place, store: _sql(place, "UPDATE about SET value = '/elsewhere' WHERE name = 'path'"),
    "claims gone": lambda place, store: _sql(place, "DROP TABLE claims"),
    "a view in its place": lambda place, store: _sql(place, "DROP TABLE facets", "CREATE VIEW facets AS SELECT 1 v, 'topic' facet, 'works' value, 0 n"),
    "nonsense for records": lambda place, store: _sql(place, "UPDATE claims SET record = 'nonsense'"),
    "no small tables": lambda place, store: _sql(place, "DELETE FROM records"),
    "small tables of nonsense": lambda place, store: _sql(place, "UPDATE records SET doc = 'x' WHERE place = 'actors'"),
    "nothing known of the whole": lambda place, store: _sql(place, "DELETE FROM about WHERE name IN ('version', 'doubtful')"),
    "a directory": _a_directory,
    "a link": _a_link,
    "deleted": lambda place, store: place.unlink(),
    "an open cache": lambda place, store: place.parent.chmod(0o777),
    "edited within the second": lambda place, store: _edited(store, keep_time=True),
    "edited": lambda place, store: _edited(store, keep_time=False),
    "replaced": _replaced,
}  # fmt: skip


def _edited(store: Path, *, keep_time: bool) -> None:
    """A change of the same length, as fast as the clock allows."""
    before = store.stat()
    store.write_text(store.read_text(encoding="utf-8").replace("crane", "crone"), encoding="utf-8")
    if keep_time:
        os.utime(store, ns=(before.st_atime_ns, before.st_mtime_ns))


@pytest.mark.parametrize("unseen", [False, True], ids=["", "its time kept"])
@pytest.mark.parametrize("name", SPOILED)
def test_a_spoiled_index_still_gives_the_right_answer(
    cli: Cli, path: Path, name: str, unseen: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("factcli.store.opening._LARGE", 0)
    monkeypatch.setattr("factcli.store.opening._SLOW", 0)
    words = ["--store", str(path)]
    questions = [["list"], ["works", "--actor", "oneil"], ["search", "crane", "bridge"], ["search", "crone"], ["show", "c0012"], ["list", "--date", "1800", "--actor", "oneil"], ["list", "--value", ">100"], ["compare", "second-section"]]  # fmt: skip
    cli(*words, "list")
    assert keeping.state(str(path)) == "fresh"
    place = Path(keeping.index_path(str(path)))
    before = place.stat()
    SPOILED[name](place, path)
    if unseen and place.is_file():
        os.utime(place, ns=(before.st_atime_ns, before.st_mtime_ns))
    expected = [cli(*words, *question, "--no-index", "--json") for question in questions]
    for _ in range(2):
        found = [cli(*words, *question, "--json") for question in questions]
        if name in ("an open cache", "a directory"):  # told on stderr
            assert all("the whole store is read" in result.err for result in found)
            found = [
                result._replace(err="".join(line for line in result.err.splitlines(True) if "whole store" not in line))
                for result in found
            ]
        assert found == expected


@pytest.mark.parametrize("length", [1, 512, 4096, 16384])
def test_whatever_else_writes_to_an_index_it_is_seen(
    cli: Cli, path: Path, length: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("factcli.store.opening._LARGE", 0)
    monkeypatch.setattr("factcli.store.opening._SLOW", 0)
    os.utime(path, (1_700_000_000, 1_700_000_000))
    words = ["--store", str(path), "list", "--status", "any", "--format", "jsonl"]
    expected = cli(*words)
    place = Path(keeping.index_path(str(path)))
    whole = place.read_bytes()
    at = random.Random(length)
    for data in (bytes(length), b"\xff" * length, b"7" * length, at.randbytes(length)) * 3:
        start = at.randrange(len(whole) - length)
        with open(place, "r+b") as stream:
            stream.seek(start)
            stream.write(data)
        assert cli(*words) == expected
        assert place.read_bytes() == whole


def test_where_times_of_files_are_not_kept_there_is_no_index(
    cli: Cli, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("factcli.store.opening._LARGE", 0)
    monkeypatch.setattr("factcli.store.opening._SLOW", 0)
    monkeypatch.setattr(os, "utime", lambda *arguments, **named: None)
    result = cli("--store", str(path), "list", "--count")
    assert "times of files are not kept there" in result.err
    assert result.out == cli("--store", str(path), "list", "--count", "--no-index").out


def test_a_bad_store_is_refused_as_without_an_index(cli: Cli, path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("factcli.store.opening._LARGE", 0)
    monkeypatch.setattr("factcli.store.opening._SLOW", 0)
    good = path.read_text(encoding="utf-8")
    for bad in (
        good.replace('"kind":"event"', '"kind":"rumour"', 1),
        good.replace("c0003", "c0004"),
        good.replace('["works"', '["nowhere"', 1),
        good[:-100],
        "[]",
    ):
        path.write_text(bad, encoding="utf-8")
        result, plain = (cli("--store", str(path), "list", *more) for more in ([], ["--no-index"]))
        assert result == plain
        assert result.code == 3


def test_a_cache_that_cannot_be_written_is_told_once_and_the_store_is_read(
    cli: Cli, path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("factcli.store.opening._LARGE", 0)
    monkeypatch.setattr("factcli.store.opening._SLOW", 0)
    (tmp_path / "file").write_text("", encoding="utf-8")
    result = cli("--store", str(path), "list", "--count", XDG_CACHE_HOME=str(tmp_path / "file"))
    assert result.code == 0
    assert int(result.out) > 0
    assert result.err.count("the whole store is read") == 1


def test_the_index_is_private_and_named_by_the_real_path(path: Path, tmp_path: Path) -> None:
    indexed(path)
    place = Path(keeping.index_path(str(path)))
    assert place.stat().st_mode & 0o077 == 0
    assert place.parent.stat().st_mode & 0o077 == 0
    link = tmp_path / "link.json"
    link.symlink_to(path)
    assert Path(keeping.index_path(str(link))) == place


def test_the_index_is_trusted_by_its_stat_once_the_clock_has_moved_on(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    indexed(path)
    real = time.time
    monkeypatch.setattr(time, "time", lambda: real() + 10)
    indexed(path)
    monkeypatch.setattr(renewing, "renew", lambda connection, path: pytest.fail("the store was read"))
    indexed(path)


def test_a_store_that_was_only_touched_is_not_indexed_again(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    indexed(path)
    os.utime(path)
    monkeypatch.setattr(filling, "build", lambda *arguments: pytest.fail("it was indexed again"))
    assert len(list(indexed(path).ids())) == 80
    shutil.copy(path, f"{path}.new")
    os.replace(f"{path}.new", path)
    assert len(list(indexed(path).ids())) == 80


def test_index_shows_renews_and_deletes(cli: Cli, path: Path) -> None:
    words = ["--store", str(path), "index", "--json"]
    assert cli(*words).json[0]["state"] == "none"
    (row,) = cli(*words, "--rebuild").json
    assert row["state"] == "fresh"
    assert row["size"] == Path(row["path"]).stat().st_size
    path.write_text(path.read_text(encoding="utf-8") + " ", encoding="utf-8")
    assert cli(*words).json[0]["state"] == "stale"
    assert cli(*words, "--clear").json[0]["state"] == "none"
    assert cli(*words, "--clear", "--rebuild").code == 2


def test_small_stores_are_read_without_an_index(path: Path) -> None:
    assert not isinstance(factcli.open_store(path, indexed=True), IndexedStore)


def test_lines_are_read_only_from_the_canonical_layout(path: Path, tmp_path: Path) -> None:
    from factcli.store.lines import NotCanonical, read_lines

    good = path.read_bytes()
    with open(path, "rb") as stream:
        assert sum(line.table == "claims" for line in read_lines(stream)) == 80
    for bad in (good[:-3], good + b" ", good.replace(b"},\n", b"}\n", 1), good.replace(b"}\n", b"},\n", 1), b"", b"{\n}\n", b"{\n" + good, json.dumps(json.loads(good)).encode()):  # fmt: skip
        (tmp_path / "bad.json").write_bytes(bad)
        with open(tmp_path / "bad.json", "rb") as stream, pytest.raises(NotCanonical):
            list(read_lines(stream))


def test_the_flags_of_an_index_know_every_value_of_the_model() -> None:
    assert get_args(model.Status) == selection.STATUSES
    assert get_args(model.Kind) == selection.KINDS
    assert get_args(model.QuantityStatus) == selection.QUANTITY_STATUSES
    assert tuple(selection.STATUSES[number] for number in selection.HIDDEN) == model.HIDDEN_STATUSES
    assert set(complete.relations("")) == set(get_args(model.RelationType))
    assert set(complete.conflict_kinds("")) == set(get_args(model.ConflictKind))


def test_what_a_killed_process_left_is_cleared(path: Path) -> None:
    indexed(path)
    place = keeping.index_path(str(path))
    left = Path(f"{place}.99999.tmp")
    left.write_bytes(b"half")
    path.write_text(path.read_text(encoding="utf-8").replace("crane", "crone"), encoding="utf-8")
    keeping.clear(str(path))
    indexed(path)
    assert not left.exists()


def test_a_claim_with_everybody_and_every_topic_is_found_by_each(path: Path) -> None:
    who = [actor["id"] for actor in bridge.TABLES["actors"]]
    topics = [topic["id"] for topic in bridge.TABLES["topics"]]
    acting = [{"id": ident, "role": "agent"} for ident in who]
    tables = bridge.store(claims=[bridge.claim("all", "Everybody opened it.", actors=acting, topics=topics)])
    path.write_text(bridge.canonical({name: list(rows.values()) for name, rows in tables.items()}), encoding="utf-8")
    store = indexed(path)
    assert store.tallied("actor") == dict.fromkeys(who, 1)
    assert store.tallied("topic") == dict.fromkeys(topics, 1)
    assert [claim.id for claim in store.find(Query(said_by="the-courier", topic="works"))] == ["all"]


def test_helpers_make_the_same_index(path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Entries made by other processes, in batches smaller than the store."""
    path.write_text(bridge.canonical({n: list(r.values()) for n, r in random_store(9, 200).items()}), encoding="utf-8")
    told: list[tuple[int, int]] = []
    found = []
    for large in (1 << 60, 0):
        monkeypatch.setattr(filling, "_LARGE", large)
        monkeypatch.setattr(filling, "_BATCH", 50)
        connection = keeping.ready(str(path), pytest.fail, rebuild=True, progress=lambda *done: told.append(done))
        assert connection is not None
        found.append(
            [
                connection.execute(f"SELECT * FROM {table}").fetchall()
                for table in ("claims", "postings", "counts", "names")
            ]
        )
        connection.close()
    assert found[0] == found[1]
    assert told


def test_an_index_whose_renewal_was_killed_is_put_right(cli: Cli, path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Half of a transaction is in the file, and what it overwrote in the journal beside it."""
    monkeypatch.setattr("factcli.store.opening._LARGE", 0)
    os.utime(path, (1_700_000_000, 1_700_000_000))
    words = ["--store", str(path), "list", "--json"]
    expected = cli(*words)
    place = keeping.index_path(str(path))
    killed = (
        "import os, sqlite3, sys; c = sqlite3.connect(sys.argv[1], isolation_level=None); c.execute('PRAGMA cache_size = 1');"
        "c.execute('BEGIN IMMEDIATE'); c.execute('UPDATE claims SET record = zeroblob(3000)'); os.kill(os.getpid(), 9)"
    )
    subprocess.run([sys.executable, "-c", killed, place], check=False)
    assert Path(f"{place}-journal").stat().st_size > 0
    for _ in range(2):
        assert cli(*words) == expected
    assert not Path(f"{place}-journal").exists()


def test_an_open_cache_directory_is_not_looked_into(cli: Cli, path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("_LARGE", "_SLOW"):
        monkeypatch.setattr(f"factcli.store.opening.{name}", 0)
    os.utime(path, (1_700_000_000, 1_700_000_000))
    words = ["--store", str(path), "list", "--json"]
    assert cli(*words).err == cli(*words).err
    Path(keeping.index_path(str(path))).parent.chmod(0o777)
    assert "the whole store is read" in cli(*words).err


def test_a_write_does_not_wait_for_an_index_that_is_being_read_or_built(own: Feed, path: Path) -> None:
    os.utime(path, (1_700_000_000, 1_700_000_000))
    indexed(path)
    place = keeping.index_path(str(path))
    with contextlib.closing(sqlite3.connect(place, isolation_level=None)) as reader, open(f"{place}.lock", "w") as lock:
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM claims").fetchone()
        begun = time.monotonic()
        assert own("--store", str(path), "retract", "c0005", "--why", "wrong").code == 0
        fcntl.flock(lock, fcntl.LOCK_EX)
        assert own("--store", str(path), "retract", "c0006", "--why", "wrong").code == 0
        assert time.monotonic() - begun < 4
        reader.execute("COMMIT")
    assert indexed(path).get("c0006").status == "retracted"


def test_a_write_is_done_though_the_index_is_damaged(own: Feed, path: Path) -> None:
    os.utime(path, (1_700_000_000, 1_700_000_000))
    indexed(path)
    _sql(Path(keeping.index_path(str(path))), "DELETE FROM records WHERE place IN ('actors', 'topics')")
    assert own("--store", str(path), "retract", "c0005", "--why", "wrong").code == 0
    assert indexed(path).get("c0005").status == "retracted"
