"""`-o FILE`: no file that factcli keeps or reads is written over, whatever the command or name."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import bridge
import pytest
from conftest import Cli, Feed

from factcli.database.cache import place_of

TEXT = "A text.\n\nOf two paragraphs.\n"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A store whose first source has an archived text beside it."""
    tables = bridge.clean()
    tables["sources"][0]["text_sha256"] = hashlib.sha256(TEXT.encode()).hexdigest()
    place = tmp_path / "own" / "facts.json"
    (place.parent / "texts").mkdir(parents=True)
    (place.parent / "texts" / "courier.txt").write_text(TEXT, encoding="utf-8")
    (place.parent / "texts" / "changed.txt").write_text("Another text.", encoding="utf-8")
    place.write_text(bridge.canonical(tables), encoding="utf-8")
    return place


def _symbolic(path: Path) -> Path:
    link = path.with_name(f"link-to-{path.name}")
    link.symlink_to(path)
    return link


def _hard(path: Path) -> Path:
    link = path.with_name(f"other-{path.name}")
    os.link(path, link)
    return link


def _by_directory(path: Path) -> Path:
    link = path.parent.parent / "by-directory"
    link.symlink_to(path.parent)
    return link / path.name


def _lock(path: Path) -> Path:
    return path.with_name(f".{path.name}.lock")


def _kept(path: Path) -> Path:
    """Its lock file, which a writer has made."""
    _lock(path).touch()
    return _lock(path)


def _cache(path: Path) -> Path:
    place = Path(place_of(str(path)))
    place.parent.mkdir(mode=0o700, exist_ok=True)
    place.write_bytes(b"a cache")
    return place


def _text(path: Path) -> Path:
    return path.parent / "texts" / "courier.txt"


def _copied(path: Path) -> Path:
    copy = path.parent / "a copy of the text"
    copy.write_text(TEXT, encoding="utf-8")
    return copy


TARGETS: dict[str, Callable[[Path], Path]] = {
    "the store": lambda path: path,
    "a detour": lambda path: path.parent / "texts" / ".." / path.name,
    "a symbolic link": _symbolic,
    "a link to a link": lambda path: _symbolic(_symbolic(path)),
    "a hard link": _hard,
    "a linked directory": _by_directory,
    "a lock file": _kept,
    "a lock file to come": _lock,
    "a link to a lock file to come": lambda path: _symbolic(_lock(path)),
    "a hard link to a lock file": lambda path: _hard(_kept(path)),
    "a temporary file": lambda path: path.with_name(f".{path.name}.writing-17"),
    "a cache": _cache,
    "a link to a cache": lambda path: _symbolic(_cache(path)),
    "a cache's lock": lambda path: Path(f"{_cache(path)}.lock"),
    "a cache's journal": lambda path: Path(f"{_cache(path)}-journal"),
    "another cache": lambda path: _cache(path).with_name("another.db"),
    "an archived text": _text,
    "a link to a text": lambda path: _symbolic(_text(path)),
    "a text by its content": _copied,
}
COMMANDS = [
    ["list"], ["works"], ["topic", "works"], ["search", "bridge"], ["timeline"], ["show", "bfirst"],
    ["list", "--recorded-by", "2030"], ["topics"], ["sources"], ["compare", "second-section"],
    ["conflicts"], ["check"], ["check", "--rules"], ["log"], ["index"], ["verify", "TEXTS"],
    ["diff", "STORE"], ["set", "bfirst", "note=Curator: new."], ["undo"], ["edit", "bfirst"],
    ["retract", "bfirst", "--why", "so"], ["topic", "set", "works", "title=W"],
    ["actor", "alias", "lodz", "Lodsch"], ["relate", "bfirst", "refines", "fsecond"],
    ["supersede", "bfirst", "--by", "fsecond"], ["actor", "merge", "region", "lodz"],
]  # fmt: skip
TYPED: list[tuple[list[str], Any]] = [
    (["import", "-"], []),
    (["topic", "add"], {"id": "tolls", "title": "Tolls"}),
    (["source", "add", "--text", "TEXT"], {"id": "s", "title": "S"}),
    (["add"], {"statement": "So.", "kind": "event", "topics": ["works"],
               "source": "courier-2024-06-25"}),
]  # fmt: skip


def _state(folder: Path) -> dict[str, bytes]:
    files = (name for name in folder.rglob("*") if name.is_file())
    return {str(name): name.read_bytes() for name in files}


def _assert_refused(own: Feed, target: Path, folder: Path, words: list[str], stdin: Any) -> None:
    before = _state(folder)
    result = own(*words, "-o", str(target), "--format", "json", stdin=stdin, EDITOR="true")
    assert (result.code, result.out) == (2, ""), words
    assert result.err.startswith(f"factcli: error: --output {target} is ")
    assert result.err.endswith(": name another file\n")
    assert result.err.count("\n") == 1
    assert _state(folder) == before


@pytest.mark.parametrize("name", TARGETS)
def test_what_factcli_keeps_is_never_written_over(own: Feed, path: Path, name: str) -> None:
    target = TARGETS[name](path)
    for words in (["list"], ["check"], ["set", "bfirst", "note=Curator: new."]):
        _assert_refused(own, target, path.parent, words, None)


@pytest.mark.parametrize(("words", "stdin"), [*((words, None) for words in COMMANDS), *TYPED])
def test_no_command_writes_over_the_store(
    own: Feed, path: Path, words: list[str], stdin: Any
) -> None:
    places = {"TEXTS": path.parent / "texts", "STORE": path, "TEXT": _text(path)}
    given = [str(places.get(word, word)) for word in words]
    for target in (path, _hard(path), _text(path)):
        _assert_refused(own, target, path.parent, given, stdin)


@pytest.mark.parametrize(
    ("words", "stdin"),
    [
        (["diff", "TARGET"], None),
        (["import", "TARGET", "--from", "json"], None),
        (["verify", "FOLDER"], None),
        (["source", "add", "--text", "TARGET"], {"id": "s", "title": "S"}),
        (["add", "--paragraph", "1", "--texts", "FOLDER"], {}),
    ],
    ids=str,
)
def test_what_a_command_reads_is_not_written_over(
    own: Feed, path: Path, words: list[str], stdin: Any
) -> None:
    target = path.parent / "texts" / "read.txt"
    target.write_text("[]", encoding="utf-8")
    places = {"TARGET": target, "FOLDER": target.parent}
    given = [str(places.get(word, word)) for word in words]
    _assert_refused(own, target, path.parent, given, stdin)


def test_the_store_and_the_texts_of_the_environment_are_kept(
    cli: Cli, bridge_path: Path, path: Path
) -> None:
    for target in (bridge_path, path.parent / "texts" / "changed.txt"):
        before = target.read_bytes()
        words = ["--store", str(path), "list", "-o", str(target), "--format", "csv"]
        assert cli(*words, FACTCLI_SOURCES=str(path.parent / "texts")).code == 2
        assert target.read_bytes() == before


def test_a_broken_store_is_not_written_over(cli: Cli, tmp_path: Path) -> None:
    broken = tmp_path / "broken.json"
    content = json.dumps(bridge.store(claims=[bridge.claim("BAD ID", "So.")]))
    broken.write_text(content, encoding="utf-8")
    assert cli("--store", str(broken), "check", "-o", str(broken)).code == 2
    assert broken.read_text(encoding="utf-8") == content
    report = tmp_path / "report.json"
    report.write_text("old", encoding="utf-8")
    cli("--store", str(broken), "check", "-o", str(report))
    assert json.loads(report.read_text(encoding="utf-8"))


def test_other_files_are_written_over(own: Feed, path: Path) -> None:
    target = path.parent / "answer.json"
    for _ in range(2):
        assert own("list", "-o", str(target)).code == 0
        assert own("set", "bfirst", "note=Curator: new.", "-o", str(target)).code == 0
    assert own("list", "-o", str(path.parent / "texts" / "new.csv")).code == 0
    os.link(target, path.parent / "other.json")
    assert own("list", "-o", str(path.parent / "other.json")).code == 0


@pytest.mark.parametrize("words", [["-o", "-"], ["-o-"], ["--output=-"], ["--output", "-"]])
def test_a_dash_is_standard_output(cli: Cli, words: list[str]) -> None:
    for command in (["list"], ["topics"], ["search", "bridge"]):
        for form in ([], ["--format", "csv"], ["--json", "-n", "1"], ["--count"]):
            assert cli(*command, *form, *words) == cli(*command, *form)
