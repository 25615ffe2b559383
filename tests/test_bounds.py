"""Memory, time and messages are bounded, whatever a store contains."""

from __future__ import annotations

import copy
import json
import os
import sys
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import bridge
import pytest
from chance import canonical, relation
from conftest import Cli, spawn

from factcli.checks.duplicates import find_duplicates
from factcli.errors import StoreError, UsageError
from factcli.model import TABLES
from factcli.opening import open_store
from factcli.query import Query
from factcli.store import files

Tables = dict[str, dict[str, Any]]
Write = Callable[[Path], None]
MEGABYTE = "k" * 1_000_000
ARGUMENT = "k" * 100_000
"""Linux takes arguments of up to 131,071 bytes."""


def store() -> Tables:
    return {
        name: {str(number): record for number, record in enumerate(rows, 1)}
        for name, rows in ((key, bridge.clean().get(key, [])) for key in TABLES)
    }


def with_claims(count: int, change: Callable[[int, dict[str, Any]], None]) -> Tables:
    """A store whose claims are copies of one, each changed by its number."""
    tables = store()
    first = tables["claims"]["1"]
    tables["claims"] = {}
    for number in range(count):
        claim = copy.deepcopy(first) | {"id": f"c{number}", "relations": []}
        change(number, claim)
        tables["claims"][str(number + 1)] = claim
    return tables


def indented(tables: Tables) -> bytes:
    return json.dumps(tables, ensure_ascii=False, indent=1).encode()


class Usage:
    """What a run of the command line took: its exit code, its error, megabytes and seconds."""

    def __init__(self, path: Path, *words: str) -> None:
        read, write = os.pipe()
        begun = time.monotonic()
        if (child := os.fork()) == 0:
            os.dup2(write, 2)
            os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
            os.execv(
                sys.executable, [sys.executable, "-m", "factcli", "--store", str(path), *words]
            )
        os.close(write)
        with open(read, "rb") as stream:
            self.error = stream.read().decode()
        _, status, used = os.wait4(child, 0)
        self.code = os.waitstatus_to_exitcode(status)
        self.megabytes = used.ru_maxrss / 1024
        self.seconds = time.monotonic() - begun


# Files of any size.


def _sparse(start: bytes, size: int) -> Write:
    def write(path: Path) -> None:
        path.write_bytes(start)
        os.truncate(path, size)

    return write


def _long(start: bytes, piece: bytes, times: int) -> Write:
    def write(path: Path) -> None:
        with open(path, "wb") as stream:
            stream.write(start)
            for _ in range(times):
                stream.write(piece)

    return write


def _record(size: int, dump: Callable[[Tables], bytes]) -> Write:
    def write(path: Path) -> None:
        tables = store()
        tables["claims"]["1"]["statement"] = "x" * size
        path.write_bytes(dump(tables))

    return write


FILES: dict[str, tuple[Write, str]] = {
    "5 GB of nothing": (_sparse(b"", 5 << 30), "stores of up to"),
    "1.9 GB of nothing": (_sparse(b"", 1_900_000_000), "line 1, column 1"),
    "1.9 GB after a brace": (_sparse(b"{\n", 1_900_000_000), "line 2, column 1"),
    "a table of 1.9 GB": (_sparse(b'{\n"meta": {\n', 1_900_000_000), "line 3, column 1"),
    "a record of 1.9 GB": (_sparse(b'{\n"meta": {\n"1": {', 1_900_000_000), "has a record longer"),
    "a key of 1.9 GB": (_sparse(b'{"', 1_900_000_000), "has a key longer"),
    "300 MB of blanks": (_long(b"", b" " * (1 << 20), 300), f"column {300 * 2**20 + 1}"),
    "300 MB of lines": (_long(b"{", b"\n" * (1 << 20), 300), f"line {300 * 2**20 + 1}"),
    "300 MB of quotes": (_long(b"{", b'"' * (1 << 20), 300), "line 1"),
    "300 MB of braces": (_long(b'{"meta":{"1":', b"{" * (1 << 20), 300), "too deeply"),
    "300 MB of escapes": (_long(b'{"meta":{"1":{"', b"\\n" * (1 << 19), 300), "longer"),
    "300 MB of backslashes": (_long(b'{"', b"\\" * (1 << 20), 300), "longer"),
    "300 MB of lists": (_long(b'{"meta":', b"[" * (1 << 20), 300), "is a list"),
    "a record of 100 MB": (_record(100_000_000, canonical), "has a record longer"),
    "a record of 100 MB, indented": (_record(100_000_000, indented), "has a record longer"),
}


@pytest.mark.slow
@pytest.mark.parametrize("name", FILES)
def test_a_file_of_any_size_is_refused_in_bounded_memory(tmp_path: Path, name: str) -> None:
    write, says = FILES[name]
    path = tmp_path / "store.json"
    write(path)
    for words in (["list"], ["topic", "set", "works", "title=x"]):
        used = Usage(path, *words)
        assert used.code == 3, (words, used.error)
        assert says in used.error
        assert used.error.count("\n") == 1
        assert used.megabytes < 500, (words, used.megabytes)
        assert used.seconds < 30, (words, used.seconds)
    path.unlink()


def test_a_store_may_have_so_many_bytes_and_no_more(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "store.json"
    path.write_bytes(canonical(store()))
    size = path.stat().st_size
    monkeypatch.setattr(files, "MAX_BYTES", size)
    assert open_store(path).size
    monkeypatch.setattr(files, "MAX_BYTES", size - 1)
    with pytest.raises(StoreError, match="bytes long"):
        open_store(path)


# Records that have much to do with each other.


def _chain(tables: Tables, field: str, count: int = 5000) -> Tables:
    """Actors of which each is affiliated with, or the same as, the next."""
    actors = tables["actors"]
    for number in range(count):
        record = bridge.actor(f"m{number}", f"Member {number}", "group")
        record[field] = [f"m{number + 1}"] if number + 1 < count else []
        actors[str(len(actors) + 1)] = record
    for claim in tables["claims"].values():
        claim["attribution"][0]["actor"] = "m0"
    return tables


def _rivals(number: int, claim: dict[str, Any]) -> None:
    claim.update(kind="figure", question="length-mid-2024", quantity=bridge.metres(str(number + 1)))


def _opposed(number: int, claim: dict[str, Any]) -> None:
    claim["relations"] = [relation("c0")] if number else []


def _alike(number: int, claim: dict[str, Any]) -> None:
    claim["statement"] = "The same is said here by everyone, again and again."


def _nearly_alike(number: int, claim: dict[str, Any]) -> None:
    words = [f"w{chr(97 + number // 26**place % 26)}" for place in range(4)]
    claim["statement"] = " ".join(["much the same is said here by everyone, again", *words])


def _refined(number: int, claim: dict[str, Any]) -> None:
    claim["relations"] = [relation(f"c{number - 1}", "refines")] if number else []


STORES: dict[str, Callable[[], Tables]] = {
    "a chain of 5,000 affiliations": lambda: _chain(store(), "affiliation"),
    "a chain of 5,000 actors that are the same": lambda: _chain(store(), "same_as"),
    "2,000 rivals of one claim": lambda: with_claims(2000, _rivals),
    "2,000 claims set against one": lambda: with_claims(2000, _opposed),
    "3,000 claims that each refine the one before": lambda: with_claims(3000, _refined),
    "8,000 claims of one source, all alike": lambda: with_claims(8000, _alike),
    "8,000 claims of one source, nearly alike": lambda: with_claims(8000, _nearly_alike),
}


@pytest.mark.slow
@pytest.mark.parametrize("name", STORES)
def test_records_that_have_much_to_do_with_each_other_take_bounded_time_and_memory(
    tmp_path: Path, name: str
) -> None:
    path = tmp_path / "store.json"
    tables = STORES[name]()
    path.write_bytes(canonical(tables))
    ident = tables["claims"]["1"]["id"]
    group = "m4999" if "chain" in name else "lodz"
    for words in (
        ["list", "--count"], ["show", ident], ["check", "--count"], ["conflicts"],
        ["compare", "length-mid-2024"], ["list", "--with", group, "--count"],
        ["set", ident, "note=Curator: x."], ["undo"], ["list", "--no-index", "--count"],
    ):  # fmt: skip
        used = Usage(path, *words)
        assert used.code in (0, 1, 4), (words, used.error)
        assert used.megabytes < 300, (words, used.megabytes)
        assert used.seconds < 45, (words, used.seconds)


def test_a_claim_is_said_to_be_like_one_earlier_claim(tmp_path: Path) -> None:
    path = tmp_path / "store.json"
    path.write_bytes(canonical(with_claims(50, _alike)))
    with closing(open_store(path)) as found:
        pairs = list(find_duplicates(found.database))
    assert pairs == [("c0", f"c{number}") for number in range(1, 50)]


def test_a_group_with_more_members_than_can_be_asked_for_is_one_sentence(tmp_path: Path) -> None:
    path = tmp_path / "store.json"
    tables = _chain(store(), "affiliation", 50)
    path.write_bytes(canonical(tables))
    with closing(open_store(path)) as found:
        found.database.connection.setlimit(9, 20)  # SQLITE_LIMIT_VARIABLE_NUMBER
        with pytest.raises(UsageError, match="narrow the question"):
            found.find(Query(with_group="m49"))
        assert len(found.find(Query(with_group="m3")))


# Texts of any length in messages.


def _set(table: str, field: str, value: Any) -> Callable[[Tables], None]:
    def change(tables: Tables) -> None:
        tables[table]["1"][field] = value

    return change


def _log(**fields: Any) -> Callable[[Tables], None]:
    entry = {
        "seq": 1, "at": "2025-01-01T00:00:00Z", "by": "me", "op": "set", "table": "claims",
        "id": "bfirst", "was": {"note": None}, "number": None, "why": None,
    }  # fmt: skip
    return lambda tables: tables["log"].update({"1": entry | fields})


def _twice(tables: Tables) -> None:
    tables["topics"] |= {str(number): tables["topics"]["1"] for number in (8, 9)}


LONG: dict[str, Callable[[Tables], None]] = {
    "a table": lambda tables: tables.update({MEGABYTE: {}}),
    "a record number": lambda tables: tables["topics"].update({MEGABYTE: {}}),
    "a record number of digits": lambda tables: tables["topics"].update({"9" * 1_000_000: {}}),
    "a field of a claim": _set("claims", MEGABYTE, 1),
    "a field of a topic": _set("topics", MEGABYTE, 1),
    "a field of a figure": _set("claims", "quantity", {MEGABYTE: 1}),
    **{
        f"the id of a record of {table}": _set(table, "id", MEGABYTE)
        for table in ("topics", "actors", "sources", "questions", "claims")
    },
    **{
        f"claims.{field}": _set("claims", field, value)
        for field, value in {
            "topics": [MEGABYTE], "source": MEGABYTE, "question": MEGABYTE, "date": MEGABYTE,
            "status": MEGABYTE, "kind": MEGABYTE, "quantity": bridge.metres("9" * 1_000_000),
            "actors": [{"id": MEGABYTE, "role": "agent"}],
            "attribution": [bridge.hop(MEGABYTE, "said")], "relations": [relation(MEGABYTE)],
            "locator": {"paragraph": int("9" * 90), "sha256": MEGABYTE},
        }.items()
    },
    "actors.affiliation": _set("actors", "affiliation", [MEGABYTE]),
    "actors.kind": _set("actors", "kind", MEGABYTE),
    "sources.issued": _set("sources", "issued", MEGABYTE),
    "a log's table": _log(table=MEGABYTE),
    "a log's id": _log(id=MEGABYTE),
    "a log's field": _log(was={MEGABYTE: None}),
    "a log's time": _log(at=MEGABYTE),
    "an id that stands twice": _twice,
}  # fmt: skip
COMMANDS = (
    ["list"], ["show", "bfirst"], ["log", "bfirst"], ["check"], ["undo", "--dry-run"],
    ["list", "--recorded-by", "2024"], ["set", "bfirst", "note=Curator: x.", "--dry-run"],
)  # fmt: skip


@pytest.mark.parametrize("name", LONG)
@pytest.mark.parametrize("dump", [canonical, pytest.param(indented, marks=pytest.mark.slow)])
def test_a_message_repeats_no_long_text_of_a_store(
    cli: Cli, tmp_path: Path, name: str, dump: Callable[[Tables], bytes]
) -> None:
    path = tmp_path / "store.json"
    tables = store()
    LONG[name](tables)
    path.write_bytes((indented if "number" in name else dump)(tables))
    for words in COMMANDS:
        done = cli("--store", str(path), *words)
        assert done.code in (0, 1, 2, 3, 4), (words, done.err[:2000])
        assert max(map(len, done.err.split("\n"))) < 1500
        if words == ["check"]:
            assert len(done.out) < 100_000


ARGUMENTS = (
    [ARGUMENT], ["topic", ARGUMENT], ["show", ARGUMENT], ["list", "--actor", ARGUMENT],
    ["list", "--date", ARGUMENT], ["list", "--value", ARGUMENT], ["list", "--kind", ARGUMENT],
    ["search", ARGUMENT], ["list", "--match", ARGUMENT], ["list", "--fields", ARGUMENT],
    ["list", "--sort", ARGUMENT], ["list", "--format", ARGUMENT], ["log", ARGUMENT],
    ["list", f"--{ARGUMENT}"], ["compare", ARGUMENT], ["total", ARGUMENT], ["schema", ARGUMENT],
    ["set", "bfirst", f"{ARGUMENT}=1"], ["set", "bfirst", f"kind={ARGUMENT}"],
    ["check", "--explain", ARGUMENT], ["import", ARGUMENT[:200]], ["--store", ARGUMENT, "list"],
)  # fmt: skip


@pytest.mark.parametrize("words", ARGUMENTS, ids=[" ".join(w)[:20] for w in ARGUMENTS])
def test_a_message_repeats_no_long_argument(cli: Cli, words: list[str]) -> None:
    done = cli(*words)
    assert done.code in (0, 1, 2, 3, 4)
    assert max(map(len, done.err.split("\n"))) < 1500


def test_an_answer_of_batch_repeats_no_long_text(bridge_path: Path) -> None:
    lines = [json.dumps({"topic": MEGABYTE}), json.dumps({MEGABYTE: 1}), MEGABYTE]
    done = spawn("--store", str(bridge_path), "batch", input="\n".join(lines).encode())
    assert done.returncode == 1
    answers = done.stdout.splitlines()
    assert len(answers) == 3
    assert max(map(len, answers)) < 1500
