"""The cache never changes an answer: however old, damaged or foreign it is."""

from __future__ import annotations

import mmap
import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from chance import canonical, rich_store

from factcli.database import cache, refresh
from factcli.encoding import encode
from factcli.errors import Damaged, StoreError
from factcli.opening import open_store
from factcli.query import Query

TABLES = rich_store(5, 60)
QUERIES = [
    Query(status="any"),
    Query(topic="works", date="2024"),
    Query(actor="jana-oneil,stavba"),
    Query(search="crane brigde"),
    Query(value=">100", as_of="2025"),
    Query(match="lent"),
]
LONG_AGO = (1_600_000_000, 1_600_000_000)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    place = tmp_path / "store.json"
    place.write_bytes(canonical(TABLES))
    return place


def answers(path: Path, keep: str = "cache", notice: Callable[[str], None] = pytest.fail) -> Any:
    """What a store answers: records, counts, ids, names and the log."""
    store = open_store(path, keep=keep, notice=notice)
    try:
        found = [store.find(query) for query in QUERIES]
        return (
            [(list(one.json()), len(one), one.left_out, one.corrections) for one in found],
            [encode(record) for record in store.by_source()],
            [encode(record) for record in store.answers("whole-cost")],
            list(store.actors.records()),
            list(store.names.written("actors")),
            sorted(store.names.members("region")),
            list(store.log()),
        )
    finally:
        store.close()


def asked(path: Path) -> str:
    """The statement of the first claim, by the cache."""
    store = open_store(path, keep="cache", notice=pytest.fail)
    try:
        return store.by_id("c0000").statement
    finally:
        store.close()


def changed(statement: str) -> bytes:
    return canonical(
        {
            **TABLES,
            "claims": {**TABLES["claims"], "1": {**TABLES["claims"]["1"], "statement": statement}},
        }
    )


def place_of(path: Path) -> Path:
    return Path(cache.place_of(str(path)))


@pytest.fixture
def loads(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What was done to bring caches up to date: "built" or "refreshed"."""
    done: list[str] = []

    def noted(name: str, real: Callable[..., Any]) -> Callable[..., Any]:
        def run(*given: Any) -> Any:
            done.append(name)
            return real(*given)

        return run

    monkeypatch.setattr(refresh, "build", noted("built", refresh.build))
    monkeypatch.setattr(refresh, "refresh", noted("refreshed", refresh.refresh))
    return done


def later(monkeypatch: pytest.MonkeyPatch, seconds: float = 60) -> None:
    """Let the clock move on, past the grain of the times of files."""
    now = time.time
    monkeypatch.setattr(time, "time", lambda: now() + seconds)


# Freshness.


def test_a_young_store_is_compared_until_the_clock_has_moved_on(
    path: Path, loads: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    answers(path)
    assert loads == ["built"]
    answers(path)
    assert loads == ["built", "refreshed"]
    later(monkeypatch)
    answers(path)
    answers(path)
    answers(path)
    assert loads == ["built", "refreshed", "refreshed"]


def test_edits_within_the_grain_of_the_clock_are_noticed(path: Path) -> None:
    for number in range(20):
        path.write_bytes(changed(f"Number {number:03d}."))
        assert asked(path) == f"Number {number:03d}."


@pytest.mark.parametrize("young", [True, False], ids=["young", "old"])
@pytest.mark.parametrize(
    "way", ["in place", "mapped", "made again", "replaced", "replaced by a link"]
)
def test_a_store_of_the_same_size_and_time_is_noticed(
    path: Path, way: str, young: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    path.write_bytes(changed("One two three."))
    os.utime(path, LONG_AGO)
    if not young:
        later(monkeypatch)
    for number in range(5):
        assert asked(path) == ("One two three." if number % 2 == 0 else "Two one three.")
        data = changed("Two one three." if number % 2 == 0 else "One two three.")
        inode = path.stat().st_ino
        if way == "in place":
            path.write_bytes(data)
        elif way == "mapped":
            with open(path, "r+b") as stream, mmap.mmap(stream.fileno(), 0) as memory:
                memory[:] = data
        elif way == "made again":  # often with the same inode
            path.unlink()
            path.write_bytes(data)
        else:
            other = path.with_name(f"other{number}.json")
            other.write_bytes(data)
            os.utime(other, LONG_AGO)
            if way == "replaced":
                os.replace(other, path)
            else:
                path.unlink()
                path.symlink_to(other)
        os.utime(path, LONG_AGO)
        assert os.stat(path).st_size == len(changed("One two three."))
        assert way not in ("in place", "mapped") or path.stat().st_ino == inode


def test_a_store_that_was_only_touched_is_not_loaded_again(path: Path, loads: list[str]) -> None:
    answers(path)
    for _ in range(3):
        os.utime(path)
        answers(path)
    shutil.copy(path, f"{path}.new")
    os.replace(f"{path}.new", path)
    answers(path)
    assert loads.count("built") == 1


def test_a_store_with_a_time_to_come_is_trusted_like_others(
    path: Path, loads: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    future = time.time() + 10**8
    os.utime(path, (future, future))
    later(monkeypatch)
    for _ in range(3):
        answers(path)
    assert loads == ["built"]
    path.write_bytes(changed("Other words."))
    os.utime(path, (future, future))
    assert asked(path) == "Other words."


def test_a_write_while_the_cache_is_built_is_noticed(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    later(monkeypatch)
    real = refresh.build

    def build(*given: Any) -> Any:
        database = real(*given)
        path.write_bytes(changed("Written meanwhile."))
        monkeypatch.setattr(refresh, "build", real)
        return database

    monkeypatch.setattr(refresh, "build", build)
    answers(path)
    assert asked(path) == "Written meanwhile."


def test_a_write_while_the_cache_is_refreshed_is_noticed(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    answers(path)
    path.write_bytes(changed("Written before."))
    later(monkeypatch)
    real = refresh.refresh

    def renew(*given: Any) -> None:
        real(*given)
        path.write_bytes(changed("Written meanwhile."))
        monkeypatch.setattr(refresh, "refresh", real)

    monkeypatch.setattr(refresh, "refresh", renew)
    assert asked(path) == "Written meanwhile."
    assert asked(path) == "Written meanwhile."


def test_a_store_that_is_gone_is_said_to_be_gone(path: Path) -> None:
    answers(path)
    path.unlink()
    with pytest.raises(StoreError, match="no store at"):
        open_store(path, keep="cache", notice=lambda message: None)
    assert cache.state(str(path)) == "stale"


# Where the cache is.


def test_the_cache_is_private_and_named_by_the_real_path(path: Path, tmp_path: Path) -> None:
    answers(path)
    place = place_of(path)
    assert place.stat().st_mode & 0o777 == 0o600
    assert place.parent.stat().st_mode & 0o777 == 0o700
    link = tmp_path / "link.json"
    link.symlink_to(path)
    assert place_of(link) == place
    assert answers(link) == answers(path, "memory")
    assert sorted(os.listdir(place.parent)) == sorted([place.name, f"{place.name}.lock"])


def test_stores_of_any_name_have_caches_of_their_own(tmp_path: Path) -> None:
    names = [
        "a!b.json",
        "a!1b.json",
        "a b%20#?.json",
        "é" * 60,
        "x" * 250,
        "a\nb.json",
        "-",
        os.fsdecode(b"\xff.json"),
    ]
    for number, name in enumerate(names):
        for folder in ("one", "one!2"):
            path = tmp_path / folder / name
            path.parent.mkdir(exist_ok=True)
            path.write_bytes(changed(f"{folder}, {number}."))
            asked(path)
    places = set()
    for number, name in enumerate(names):
        for folder in ("one", "one!2"):
            assert asked(tmp_path / folder / name) == f"{folder}, {number}."
            places.add(place_of(tmp_path / folder / name))
    assert len(places) == 2 * len(names)


@pytest.mark.parametrize("value", ["", "relative/cache", "~/cache"])
def test_a_cache_home_that_is_no_whole_path_is_the_usual_one(
    path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, value: str
) -> None:
    """As the XDG Base Directory Specification says."""
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("XDG_CACHE_HOME", value)
    monkeypatch.chdir(tmp_path)
    answers(path)
    assert place_of(path).parent == tmp_path / ".cache" / "factcli"
    assert sorted(os.listdir(tmp_path)) == [".cache", "store.json"]


def _file(home: Path) -> None:
    home.write_text("", encoding="utf-8")


def _open_to_all(home: Path) -> None:
    (home / "factcli").mkdir(parents=True)
    (home / "factcli").chmod(0o777)


def _open_to_a_group(home: Path) -> None:
    (home / "factcli").mkdir(parents=True)
    (home / "factcli").chmod(0o770)


def _a_link(home: Path) -> None:
    home.mkdir()
    (home.parent / "elsewhere").mkdir()
    (home / "factcli").symlink_to(home.parent / "elsewhere")


def _read_only(home: Path) -> None:
    if os.geteuid() == 0:
        pytest.skip("root may write everywhere")
    (home / "factcli").mkdir(parents=True)
    (home / "factcli").chmod(0o500)


def _of_somebody_else(home: Path) -> None:
    (home / "factcli").mkdir(parents=True)
    if os.geteuid() != 0:
        pytest.skip("only root can give a directory away")
    os.chown(home / "factcli", 12345, 12345)


def _lock_is_a_link(home: Path) -> None:
    (home / "factcli").mkdir(parents=True, mode=0o700)
    for name in ("store.json", "facts.json"):
        (home.parent / name).touch()
    (
        home
        / "factcli"
        / f"{os.path.realpath(home.parent / 'store.json').replace('/', '!2')}.db.lock"
    ).symlink_to("nowhere")


@pytest.mark.parametrize(
    "spoil",
    [
        _file,
        _open_to_all,
        _open_to_a_group,
        _a_link,
        _read_only,
        _of_somebody_else,
        _lock_is_a_link,
    ],
)
def test_where_no_cache_can_be_kept_there_is_one_notice(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, spoil: Callable[[Path], None]
) -> None:
    home = tmp_path / "home"
    spoil(home)
    path = tmp_path / "store.json"
    tables = rich_store(5, 20)
    tables["claims"]["1"]["statement"] = "long " * 200_000  # smaller stores are read in no time
    path.write_bytes(canonical(tables))
    monkeypatch.setenv("XDG_CACHE_HOME", str(home))
    notices: list[str] = []
    for number in (1, 2):
        assert answers(path, notice=notices.append) == answers(path, "memory")
        assert len(notices) == number
        assert "the store is read each time" in notices[0]
    assert not place_of(path).exists()


def test_a_cache_in_a_directory_that_was_opened_to_others_is_not_looked_into(path: Path) -> None:
    answers(path)
    place_of(path).parent.chmod(0o777)
    notices: list[str] = []
    assert cache.open_or_build(str(path), notices.append) is None
    assert len(notices) == 1
    assert cache.state(str(path)) == "stale"


def test_where_times_of_files_are_not_kept_there_is_no_cache(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "utime", lambda *given, **named: None)
    notices: list[str] = []
    assert cache.open_or_build(str(path), notices.append) is None
    assert "times of files are not kept there" in notices[0]
    assert not place_of(path).exists()


# What is at its place.


def test_state_and_clear_tell_and_delete(path: Path) -> None:
    assert cache.state(str(path)) == "none"
    answers(path)
    assert cache.state(str(path)) == "fresh"
    path.write_bytes(changed("Other words."))
    assert cache.state(str(path)) == "stale"
    cache.clear(str(path))
    assert cache.state(str(path)) == "none"
    cache.clear(str(path))
    assert asked(path) == "Other words."


def _sql(place: Path, *statements: str) -> None:
    """Change a cache as if its writer had done so: its time and checksum are made to fit."""
    before = place.stat()
    with closing(sqlite3.connect(place)) as connection, connection:
        for statement in statements:
            connection.execute(statement)
    cache._seal(str(place), before.st_mtime_ns)


def _as_directory(place: Path) -> None:
    place.unlink()
    place.mkdir()
    (place / "x").touch()


def _as_link(place: Path) -> None:
    shutil.move(place, f"{place}.x")
    place.symlink_to(f"{place}.x")


def _as_pipe(place: Path) -> None:
    place.unlink()
    os.mkfifo(place)


FOREIGN: dict[str, Callable[[Path], object]] = {
    "another version": lambda place: _sql(place,
        "UPDATE snapshot SET value = '9' WHERE key = 'version'"),
    "another store's": lambda place: _sql(place,
        "UPDATE snapshot SET value = '''/x''' WHERE key = 'path'"),
    "no snapshot": lambda place: _sql(place, "DELETE FROM snapshot"),
    "no table of snapshots": lambda place: _sql(place, "DROP TABLE snapshot"),
    "another database": lambda place: place.write_bytes(b""),
    "a directory": _as_directory,
    "a link": _as_link,
    "a pipe": _as_pipe,
    "a file that others may write": lambda place: place.chmod(0o666),
    "text": lambda place: _kept_time(place, b"hello " * 1000),
    "nothing": lambda place: _kept_time(place, b""),
    "zeros": lambda place: _kept_time(place, bytes(place.stat().st_size)),
}  # fmt: skip


def _kept_time(place: Path, data: bytes) -> None:
    before = place.stat()
    place.write_bytes(data)
    os.utime(place, ns=(before.st_atime_ns, before.st_mtime_ns))


@pytest.mark.parametrize("name", FOREIGN)
def test_what_is_no_cache_of_this_store_is_not_asked(path: Path, name: str) -> None:
    answers(path)
    FOREIGN[name](place_of(path))
    assert cache.state(str(path)) == "stale"
    notices: list[str] = []
    for _ in range(2):
        assert answers(path, notice=notices.append) == answers(path, "memory")
    if name == "a directory":
        return
    assert cache.state(str(path)) == "fresh"
    assert place_of(path).is_file()
    assert not place_of(path).is_symlink()
    assert notices == []


def test_the_cache_of_a_store_that_moved_here_is_not_asked(path: Path, tmp_path: Path) -> None:
    """Where another store has been, with a cache of its own."""
    other = tmp_path / "other.json"
    other.write_bytes(changed("Of the other store."))
    answers(path)
    asked(other)
    shutil.copy2(place_of(other), place_of(path))
    assert answers(path) == answers(path, "memory")
    os.replace(other, path)
    assert asked(path) == "Of the other store."


# Damage.


def _damages(data: bytes, chance: random.Random) -> bytes:
    spoilt, page = bytearray(data), 4096
    at = chance.randrange(len(data))
    start = at // page * page
    match chance.choice(["bit", "byte", "zero", "page", "swap", "cut", "append", "run"]):
        case "bit":
            spoilt[at] ^= 1 << chance.randrange(8)
        case "byte":
            spoilt[at] = chance.randrange(256)
        case "zero":
            spoilt[start : start + page] = bytes(page)
        case "page":
            spoilt[start : start + page] = chance.randbytes(page)
        case "swap":
            other = chance.randrange(len(data) // page) * page
            spoilt[start : start + page], spoilt[other : other + page] = (
                data[other : other + page],
                data[start : start + page],
            )
        case "cut":
            del spoilt[at:]
        case "append":
            spoilt += chance.randbytes(chance.choice([1, page, 5 * page]))
        case _:
            spoilt[at : at + 64] = chance.randbytes(len(spoilt[at : at + 64]))
    return bytes(spoilt)


def _check_damages(path: Path, number: int, seed: int) -> None:
    os.utime(path, LONG_AGO)
    chance = random.Random(seed)
    expected = answers(path, "memory")
    assert answers(path) == expected
    place = place_of(path)
    whole, before = place.read_bytes(), place.stat()
    for _ in range(number):
        place.write_bytes(_damages(whole, chance))
        if chance.random() < 0.8:
            os.utime(place, ns=(before.st_atime_ns, before.st_mtime_ns))
        assert answers(path) == expected


def test_a_damaged_cache_gives_the_right_answer(path: Path) -> None:
    _check_damages(path, 60, seed=1)


def _check_refreshed_damages(path: Path, number: int, seed: int) -> None:
    """The store changes as well, so that the cache would be brought up to date."""
    chance = random.Random(seed)
    answers(path)
    place = place_of(path)
    whole, before = place.read_bytes(), place.stat()
    path.write_bytes(changed("Other words, of the changed store."))
    expected = answers(path, "memory")
    for _ in range(number):
        place.write_bytes(_damages(whole, chance))
        os.utime(place, ns=(before.st_atime_ns, before.st_mtime_ns))
        assert answers(path) == expected


def test_a_damaged_cache_is_not_brought_up_to_date(path: Path) -> None:
    _check_refreshed_damages(path, 40, seed=1)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(2))
def test_a_cache_damaged_very_often_is_not_brought_up_to_date(path: Path, seed: int) -> None:
    _check_refreshed_damages(path, 300, seed)


def test_a_damage_of_any_byte_of_the_header_gives_the_right_answer(path: Path) -> None:
    os.utime(path, LONG_AGO)
    expected = answers(path)
    place = place_of(path)
    whole, before = place.read_bytes(), place.stat()
    for at in range(100):
        spoilt = bytearray(whole)
        spoilt[at] ^= 0xFF
        place.write_bytes(spoilt)
        os.utime(place, ns=(before.st_atime_ns, before.st_mtime_ns))
        assert answers(path) == expected, at


@pytest.mark.parametrize("kind", ["nothing", "noise", "of another cache", "a directory", "a link"])
def test_a_foreign_journal_beside_a_cache_changes_no_answer(path: Path, kind: str) -> None:
    """SQLite would roll it back into the cache."""
    os.utime(path, LONG_AGO)
    expected = answers(path)
    for _ in range(2):
        journal = Path(f"{place_of(path)}-journal")
        if kind == "a directory":
            journal.mkdir(exist_ok=True)
        elif kind == "a link":
            journal.unlink(missing_ok=True)
            journal.symlink_to("nowhere")
        else:
            journal.write_bytes(_journal(kind))
        assert answers(path) == expected


def _journal(kind: str) -> bytes:
    """A rollback journal (https://sqlite.org/fileformat2.html#the_rollback_journal)."""
    if kind == "nothing":
        return b""
    if kind == "noise":
        return random.Random(1).randbytes(20_000)
    start = bytes.fromhex("d9d505f920a163d7")
    header = start + b"".join(n.to_bytes(4, "big") for n in (1, 7, 20, 512, 4096))
    return header.ljust(512, b"\0") + (2).to_bytes(4, "big") + bytes(4096) + (7).to_bytes(4, "big")


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(4))
def test_a_cache_damaged_very_often_gives_the_right_answer(path: Path, seed: int) -> None:
    _check_damages(path, 500, seed)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(1))
def test_the_records_of_a_large_damaged_cache_are_right_or_refused(
    tmp_path: Path, seed: int
) -> None:
    """It is too large to be checked whole each time: what is damaged may be missing, not wrong."""
    sys.path.insert(0, str(Path(__file__).parent.parent / "bench"))
    from generate import write_store

    path = tmp_path / "large.json"
    with open(path, "wb") as stream:
        write_store(stream, 10_000, seed=seed)
    os.utime(path, LONG_AGO)
    queries = [
        Query(topic="topic-3"), Query(actor="actor-33", since="2010", until="2014"),
        Query(search="calen quinode"),
        Query(value=">100"), Query(match="barad"), Query(as_of="2027"), Query(said_by="actor-2"),
        Query(status="retracted"),
    ]  # fmt: skip
    with closing(open_store(path, keep="cache", notice=pytest.fail)) as store:
        expected = [list(store.find(query).json()) for query in queries]
    known = {text for found in expected for text in found}
    place = place_of(path)
    assert place.stat().st_size > cache.CHECKED_WHOLE
    whole, before = place.read_bytes(), place.stat()
    chance = random.Random(seed)
    outcomes = {"right": 0, "damaged": 0, "less": 0}
    for number in range(150):
        place.write_bytes(_damages(whole, chance))
        keeps_time = chance.random() < 0.9
        if keeps_time:
            os.utime(place, ns=(before.st_atime_ns, before.st_mtime_ns))
        at = number % len(queries)
        with closing(open_store(path, keep="cache", notice=pytest.fail)) as store:
            try:
                found = list(store.find(queries[at]).json())
            except Damaged as error:
                assert error.exit_code == 3
                assert str(error).count("\n") == 0
                cache.delete_damaged(error)
                assert keeps_time
                outcomes["damaged"] += 1
                continue
        if found == expected[at]:
            outcomes["right"] += 1
        else:
            assert keeps_time
            assert known.issuperset(found)
            outcomes["less"] += 1
    assert outcomes["less"] < 10, outcomes


def test_a_record_that_was_changed_in_a_cache_is_never_printed(path: Path) -> None:
    """Even where all else fits."""
    answers(path)
    _sql(place_of(path), "UPDATE claim SET description = replace(description, 'crane', 'crime')")
    with pytest.MonkeyPatch.context() as patch:
        later(patch)
        with closing(open_store(path, keep="cache")) as store, pytest.raises(Damaged) as raised:
            list(store.find(Query(status="any")).json())
    cache.delete_damaged(raised.value)
    assert cache.state(str(path)) == "none"
    assert answers(path) == answers(path, "memory")


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE declared SET json = replace(json, 'Jana', 'Jane')",
        "UPDATE declared SET json = 'nonsense'",
        "UPDATE declared SET json = '{}'",
        "UPDATE log SET json = 'nonsense'",
        "DROP TABLE claim",
        "DROP TABLE declared",
        "DROP TABLE claim_topic",
        "DROP TABLE word",
        "UPDATE claim SET note = NULL",
    ],
)
def test_a_cache_that_was_tampered_with_is_no_crash(path: Path, statement: str) -> None:
    tables = {**TABLES, "log": {"1": _ENTRY}}
    path.write_bytes(canonical(tables))
    os.utime(path, LONG_AGO)
    with pytest.MonkeyPatch.context() as patch:
        later(patch)
        expected = answers(path)
        try:
            _sql(place_of(path), statement)
        except sqlite3.Error:  # a constraint forbids it
            return
        try:
            assert answers(path) == expected
        except Damaged as error:
            cache.delete_damaged(error)
        assert answers(path) == expected


_ENTRY = {
    "seq": 1, "at": "2025-01-01T00:00:00Z", "by": "me", "op": "set", "table": "claims",
    "id": "c0001", "was": {"note": None},
    "number": None, "why": None,
}  # fmt: skip


# Several processes, and those that are killed.

_ASK = """
import sys
from factcli.opening import open_store
from factcli.query import Query
store = open_store(sys.argv[1], keep="cache")
answer = store.find(Query(status="any"))
print(len(answer), hash(tuple(answer.json())))
"""


def test_processes_that_build_at_once_all_have_the_answer(path: Path) -> None:
    path.write_bytes(canonical(rich_store(5, 400)))
    environment = {**os.environ, "PYTHONHASHSEED": "0"}
    words = [sys.executable, "-c", _ASK, str(path)]
    for _ in range(2):
        running = [
            subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment)
            for _ in range(5)
        ]
        ends = [one.communicate(timeout=60) for one in running]
        assert len({out for out, _ in ends}) == 1
        assert all(err == b"" for _, err in ends)
        assert ends[0][0].startswith(b"400 ")
        path.write_bytes(path.read_bytes().replace(b"crane", b"crone"))
    leftovers = [
        name for name in os.listdir(place_of(path).parent) if name.endswith((".tmp", "-journal"))
    ]
    assert leftovers == []


def test_a_cache_that_is_being_read_is_brought_up_to_date_all_the_same(path: Path) -> None:
    answers(path)
    with closing(sqlite3.connect(place_of(path), isolation_level=None)) as reader:
        reader.execute("BEGIN")
        assert reader.execute("SELECT count(*) FROM claim").fetchone() == (60,)
        path.write_bytes(changed("Other words."))
        assert asked(path) == "Other words."
        assert reader.execute("SELECT count(*) FROM claim").fetchone() == (60,)


def _killed_after(seconds: float, path: Path) -> None:
    """Open a store by its cache in another process, which is killed."""

    if (child := os.fork()) == 0:
        try:
            signal.setitimer(signal.ITIMER_REAL, seconds)  # whose signal ends a process like a kill
            open_store(path, keep="cache")
        finally:
            os._exit(0)
    os.waitpid(child, 0)


def _check_kills(path: Path, number: int, seed: int) -> None:
    chance = random.Random(seed)
    tables = rich_store(seed, 250)
    path.write_bytes(canonical(tables))
    begun = time.monotonic()
    answers(path)
    whole = time.monotonic() - begun
    for turn in range(number):
        if turn % 3 == 0:
            cache.clear(str(path))
        for claim in chance.sample(list(tables["claims"].values()), 60):
            claim["statement"] = f"Turn {turn}, {chance.random()}."
        path.write_bytes(canonical(tables))
        _killed_after(chance.random() * whole + 1e-4, path)
        assert answers(path) == answers(path, "memory")
        left = [
            name
            for name in os.listdir(place_of(path).parent)
            if name.endswith((".tmp", "-journal"))
        ]
        assert left == []


def test_a_process_that_was_killed_while_it_built_or_refreshed_leaves_no_wrong_cache(
    path: Path,
) -> None:
    _check_kills(path, 9, seed=1)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(3))
def test_very_many_killed_processes_leave_no_wrong_cache(path: Path, seed: int) -> None:
    _check_kills(path, 120, seed)


def test_half_of_a_transaction_and_its_journal_are_put_right(path: Path) -> None:
    os.utime(path, LONG_AGO)
    expected = answers(path)
    killed = (
        "import os, sqlite3, sys; c = sqlite3.connect(sys.argv[1], isolation_level=None);"
        "c.execute('PRAGMA cache_size = 1'); c.execute('BEGIN IMMEDIATE');"
        "c.execute('UPDATE claim SET note = zeroblob(3000)'); os.kill(os.getpid(), 9)"
    )
    subprocess.run([sys.executable, "-c", killed, str(place_of(path))], check=False)
    assert Path(f"{place_of(path)}-journal").stat().st_size > 0
    for _ in range(2):
        assert answers(path) == expected
    assert not Path(f"{place_of(path)}-journal").exists()


def test_what_a_killed_process_left_is_cleared_away(path: Path) -> None:
    answers(path)
    left = Path(f"{place_of(path)}.99999.tmp")
    left.write_bytes(b"half")
    cache.clear(str(path))
    answers(path)
    assert not left.exists()


def test_a_bad_store_leaves_no_cache_and_no_temporary_file(path: Path) -> None:
    path.write_bytes(canonical(TABLES).replace(b'"kind":"event"', b'"kind":"rumour"', 1))
    for _ in range(2):
        with pytest.raises(StoreError, match="field kind"):
            open_store(path, keep="cache", notice=pytest.fail)
    assert [name for name in os.listdir(place_of(path).parent) if not name.endswith(".lock")] == []
