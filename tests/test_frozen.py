"""Frozen answers: what users of 0.1.0 saw, command line by command line.

`frozen/commands.txt` holds the command lines, and `frozen/answers-*.json` what each printed: exit
code, standard output and standard error. An answer may change only on purpose, and the change is
listed in the changelog. Then the answers are written anew with ``python tests/test_frozen.py
--write``, and the difference is read before it is committed.

Of a long output the SHA-256, the length and the beginning are kept. The stores are made once, in a
folder of their own, which is the working directory, so that no answer holds a path. They share a
cache: an answer may come by way of an index that another command made, and must be the same.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import shlex
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from conftest import Cli, Result

FROZEN = Path(__file__).parent / "frozen"
WRITES = "FACTCLI_TEST_FREEZE"
LONG, BEGINNING = 3000, 400


class Case(NamedTuple):
    """A command line: the store that it asks, its words, and what is typed into it."""

    store: str
    line: str
    stdin: str

    @property
    def name(self) -> str:
        typed = [f"< {text}" for text in self.stdin.splitlines()]
        return " ".join([f"{self.store} |", *self.line.split(), *typed])


def read_cases(text: str) -> list[Case]:
    """The cases of a file: ``STORE | words``, and below it standard input, a line after each ``<``.

    A line that begins with ``#`` is a remark.
    """
    cases: list[Case] = []
    for row in text.splitlines():
        if row.startswith("    <"):
            cases[-1] = cases[-1]._replace(stdin=cases[-1].stdin + row[5:].removeprefix(" ") + "\n")
        elif row.strip() and not row.startswith("#"):
            store, _, line = row.partition("|")
            cases.append(Case(store.strip(), line.strip(), ""))
    return cases


CASES = read_cases((FROZEN / "commands.txt").read_text(encoding="utf-8"))


def file_of(store: str) -> Path:
    return FROZEN / f"answers-{store}.json"


def _read_answers() -> dict[str, Any]:
    answers: dict[str, Any] = {}
    for store in dict.fromkeys(case.store for case in CASES):
        if file_of(store).exists():
            answers |= json.loads(file_of(store).read_text(encoding="utf-8"))
    return answers


ANSWERS = {} if os.environ.get(WRITES) else _read_answers()


def printed(text: str) -> Any:
    """An output as it is kept: its lines, or what tells a long one from others."""
    data = text.encode()
    if len(data) <= LONG:
        return text.split("\n")
    digest, beginning = hashlib.sha256(data).hexdigest(), text[:BEGINNING].split("\n")
    return {"sha256": digest, "bytes": len(data), "begins": beginning}


def outcome(result: Result, place: Path) -> dict[str, Any]:
    """What is held against the frozen answer: without paths and news of the index."""
    lines = result.err.splitlines(keepends=True)
    said = "".join(line for line in lines if not line.startswith("factcli: indexing "))
    out, err = (text.replace(str(place), "PLACE") for text in (result.out, said))
    return {"code": result.code, "stdout": printed(out), "stderr": printed(err)}


@pytest.fixture(scope="session")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of all stores."""
    from frozen_stores import write_all

    folder = tmp_path_factory.mktemp("frozen")
    write_all(folder)
    (folder / "cache").mkdir()
    return folder


@pytest.fixture(scope="session")
def anew() -> Iterator[dict[str, Any]]:
    """Answers that are written when all tests are through."""
    answers: dict[str, Any] = {}
    yield answers
    if os.environ.get(WRITES):
        for store in dict.fromkeys(case.store for case in CASES):
            own = {case.name: answers[case.name] for case in CASES if case.store == store}
            text = json.dumps(own, ensure_ascii=False, indent=1)
            file_of(store).write_text(text + "\n", encoding="utf-8")


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_the_answer_is_the_frozen_one(
    case: Case, cli: Cli, place: Path, anew: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(place)
    monkeypatch.setenv("XDG_CACHE_HOME", str(place / "cache"))
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(case.stdin.encode())))
    words = shlex.split(case.line)
    before = (place / f"{case.store}.json").read_bytes()
    result = cli(*words, FACTCLI_STORE=f"{case.store}.json", FACTCLI_BY="the tester")
    assert (place / f"{case.store}.json").read_bytes() == before, "no command here writes"
    found = anew[case.name] = outcome(result, place)
    if not os.environ.get(WRITES):
        assert found == ANSWERS[case.name]


@pytest.mark.skipif(bool(os.environ.get(WRITES)), reason="they are being written")
def test_every_frozen_answer_has_one_command_line() -> None:
    names = Counter(case.name for case in CASES)
    assert [name for name, number in names.items() if number > 1] == []
    assert sorted(ANSWERS) == sorted(names)


if __name__ == "__main__":
    if sys.argv[1:] != ["--write"]:
        sys.exit("python tests/test_frozen.py --write")
    command = [sys.executable, "-m", "pytest", __file__]
    sys.exit(subprocess.run(command, check=False, env={**os.environ, WRITES: "1"}).returncode)
