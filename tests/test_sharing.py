"""A store that two users of one group keep, and one that its owner made read-only."""

from __future__ import annotations

import json
import os
import shutil
import stat
import tempfile
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import bridge
import pytest
from conftest import Feed
from test_durability import forked, run

from factcli.cli import main
from factcli.errors import WriteRefused
from factcli.opening import open_store
from factcli.storage import FactStorage

GROUP, ANN, BEN, EVE = 54321, 40001, 40002, 40003
as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root can act for two users")


@pytest.fixture
def shared() -> Iterator[Path]:
    """A store of Ann's in a directory that the group may write; everybody may get there."""
    top = Path(tempfile.mkdtemp())
    top.chmod(0o755)
    place = top / "shared"
    place.mkdir()
    path = place / "facts.json"
    path.write_text(bridge.canonical(bridge.clean()), encoding="utf-8")
    for one, mode in ((place, 0o770), (path, 0o660)):
        os.chown(one, ANN, GROUP)
        one.chmod(mode)
    _import_all(top)
    yield path
    shutil.rmtree(top)


def _import_all(top: Path) -> None:
    """Run each command once: the user of a child may not read where Python is installed."""
    path = top / "facts.json"
    path.write_text(bridge.canonical(bridge.clean()), encoding="utf-8")
    for mode in (0o600, 0o400):
        path.chmod(mode)
        for words in (["topic", "add"], ["index"], ["topic", "t0"], ["topics"]):
            run(path, words, topic("t0"))
    path.unlink()
    run(path, ["topics"])


def act(user: int, path: Path, words: list[str], stdin: Any = None, mask: int = 0o077) -> int:
    """Run a command as a user whose own group is another; Ann and Ben are of the shared one."""

    def child() -> int:
        home = path.parent.parent / str(user)
        home.mkdir(exist_ok=True)
        os.chown(home, user, user)
        os.setgroups([] if user == EVE else [GROUP])
        os.setgid(user)
        os.setuid(user)
        os.umask(mask)
        os.environ["XDG_CACHE_HOME"] = str(home)
        return run(path, words, stdin)

    code = forked(child)
    assert code is not None
    return code


def topic(ident: str) -> dict[str, str]:
    return {"id": ident, "title": ident.title()}


@as_root
@pytest.mark.parametrize("mask", [0o022, 0o077])
def test_users_of_one_group_write_one_store_in_turn(shared: Path, mask: int) -> None:
    lock = shared.parent / ".facts.json.lock"
    for number, user in enumerate((ANN, BEN, ANN, BEN, BEN, ANN)):
        assert act(user, shared, ["topic", "add"], topic(f"t{number}"), mask) == 0
        for one in (shared, lock):
            assert stat.S_IMODE(one.stat().st_mode) == 0o660
            assert one.stat().st_gid == GROUP
        for reader in (ANN, BEN):
            assert act(reader, shared, ["index"], mask=mask) == 0
            assert act(reader, shared, ["topic", f"t{number}"], mask=mask) == 0
        assert act(EVE, shared, ["topics"]) == 3
        assert act(EVE, shared, ["topic", "add"], topic("eve")) in (3, 4)
    assert {f"t{number}" for number in range(6)} < set(open_store(shared).topics)
    assert [entry.seq for entry in open_store(shared).log()] == list(range(1, 7))


@as_root
def test_a_lock_file_that_one_user_made_before_the_store_was_shared_works(shared: Path) -> None:
    shared.chmod(0o644)
    assert act(ANN, shared, ["topic", "add"], topic("one")) == 0
    shared.chmod(0o664)
    os.chown(shared, ANN, GROUP)
    assert act(BEN, shared, ["topic", "add"], topic("two")) == 0
    assert act(ANN, shared, ["topic", "add"], topic("three")) == 0
    assert {"one", "two", "three"} < set(open_store(shared).topics)


@as_root
@pytest.mark.parametrize("mode", [0o640, 0o600, 0o440])
def test_a_user_whom_the_mode_lets_not_write_changes_nothing(shared: Path, mode: int) -> None:
    shared.chmod(mode)
    before = shared.read_bytes()
    assert act(BEN, shared, ["topic", "add"], topic("two")) in (3, 4)
    assert shared.read_bytes() == before
    assert os.listdir(shared.parent) == ["facts.json"]


WRITES: list[tuple[list[str], Any]] = [
    (["topic", "add"], topic("new")),
    (["set", "bfirst", "note=Curator: x."], None),
    (["import", "-", "--table", "topics"], [topic("new")]),
    (["retract", "bfirst", "--why", "x"], None),
    (["undo"], None),
]


@pytest.mark.parametrize(("words", "stdin"), WRITES, ids=[" ".join(w[:2]) for w, _ in WRITES])
def test_a_store_that_was_made_read_only_is_not_overwritten(
    own: Feed, path: Path, words: list[str], stdin: Any
) -> None:
    assert own("topic", "set", "money", "title=Cost").code == 0
    (path.parent / ".facts.json.lock").unlink()
    path.chmod(0o444)
    before = path.read_bytes()
    dry = own(*words, "--dry-run", stdin=stdin)
    assert dry.code == 0, dry.err
    refused = own(*words, stdin=stdin)
    assert (refused.code, refused.out) == (4, "")
    assert "is read-only" in refused.err
    assert refused.err.count("\n") == 1
    assert path.read_bytes() == before
    assert stat.S_IMODE(path.stat().st_mode) == 0o444
    assert os.listdir(path.parent) == ["facts.json"]
    with pytest.raises(WriteRefused, match="is read-only"):
        FactStorage(path, access_mode="r+")
    path.chmod(0o644)
    assert own(*words, stdin=stdin).code == 0


def test_a_lock_file_that_is_another_name_of_a_file_keeps_its_mode(own: Feed, path: Path) -> None:
    private = path.parent / "private"
    private.touch(0o600)
    os.link(private, path.parent / ".facts.json.lock")
    assert own("topic", "set", "money", "title=Cost").code == 0
    assert stat.S_IMODE(private.stat().st_mode) == 0o600


def test_a_store_is_made_where_none_is(tmp_path: Path) -> None:
    path = tmp_path / "new.json"
    made = partial(main, ["init", str(path)])
    assert (made(), made()) == (0, 4)
    assert json.loads(path.read_bytes())["log"] == {}
