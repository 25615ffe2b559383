"""How long a safe write takes, beside TinyDB's own unsafe one: ``python bench/writes.py [CLAIMS]
[RUNS]``.

Both add one topic to a store of the same size, each in a process of its own, by turns; the ratio
is the median over pairs.
"""

from __future__ import annotations

import json
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from generate import write_store

TINYDB = (
    "import sys; from tinydb import TinyDB;"
    " TinyDB(sys.argv[1]).table('topics').insert({'id': 'x', 'title': 'X', 'about': ''})"
)


def main(claims: int, runs: int) -> None:
    place = Path(tempfile.mkdtemp())
    original, copy = place / "original.json", place / "copy.json"
    with open(original, "wb") as stream:
        write_store(stream, claims, seed=7)
    given = json.dumps({"id": "x", "title": "X"}).encode()
    ways = {
        "tinydb": [sys.executable, "-c", TINYDB, str(copy)],
        "factcli": [sys.executable, "-m", "factcli", "--store", str(copy), "topic", "add"],
    }
    times: dict[str, list[float]] = {name: [] for name in ways}
    for _ in range(runs):
        for name, words in ways.items():
            shutil.copy(original, copy)
            begun = time.perf_counter()
            subprocess.run(words, input=given, check=True, stdout=subprocess.DEVNULL)
            times[name].append(time.perf_counter() - begun)
    for name, found in times.items():
        print(f"{name}: {statistics.median(found) * 1000:.0f} ms")
    ratios = [ours / theirs for ours, theirs in zip(times["factcli"], times["tinydb"], strict=True)]
    print(f"ratio: {statistics.median(ratios):.2f} at {claims} claims, {runs} runs")
    shutil.rmtree(place)


if __name__ == "__main__":
    given = [int(word) for word in sys.argv[1:3]]
    main(*(given + [10_000, 7][len(given) :]))
