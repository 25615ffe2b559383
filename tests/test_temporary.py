"""Temporary files: where there is no room or no directory for them, one sentence says so."""

from __future__ import annotations

import json
import os
import resource
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from conftest import Cli, Feed, spawn
from test_query import random_store

ROOM = 10_000
"""Bytes that a file may have: a full disk, for whoever is no administrator."""
COMMANDS = [
    ["list", "--sort", "statement,id"],
    ["list", "--sort", "statement,id", "--format", "csv"],
    ["list", "--sort", "statement,id", "--format", "tsv", "--raw"],
    ["list", "--sort", "statement,id", "--format", "markdown"],
    ["list", "--no-index"],
    ["list", "--no-index", "--format", "csv"],
    ["list", "--recorded-by", "2020"],
    ["search", "bridge", "--sort", "date"],
    ["check"],
    ["check", "--format", "csv"],
    ["log"],
    ["conflicts"],
    ["questions", "--sort", "text"],
    ["index", "--rebuild"],
    ["edit", "c0001"],
    ["set", "c0001", "note=Curator: so.", "--dry-run"],
    ["import", "-", "--dry-run"],
]


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A store that is too large for memory, with a cache."""
    place = tmp_path_factory.mktemp("large")
    path = place / "large.json"
    path.write_text(json.dumps(random_store(5, 6000), indent=1), encoding="utf-8")
    assert path.stat().st_size > 3_000_000
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CACHE_HOME", str(place / "cache"))
        assert spawn("--store", str(path), "list", "--count").returncode == 0
        yield path


def _run_without_room(
    path: Path, cache: Path, words: list[str], room_in_bytes: int = ROOM
) -> tuple[int, str, list[str]]:
    def leave_no_room() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (room_in_bytes, room_in_bytes))

    room = path.parent / "temporary"
    room.mkdir(exist_ok=True)
    environment = {"XDG_CACHE_HOME": str(cache), "TMPDIR": str(room), "EDITOR": "true"}
    done = spawn(
        "--store", str(path), *words,
        preexec_fn=leave_no_room, env=os.environ | environment, input=b"[]",
    )  # fmt: skip
    assert os.listdir(room) == []
    return done.returncode, done.stdout.decode(), done.stderr.decode().splitlines()


@pytest.mark.slow
@pytest.mark.parametrize(
    ("words", "is_cached"),
    [*((words, True) for words in COMMANDS), (["list"], False), (["edit", "c0001"], False)],
    ids=str,
)
def test_without_room_an_answer_is_whole_or_refused_in_a_sentence(
    large: Path, tmp_path: Path, words: list[str], is_cached: bool
) -> None:
    cache = large.parent / "cache" if is_cached else tmp_path
    code, out, said = _run_without_room(large, cache, words)
    assert code in (0, 4)
    errors = [line for line in said if line.startswith("factcli: error: ")]
    assert len(errors) == (1 if code else 0)
    if code:
        assert out == ""
        assert "set TMPDIR to a directory that has" in errors[0]
    assert not [line for line in said if not line.startswith("factcli: ")]


def test_a_sort_without_room_writes_no_beginning_of_an_answer(large: Path) -> None:
    code, out, said = _run_without_room(large, large.parent / "cache", COMMANDS[1])
    assert (code, out) == (4, "")
    assert "set TMPDIR to a directory that has some" in said[-1]


def test_a_draft_for_which_there_is_no_room_is_not_left_behind(path: Path, tmp_path: Path) -> None:
    code, out, said = _run_without_room(path, tmp_path, ["edit", "bfirst"], 100)
    assert (code, out, len(said)) == (4, "", 1)
    assert "set TMPDIR to a directory that has room" in said[0]


@pytest.mark.parametrize("name", ["TMPDIR", "SQLITE_TMPDIR"])
def test_a_temporary_directory_that_is_missing_is_not_used(
    large: Path, tmp_path: Path, name: str
) -> None:
    missing = os.environ | {name: str(tmp_path / "missing"), "EDITOR": "true"}
    for words in (["list", "--no-index", "--count"], ["edit", "c0001", "--dry-run"]):
        assert spawn("--store", str(large), *words, env=missing).returncode == 0


def test_an_edit_without_a_temporary_directory_is_refused(
    own: Feed, path: Path, tmp_path: Path
) -> None:
    before = path.read_bytes()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(tempfile, "tempdir", str(tmp_path / "missing"))
        result = own("edit", "bfirst", EDITOR="true")
    assert (result.code, result.out, result.err.count("\n")) == (4, "", 1)
    assert "set TMPDIR to a directory that has room" in result.err
    assert path.read_bytes() == before


@pytest.mark.parametrize("seconds", [-(10**10), -1, 2**31, 9_300_000_000, 10**10, 10**12, 2**55])
def test_a_cache_is_kept_whatever_the_time_of_a_store(cli: Cli, seconds: int) -> None:
    """In memory, since few file systems keep times after 2446."""
    if not os.access("/dev/shm", os.W_OK):
        pytest.skip("no file system in memory")
    with tempfile.TemporaryDirectory(dir="/dev/shm") as folder:
        path = Path(folder) / "store.json"
        path.write_text(json.dumps(random_store(5, 300)), encoding="utf-8")
        os.utime(path, ns=(seconds * 10**9, seconds * 10**9))
        for _ in range(2):
            assert cli("--store", str(path), "list", "--status", "any", "--count").out == "300\n"
        assert cli("--store", str(path), "index").json[0]["state"] == "fresh"
        assert cli("--store", str(path), "check", "--count").code in (0, 1)
        topic = {"id": "tolls", "title": "Tolls"}
        (Path(folder) / "new.json").write_text(json.dumps([topic]), encoding="utf-8")
        words = ["import", f"{folder}/new.json", "--table", "topics", "--dry-run"]
        assert cli("--store", str(path), *words).code in (0, 4)
