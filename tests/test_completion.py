"""Completion in real shells: texts of a store are shown, and never run."""

from __future__ import annotations

import copy
import json
import os
import pty
import re
import select
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import bridge
import pytest

MARK = "marked-by-a-store"
HOSTILE = [
    f"$(touch {MARK})", f"`touch {MARK}`", f"'; touch {MARK}; '", f'"; touch {MARK}; "',
    f"<(touch {MARK})", f"${{x:=$(touch {MARK})}}", "[/usr/bin]", "[sic]", "a:::b", "%F{red}%s",
    "*", "~", "{a,b}", "\\", "a\tb", "it's \"so\"", "x" * 3000, "#", "!!", "(a b)", "=ls",
]  # fmt: skip
FIELDS = {"topics": "title", "actors": "name", "sources": "title", "questions": "text",
          "series": "title", "claims": "statement"}  # fmt: skip
LINES = [
    "factcli ", "factcli wo", "factcli topic ", "factcli actor ", "factcli list --said-by ",
    "factcli compare ", "factcli total ", "factcli show ", "factcli list --actor oneil,",
    "factcli list --source ", "factcli list --topic=",
]  # fmt: skip


@pytest.fixture
def hostile(tmp_path: Path) -> Path:
    """A store with a hostile text in every field that completion shows."""
    tables = copy.deepcopy(bridge.TABLES)
    tables["series"] = [
        {"id": "sections", "title": "", "about": "", "unit": "metres",
         "questions": ["second-section"], "target": None}
    ]  # fmt: skip
    for table, field in FIELDS.items():
        for place, record in enumerate(tables[table]):
            record[field] = f"{HOSTILE[place % len(HOSTILE)]} {' '.join(HOSTILE)}"
    path = tmp_path / "hostile.json"
    path.write_text(json.dumps(bridge.store(**tables)), encoding="utf-8")
    return path


def _shell(name: str) -> str:
    found = shutil.which(name)
    if found is None:
        pytest.skip(f"{name} is not installed")
    return found


def _environment(tmp_path: Path, store: Path) -> dict[str, str]:
    program = tmp_path / "bin" / "factcli"
    program.parent.mkdir()
    program.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m factcli "$@"\n', encoding="utf-8")
    program.chmod(0o755)
    root = Path(__file__).resolve().parent.parent
    return {
        "PATH": f"{program.parent}:/usr/bin:/bin",
        "HOME": str(tmp_path),
        "TERM": "xterm",
        "PS1": "> ",
        "LC_ALL": "C.UTF-8",
        "FACTCLI_STORE": str(store),
        "PYTHONPATH": str(root),
        "_TYPER_COMPLETE_TEST_DISABLE_SHELL_DETECTION": "1",
    }


def _script(name: str, tmp_path: Path, env: dict[str, str]) -> Path:
    done = subprocess.run(
        ["factcli", "--show-completion", name], env=env, capture_output=True, check=True
    )
    path = tmp_path / f"_factcli.{name}"
    path.write_bytes(done.stdout)
    return path


def _run(argv: list[str], tmp_path: Path, env: dict[str, str]) -> str:
    done = subprocess.run(
        argv, env=env, cwd=tmp_path, capture_output=True, text=True, timeout=60, check=False
    )
    return done.stdout + done.stderr


def test_bash_takes_values_as_words(tmp_path: Path, hostile: Path) -> None:
    bash, env = _shell("bash"), _environment(tmp_path, hostile)
    script = _script("bash", tmp_path, env)
    for line in LINES:
        code = (
            f"source {script}; COMP_LINE='{line}'; COMP_POINT={len(line)}; _factcli_completion;"
            ' printf "<%s>" "${COMPREPLY[@]}"'
        )
        found = _run([bash, "--norc", "-c", code], tmp_path, env)
        assert found.startswith("<"), line
        assert not (tmp_path / MARK).exists(), line
    assert "<works>" in _run(
        [bash, "--norc", "-c", f"source {script}; COMP_LINE='factcli topic wo'; COMP_POINT=16;"
         ' _factcli_completion; printf "<%s>" "${COMPREPLY[@]}"'], tmp_path, env)  # fmt: skip


def test_fish_shows_texts_as_they_are(tmp_path: Path, hostile: Path) -> None:
    fish, env = _shell("fish"), _environment(tmp_path, hostile)
    script = _script("fish", tmp_path, env)
    for line in LINES:
        found = _run(
            [fish, "--no-config", "-c", f"source {script}; complete -C '{line}'"], tmp_path, env
        )
        assert found.strip(), line
        assert not (tmp_path / MARK).exists(), line
    found = _run(
        [fish, "--no-config", "-c", f"source {script}; complete -C 'factcli topic wo'"],
        tmp_path, env)  # fmt: skip
    assert found.startswith(f"works\t{HOSTILE[0]}")


@pytest.mark.slow
def test_zsh_shows_texts_as_they_are(tmp_path: Path, hostile: Path) -> None:
    zsh, env = _shell("zsh"), _environment(tmp_path, hostile)
    script = _script("zsh", tmp_path, env)
    with _terminal([zsh, "-f", "-i"], tmp_path, env) as terminal:
        terminal.type("autoload -Uz compinit; compinit -D; unsetopt list_beep\n")
        terminal.type(f"source {script}\n")
        for line in LINES:
            terminal.type(f"{line}\t\t", seconds=2.0)
            terminal.type("\x03")
            assert not (tmp_path / MARK).exists(), line
        shown = terminal.type("factcli topic wo\t", seconds=2.0)
        assert "rks" in shown


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish", "powershell"])
@pytest.mark.parametrize("line", LINES)
def test_a_line_for_each_candidate_and_nothing_that_acts(
    tmp_path: Path, hostile: Path, shell: str, line: str
) -> None:
    env = _environment(tmp_path, hostile) | {"_FACTCLI_COMPLETE": f"candidates_{shell}"}
    done = subprocess.run(
        ["factcli"], env=env | {"_FACTCLI_LINE": line}, capture_output=True, check=True
    )
    lines = done.stdout.decode().splitlines()
    assert lines, line
    for one in lines:
        value, _, about = one.partition("\t")
        assert re.fullmatch(r"(--topic=)?[\w,-]+( add| set| merge| alias)?", value, re.ASCII)
        assert about.isprintable()
        assert len(about) <= 200
    assert done.stderr == b""


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish", "powershell"])
def test_a_script_of_an_earlier_version_gets_nothing_that_it_could_run(
    tmp_path: Path, hostile: Path, shell: str
) -> None:
    env = _environment(tmp_path, hostile) | {
        "_FACTCLI_COMPLETE": f"complete_{shell}",
        "_TYPER_COMPLETE_ARGS": "factcli topic wo",
        "_TYPER_COMPLETE_FISH_ACTION": "get-args",
        "COMP_WORDS": "factcli topic wo",
        "COMP_CWORD": "2",
    }
    done = subprocess.run(["factcli"], env=env, capture_output=True, check=False)
    assert done.stdout == b""


@pytest.mark.parametrize("content", [b"", b"{", b"[]", None])
def test_a_damaged_store_completes_to_what_needs_no_store(
    tmp_path: Path, content: bytes | None
) -> None:
    store = tmp_path / "store.json"
    if content is not None:
        store.write_bytes(content)
    env = _environment(tmp_path, store) | {"_FACTCLI_COMPLETE": "candidates_bash"}
    for line in LINES:
        done = subprocess.run(
            ["factcli"], env=env | {"_FACTCLI_LINE": line}, capture_output=True, check=True
        )
        assert done.stderr == b""
    assert b"list\n" in subprocess.run(
        ["factcli"], env=env | {"_FACTCLI_LINE": "factcli "}, capture_output=True, check=True
    ).stdout  # fmt: skip


class _Terminal:
    """A program on a terminal of its own."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor

    def type(self, keys: str, seconds: float = 0.5) -> str:
        """Type keys, and give what is shown in the time after them."""
        os.write(self._descriptor, keys.encode())
        shown, end = b"", time.monotonic() + seconds
        while time.monotonic() < end:
            if select.select([self._descriptor], [], [], 0.05)[0]:
                shown += os.read(self._descriptor, 1 << 16)
        return shown.decode(errors="replace")


@contextmanager
def _terminal(argv: list[str], cwd: Path, env: dict[str, str]) -> Iterator[_Terminal]:
    """Run a program on a terminal, and end it."""
    parent, child = pty.openpty()
    process = subprocess.Popen(
        argv, cwd=cwd, env=env, stdin=child, stdout=child, stderr=child, start_new_session=True
    )
    os.close(child)
    try:
        yield _Terminal(parent)
    finally:
        process.kill()
        process.wait()
        os.close(parent)
