"""Stores that are none, or bad ones: one sentence, exit 3, nothing printed and nothing touched."""

from __future__ import annotations

import os
from pathlib import Path

import bridge
import hostile
import pytest
from conftest import Cli, spawn
from test_terminal import unsafe

STORES = dict(hostile.stores())


def test_there_are_at_least_150_hostile_stores() -> None:
    assert len(STORES) >= 150


@pytest.mark.parametrize("name", STORES)
def test_a_hostile_store_is_refused_in_one_sentence(cli: Cli, tmp_path: Path, name: str) -> None:
    path = tmp_path / "store.json"
    path.write_bytes(STORES[name])
    for command in (["list"], ["show", "bfirst"], ["works"]):
        result = cli("--store", str(path), *command)
        assert (result.code, result.out) == (3, ""), (name, result)
        assert result.err.startswith("factcli: error: ")
        assert str(path) in result.err
        assert result.err.count("\n") == 1
        assert len(result.err) < 1000
        assert unsafe(result.err) == []
    assert path.read_bytes() == STORES[name]
    assert os.listdir(tmp_path) == ["store.json"] or set(os.listdir(tmp_path)) == {
        "store.json",
        "bridge.json",
    }


def test_a_bad_record_is_named_with_file_record_and_field(cli: Cli, tmp_path: Path) -> None:
    path = tmp_path / "store.json"
    path.write_bytes(STORES["unknown role"])
    error = cli("--store", str(path), "list").err
    assert f"{path}: claims, record bfirst: field actors[0].role: " in error


def test_what_is_no_file_is_refused_at_once(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "fifo")
    (tmp_path / "loop").symlink_to(tmp_path / "loop")
    (tmp_path / "dangling").symlink_to(tmp_path / "nothing")
    (tmp_path / "directory").mkdir()
    places = [
        tmp_path / name
        for name in ("fifo", "loop", "dangling", "directory", "nothing", "missing/store.json")
    ]
    for place in [
        *map(str, places),
        "/dev/null",
        "/dev/zero",
        "/dev/tty",
        "x" * 5000,
        str(tmp_path / "fifo" / "x"),
    ]:
        done = spawn("--store", place, "list")
        assert (done.returncode, done.stdout) == (3, b""), place
        assert done.stderr.count(b"\n") == 1
        assert b"Traceback" not in done.stderr
    assert not (tmp_path / "nothing").exists()


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_an_unreadable_store_is_refused(cli: Cli, tmp_path: Path) -> None:
    path = tmp_path / "secret.json"
    path.write_text(hostile.GOOD, encoding="utf-8")
    path.chmod(0)
    assert cli("--store", str(path), "list").code == 3


def test_a_byte_order_mark_and_any_layout_are_read(cli: Cli, tmp_path: Path) -> None:
    path = tmp_path / "store.json"
    for data in (b"\xef\xbb\xbf" + hostile.GOOD.encode(), bridge.canonical(bridge.TABLES).encode()):
        path.write_bytes(data)
        assert cli("--store", str(path), "list", "--count").out == "12\n"


def test_a_read_only_store_in_a_read_only_place_is_read(cli: Cli, tmp_path: Path) -> None:
    place = tmp_path / "sealed"
    place.mkdir()
    (place / "store.json").write_text(hostile.GOOD, encoding="utf-8")
    (place / "store.json").chmod(0o444)
    place.chmod(0o555)
    try:
        assert cli("--store", str(place / "store.json"), "list", "--count").out == "12\n"
        assert os.listdir(place) == ["store.json"]
    finally:
        place.chmod(0o755)
