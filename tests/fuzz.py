"""Fuzz the loader, the importer and the query parsers: ``python tests/fuzz.py SECONDS [SEED]``.

Bytes of a good store are cut, swapped, doubled and replaced; whatever comes out is a store or a
StoreError, and any text is a query or a UsageError. A crash prints the seed and the input, and
exits 1.
"""

from __future__ import annotations

import random
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import bridge

import factcli
from factcli.errors import FactcliError
from factcli.importing import parse
from factcli.opening import open_store
from factcli.query import Query

SEEDS = [
    bridge.canonical(bridge.TABLES).encode(),
    bridge.canonical(bridge.clean()).encode(),
    b'{"meta": {}, "claims": {}}',
]
TOKENS = [b"null", b"NaN", b"1e999", b"\\ud800", b"{", b"}", b"[", b"]", b'"', b",", b":", b"\x00",
          b"\xff", b"\xef\xbb\xbf", b"-1", b"9" * 400, b'"a"' * 3,
          b"2024-13", b"../..", b"[[[[", b'"01"', b"true", b"\\u0000", b"\\u202e"]  # fmt: skip
LETTERS = "abzé0123456789-./X~?%<>=, \"'()*:\u202e\x1b\ud800"


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


def _attempts(
    place: Path, good: factcli.Store, data: bytes, words: list[str], chance: random.Random
) -> list[Callable[[], object]]:
    return [
        lambda: len(open_store(place).find()),
        lambda: parse(data, chance.choice(["json", "jsonl", "csv"]), "claims", {}, "fuzz"),
        lambda: good.find(Query(date=words[0], value=words[1], match=words[2])),
        lambda: good.find(Query(search=words[3], since=words[4], as_of=words[5])),
        lambda: good.find(Query(actor=words[6], topic=words[7])),
    ]


def main(seconds: float, seed: int) -> int:
    chance = random.Random(seed)
    end = time.monotonic() + seconds
    place = Path(tempfile.mkdtemp()) / "store.json"
    place.write_bytes(SEEDS[0])
    good = factcli.open_store(place)
    rounds = 0
    while time.monotonic() < end:
        data, words = mutated(chance.choice(SEEDS), chance), [text(chance) for _ in range(8)]
        place.write_bytes(data)
        attempts = _attempts(place, good, data, words, chance)
        for attempt in attempts:
            try:
                attempt()
            except FactcliError:
                pass
            except Exception as error:
                print(f"seed {seed}, round {rounds}: {type(error).__name__}: {error}")
                print(f"{data!r}\n{words!r}")
                return 1
        rounds += 1
    print(f"{rounds} rounds from seed {seed}, no crash")
    return 0


if __name__ == "__main__":
    sys.exit(
        main(float(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else time.time_ns() % 2**32)
    )
