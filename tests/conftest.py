"""Running the command line as a user does, in this process and in one of its own."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import bridge
import pytest
from hypothesis import settings

from factcli.cli import main

os.environ["_TYPER_FORCE_DISABLE_TERMINAL"] = "1"
# A timed test fails on a busy machine and proves nothing; speed is measured in bench/.
settings.register_profile("factcli", deadline=None)
settings.load_profile("factcli")


class Result(NamedTuple):
    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)

    @property
    def ids(self) -> list[str]:
        return [record["id"] for record in self.json]


Cli = Callable[..., Result]


@pytest.fixture(autouse=True)
def _own_cache(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.mktemp("cache")))


@pytest.fixture
def bridge_path(tmp_path: Path) -> Path:
    """The invented store, in a file of its own."""
    path = tmp_path / "bridge.json"
    path.write_text(json.dumps(bridge.store(), ensure_ascii=False, indent=2), encoding="utf-8")
    return path


@pytest.fixture(autouse=True)
def _plain_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in (
        "FACTCLI_STORE",
        "FACTCLI_SOURCES",
        "COLUMNS",
        "NO_COLOR",
        "FORCE_COLOR",
        "TERM",
        "TERMINAL_WIDTH",
    ):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def cli(
    bridge_path: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Cli:
    """Call ``factcli`` with words, on the invented store unless ``--store`` comes first;
    streams are no terminals."""

    def run(*words: str, **environment: str) -> Result:
        for name, value in {"FACTCLI_STORE": str(bridge_path), **environment}.items():
            monkeypatch.setenv(name, value)
        capfd.readouterr()
        code = main(list(words))
        captured = capfd.readouterr()
        return Result(code, captured.out, captured.err)

    return run


def spawn(*words: str, **settings: Any) -> subprocess.CompletedProcess[bytes]:
    """``factcli`` in a process of its own."""
    streams: dict[str, Any] = {} if "stdout" in settings else {"capture_output": True}
    return subprocess.run(
        [sys.executable, "-m", "factcli", *words], check=False, timeout=60, **streams, **settings
    )


Feed = Callable[..., Result]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """The clean invented store, in canonical form."""
    place = tmp_path / "own" / "facts.json"
    place.parent.mkdir()
    place.write_text(bridge.canonical(bridge.clean()), encoding="utf-8")
    return place


@pytest.fixture
def own(cli: Cli, path: Path, monkeypatch: pytest.MonkeyPatch) -> Feed:
    """Call factcli on that store, with JSON on standard input."""

    def run(*words: str, stdin: Any = None, **environment: str) -> Result:
        data = (
            stdin
            if isinstance(stdin, bytes)
            else json.dumps(stdin).encode()
            if stdin is not None
            else b""
        )
        monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(data)))
        return cli("--store", str(path), *words, FACTCLI_BY="the tester", **environment)

    return run


def tables(path: Path) -> dict[str, Any]:
    """Everything but the log."""
    return {
        name: records
        for name, records in json.loads(path.read_text(encoding="utf-8")).items()
        if name != "log"
    }
