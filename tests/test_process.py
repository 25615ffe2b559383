"""factcli as a process: pipes, signals, locales, streams that are closed or full, and what is
imported."""

from __future__ import annotations

import json
import os
import pty
import signal
import subprocess
import sys
import time
from pathlib import Path

import bridge
import pytest
from conftest import spawn

from factcli.cli.catalogue import COMMANDS as COMMAND_NAMES
from factcli.opening import shipped_store

FACTCLI = [sys.executable, "-m", "factcli"]
COMMANDS = [
    ["deployments"], ["list"], ["timeline"], ["show", "hhbrgk"], ["topics"], ["actors"],
    ["sources"], ["questions"], ["conflicts"],
    ["topic", "funding"], ["actor", "ruto"], ["date", "2024"], ["search", "haiti"],
    ["compare", "january-2025-contingent-size"],
    ["total", "kenyan-contingents"], ["schema"], ["check"], ["check", "--rules"], ["log"],
    ["index"], ["diff", str(shipped_store())],
    ["--version"], ["--help"], ["list", "--help"], ["batch", "--help"],
    ["actor", "merge", "--help"], [],
    ["set", "hhbrgk", "note=Curator: x.", "--dry-run"],
    ["retract", "hhbrgk", "--why", "x", "--dry-run"],
    ["supersede", "hhbrgk", "--by", "gfvvbl", "--dry-run"],
    ["relate", "hhbrgk", "refines", "gfvvbl", "--dry-run"], ["edit", "hhbrgk", "--dry-run"],
    ["actor", "alias", "ruto", "W. Ruto", "--dry-run"],
    ["actor", "merge", "viv-ansanm", "haitian-gangs", "--dry-run"],
    ["topic", "set", "funding", "title=Money", "--dry-run"], ["topic", "add", "--dry-run"],
    ["import", "-", "--table", "topics", "--dry-run"],
    ["actor", "add", "--help"], ["actor", "set", "lodz", "--help"], ["source", "add", "--help"],
    ["question", "add", "--help"],
    ["actor", "set", "kenya", "name=Kenia", "--dry-run"],
    ["source", "set", "singoei-undated", "note=Curator: x.", "--dry-run"],
    ["question", "set", "kenya-spending", "about=x", "--dry-run"], ["add", "--help"],
    ["init", "--help"], ["undo", "--help"], ["verify", "--help"],
]  # fmt: skip


def test_the_matrix_holds_every_command() -> None:
    named = {
        word for words in COMMANDS for word in (words[0] if words else "", " ".join(words[:2]))
    }
    assert set(COMMAND_NAMES) <= named


GIVEN = b'{"id": "tolls", "title": "Tolls"}'


def _environment(**changes: str | None) -> dict[str, str]:
    merged = {**os.environ, **changes}
    return {name: value for name, value in merged.items() if value is not None}


def test_a_pipe_gets_json_and_a_terminal_a_table() -> None:
    assert json.loads(spawn("deployments").stdout)
    leader, follower = pty.openpty()
    done = subprocess.run(
        [*FACTCLI, "deployments", "-n", "1"], stdout=follower, check=False, timeout=60
    )
    os.close(follower)
    shown = os.read(leader, 65536).decode()
    os.close(leader)
    assert done.returncode == 0
    assert "statement" in shown.splitlines()[0]


@pytest.mark.parametrize(
    "words",
    [["list", "--format", form] for form in ("json", "jsonl", "csv", "table")]
    + [["--help"], ["schema"]],
    ids=" ".join,
)
@pytest.mark.parametrize("unbuffered", [None, "1"])
def test_a_closed_pipe_ends_quietly(words: list[str], unbuffered: str | None) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    done = spawn(
        *words, stdout=writer, stderr=subprocess.PIPE, env=_environment(PYTHONUNBUFFERED=unbuffered)
    )
    os.close(writer)
    assert done.returncode == 0
    assert done.stderr == b""


def test_head_takes_one_line_and_the_rest_ends(tmp_path: Path) -> None:
    path = tmp_path / "large.json"
    claims = [bridge.claim(f"c{number:05d}", "x" * 500) for number in range(2000)]
    path.write_text(json.dumps(bridge.store(claims=claims)), encoding="utf-8")
    process = subprocess.Popen(
        [*FACTCLI, "--store", str(path), "list", "--format", "jsonl"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert process.stdout is not None
    assert process.stderr is not None
    assert json.loads(process.stdout.readline())["id"] == "c00000"
    process.stdout.close()
    assert process.stderr.read() == b""
    process.stderr.close()
    assert process.wait(60) == 0


@pytest.mark.slow
@pytest.mark.parametrize("unbuffered", [None, "1"])
@pytest.mark.parametrize("words", COMMANDS, ids=" ".join)
def test_a_full_disk_is_told_with_exit_4(words: list[str], unbuffered: str | None) -> None:
    with open("/dev/full", "wb") as full:
        done = spawn(
            *words,
            stdout=full,
            stderr=subprocess.PIPE,
            input=GIVEN,
            env=_environment(PYTHONUNBUFFERED=unbuffered, EDITOR="true"),
        )
    assert done.returncode == 4
    *others, last = done.stderr.splitlines()
    assert b"standard output could not be written" in last
    assert all(words[:1] == ["edit"] and b"what you wrote is in" in line for line in others)


@pytest.mark.slow
@pytest.mark.parametrize("words", COMMANDS, ids=" ".join)
@pytest.mark.parametrize("descriptor", [0, 1, 2])
def test_a_closed_stream_gives_no_traceback(words: list[str], descriptor: int) -> None:
    script = f'exec {" ".join(FACTCLI)} "$@" {descriptor}>&-'
    done = subprocess.run(
        ["bash", "-c", script, "bash", *words],
        capture_output=True,
        check=False,
        timeout=60,
        input=GIVEN,
        env=_environment(EDITOR="true"),
    )
    assert b"Traceback" not in done.stderr
    reads = descriptor == 0 and words[:2] in (["topic", "add"], ["import", "-"])
    assert done.returncode == (2 if reads else 4 if descriptor == 1 else 0)


@pytest.mark.slow
@pytest.mark.parametrize(
    "changes",
    [
        {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"},
        {"PYTHONIOENCODING": "ascii"},
        {"PYTHONIOENCODING": "latin-1"},
        {"LC_ALL": "xx_XX.nonsense"},
        {"HOME": None},
        {"HOME": "/nonexistent"},
        {"TERM": "dumb"},
        {"TERM": None},
        {"TERM": "\x1b[31m"},
        {"COLUMNS": "1"},
        {"COLUMNS": "²"},
        {"LINES": "x"},
        {"GITHUB_ACTIONS": "true"},
        {"FORCE_COLOR": "1"},
        {"NO_COLOR": "1"},
        {"PYTHONUNBUFFERED": "1"},
        {"FACTCLI_STORE": ""},
    ],
    ids=str,
)
@pytest.mark.parametrize(
    "words",
    [
        ["deployments"],
        ["list", "--format", "table"],
        ["timeline", "--format", "table"],
        ["list", "--help"],
        ["actor", "rutto"],
    ],
    ids=" ".join,
)
def test_an_odd_environment_does_no_harm(changes: dict[str, str | None], words: list[str]) -> None:
    done = spawn(*words, env=_environment(**changes))
    assert done.returncode == (2 if "rutto" in words else 0), done.stderr
    assert b"Traceback" not in done.stderr
    assert bool(done.stdout) == ("rutto" not in words)


@pytest.mark.slow
def test_an_interrupt_ends_with_130_and_no_traceback(tmp_path: Path) -> None:
    path = tmp_path / "large.json"
    claims = [bridge.claim(f"c{number:06d}", "x" * 200) for number in range(40_000)]
    path.write_text(json.dumps(bridge.store(claims=claims)), encoding="utf-8")
    for delay in (
        0,
        0.001,
        0.002,
        0.003,
        0.004,
        0.1,
        0.3,
    ):  # the first while msgspec is being set up
        process = subprocess.Popen(
            [*FACTCLI, "--store", str(path), "search", "x"],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
        )
        while "msgspec" not in Path(f"/proc/{process.pid}/maps").read_text(encoding="utf-8"):
            time.sleep(0.001)  # Python is still starting, which no program can speak for
        time.sleep(delay)
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=60)
        assert process.returncode in (
            130,
            -signal.SIGINT,
        )  # the latter while factcli is being imported
        assert b"Traceback" not in err


HEAVY = {"rich", "pydantic", "hypothesis", "email", "http", "sqlite3"}
LOADED = (
    "import sys; from factcli.cli import main; code = main({words!r});"
    " print(*sys.modules, file=sys.stderr); sys.exit(code)"
)


def _modules(*words: str) -> set[str]:
    done = subprocess.run(
        [sys.executable, "-c", LOADED.format(words=list(words))],
        capture_output=True,
        text=True,
        check=True,
    )
    return {name.partition(".")[0] for name in done.stderr.splitlines()[-1].split()}


@pytest.mark.parametrize(
    "words",
    [
        ["deployments"],
        ["list", "--actor", "ruto"],
        ["show", "hhbrgk"],
        ["--version"],
        ["search", "haiti"],
    ],
    ids=" ".join,
)
def test_a_plain_json_lookup_imports_nothing_heavy(words: list[str]) -> None:
    assert _modules(*words) & HEAVY == set()


def test_a_table_imports_rich_and_no_pydantic() -> None:
    loaded = _modules("deployments", "--format", "table")
    assert "rich" in loaded
    assert "pydantic" not in loaded


def test_the_library_imports_neither_typer_nor_rich() -> None:
    script = (
        "import sys, factcli; found = factcli.open_store().find(factcli.Query(actor='ruto',"
        " since='2025'));"
        "print(len(found), found[0].statement); print({'typer', 'rich', 'click', 'pydantic'}"
        " & {*sys.modules})"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    first, second = done.stdout.splitlines()
    assert int(first.split()[0]) > 5
    assert second == "set()"


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        ("fa", None), ("dep", "deployments"), ("actor will", "william-ruto"),
        ("topic mig", "migration"), ("compare january-2025-contingent-s",
                                     "january-2025-contingent-size"),
        ("show hhb", "hhbrgk"), ("list --source sing", "singoei-undated"),
        ("list --kind fo", "forecast"), ("list --format js", "jsonl"),
        ("list --actor william-ruto,mar", "william-ruto,marco-rubio"),
        ("list --said", "--said-by"), ("total k", "kenyan-contingents"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("shell", ["bash", "zsh", "fish", "powershell"])
def test_completion_offers_values_of_the_store(
    shell: str, arguments: str, expected: str | None
) -> None:
    done = spawn(
        env=_environment(
            _FACTCLI_COMPLETE=f"candidates_{shell}", _FACTCLI_LINE=f"factcli {arguments}"
        )
    )
    assert b"Traceback" not in done.stderr
    if expected:
        assert expected in done.stdout.decode()


def test_completion_that_cannot_be_installed_is_told_in_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "home").write_text("", encoding="utf-8")
    done = spawn(
        "--install-completion",
        "bash",
        env=_environment(
            HOME=str(tmp_path / "home"), _TYPER_COMPLETE_TEST_DISABLE_SHELL_DETECTION="1"
        ),
    )
    assert done.returncode == 4, done.stderr
    assert done.stderr.count(b"\n") == 1
    assert b"the system refused" in done.stderr


def test_it_works_from_any_directory(tmp_path: Path) -> None:
    assert (
        spawn("deployments", "--count", cwd=tmp_path).stdout
        == spawn("deployments", "--count").stdout
    )
