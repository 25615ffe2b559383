"""What a lookup costs as the store grows: ``python bench/scale.py [CLAIMS…]``, by default 1000 10000 100000.

Each question is asked of factcli (with its index, and with ``--no-index``), of jq and of TinyDB as it comes, each in a process of its
own, by turns; time is the median of the runs, memory the largest. The engines' answers differ in form, not in the claims found
among active ones. The index is built before, and timed by itself.
"""

from __future__ import annotations

import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from generate import ident, write_store

FACTCLI = [sys.executable, "-m", "factcli", "--store"]
TINYDB = (
    "import json, sys; from tinydb import TinyDB, where;"
    "print(json.dumps(TinyDB(sys.argv[1], access_mode='r').table('claims').search(where('topics').any(['topic-3']) & where('actors').any(where('id') == 'actor-5'))))"
)
JQ = '[.claims[] | select((.topics | index("topic-3")) and ([.actors[].id] | index("actor-5")))]'


def questions(store: str, claims: int) -> dict[str, dict[str, list[str]]]:
    """The words of each engine's command, by question."""
    known = ident(claims // 2)
    selective = ["list", "--topic", "topic-3", "--actor", "actor-5"]
    asked = {
        "selective": selective,
        "one id": ["show", known],
        "free text": ["search", "barward calen", "--limit", "20"],
        "count of a topic": ["list", "--topic", "topic-3", "--count"],
        "listing of a topic": ["list", "--topic", "topic-3", "--format", "jsonl"],
    }
    found = {
        name: {"factcli": [*FACTCLI, store, *words], "factcli --no-index": [*FACTCLI, store, *words, "--no-index"]}
        for name, words in asked.items()
    }
    found["selective"] |= {"jq": ["jq", "-c", JQ, store], "TinyDB": [sys.executable, "-c", TINYDB, store]}
    found["one id"] |= {"jq": ["jq", "-c", f'.claims[] | select(.id == "{known}")', store]}
    return found


def measured(words: list[str]) -> tuple[float, float]:
    """Seconds and peak megabytes of one run."""
    begun = time.perf_counter()
    process = subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    assert process.returncode == 0, words
    return time.perf_counter() - begun, usage.ru_maxrss / 1024


def main(sizes: list[int], runs: Callable[[int], int]) -> None:
    place = Path(tempfile.mkdtemp())
    os.environ["XDG_CACHE_HOME"] = str(place / "cache")
    print("| claims | question | engine | ms | MB | × factcli |\n| ---: | --- | --- | ---: | ---: | ---: |")
    for claims in sizes:
        store = place / "store.json"
        with open(store, "wb") as stream:
            write_store(stream, claims, seed=7)
        seconds, megabytes = measured([*FACTCLI, str(store), "index", "--rebuild"])
        print(f"| {claims:,} | building the index | factcli | {seconds * 1000:,.0f} | {megabytes:.0f} | |")
        time.sleep(2.5)  # past the clock's grain, from where on the index is trusted by the store's stat
        for name, engines in questions(str(store), claims).items():
            ways = {engine: words for engine, words in engines.items() if shutil.which(words[0])}
            times: dict[str, list[tuple[float, float]]] = {engine: [] for engine in ways}
            measured(ways["factcli"])
            for _ in range(runs(claims)):
                for engine, words in ways.items():
                    times[engine].append(measured(words))
            for engine, found in times.items():
                ratio = statistics.median(one[0] / other[0] for one, other in zip(found, times["factcli"], strict=True))
                middle, peak = statistics.median(one[0] for one in found), max(one[1] for one in found)
                print(
                    f"| {claims:,} | {name} | {engine} | {middle * 1000:,.0f} | {peak:.0f} | {ratio:.1f} |", flush=True
                )
    shutil.rmtree(place)


if __name__ == "__main__":
    main(
        [int(word) for word in sys.argv[1:]] or [1000, 10_000, 100_000],
        lambda claims: 5 if claims <= 10_000 else 3 if claims <= 100_000 else 1,
    )
