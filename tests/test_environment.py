"""Unusual environments: a sensible default or one sentence, and no file that nobody asked for."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from conftest import Cli

from factcli.errors import UsageError
from factcli.opening import open_store

WITHOUT_A_HOME = [
    {"HOME": ""},
    {"HOME": "relative"},
    {"HOME": "~"},
    {"HOME": None},
    {"HOME": "", "XDG_CACHE_HOME": "relative"},
]


@pytest.mark.parametrize("environment", WITHOUT_A_HOME)
@pytest.mark.parametrize("is_known", [True, False])
@pytest.mark.parametrize(
    "words",
    [("list", "--count"), ("topics",), ("index",), ("index", "--rebuild"), ("index", "--clear")],
)
def test_without_a_home_nothing_is_put_anywhere_else(
    cli: Cli,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    environment: dict[str, str | None],
    is_known: bool,
    words: tuple[str, ...],
) -> None:
    """A user whom the system knows has a home there; another has no cache."""

    class Entry:
        pw_dir = str(tmp_path / "home")

    def entry(user: int) -> Entry:
        assert user == os.getuid()
        if is_known:
            return Entry()
        raise KeyError(user)

    monkeypatch.setattr("pwd.getpwuid", entry)
    monkeypatch.delenv("XDG_CACHE_HOME", raising=False)
    for name, value in environment.items():
        if value is None:
            monkeypatch.delenv(name, raising=False)
        else:
            monkeypatch.setenv(name, value)
    work = tmp_path / "work"
    work.mkdir()
    before = sorted(os.listdir(tmp_path))
    monkeypatch.chdir(work)
    result = cli(*words)
    assert result.code == 0, result.err
    assert os.listdir(work) == []
    assert is_known or sorted(os.listdir(tmp_path)) == before


@pytest.mark.parametrize("words", [("list",), ("topics",), ("show", "bfirst"), ("check",)])
@pytest.mark.parametrize("option", [("--store", ""), ("--store=",)])
def test_an_empty_path_of_the_store_is_an_error(
    cli: Cli, words: tuple[str, ...], option: tuple[str, ...]
) -> None:
    """A script with an unset variable does not get the answer of another store."""
    result = cli(*option, *words)
    assert (result.code, result.out) == (2, "")
    assert result.err == "factcli: error: --store is empty: give a value, or leave it out\n"
    with pytest.raises(UsageError, match="the path of the store is empty"):
        open_store("")
