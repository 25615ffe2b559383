"""The documents say what the program does: every command and option is described, every
example runs."""

from __future__ import annotations

import inspect
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import reference
from conftest import Cli

from factcli.cli.catalogue import COMMANDS
from factcli.cli.commands import function_of, root_command
from factcli.opening import shipped_store

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")


def _commands() -> Iterator[tuple[str, Any]]:
    root: Any = root_command()
    context = root.make_context("factcli", [], resilient_parsing=True)
    yield "factcli", root
    for name in root.list_commands(context):
        yield f"factcli {name}", root.get_command(context, name)


def test_the_reference_is_what_the_program_says() -> None:
    assert reference.TARGET.read_text(encoding="utf-8") == reference.reference(), (
        "renew it: python tests/reference.py"
    )


def test_every_option_of_every_command_is_in_the_reference() -> None:
    page = reference.TARGET.read_text(encoding="utf-8")
    missing = [(name, option) for name,
               command in _commands() for p in command.params for option in p.opts
               if option.startswith("-") and f"`{option}`" not in page]  # fmt: skip
    assert missing == []


def test_every_command_is_in_the_readme() -> None:
    assert [
        name for name in COMMANDS if f"`{name}`" not in README and f"factcli {name}" not in README
    ] == []


@pytest.mark.parametrize("name", COMMANDS)
def test_the_summary_of_a_command_is_the_first_line_of_its_help(name: str) -> None:
    _, summary = COMMANDS[name]
    assert (inspect.getdoc(function_of(name)) or "").splitlines()[0] == summary


EXAMPLES = [
    (name, " ".join(str(command.help).partition("Example: ")[2].split()))
    for name, command in _commands()
]


@pytest.mark.parametrize(("name", "example"), EXAMPLES)
def test_every_help_ends_in_an_example_that_runs(
    cli: Cli, name: str, example: str, tmp_path: Path
) -> None:
    """On the shipped store; ``sources/`` stands for the reader's own archive, and an empty
    one proves nothing."""
    assert f"{name} " in f"{example} ", f"{name} has no example"
    (tmp_path / "sources").mkdir()
    script = example.replace("sources/", f"{tmp_path}/sources/")
    done = _shell(script)
    assert done.returncode == (1 if name == "factcli verify" else 0), done.stderr
    assert done.stdout
    assert "error" not in done.stderr


def _shell(script: str) -> subprocess.CompletedProcess[str]:
    function = f'factcli() {{ {shlex.quote(sys.executable)} -m factcli "$@"; }}\n'
    return subprocess.run(
        ["bash", "-c", function + script],
        capture_output=True, text=True, timeout=60, check=False,
        env={"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8", "COLUMNS": "80"},
    )  # fmt: skip


BLOCKS = re.findall(r"^```console\n(.*?)^```", README, re.MULTILINE | re.DOTALL)


def _steps(block: str) -> list[tuple[str, str]]:
    """The commands of a console block, each with what it prints."""
    parts = re.split(r"^\$ (.*)\n", block, flags=re.MULTILINE)[1:]
    return list(zip(parts[::2], parts[1::2], strict=True))


STEPS = [step for block in BLOCKS for step in _steps(block)]


@pytest.mark.parametrize(("command", "printed"), STEPS, ids=[step[0] for step in STEPS])
def test_console_blocks_of_the_readme_print_what_they_show(
    cli: Cli, monkeypatch: pytest.MonkeyPatch, command: str, printed: str
) -> None:
    """Commands alone run as on a terminal of 80 columns, pipelines in a shell; trailing
    blanks do not count."""
    if "|" in command.replace("'|'", ""):
        tool = shlex.split(command.split("|")[1])[0]
        if tool != "factcli" and not shutil.which(tool, path="/usr/bin:/bin"):
            # the README promises nothing but Python to run the tests
            pytest.skip(f"this example needs {tool}, which is not installed")
        out = _shell(command).stdout
    else:
        monkeypatch.setattr("os.isatty", lambda descriptor: descriptor == 1)
        words = shlex.split(command)
        assert words[0] == "factcli"
        result = cli(*words[1:], FACTCLI_STORE=str(shipped_store()), COLUMNS="80", NO_COLOR="1")
        out = result.out + result.err
    assert _stripped(out) == _stripped(printed)


def _stripped(text: str) -> list[str]:
    return [line.rstrip() for line in text.strip().splitlines()]


def test_the_readme_shows_console_blocks() -> None:
    assert len(STEPS) >= 6


def test_the_changelog_names_the_version() -> None:
    from factcli import __version__

    assert f"## {__version__}" in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
