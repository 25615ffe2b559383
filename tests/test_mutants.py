"""A store with a slip in its file: the same answer, or the same sentence, however it is read.

Its database may be in memory, in a temporary file, in a new cache, or in the cache of the store
before the slip; and the same records may be laid out in another way.
"""

from __future__ import annotations

import json
import os
import random
import re
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from chance import LAYOUTS, Tables, canonical, rich_store

from factcli.database import cache
from factcli.encoding import encode
from factcli.errors import FactcliError, StoreError
from factcli.model import TABLES
from factcli.opening import Store, open_store
from factcli.query import Query

QUERIES = (
    Query(status="any"), Query(topic="works", date="2024"), Query(search="crane"),
    Query(actor="jana-oneil", strict=True), Query(value=">100"), Query(with_group="region"),
)  # fmt: skip
COUNT = int(os.environ.get("FACTCLI_MUTANTS", "1500"))
PARTS = 10


def base(seed: int) -> Tables:
    """A store of chance with a log that fits it."""
    tables = rich_store(seed, 8)
    claims = list(tables["claims"].values())
    for seq in range(1, 5):
        claim = claims[seq % len(claims)]
        tables["log"][str(seq)] = {
            "seq": seq, "at": f"2025-0{seq}-01T00:00:00.000000Z", "by": "me", "op": "set",
            "table": "claims", "id": claim["id"], "was": {"note": f"Earlier {seq}."},
            "number": None, "why": None,
        }  # fmt: skip
    return tables


# Slips.

Slip = Callable[[list[bytes], random.Random], None]


def _at(lines: list[bytes], chance: random.Random) -> int:
    lines[:] = lines or [b""]
    return chance.randrange(len(lines))


def _number(lines: list[bytes], chance: random.Random, value: bytes) -> None:
    """Give a record another number."""
    places = [at for at, line in enumerate(lines) if re.match(rb'\s*"\d+"', line)]
    if places:
        at = chance.choice(places)
        lines[at] = re.sub(rb'"\d+"', lambda _: b'"' + value + b'"', lines[at], count=1)


def _cut(lines: list[bytes], chance: random.Random) -> None:
    del lines[_at(lines, chance)]


def _cut_short(lines: list[bytes], chance: random.Random) -> None:
    at = _at(lines, chance)
    lines[at] = lines[at][: chance.randrange(len(lines[at]) + 1)]


def _end(lines: list[bytes], chance: random.Random) -> None:
    del lines[_at(lines, chance) :]


def _double(lines: list[bytes], chance: random.Random) -> None:
    at = _at(lines, chance)
    lines.insert(chance.choice([at, _at(lines, chance)]), lines[at])


def _join(lines: list[bytes], chance: random.Random) -> None:
    at = _at(lines, chance)
    lines[at : at + 2] = [chance.choice([b"", b" "]).join(lines[at : at + 2])]


def _swap(lines: list[bytes], chance: random.Random) -> None:
    one, other = _at(lines, chance), _at(lines, chance)
    lines[one], lines[other] = lines[other], lines[one]


def _blank(lines: list[bytes], chance: random.Random) -> None:
    lines.insert(_at(lines, chance), chance.choice([b"", b" ", b"\t", b"\r", b"\x0b", b"\xc2\xa0"]))


def _markers(lines: list[bytes], chance: random.Random) -> None:
    """A merge that was not finished: sometimes only one of its markers is left."""
    at = _at(lines, chance)
    mine = lines[at]
    theirs = mine.replace(b"crane", b"crate").replace(b"null", b'"x"', 1)
    whole = [b"<<<<<<< HEAD", mine, b"=======", theirs, b">>>>>>> theirs"]
    lines[at : at + 1] = chance.choice([whole, whole[:2], whole[1:3], whole[3:], whole[1:4]])


def _both_sides(lines: list[bytes], chance: random.Random) -> None:
    """Both sides of a merge, without its markers: a number or an id stands twice."""
    at = _at(lines, chance)
    lines.insert(at, lines[at].replace(b"crane", b"crate").replace(b'"c', b'"d', 1))


def _crlf(lines: list[bytes], chance: random.Random) -> None:
    lines[:] = [line + b"\r" if chance.random() < chance.choice([0.1, 1]) else line
                for line in lines]  # fmt: skip


def _odd_number(lines: list[bytes], chance: random.Random) -> None:
    odd = (b"0", b"01", b"-1", b"+1", b"1.0", b"1e3", b"1_0", b"x", b"", b" 1", b"1 ", b"\\u0031",
           "²".encode(), "١".encode(), b"0x1", b"null", b"true")  # fmt: skip
    _number(lines, chance, chance.choice(odd))


def _long_number(lines: list[bytes], chance: random.Random) -> None:
    _number(lines, chance, b"9" * chance.choice([14, 15, 16, 17, 18, 19, 20, 40, 100, 5000]))


def _same_number(lines: list[bytes], chance: random.Random) -> None:
    _number(lines, chance, str(chance.randrange(1, 9)).encode())


def _same_id(lines: list[bytes], chance: random.Random) -> None:
    ids = re.findall(rb'"id":\s?"[^"]*"', b"\n".join(lines))
    places = [at for at, line in enumerate(lines) if b'"id":' in line]
    if ids and places:
        at, other = chance.choice(places), chance.choice(ids)
        lines[at] = re.sub(rb'"id":\s?"[^"]*"', lambda _: other, lines[at], count=1)


def _long_digits(lines: list[bytes], chance: random.Random) -> None:
    digits = b"9" * chance.choice([15, 16, 17, 18, 19, 20, 30, 99, 100, 101, 4300, 4301])
    value = chance.choice([digits, b"-" + digits, digits + b".0", b"0." + digits, b"1e" + digits])
    _value(lines, chance, value)


def _value(lines: list[bytes], chance: random.Random, value: bytes) -> None:
    """Put a value in the place of a number, of null or of text."""
    places = [at for at, line in enumerate(lines) if re.search(rb":\s?(\d|null|\")", line)]
    if places:
        at = chance.choice(places)
        pattern = chance.choice([rb":\s?\d+(?=[,}\]\r\n])", rb":\s?null", rb':\s?"[^"\\]*"'])
        lines[at] = re.sub(pattern, lambda _: b":" + value, lines[at], count=1)


def _odd_value(lines: list[bytes], chance: random.Random) -> None:
    values = (b"NaN", b"-Infinity", b"1e999", b"-0", b"1.0", b"1e2", b"01", b"{}", b"[]", b"[[[]]]",
              b'"\\ud800"', b'"\\ud83d\\ude00"', b'"\x01"', b"'x'", b'"\xff"', b'""', b"tru",
              b'{"a":1,"a":2}', b"[" * 1200 + b"]" * 1200, b'{"a":' * 1200 + b"1" + b"}" * 1200,
              b'{"a":' * 400 + b"1" + b"}" * 400)  # fmt: skip
    _value(lines, chance, chance.choice(values))


def _key_twice(lines: list[bytes], chance: random.Random) -> None:
    at = _at(lines, chance)
    keys = re.findall(rb'"[a-z_]+":\s?(?:null|\d+|"[^"\\]*")', lines[at])
    if keys:
        lines[at] = lines[at].replace(keys[0], keys[0] + b"," + chance.choice(keys), 1)


def _bytes(lines: list[bytes], chance: random.Random) -> None:
    at = _at(lines, chance)
    place = chance.randrange(len(lines[at]) + 1)
    piece = chance.choice([b"\xff", b"\x00", b"\xef\xbb\xbf", b"\xc3", b"}", b"{", b'"', b"\\",
                           b",", b"]", b"[", b":", bytes([chance.randrange(256)])])  # fmt: skip
    lines[at] = lines[at][:place] + piece + lines[at][place + chance.randrange(2) :]


def _table(lines: list[bytes], chance: random.Random) -> None:
    """A table that is missing, that stands twice, or whose name is wrong."""
    names = [name.encode() for name in TABLES]
    at = next((at for at, line in enumerate(lines) if chance.choice(names) in line), 0)
    lines[at] = lines[at].replace(chance.choice(names), chance.choice([*names, b"verdicts"]), 1)


SLIPS: dict[str, Slip] = {
    "a line is cut": _cut, "a line is cut short": _cut_short, "the end is cut": _end,
    "a line is doubled": _double, "lines are joined": _join, "lines change places": _swap,
    "a line is blank": _blank, "conflict markers": _markers, "both sides of a merge": _both_sides,
    "CRLF": _crlf, "an odd number": _odd_number, "a long number": _long_number,
    "the same number": _same_number, "the same id": _same_id, "long digits": _long_digits,
    "an odd value": _odd_value, "a key twice": _key_twice, "odd bytes": _bytes, "a table": _table,
}  # fmt: skip


def mutants(seed: int, number: int) -> Iterator[tuple[str, Tables, bytes]]:
    """What slipped, the store before it, and the file after it."""
    chance = random.Random(seed)
    for _ in range(number):
        tables = base(chance.randrange(20))
        layout = chance.choice(["canonical"] * 6 + ["indented", "blank lines", "one line"])
        lines = LAYOUTS[layout](tables).split(b"\n")
        names = chance.choices(list(SLIPS), k=chance.choice([1, 1, 1, 2]))
        for name in names:
            SLIPS[name](lines, chance)
        yield f"{layout}: {', '.join(names)}", tables, b"\n".join(lines)


# Ways of reading.


def answers(store: Store) -> list[Any]:
    """What a store answers; an error of its log is an answer to what reads the log."""

    def tried(ask: Callable[..., Any], *given: str) -> Any:
        try:
            return ask(*given)
        except StoreError as error:
            return str(error)

    def then(when: str) -> list[str]:
        return list(store.recorded_by(when).find(QUERIES[0]).json())

    return [
        [(list(found.json()), found.left_out) for found in map(store.find, QUERIES)],
        [[encode(record) for record in store.table(kind).records()]
         for kind in ("meta", "topics", "actors", "sources", "questions", "series")],
        tried(lambda: [encode(entry) for entry in store.log()]),
        *(tried(then, when) for when in ("2024", "2025-02")),
    ]  # fmt: skip


def outcome(path: Path, keep: str) -> Any:
    """The answers of a store, or the sentence with which it is refused."""
    try:
        with closing(open_store(path, keep=keep, notice=pytest.fail)) as store:
            return answers(store)
    except FactcliError as error:
        assert error.exit_code == 3, error
        assert str(error).count("\n") == 0
        return str(error)


def outcomes(path: Path, before: Tables, data: bytes) -> dict[str, Any]:
    """What a file gives in each place; `before`: the store whose cache is there already."""
    found = {}
    path.write_bytes(canonical(before))
    open_store(path, keep="cache", notice=pytest.fail).close()
    path.write_bytes(data)
    found["a refreshed cache"] = outcome(path, "cache")
    found["the same cache again"] = outcome(path, "cache")
    cache.clear(str(path))
    for keep in ("cache", "memory", "temporary"):
        found[keep] = outcome(path, keep)
    assert path.read_bytes() == data
    return found


def other_layouts(data: bytes, chance: random.Random) -> Iterator[bytes]:
    """The same records, laid out in another way; of what is no JSON, other white space."""
    try:
        pairs = json.loads(data.decode("utf-8-sig"), object_pairs_hook=_Pairs, parse_float=_Literal,
                           parse_int=_Literal, parse_constant=_Literal)  # fmt: skip
        yield _written(pairs, chance.choice(["", " ", "\n"]), chance).encode()
    except (ValueError, RecursionError):
        pass
    if data.startswith(b"{\n"):
        yield b"{ \n" + data[2:]


class _Literal(str):
    """A number as it is written."""


class _Pairs(list[tuple[str, Any]]):
    """An object, whose keys may stand twice."""


def _written(value: Any, space: str, chance: random.Random) -> str:
    """Write JSON that was read as pairs, so that keys may stand twice."""
    if isinstance(value, _Literal):
        return value
    if isinstance(value, _Pairs):
        parts = (f"{json.dumps(key)}{space}:{_written(one, space, chance)}" for key, one in value)
        return "{" + f",{space}".join(parts) + "}"
    if isinstance(value, list):
        return "[" + f",{space}".join(_written(one, space, chance) for one in value) + "]"
    return json.dumps(value, ensure_ascii=chance.random() < 0.5)


def without_places(found: Any) -> Any:
    """An outcome, but for the lines, columns and bytes that it names."""
    return re.sub(r"\((line|byte) [^)]*\)", "", found) if isinstance(found, str) else found


def check(path: Path, number: int, seed: int) -> Counter[str]:
    """Compare what some mutants give in each place; how many were answered and refused."""
    chance = random.Random(seed)
    counts: Counter[str] = Counter()
    for name, before, data in mutants(seed, number):
        found = outcomes(path, before, data)
        expected = found.pop("memory")
        for place, one in found.items():
            assert one == expected, (name, place)
        for other in other_layouts(data, chance):
            path.write_bytes(other)
            one = outcome(path, chance.choice(["memory", "temporary"]))
            assert without_places(one) == without_places(expected), (name, "another layout")
        counts["refused" if isinstance(expected, str) else "answered"] += 1
    return counts


def test_a_mutant_gives_one_answer_or_one_sentence_however_it_is_read(tmp_path: Path) -> None:
    counts = check(tmp_path / "store.json", 60, seed=0)
    assert counts["refused"] > 20


@pytest.mark.slow
@pytest.mark.parametrize("part", range(1, PARTS + 1))
def test_very_many_mutants_give_one_answer_or_one_sentence(tmp_path: Path, part: int) -> None:
    counts = check(tmp_path / "store.json", COUNT // PARTS, seed=part)
    assert min(counts["refused"], counts["answered"]) > COUNT // PARTS // 20
