"""Long answers: the same as short ones, in memory that does not grow with them, from the first line on."""

from __future__ import annotations

import json
import os
import pty
import subprocess
import sys
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import bridge
import pytest
from conftest import Cli
from hypothesis import given
from hypothesis import strategies as st
from test_durability import run
from test_one_answer import with_relations
from test_query import random_store

import factcli
from factcli.disk import as_they_came, in_order
from factcli.index import sqlite
from factcli.index.keeping import index_path
from factcli.output.sorting import number_text
from factcli.store.opening import open_whole


@given(
    st.lists(st.decimals(allow_nan=False, allow_infinity=False, places=6) | st.integers(-(10**30), 10**30).map(Decimal))
)
def test_numbers_sort_as_their_texts(numbers: list[Decimal]) -> None:
    assert sorted(numbers, key=number_text) == sorted(numbers)


@pytest.fixture
def long_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = tmp_path / "long.json"
    path.write_text(json.dumps(random_store(3, 300)), encoding="utf-8")
    for name in ("factcli.output.sorting._MANY", "factcli.store.opening._LARGE"):
        monkeypatch.setattr(name, 0)
    return path


@pytest.mark.parametrize("form", ["json", "jsonl", "csv", "tsv", "markdown"])
@pytest.mark.parametrize(
    "words",
    [[], ["--sort", "quantity.amount,source.id", "--reverse"], ["--sort", "date"], ["--sort", "said_by.name,topics", "-n", "40"], ["--fields", "id,date", "--reverse"], ["--match", "crane", "--sort", "quantity.amount"]],
    ids=" ".join,
)  # fmt: skip
def test_an_indexed_answer_is_written_as_the_whole_stores(
    cli: Cli, long_path: Path, form: str, words: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    command = ["--store", str(long_path), "list", "--format", form, *words]
    found, expected = cli(*command), cli(*command, "--no-index")
    assert found == expected
    monkeypatch.setattr("factcli.store.opening._HUGE", 0)
    long_path.write_text(_laid_out(long_path), encoding="utf-8")
    assert cli(*command, "--no-index") == expected
    assert found.code == 0
    assert found.out.count("\n") > 20


def _laid_out(path: Path) -> str:
    tables = json.loads(path.read_text(encoding="utf-8"))
    return bridge.canonical({name: list(records.values()) for name, records in tables.items()})


EVERY_LOOKUP = [["show", "c0003"], ["show", "c00"], ["show", "nothing"], ["search", "crane", "brigde"], ["topics"], ["actors"], ["sources"], ["questions"], ["compare", "second-section"], ["conflicts"], ["list", "--date", "1800"], ["list", "--recorded-by", "2020"], ["timeline", "--topic", "works"], []]  # fmt: skip
LONG_ANSWERS = [["list", "--format", "csv"], ["list", "--sort", "statement", "--reverse", "-n", "50"], ["list", "--value", ">100", "--format", "jsonl"], ["search", "bridge"], ["search", "br -crane"], ["timeline", "--format", "table"], ["conflicts", "--sort", "about"], ["conflicts", "--format", "table"], ["sources", "--sort", "claims", "--reverse"], ["actors", "--format", "table"], ["questions", "--limit", "2"], ["questions", "--fields", "id,agreement", "--format", "csv"], ["topics"], ["total", "works"], ["show", "nothing"]]  # fmt: skip


@pytest.mark.parametrize("words", EVERY_LOOKUP, ids=" ".join)
def test_every_lookup_answers_alike_however_the_store_is_read(
    cli: Cli, long_path: Path, words: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    long_path.write_text(_laid_out(long_path), encoding="utf-8")
    rest = ["--no-index"] if words else []
    whole = cli("--store", str(long_path), *words, *rest)
    assert cli("--store", str(long_path), *words) == whole
    monkeypatch.setattr("factcli.store.opening._HUGE", 0)
    if words:
        assert cli("--store", str(long_path), *words, "--no-index") == whole


@pytest.mark.parametrize("words", LONG_ANSWERS, ids=" ".join)
def test_an_answer_is_the_same_where_it_is_kept_on_disk(
    cli: Cli, long_path: Path, words: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    long_path.write_text(with_relations(2), encoding="utf-8")
    command = ["--store", str(long_path), *words]
    monkeypatch.setattr("factcli.output.sorting._MANY", 5000)

    def read(*more: str) -> tuple[int, list[str], str]:
        code, out, err = cli(*command, *more)
        return code, [line.rstrip() for line in out.splitlines()], err  # a table fills its lines up to the longest

    expected = read("--no-index")
    for name, few in (("sorting._MANY", 0), ("report._FEW", 2), ("timeline._AT_ONCE", 3), ("table._AT_ONCE", 4)):
        monkeypatch.setattr(f"factcli.output.{name}", few)
    monkeypatch.setattr("factcli.disk._FEW", 7)
    monkeypatch.setattr("factcli.index.text.WIDE", 1)
    assert read() == expected
    monkeypatch.setattr("factcli.store.opening._HUGE", 0)
    assert read("--no-index") == expected
    assert expected[1] or expected[0]


@pytest.mark.parametrize("words", [["show", "nothing"], ["show", "c00"], ["conflicts"], ["sources"], ["questions"], ["total", "works"], ["search", "br"], ["list", "--as-of", "2024"]], ids=" ".join)  # fmt: skip
def test_a_damaged_index_is_left_for_the_store_wherever_it_breaks(
    cli: Cli, long_path: Path, words: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    long_path.write_text(with_relations(2), encoding="utf-8")
    os.utime(long_path, (1e9, 1e9))
    monkeypatch.setattr("factcli.index.text.WIDE", 1)
    command = ["--store", str(long_path), *words]
    expected = cli(*command, "--no-index")
    assert cli(*command) == expected
    place = Path(index_path(str(long_path)))
    whole, time = place.read_bytes(), place.stat().st_mtime
    page = int.from_bytes(whole[16:18], "big")
    rebuilt = 0
    for start in range(page, len(whole), page):
        place.write_bytes(whole[:start] + b"\xff" * page + whole[start + page :])
        os.utime(place, (time, time))  # as if it were noticed only when it is read
        assert cli(*command) == expected
        rebuilt += not place.exists() or place.read_bytes()[start : start + page] != b"\xff" * page
    assert rebuilt


@given(st.lists(st.integers(-(1 << 62), 1 << 62), max_size=30), st.data())
def test_numbers_on_disk_are_a_sequence(numbers: list[int], data: st.DataObject) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("factcli.disk._FEW", 2)
        found = as_they_came(numbers)
    ordered = in_order(((number, abs(number), "") for number in numbers), 2)
    for kept, expected in ((found, numbers), (ordered, sorted(numbers, key=abs))):
        for _ in range(3):
            ends = st.none() | st.integers(-35, 35)
            part = data.draw(st.builds(slice, ends, ends, st.none() | st.integers(-4, 4).filter(bool)))
            kept, expected = kept[part], expected[part]
            assert list(kept) == expected
            assert [kept[at] for at in range(-len(expected), len(expected))] == expected * 2
            assert len(kept) == len(expected)


@pytest.fixture
def changed_path(long_path: Path) -> Path:
    """A store in which something was added, changed, removed, and all of that taken back and done anew."""
    long_path.write_text(_laid_out(long_path), encoding="utf-8")
    claim = {"statement": "The crane fell.", "kind": "event", "topics": ["works"], "source": "gazette-2025-05"}
    for words, adds in CHANGES:
        assert run(long_path, words, claim if adds else None) == 0, words
    return long_path


CHANGES = [(["retract", "c0001", "--why", "An error."], False), (["set", "c0002", "note=Curator: one."], False), (["add"], True), (["undo"], False), (["add"], True), (["actor", "merge", "stavba", "petr-novak"], False), (["topic", "set", "works", "title=Labour"], False), (["undo"], False), (["undo"], False), (["set", "c0002", "note=Curator: two."], False), (["actor", "merge", "stavba", "petr-novak"], False)]  # fmt: skip
WITH_A_MOMENT = [["list", "--status", "any"], ["list", "--actor", "stavba"], ["list", "--topic", "works", "--format", "table"], ["list", "--match", "one"], ["search", "crane"], ["search", "curatr"], ["timeline", "--topic", "works"], ["date", "2024"], ["list", "--status", "any", "--sort", "said_by.name", "--format", "csv"]]  # fmt: skip


@pytest.mark.parametrize("words", WITH_A_MOMENT, ids=" ".join)
def test_what_a_store_was_is_the_same_however_it_is_read(
    cli: Cli, changed_path: Path, words: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    moments = dict.fromkeys(entry.at for entry in factcli.open_store(changed_path).log)
    answers = set()
    for when in ("2020", *moments, "2999"):
        command = ["--store", str(changed_path), *words, "--recorded-by", when]
        with monkeypatch.context() as patch:
            patch.setattr("factcli.store.opening._LARGE", 1 << 40)
            expected = cli(*command)
        answers.add(expected)
        for huge in (1 << 40, 0):
            monkeypatch.setattr("factcli.store.opening._HUGE", huge)
            assert cli(*command) == expected
            assert cli(*command, "--no-index") == expected
    assert len(answers) > 1, "the moments differ"


@pytest.mark.parametrize("when", ["2020", "2999"])
@pytest.mark.parametrize("indent", [1, None])
def test_a_store_of_another_layout_is_read_whole_to_say_what_it_was(
    cli: Cli, changed_path: Path, when: str, indent: int | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    command = ["--store", str(changed_path), "list", "--status", "any", "--recorded-by", when]
    expected = cli(*command)
    changed_path.write_text(json.dumps(json.loads(changed_path.read_bytes()), indent=indent), encoding="utf-8")
    monkeypatch.setattr("factcli.store.opening._HUGE", 0)
    assert cli(*command) == cli(*command, "--no-index") == expected


@pytest.mark.parametrize("when", ["2020", "2999"])
@pytest.mark.parametrize("indexed", [True, False])
def test_a_long_store_is_not_read_whole_to_say_what_it_was(
    changed_path: Path, when: str, indexed: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("factcli.store.opening._HUGE", 0)
    wanted = factcli.Query(recorded_by=when, status="any")
    expected = [*open_whole(changed_path).find(wanted)]
    for module in ("scan.former", "scan.store", "store.opening"):
        monkeypatch.delattr(f"factcli.{module}.open_whole")
    store = factcli.open_store(changed_path, indexed=indexed)
    assert [*store.find(wanted)] == expected
    assert (store.find(wanted).store is store) == (when == "2999")


@pytest.mark.parametrize(
    "spoil",
    [
        lambda text: text.replace('"id":"petr-novak","was"', '"id":"petr-nowak","was"'),
        lambda text: text.replace('"op":"add","table":"claims","id":"', '"op":"add","table":"claims","id":"b'),
        lambda text: text.replace('"was":{"id":"stavba"', '"was":{"od":"stavba"'),
        lambda text: text.replace('"number":5,"why":null}\n', '"number":null,"why":null}\n'),
        lambda text: text.replace('"op":"undo"', '"op":"undid"'),
        lambda text: text.replace('"was":{"status":"', '"was":{"status":"un'),
        lambda text: text.replace('"table":"actors"', '"table":"acts"'),
        lambda text: text.replace('"at":"20', '"at":"x20'),
        lambda text: text.replace('"log": {', '"log" : {'),
        lambda text: text.rstrip() + "  ",
        lambda text: text.rstrip(),
    ],
)
def test_an_odd_log_says_the_same_however_it_is_read(
    cli: Cli, changed_path: Path, spoil: Callable[[str], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    text = changed_path.read_text(encoding="utf-8")
    changed_path.write_text(spoil(text), encoding="utf-8")
    assert spoil(text) != text
    for rest in (["--recorded-by", "2020"], []):
        command = ["--store", str(changed_path), "list", "--status", "any", *rest]
        with monkeypatch.context() as patch:
            patch.setattr("factcli.store.opening._LARGE", 1 << 40)
            expected = cli(*command)
            assert expected.err.count("\n") == (expected.code != 0)
            patch.setattr("factcli.store.opening._HUGE", 0)
            assert cli(*command) == expected
        for huge in (1 << 40, 0):
            monkeypatch.setattr("factcli.store.opening._HUGE", huge)
            assert cli(*command) == expected


@pytest.mark.parametrize(
    "spoil",
    [
        lambda text: text.replace('"kind":"event"', '"kind":"rumour"', 1),
        lambda text: text.replace('["works"', '["nowhere"', 1),
        lambda text: text[:-300],
        lambda text: text.replace('"topics": {', '"topics" : {'),
        lambda text: text.replace('"3": {', '"3" : {'),
        lambda text: text.replace('{"id":"c0007"', '{"od":"c0007"'),
        lambda text: text.replace('{"id":"works"', '{"od":"works"'),
        lambda text: text.replace('"question":null', '"question":3', 1),
        lambda text: text.replace('"relations":[]', '"relations":[{"type":"contradicts"}]', 1),
    ],
)
def test_a_bad_store_is_one_sentence_when_it_is_read_line_by_line(
    cli: Cli, long_path: Path, spoil: Callable[[str], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    long_path.write_text(spoil(_laid_out(long_path)), encoding="utf-8")
    whole = cli("--store", str(long_path), "list", "--status", "any", "--no-index")
    monkeypatch.setattr("factcli.store.opening._HUGE", 0)
    result = cli("--store", str(long_path), "list", "--status", "any", "--no-index")
    assert (result.code, result.out) == (whole.code, whole.out)
    assert result.err.count("\n") == whole.err.count("\n")


def test_a_long_table_starts_at_once_and_keeps_its_columns(
    cli: Cli, long_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    command = ["--store", str(long_path), "list", "--format", "table"]
    whole = cli(*command)
    monkeypatch.setattr("factcli.output.table._FIRST", 50)
    parts = cli(*command)
    assert parts.err == whole.err
    ids = [record["id"] for record in cli("--store", str(long_path), "list", "--json").json]
    lines = parts.out.splitlines()
    assert [line.split()[0] for line in lines if line.startswith("c0")] == ids
    assert max(map(len, lines)) <= 80
    assert sum(line.startswith("id ") for line in lines) == 1


def _on_a_terminal(words: list[str], path: Path, **environment: str) -> str:
    reader, writer = pty.openpty()
    settings = {**os.environ, "FACTCLI_STORE": str(path), "TERM": "dumb", **environment}
    done = subprocess.Popen([sys.executable, "-m", "factcli", *words], stdout=writer, stderr=writer, env=settings)
    os.close(writer)
    parts = []
    while True:
        try:
            part = os.read(reader, 1 << 16)
        except OSError:  # the other end is closed
            break
        if not part:
            break
        parts.append(part)
    assert done.wait() == 0
    os.close(reader)
    return b"".join(parts).decode()


def test_a_pager_is_given_what_a_terminal_would_be(bridge_path: Path, tmp_path: Path) -> None:
    plain = _on_a_terminal(["list"], bridge_path)
    script = tmp_path / "pager"
    script.write_text("#!/bin/sh\necho paged; cat\n", encoding="utf-8")
    script.chmod(0o755)
    paged = _on_a_terminal(["list", "--pager"], bridge_path, PAGER=str(script))
    assert paged.startswith("paged")
    assert paged.split("\n", 1)[1].split("factcli:")[0] == plain.split("factcli:")[0]
    assert _on_a_terminal(["list", "--pager"], bridge_path, PAGER="no-such-pager") == plain
    assert _on_a_terminal(["list", "--pager"], bridge_path, PAGER="true").find("rror") == -1


def test_a_pipe_has_no_pager(cli: Cli) -> None:
    assert cli("list", "--pager", PAGER="false") == cli("list")


@pytest.mark.parametrize("rest", [[], ["--no-index"]], ids=" ".join)
@pytest.mark.parametrize("words", [["list"], ["list", "--sort", "statement"], ["search", "br"], ["sources"]], ids=" ".join)  # fmt: skip
def test_no_room_for_temporary_files_is_one_sentence_and_no_damage(
    cli: Cli, long_path: Path, words: list[str], rest: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    long_path.write_text(with_relations(2), encoding="utf-8")
    os.utime(long_path, (1e9, 1e9))
    command = ["--store", str(long_path), *words, "--format", "csv"]
    monkeypatch.setattr("factcli.store.opening._HUGE", 0)
    monkeypatch.setattr("factcli.disk._FEW", 1)
    monkeypatch.setattr("factcli.index.text.WIDE", 1)
    monkeypatch.setattr("factcli.output.report._FEW", 1)
    whole = cli(*command)
    real = sqlite.connect

    def small(place: str, **options: Any) -> sqlite.Connection:
        connection: sqlite.Connection = real(place, **options)
        if not place:
            connection.execute("PRAGMA page_size = 512")
            connection.execute("PRAGMA max_page_count = 2")
        return connection

    monkeypatch.setattr("factcli.index.sqlite.connect", small)
    result = cli(*command, *rest)
    assert (result.code, result.out) == (4, "")
    assert "set TMPDIR" in result.err
    assert result.err.count("\n") == 1
    assert Path(index_path(str(long_path))).exists(), "nothing is wrong with it"
    monkeypatch.setattr("factcli.index.sqlite.connect", real)
    assert cli(*command, *rest) == whole
