"""Fuzz what reads from outside: ``python tests/fuzz.py SECONDS [SEED]``.

Bytes of a good store are cut, swapped, doubled and replaced; whatever comes out is a store or a
StoreError, and any text is a query or a UsageError. Stores with odd texts and odd logs, lines of
`batch`, half-typed words and damaged caches go through the command line: none ends in a fault, a
line of `batch` is answered by a line, a row of TSV and CSV is a row, and a damaged cache changes no
answer. A crash prints the seed and the input, and exits 1.
"""

from __future__ import annotations

import csv
import io
import json
import os
import random
import shlex
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from contextlib import closing
from pathlib import Path
from types import MappingProxyType
from typing import Any, NamedTuple

import bridge
import chance as stores

from factcli.cli import main as command_line
from factcli.database import cache
from factcli.errors import Damaged, FactcliError
from factcli.importing import parse
from factcli.opening import Store, open_store
from factcli.query import Query

SEEDS = [
    bridge.canonical(bridge.TABLES).encode(),
    bridge.canonical(bridge.clean()).encode(),
    b'{"meta": {}, "claims": {}}',
]
TOKENS = [b"null", b"NaN", b"1e999", b"\\ud800", b"{", b"}", b"[", b"]", b'"', b",", b":", b"\x00",
          b"\xff", b"\xef\xbb\xbf", b"-1", b"9" * 400, b'"a"' * 3, b"[" * 1500, b'{"a":' * 1500,
          b"2024-13", b"../..", b"[[[[", b'"01"', b"true", b"\\u0000", b"\\u202e"]  # fmt: skip
LETTERS = "abzé0123456789-./X~?%<>=, \"'()*:\u202e\x1b\ud800"
TEXTS = ["$(touch x)", "`touch x`", "'; touch x; '", '"=1+1', "=1+1", "+1", "@x", "\t=1", "a\tb",
         "[/usr/bin]", "[sic]", "a\nb", "a\r\nb", '"', "'", "\\", "%s", "{}", "\x1b[31m", "\u2028",
         "\u202e", "\xad", "\\x0a", "$HOME", "!!", "a:b", "#", "-x", "~", "é" * 300]  # fmt: skip
LOG = {
    "seq": 1, "at": "2025-01-01T00:00:00Z", "by": "me", "op": "set", "table": "claims",
    "id": "bfirst", "was": {"note": None}, "number": None, "why": None,
}  # fmt: skip
LOGGED: dict[str, list[Any]] = {
    "seq": [0, -1, 2, 7, 2**63, 10**40, None, "1"],
    "at": ["9999-12-31T23:59:59.999999Z", "0000-00-00T00:00:00Z", "2025-13-45T99:99:99Z", "today",
           "2100-01-01T00:00:00Z", "", None],
    "op": ["add", "remove", "undo", "set", "burn"],
    "table": ["topics", "meta", "log", "actors", "nothing", ""],
    "id": ["meta", "nobody", "", "works", "bfirst", "x" * 300],
    "was": [None, {}, {"id": "other"}, {"statement": 1}, {"nothing": 1}, {"topics": []}, [],
            {"title": "Was"}, {"was": [[[[]]]]}],
    "number": [0, -1, 1, 10**15, 2**63, 10**40],
}  # fmt: skip
COMPLETED = ["", "top", "topic ", "topic w", "actor ", "show ", "show b", "list --topic ",
             "list --actor works,", "list --source ", "compare ", "total ", "log "]  # fmt: skip


def mutated(data: bytes, chance: random.Random) -> bytes:
    """A few random changes."""
    for _ in range(chance.randint(1, 6)):
        at, to = sorted(chance.choices(range(len(data) + 1), k=2))
        to = min(to, at + chance.choice([0, 1, 4, 40, 4000]))
        piece = chance.choice(
            [b"", chance.choice(TOKENS), data[at:to] * 2, bytes(chance.choices(range(256), k=3))]
        )
        data = data[:at] + piece + data[to:]
    return data


def text(chance: random.Random) -> str:
    return "".join(chance.choices(LETTERS, k=chance.randint(0, 20)))


class Output(NamedTuple):
    code: int
    out: bytes
    err: bytes


def called(
    place: Path,
    *words: str,
    stdin: bytes = b"",
    environment: Mapping[str, str] = MappingProxyType({}),
) -> Output:
    """The command line in this process, on a store; a fault of factcli is an AssertionError."""
    sys.stdin = io.TextIOWrapper(io.BytesIO(stdin))
    os.environ.update(environment)
    kept = os.dup(1), os.dup(2)
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        os.dup2(out.fileno(), 1)
        os.dup2(err.fileno(), 2)
        try:
            code = command_line(["--store", str(place), *words])
            sys.stdout.flush()
        finally:
            for descriptor, former in enumerate(kept, 1):
                os.dup2(former, descriptor)
                os.close(former)
            for name in environment:
                del os.environ[name]
        out.seek(0)
        err.seek(0)
        done = Output(code, out.read(), err.read())
    assert done.code in (0, 1, 2, 3, 4), (words, done)
    assert b"Traceback" not in done.err, (words, done)
    return done


class Round:
    """One round of attempts: a place for stores, a good store, and chance."""

    def __init__(self, place: Path, good: Store, chance: random.Random) -> None:
        self.place, self.good, self.chance = place, good, chance
        self.odd = place.with_name("odd.json")
        self.data = mutated(chance.choice(SEEDS), chance)
        self.words = [text(chance) for _ in range(8)]

    def attempts(self) -> list[Callable[[], object]]:
        """What is tried with these inputs."""
        words, good = self.words, self.good
        form = self.chance.choice(["json", "jsonl", "csv"])
        everyday: list[Callable[[], object]] = [
            lambda: self.place.write_bytes(self.data),
            lambda: len(open_store(self.place).find()),
            lambda: parse(self.data, form, "claims", {}, "fuzz"),
            lambda: good.find(Query(date=words[0], value=words[1], match=words[2])),
            lambda: good.find(Query(search=words[3], since=words[4], as_of=words[5])),
            lambda: good.find(Query(actor=words[6], topic=words[7])),
        ]
        slower = [self.batch, self.rows, self.completion, self.log, self.cache]
        return [*everyday, self.chance.choice(slower)]

    def batch(self) -> None:
        """Each line is answered by a line of JSON, whatever it holds."""
        chance = self.chance
        queries = [{"topic": "works"}, {"date": text(chance)}, {"limit": 1}, {text(chance): 1}]
        lines = [json.dumps(one).encode() for one in chance.choices(queries, k=4)]
        lines = [mutated(one, chance) if chance.random() < 0.5 else one for one in lines]
        given = b"\n".join(lines)
        done = called(Path(str(self.good.path)), "batch", stdin=given)
        answers = done.out.split(b"\n")[:-1]
        assert len(answers) == sum(bool(one.strip()) for one in given.split(b"\n")), (given, done)
        assert all(isinstance(json.loads(one), dict) for one in answers), (given, done)

    def odd_texts(self) -> int:
        """Write a store whose texts are odd; how many claims it shows."""
        chance = self.chance
        tables = stores.rich_store(chance.randrange(9), 6)
        for name, field in (("claims", "statement"), ("topics", "title"), ("actors", "name"),
                            ("sources", "title"), ("questions", "text"), ("claims", "note"),
                            ("meta", "title")):  # fmt: skip
            for record in tables[name].values():
                words = chance.choices([*TEXTS, text(chance).replace("\ud800", "")], k=2)
                record[field] = "".join(words) or "x"
        self.odd.write_bytes(stores.canonical(tables))
        return len(tables["claims"])

    def rows(self) -> None:
        """Every row of TSV and CSV is a row, with as many cells as the header."""
        count = self.odd_texts()
        words = (
            "list",
            "--status",
            "any",
            "--fields",
            "id,statement,note,source.title",
            "--format",
        )
        tsv = called(self.odd, *words, "tsv").out.decode().split("\n")[:-1]
        assert [line.count("\t") for line in tsv] == [3] * (count + 1), tsv
        written = called(self.odd, *words, "csv").out.decode()
        assert [len(row) for row in csv.reader(io.StringIO(written))] == [4] * (count + 1), written

    def completion(self) -> None:
        """No text of a store, and nothing half typed, ends completion in a fault."""
        self.odd_texts()
        typed = self.chance.choice([*COMPLETED, text(self.chance)])
        line = f"factcli --store {shlex.quote(str(self.odd))} {typed}"
        for shell in ("bash", "zsh", "fish"):
            variables = {
                "_FACTCLI_COMPLETE": f"complete_{shell}",
                "_TYPER_COMPLETE_ARGS": line,
                "COMP_WORDS": line,
                "COMP_CWORD": str(len(line.split(" ")) - 1),
            }
            if "\0" not in line and "\ud800" not in line:  # which no environment holds
                called(self.odd, environment=variables)

    def log(self) -> None:
        """A log, however odd, ends nothing in a fault, and a dry run changes nothing."""
        chance = self.chance
        tables = {key: {str(n): one for n, one in enumerate(rows, 1)}
                  for key, rows in bridge.clean().items()}  # fmt: skip
        tables["log"] = {}
        for seq in range(1, chance.randint(2, 5)):
            entry = LOG | {"seq": seq}
            for name in chance.sample(list(LOGGED), k=chance.randint(0, 2)):
                entry[name] = chance.choice(LOGGED[name])
            tables["log"][str(seq)] = entry
        data = stores.canonical(tables)
        self.odd.write_bytes(mutated(data, chance) if chance.random() < 0.2 else data)
        before = self.odd.read_bytes()
        for words in (
            ["list"], ["log"], ["check"], ["undo", "--dry-run"], ["undo", "1", "--dry-run"],
            ["set", "bfirst", "note=Curator: x.", "--dry-run"], ["list", "--recorded-by", "2024"],
        ):  # fmt: skip
            called(self.odd, *words)
        assert self.odd.read_bytes() == before
        done = called(self.odd, "topic", "set", "works", "title=New")
        assert done.code == 0 or self.odd.read_bytes() == before, done
        assert done.code or called(self.odd, "list").code == 0, done

    def cache(self) -> None:
        """A damaged cache gives the same answer, or is found damaged."""
        self.odd.write_bytes(SEEDS[0])
        expected = _records(self.odd, "memory")
        assert _records(self.odd, "cache") == expected
        place = Path(cache.place_of(str(self.odd)))
        times = place.stat()
        place.write_bytes(mutated(place.read_bytes(), self.chance))
        os.utime(place, ns=(times.st_atime_ns, times.st_mtime_ns))
        try:
            assert _records(self.odd, "cache") == expected
        except Damaged as damage:
            cache.delete_damaged(damage)


def _records(place: Path, keep: str) -> list[str]:
    with closing(open_store(place, keep=keep)) as store:
        return list(store.find(Query(status="any")).json())


def main(seconds: float, seed: int) -> int:
    chance = random.Random(seed)
    end = time.monotonic() + seconds
    folder = Path(tempfile.mkdtemp())
    os.environ["XDG_CACHE_HOME"] = str(folder / "cache")
    place, clean = folder / "store.json", folder / "good.json"
    clean.write_bytes(SEEDS[0])
    good = open_store(clean)
    rounds = 0
    while time.monotonic() < end:
        one = Round(place, good, chance)
        for attempt in one.attempts():
            try:
                attempt()
            except FactcliError:
                pass
            except Exception as error:
                print(f"seed {seed}, round {rounds}: {type(error).__name__}: {error}")
                print(f"{one.data!r}\n{one.words!r}")
                return 1
        rounds += 1
    print(f"{rounds} rounds from seed {seed}, no crash")
    return 0


if __name__ == "__main__":
    sys.exit(
        main(float(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else time.time_ns() % 2**32)
    )
