"""What a lookup costs as the store grows: ``python bench/scale.py [CLAIMS…]``, by default 1000
10000 100000.

Each question is asked of factcli (with its index, with ``--no-index``, and of the shipped
store), of jq, TinyDB as it comes, DuckDB and sqlite-utils where they are installed, and of the
``sqlite3`` program on factcli's own index: each in a process of its own, by turns, with a warm
cache. Time is the median of the runs, memory the largest process. The engines' answers differ in
form, not in the claims found among active ones. Indexing is measured by itself, in plain
streaming passes: reading the store line by line and decoding four fields of each claim.
"""

from __future__ import annotations

import json
import os
import random
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
SHIPPED = str(Path(__file__).parent.parent / "data" / "facts.json")
LARGEST = {"jq": 10**7, "TinyDB": 10**7, "sqlite-utils": 10**4, "DuckDB": 10**7}
"""The largest store that each is asked of: beyond, minutes tell nothing more."""

PASS = """
import sys, msgspec
class Actor(msgspec.Struct): id: str
class Claim(msgspec.Struct): topics: list[str]; actors: list[Actor]; date: str | None; status: str
decode = msgspec.json.Decoder(Claim).decode
with open(sys.argv[1], "rb") as stream:
    claims = (line[line.index(b"{"):].rstrip(b",\\n") for line in stream if b'"statement"' in line)
    print(sum("topic-3" in decode(claim).topics for claim in claims))
"""
TINYDB = (
    "import json, sys; from tinydb import TinyDB, where;"
    " print(json.dumps(TinyDB(sys.argv[1], access_mode='r').table('claims').search({})))"
)
RECORD = "c.description || c.standing || c.state || c.note"
LINKED = (
    "FROM claim_{0} p CROSS JOIN claim c ON c.n = p.n WHERE p.{0} = '{1}' AND p.hidden = 0{2}"
    " ORDER BY p.first, p.last, p.n"
)
QUACK = (
    "SELECT to_json(c) FROM read_json('{}', format = 'newline_delimited', sample_size ="
    " -1) c WHERE {}"
)

Engines = dict[str, list[str]]


def questions(store: str, claims: int, index: str) -> dict[str, Engines]:
    """The words of each engine's command, by question."""
    known, who = ident(claims // 2), f"actor-{max(20, claims // 100) // 3}"
    asked = {
        "selective": (["list", "--actor", who, "--since", "2010", "--until", "2014"],
                      ["list", "--actor", "william-ruto", "--since", "2024", "--until", "2025"]),
        "two filters": (["list", "--topic", "topic-3", "--actor", who],
                        ["list", "--topic", "deployments", "--actor", "william-ruto"]),
        "one id": (["show", known], ["show", "hhbrgk"]),
        "count": (["list", "--topic", "topic-3", "--count"],
                  ["list", "--topic", "deployments", "--count"]),
        "free text": (["search", "calen quinode", "--limit", "20"],
                      ["search", "police haiti", "--limit", "20"]),
        "listing": (["list", "--topic", "topic-3", "--format", "jsonl"],
                    ["list", "--topic", "deployments", "--format", "jsonl"]),
        "every claim": (["list", "--format", "jsonl"], ["list", "--format", "jsonl"]),
    }  # fmt: skip
    found: dict[str, Engines] = {}
    for name, (words, shipped) in asked.items():
        found[name] = {
            "factcli": [*FACTCLI, store, *words],
            "factcli, shipped store": [*FACTCLI, SHIPPED, *shipped],
            "factcli --no-index": [*FACTCLI, store, *words, "--no-index"],
        }
    in_years = " AND p.first < 735720 AND p.last > 733894"  # days from 0000-03-01: 2010 to 2014
    sql = {
        "selective": f"SELECT {RECORD} {LINKED.format('actor', who, in_years)}",
        "one id": f"SELECT {RECORD} FROM claim c WHERE id = '{known}'",
        "count": "SELECT count(*) FROM claim_topic WHERE topic = 'topic-3' AND hidden = 0",
        "listing": f"SELECT {RECORD} {LINKED.format('topic', 'topic-3', '')}",
        "every claim": f"SELECT {RECORD} FROM claim c WHERE hidden = 0 ORDER BY first, last, n",
    }
    for name, statement in sql.items():
        found[name]["sqlite3 on that index"] = ["sqlite3", f"file:{index}?mode=ro", statement]
    tests = {
        "selective": "where('date').test(lambda d: bool(d) and '2010' <= d[:4] <= '2014') &"
        f" where('actors').any(where('id') == '{who}')",
        "one id": f"where('id') == '{known}'",
        "count": "where('topics').any(['topic-3'])",
    }
    for name, test in tests.items():
        found[name]["TinyDB"] = [sys.executable, "-c", TINYDB.replace("{}", test), store]
    jq = {
        "selective": '[.claims[] | select((.date // "")[:4] as $y | $y >= "2010" and $y <= "2014")'
        ' | select([.actors[].id] | index("WHO"))]'.replace("WHO", who),
        "one id": f'.claims[] | select(.id == "{known}")',
        "count": '[.claims[] | select(.topics | index("topic-3"))] | length',
    }
    for name, program in jq.items():
        found[name]["jq"] = ["jq", "-c", program, store]
    rows = f"{store}.ndjson"
    duck = {
        "selective": "date[1:4] BETWEEN '2010' AND '2014' AND list_contains([a.id FOR a IN actors],"
        f" '{who}')",
        "one id": f"id = '{known}'",
        "listing": "list_contains(topics, 'topic-3')",
    }
    for name, wheres in duck.items():
        found[name]["DuckDB"] = ["duckdb", "-noheader", "-list", "-c", QUACK.format(rows, wheres)]
    found["one id"]["sqlite-utils"] = [
        "sqlite-utils",
        "memory",
        f"{rows}:nl",
        f"SELECT * FROM t WHERE id = '{known}'",
    ]
    return found


def measured(words: list[str]) -> tuple[float, float]:
    """Seconds and peak megabytes of one run."""
    begun = time.perf_counter()
    process = subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    assert process.returncode == 0, words
    return time.perf_counter() - begun, usage.ru_maxrss / 1024


def row(
    claims: int,
    question: str,
    engine: str,
    found: tuple[float, float],
    ratio: float | None,
    unit: str = "",
) -> None:
    seconds, megabytes = found
    compared = (
        "" if ratio is None else f"{ratio:.2f}{unit}" if ratio < 10 else f"{ratio:,.0f}{unit}"
    )
    memory = f"{megabytes:.0f}" if megabytes else ""  # not measured
    print(
        f"| {claims:,} | {question} | {engine} | {seconds * 1000:,.0f} | {memory} | {compared} |",
        flush=True,
    )


def indexing(store: Path, claims: int) -> str:
    """Measure building and renewing the index; where it is."""
    pairs = [
        (
            measured([sys.executable, "-c", PASS, str(store)])[0],
            measured([*FACTCLI, str(store), "index", "--rebuild"]),
        )
        for _ in range(3)
    ]
    passes = statistics.median(one for one, _ in pairs)
    row(claims, "one streaming pass", "Python", (passes, 0), None)
    built = (
        statistics.median(seconds for _, (seconds, _) in pairs),
        max(peak for _, (_, peak) in pairs),
    )
    row(claims, "building the index", "factcli", built, built[0] / passes, " passes")
    time.sleep(
        2.5
    )  # past the clock's grain, from where on the index is trusted by the store's stat
    subprocess.run([sys.executable, __file__, "edit", str(store)], check=True)
    time.sleep(2.5)
    renewed = measured([*FACTCLI, str(store), "list", "--topic", "topic-3", "--count"])
    row(
        claims,
        "100 records edited: the next lookup",
        "factcli",
        renewed,
        renewed[0] / passes,
        " passes",
    )
    shown = subprocess.run(
        [*FACTCLI, str(store), "index", "--json"], capture_output=True, check=True
    )
    place: str = json.loads(shown.stdout)[0]["path"]
    return place


def edit(store: str) -> None:
    """Change a hundred claims, as an editor would."""
    with open(store, "rb") as stream:
        lines = stream.readlines()
    of_claims = [at for at, line in enumerate(lines) if b'"statement"' in line]
    for at in random.Random(7).sample(of_claims, 100):
        lines[at] = lines[at].replace(b'"statement":"', b'"statement":"Edited. ', 1)
    with open(store, "wb") as stream:
        stream.writelines(lines)


def batch(store: str, claims: int, place: Path) -> None:
    """Measure many queries at once."""
    chance = random.Random(7)
    count = max(20, claims // 100)
    queries = place / "queries"
    years = [chance.randint(1990, 2024) for _ in range(2000)]
    queries.write_text("".join(json.dumps({"actor": f"actor-{chance.randrange(count)}",
        "since": str(y), "until": str(y + 1), "limit": 20}) + "\n" for y in years))  # fmt: skip
    begun = time.perf_counter()
    with open(queries, "rb") as stream:
        subprocess.run(
            [*FACTCLI, store, "batch"], stdin=stream, stdout=subprocess.DEVNULL, check=True
        )
    print(
        f"| {claims:,} | batch of 2,000 | factcli |"
        f" {2000 / (time.perf_counter() - begun):,.0f} a second | | |",
        flush=True,
    )


def main(sizes: list[int], runs: Callable[[int], int]) -> None:
    place = Path(tempfile.mkdtemp(dir=os.environ.get("BENCH_DIR")))
    os.environ["XDG_CACHE_HOME"] = str(place / "cache")
    print(
        "| claims | question | engine | ms | MB | × factcli |\n| ---: | --- | --- | ---: |"
        " ---: | ---: |"
    )
    for claims in sizes:
        store = place / "store.json"
        with open(store, "wb") as stream:
            write_store(stream, claims, seed=7)
        index = indexing(store, claims)
        with open(store, "rb") as stream, open(f"{store}.ndjson", "wb") as rows:
            rows.writelines(
                line[line.index(b"{") :].rstrip(b",\n") + b"\n"
                for line in stream
                if b'"statement"' in line
            )
        batch(str(store), claims, place)
        for name, engines in questions(str(store), claims, index).items():
            ways = {
                e: words
                for e, words in engines.items()
                if shutil.which(words[0]) and claims <= LARGEST.get(e, claims)
            }
            times: dict[str, list[tuple[float, float]]] = {engine: [] for engine in ways}
            for words in (
                ways.values()
                if claims <= 100_000
                else [ways["factcli"], ways["factcli, shipped store"]]
            ):
                measured(words)  # a warm cache
            for _ in range(runs(claims)):
                for engine, words in ways.items():
                    slow = claims > 100_000 and (
                        engine in ("jq", "TinyDB")
                        or (name in ("free text", "every claim") and engine == "factcli --no-index")
                    )
                    if not slow or not times[engine]:
                        times[engine].append(measured(words))
                    if slow:
                        measured(ways["factcli"])  # gigabytes in memory empty the cache
            ours = statistics.median(seconds for seconds, _ in times["factcli"])
            for engine, found in times.items():
                middle = statistics.median(seconds for seconds, _ in found)
                row(claims, name, engine, (middle, max(peak for _, peak in found)), middle / ours)
    shutil.rmtree(place)


if __name__ == "__main__" and sys.argv[1:2] == ["edit"]:  # a process of its own, which may be large
    edit(sys.argv[2])
elif __name__ == "__main__":
    main(
        [int(word) for word in sys.argv[1:]] or [1000, 10_000, 100_000],
        lambda claims: 9 if claims <= 10_000 else 5 if claims <= 100_000 else 3,
    )
