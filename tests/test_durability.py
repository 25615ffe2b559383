"""Nothing that was acknowledged is lost: kills, failing system calls, several writers at
once, and mutants that must be caught."""

from __future__ import annotations

import errno
import inspect
import io
import json
import os
import random
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial as partial_of
from pathlib import Path
from typing import Any

import bridge
import pytest
from conftest import Cli, tables
from test_terminal import unsafe
from test_writing import EDITOR, WRITES

from factcli.cli import main
from factcli.opening import open_store
from factcli.store import durable

KILLS = int(os.environ.get("FACTCLI_KILLS", "1000"))
CALLS = ("open", "write", "fsync", "replace", "fchmod", "close", "unlink", "stat")
Fault = Callable[[str, int], None]


class _Calls:
    """`os` as the storage sees it, with a fault before or after the nth call, and a trace of
    all."""

    def __init__(self, fault: Fault | None = None, partial: bool = False) -> None:
        self.trace: list[str] = []
        self._fault, self._partial = fault, partial
        self._names: dict[int, str] = {}

    def __getattr__(self, name: str) -> Any:
        real = getattr(os, name)
        if name not in CALLS:
            return real

        def call(*words: Any, **settings: Any) -> Any:
            subject = words[0]
            about: str = (
                self._names.get(subject, "?")
                if isinstance(subject, int)
                else Path(os.fspath(subject)).name
            )
            self.trace.append(f"{name} {about.partition('-')[0]}")
            if name == "close":  # Linux closes, even where it reports an error
                real(*words)
            if self._fault:
                self._fault("before", len(self.trace))
            if name == "write" and self._partial:
                words = (subject, bytes(words[1])[: max(1, len(words[1]) // 2)])
            result = None if name == "close" else real(*words, **settings)
            if name == "open":
                self._names[int(result or 0)] = about
            if self._fault:
                self._fault("after", len(self.trace))
            return result

        return call


def run(path: Path, words: list[str], stdin: Any = None) -> int:
    """One command in this process, quietly."""
    sys.stdin = io.TextIOWrapper(
        io.BytesIO(json.dumps(stdin).encode() if stdin is not None else b"")
    )
    os.environ.update(EDITOR, FACTCLI_BY="the tester")
    with open(os.devnull, "wb") as null:
        out, err = os.dup(1), os.dup(2)
        os.dup2(null.fileno(), 1)
        os.dup2(null.fileno(), 2)
        try:
            return main(["--store", str(path), *words])
        finally:
            os.dup2(out, 1)
            os.dup2(err, 2)
            os.close(out)
            os.close(err)


def forked(act: Callable[[], int], after: float | None = None) -> int | None:
    """The exit code of an act in a child; None when it was killed, by itself or after some
    seconds."""
    child = os.fork()
    if child == 0:
        try:
            code = act()
        except BaseException:
            code = 99
        os._exit(code)
    if after is not None:
        time.sleep(after)
        os.kill(child, signal.SIGKILL)
    _, status = os.waitpid(child, 0)
    return None if os.WIFSIGNALED(status) else os.waitstatus_to_exitcode(status)


def _with_calls(calls: _Calls, act: Callable[[], int]) -> int:
    vars(durable)["os"] = calls  # the storage's view of the system
    try:
        return act()
    finally:
        vars(durable)["os"] = os


def _litter(path: Path) -> list[str]:
    return [name for name in os.listdir(path.parent) if "writing" in name]


def _expected(
    path: Path, words: list[str], stdin: Any
) -> tuple[dict[str, Any], dict[str, Any], int]:
    """The tables before and after a command, and how many system calls its write makes."""
    before, content = tables(path), path.read_bytes()
    calls = _Calls()
    assert _with_calls(calls, lambda: run(path, words, stdin)) == 0
    after = tables(path)
    path.write_bytes(content)
    return before, after, len(calls.trace)


def _die(moment: str, number: int) -> Fault:
    def fault(when: str, count: int) -> None:
        if (when, count) == (moment, number):
            os.kill(os.getpid(), signal.SIGKILL)

    return fault


@pytest.mark.slow
def test_no_kill_loses_an_acknowledged_write_or_leaves_half_a_record(path: Path) -> None:
    """At each system call of each writing command, before and after it and in the middle of a
    write; then at random moments."""
    content = path.read_bytes()
    chance = random.Random(7)
    kills = 0
    for words, stdin in WRITES:
        before, after, count = _expected(path, words, stdin)

        def check(code: int | None, before: Any = before, after: Any = after) -> None:
            state = tables(path)
            assert state in (before, after)
            assert code in (None, 0)
            assert code is None or state == after, "acknowledged, and lost"
            open_store(path)
            assert len(_litter(path)) <= 1
            path.write_bytes(content)

        for number in range(1, count + 1):
            for moment, partial in (("before", False), ("after", False), ("after", True)):
                calls = _Calls(_die(moment, number), partial)
                code = forked(partial_of(_with_calls, calls, partial_of(run, path, words, stdin)))
                kills += code is None
                check(code)
    while kills < KILLS:
        words, stdin = chance.choice(WRITES)
        before, after, _ = _expected(path, words, stdin)
        for _ in range(10):
            code = forked(partial_of(run, path, words, stdin), after=chance.uniform(0, 0.02))
            kills += code is None
            state = tables(path)
            assert state in (before, after)
            assert code is None or state == after
            path.write_bytes(content)
    assert run(path, ["topic", "set", "money", "title=Cost"]) == 0
    assert _litter(path) == []


@pytest.mark.parametrize(
    "error", [errno.ENOSPC, errno.EIO, errno.EDQUOT, errno.EROFS, errno.EACCES, errno.EMFILE]
)
def test_a_failing_system_call_leaves_the_old_store_and_exits_4(path: Path, error: int) -> None:
    words = ["topic", "set", "money", "title=Cost"]
    before, after, count = _expected(path, words, None)
    content = path.read_bytes()
    for number in range(1, count + 1):
        for partial in (False, True):

            def fault(when: str, at: int, number: int = number) -> None:
                if (when, at) == ("before", number):
                    raise OSError(error, os.strerror(error))

            calls = _Calls(fault, partial)
            code = _with_calls(calls, partial_of(run, path, words))
            failed = calls.trace[number - 1]
            renamed = any(step.startswith("replace") for step in calls.trace[: number - 1])
            lock = [f"{call} .facts.json.lock" for call in ("fchmod", "close")]
            if error == errno.EACCES:  # then it is opened for reading
                lock.append("open .facts.json.lock")
            harmless = failed.startswith(("stat", "unlink", *lock)) and code == 0
            assert code == 4 or harmless, (failed, code)
            assert tables(path) == (after if renamed or harmless else before), failed
            assert len(_litter(path)) <= 1
            path.write_bytes(content)
    assert run(path, words) == 0
    assert _litter(path) == []


@pytest.mark.slow
@pytest.mark.skipif(not shutil.which("strace"), reason="needs strace")
@pytest.mark.parametrize("error", ["ENOSPC", "EIO"])
@pytest.mark.parametrize("call", ["write", "fsync", "rename", "fchmod", "flock", "openat"])
def test_a_system_call_that_fails_in_the_kernel_is_told_in_one_sentence(
    path: Path, call: str, error: str
) -> None:
    """Injected by strace into one call after the other; of opening, only into what is opened
    in the store's place."""
    places = [path.parent, path, f"{path.parent}/.facts.json.lock"] if call == "openat" else []
    content, before = path.read_bytes(), tables(path)
    told = 0
    for number in range(1, 5):
        done = subprocess.run(
            ["strace", "-f", "-qq", "-o", os.devnull,
             *(word for place in places for word in ("-P", str(place))),
             "-e", f"trace={call}", "-e", f"inject={call}:error={error}:when={number}",
             sys.executable, "-m", "factcli", "--store", str(path), "topic", "set", "money",
             "title=Cost"],
            capture_output=True, check=False, timeout=60,
            env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1"},
        )  # fmt: skip
        assert b"Traceback" not in done.stderr
        assert done.returncode in (0, 3, 4), done.stderr
        assert done.stderr.count(b"\n") <= 1
        if done.returncode:
            told += 1
            written = b"power cut" in done.stderr or b"standard output" in done.stderr
            assert written or tables(path) == before
        path.write_bytes(content)
    assert told


@pytest.mark.slow
def test_eight_writers_lose_nothing(path: Path) -> None:
    script = (
        "import io, json, sys\nfrom factcli.cli import main\n"
        "failed = 0\n"
        "for number in range(50):\n"
        "    document = {'id': f'w{sys.argv[2]}-{number}', 'title': 'x'}\n"
        "    sys.stdin = io.TextIOWrapper(io.BytesIO(json.dumps(document).encode()))\n"
        "    failed += main(['--store', sys.argv[1], 'topic', 'add']) != 0\n"
        "sys.exit(failed)\n"
    )
    writers = [
        subprocess.Popen(
            [sys.executable, "-c", script, str(path), str(number)],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
        )
        for number in range(8)
    ]
    errors = [writer.communicate(timeout=300)[1] for writer in writers]
    assert [writer.returncode for writer in writers] == [0] * 8, errors
    store = open_store(path)
    assert len([topic for topic in store.topics if re.match(r"w\d", topic)]) == 400
    assert [entry.seq for entry in store.log()] == list(range(1, 401))
    assert len({(entry.table, entry.id) for entry in store.log()}) == 400


def _order_faults(trace: list[str]) -> list[str]:
    """What is wrong with the order in which a write called the system."""
    temporary = ".facts.json.writing"
    wanted = [
        f"open {temporary}",
        f"write {temporary}",
        f"fsync {temporary}",
        f"replace {temporary}",
        "open own",
        "fsync own",
    ]
    at = -1
    faults = []
    for step in wanted:
        found = [index for index, done in enumerate(trace) if done == step and index > at]
        if not found:
            faults.append(step)
        else:
            at = found[0]
    writes = [index for index, done in enumerate(trace) if done == f"write {temporary}"]
    syncs = [index for index, done in enumerate(trace) if done == f"fsync {temporary}"]
    if writes and syncs and max(writes) > min(syncs):
        faults.append("written after it was synced")
    return faults


@contextmanager
def _mutant(monkeypatch: pytest.MonkeyPatch, name: str) -> Iterator[None]:
    with monkeypatch.context() as patch:
        if name == "no fsync":
            source = inspect.getsource(durable._write)
            assert source.count("os.fsync(descriptor)") == 1
            mutant: dict[str, Any] = {}
            exec(source.replace("os.fsync(descriptor)", "pass"), vars(durable), mutant)
            patch.setattr(durable, "_write", mutant["_write"])
        if name == "no directory fsync":
            patch.setattr(durable, "_sync_directory", lambda directory: None)
        if name == "in place":
            patch.setattr(durable, "replace", lambda path, data: path.write_bytes(data))
        yield


@pytest.mark.parametrize("name", ["none", "no fsync", "no directory fsync", "in place"])
def test_a_storage_that_syncs_too_little_is_caught(
    path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    with _mutant(monkeypatch, name):
        calls = _Calls()
        _with_calls(calls, lambda: run(path, ["topic", "set", "money", "title=Cost"]))
    expected = {
        "none": [],
        "no fsync": ["fsync .facts.json.writing"],
        "no directory fsync": ["open own", "fsync own"],
    }
    if name in expected:
        assert _order_faults(calls.trace) == expected[name]
    else:
        assert _order_faults(calls.trace)


def _two_writers(path: Path) -> int:
    """How many of two interleaved changes survive: the second writer begins while the first
    holds what it has read."""
    from factcli.errors import WriteRefused
    from factcli.model import Topic
    from factcli.transaction import transaction

    with transaction(path, by="one") as first:
        first.put("topics", Topic(id="one", title="One", about=""))
        try:
            with transaction(path, by="two") as second:
                second.put("topics", Topic(id="two", title="Two", about=""))
        except WriteRefused:
            return 1 + ("two" in open_store(path).topics)
    return len({"one", "two"} & set(open_store(path).topics))


def test_a_writer_that_another_one_overtakes_is_refused(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With the lock the second writer waits in vain; without it, the first one is refused."""
    from contextlib import nullcontext

    from factcli.errors import WriteRefused

    real = durable.locked
    monkeypatch.setattr(durable, "locked", lambda path, notice: real(path, notice, 0.1))
    assert _two_writers(path) == 1
    assert "two" not in open_store(path).topics
    path.write_text(bridge.canonical(bridge.clean()), encoding="utf-8")
    monkeypatch.setattr(durable, "locked", lambda path, notice: nullcontext())
    with pytest.raises(WriteRefused, match="changed by another program meanwhile"):
        _two_writers(path)
    assert {"one", "two"} & set(open_store(path).topics) == {"two"}


@pytest.mark.parametrize("way", ["another size", "the same size and time", "replaced", "gone"])
def test_a_store_that_another_program_changed_meanwhile_is_not_overwritten(
    path: Path, way: str
) -> None:
    """A program that knows nothing of the lock, while a writer has read the store."""
    from factcli.errors import FactcliError
    from factcli.model import Topic
    from factcli.transaction import transaction

    before, times = path.read_bytes(), path.stat()
    theirs = before.replace(b"crane", b"crate") if way != "another size" else before + b"\n"

    def write() -> None:
        with transaction(path, by="one") as change:
            change.put("topics", Topic(id="one", title="One", about=""))
            meddle()

    def meddle() -> None:
        if way == "gone":
            return path.unlink()
        if way == "replaced":
            other = path.with_name("other.json")
            other.write_bytes(theirs)
            os.replace(other, path)
        else:
            path.write_bytes(theirs)
        return os.utime(path, ns=(times.st_atime_ns, times.st_mtime_ns))

    with pytest.raises(FactcliError) as refused:
        write()
    assert refused.value.exit_code in (3, 4)
    assert not path.exists() if way == "gone" else path.read_bytes() == theirs
    assert _litter(path) == []


def test_a_sanitizer_that_lets_everything_through_is_caught(
    cli: Cli, monkeypatch: pytest.MonkeyPatch
) -> None:
    words = ["list", "--format", "table"]
    assert unsafe(cli(*words).out) == []
    monkeypatch.setattr("factcli.output.table.visible", lambda text: text)
    assert unsafe(cli(*words).out) != []
