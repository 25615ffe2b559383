"""How long factcli takes to start, as multiples of bare Python in the same environment: ``python
bench/startup.py [RUNS]``.

Runs are interleaved; a ratio is the median over rounds. With ``--instructions``, instructions
are counted by valgrind instead of time, which repeats to a few thousandths, and held against the
limits below: exits 1 when one is passed.
"""

from __future__ import annotations

import os
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

PYTHON = sys.executable
FACTCLI = [PYTHON, "-m", "factcli"]
CACHE = tempfile.mkdtemp()
STORE = Path(__file__).parent.parent / "data" / "facts.json"

COMMANDS: dict[str, list[str]] = {
    "bare Python": [PYTHON, "-c", "pass"],
    "JSON lookup": [*FACTCLI, "deployments"],
    "table": [*FACTCLI, "deployments", "--format", "table"],
    "search": [*FACTCLI, "search", "haiti"],
    "show": [*FACTCLI, "show", "hhbrgk", "--format", "table"],
    "--version": [*FACTCLI, "--version"],
    "--help": [*FACTCLI, "--help"],
    "completion": FACTCLI,
    "plain program, JSON": [PYTHON, str(Path(__file__).parent / "plain.py"), "deployments"],
    "plain program, table": [
        PYTHON,
        str(Path(__file__).parent / "plain.py"),
        "deployments",
        "--table",
    ],
}
OTHERS = {
    "jq": ["jq", "-c", '.claims[] | select(.topics | index("deployments"))', str(STORE)],
    "sqlite-utils": ["sqlite-utils", "--version"],
}
LIMITS = {
    "JSON lookup": 2.2,
    "table": 11.9,
    "search": 3.3,
    "show": 9.7,
    "--version": 1.6,
    "--help": 14.1,
    "completion": 9.5,
}
"""Of instructions, as multiples of bare Python's: what was measured, and a tenth on top."""


def environment(name: str) -> dict[str, str]:
    clean = {
        key: value for key, value in os.environ.items() if not key.startswith(("PYTHON", "FACTCLI"))
    }
    clean |= {"STORE": str(STORE), "FACTCLI_STORE": str(STORE), "XDG_CACHE_HOME": CACHE}
    if name == "completion":
        clean |= {
            "_FACTCLI_COMPLETE": "candidates_bash",
            "_FACTCLI_LINE": "factcli actor wil",
        }
    return clean


def seconds(name: str, words: list[str]) -> float:
    begun = time.perf_counter()
    subprocess.run(
        words,
        env=environment(name),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        check=False,
    )
    return time.perf_counter() - begun


def warm(commands: dict[str, list[str]]) -> None:
    """Compile what is not compiled yet, and index the store, past the clock's grain."""
    time.sleep(2.5)
    for name, words in commands.items():
        seconds(name, words)


def instructions(name: str, words: list[str]) -> float:
    done = subprocess.run(
        ["valgrind", "--tool=callgrind", f"--callgrind-out-file={os.devnull}", *words],
        env=environment(name) | {"PYTHONHASHSEED": "0"}, stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE, text=True, check=True,
    )  # fmt: skip
    found = re.search(r"Collected : (\d+)", done.stderr)
    assert found, done.stderr
    return float(found[1])


def timed(runs: int) -> None:
    commands = COMMANDS | {name: words for name, words in OTHERS.items() if shutil.which(words[0])}
    times: dict[str, list[float]] = {name: [] for name in commands}
    warm(commands)
    for _ in range(runs):
        for name, words in commands.items():
            times[name].append(seconds(name, words))
    bare = times["bare Python"]
    print(f"| {runs} runs | median ms | × bare Python |\n| --- | ---: | ---: |")
    for name, found in times.items():
        ratio = statistics.median(one / other for one, other in zip(found, bare, strict=True))
        print(f"| {name} | {statistics.median(found) * 1000:.0f} | {ratio:.1f} |")


def counted() -> int:
    warm(COMMANDS)
    bare = instructions("bare Python", COMMANDS["bare Python"])
    passed = 0
    for name, limit in LIMITS.items():
        ratio = instructions(name, COMMANDS[name]) / bare
        passed += ratio > limit
        print(
            f"{name}: {ratio:.1f} × bare Python's instructions, limit"
            f" {limit}{'  TOO MANY' if ratio > limit else ''}"
        )
    return 1 if passed else 0


if __name__ == "__main__":
    try:
        if "--instructions" in sys.argv:
            sys.exit(counted())
        timed(int(sys.argv[1]) if len(sys.argv) > 1 else 21)
    finally:
        shutil.rmtree(CACHE)
