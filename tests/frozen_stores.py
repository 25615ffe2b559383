"""The stores that the frozen command lines ask: one of 0.1.0, the others made when tests run.

They are the same each time.
"""

from __future__ import annotations

import copy
import json
import shutil
import sys
from pathlib import Path
from typing import Any

import bridge
from test_query import random_store

sys.path.insert(0, str(Path(__file__).parent.parent / "bench"))
from generate import write_store

FIXTURE = Path(__file__).parent / "frozen" / "facts-0.1.0.json"

Tables = dict[str, list[dict[str, Any]]]


def write_all(place: Path) -> None:
    """Every store, each a file of a folder."""
    shutil.copyfile(FIXTURE, place / "facts.json")
    _write(place / "bridge.json", bridge.canonical(copy.deepcopy(bridge.TABLES)))
    _write(place / "indented.json", json.dumps(bridge.store(), ensure_ascii=False, indent=2))
    _write(place / "logged.json", bridge.canonical(logged()))
    _write(place / "random.json", bridge.canonical(of_chance(11)))
    _write(place / "ambiguous.json", bridge.canonical(ambiguous()))
    _write(place / "broken.json", bridge.canonical(broken()))
    with open(place / "large.json", "wb") as stream:
        write_store(stream, 10_000, seed=7)


def _write(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8")


def of_chance(seed: int) -> Tables:
    """Three hundred claims of chance, some of them tied to others, some with a question."""
    tables = {name: list(records.values()) for name, records in random_store(seed, 300).items()}
    claims = tables["claims"]
    for number in range(5, 280, 7):
        kind, target = ("numeric", "date", None)[number % 3], f"c{number * 3 % 300:04d}"
        relation = {
            "type": "contradicts" if kind else "refines",
            "target": target,
            "kind": kind,
            "note": None,
            "reconciliation": "both may be right" if number % 2 else None,
        }
        claims[number]["relations"] = [relation]
    for number in range(0, 300, 6):
        if claims[number]["quantity"]:
            claims[number]["question"] = ("second-section", "length-mid-2024")[number % 12 == 0]
    return tables


def broken() -> Tables:
    """The invented store with a claim of a kind that there is not."""
    tables = copy.deepcopy(bridge.TABLES)
    tables["claims"][3]["kind"] = "rumour"
    return tables


def ambiguous() -> Tables:
    """The clean invented store, where a source has two figures for one section of a series."""
    tables = bridge.clean()
    tables["series"] = [series("sections", "Sections", ["second-section", "length-mid-2024"])]
    return tables


def series(ident: str, title: str, questions: list[str]) -> dict[str, Any]:
    about = "What was built."
    named = {"id": ident, "title": title, "about": about}
    return {**named, "unit": "metres", "questions": questions, "target": None}


def logged() -> Tables:
    """The clean invented store with a past: changes of every kind, each with a time of its own."""
    tables = bridge.clean()
    claims = {claim["id"]: claim for claim in tables["claims"]}
    builders = bridge.actor("the-builders", "The Builders", "organisation", "Bridge builders")
    stavba = next(actor for actor in tables["actors"] if actor["id"] == "stavba")
    stavba["aliases"] = ["The builder", "Bridge builders", "The Builders"]
    lit = "The bridge was lit in June 2025."
    tables["claims"].append(bridge.claim("tlate", lit, date="2025-06-01"))
    tables["questions"].append(bridge.question("lamps", "How many lamps are there?", None))
    tables["series"] = [series("length", "Length", ["length-mid-2024"])]
    log: list[dict[str, Any]] = []

    def enter(
        at: str,
        op: str,
        table: str,
        ident: str,
        was: Any,
        why: str | None = None,
        by: str = "the first curator",
        number: int | None = None,
    ) -> None:
        entry = {
            "seq": len(log) + 1,
            "at": at,
            "by": by,
            "op": op,
            "table": table,
            "id": ident,
            "was": was,
            "number": number,
            "why": why,
        }
        log.append(entry)

    enter("2025-01-10T08:00:00Z", "set", "meta", "meta", {"title": "A bridge"}, "a better title")
    enter("2025-02-01T09:30:00.000001Z", "set", "claims", "kcost", {"note": None, "date": "2025"})
    at = "2025-03-15T12:00:00.250000Z"
    former = {
        "actors": [{"id": "the-builders", "role": "speaker"}],
        "attribution": copy.deepcopy(claims["dmidyear"]["attribution"]),
    }
    former["attribution"][0]["actor"] = "the-builders"
    enter(at, "set", "claims", "dmidyear", former, "one and the same")
    enter(at, "remove", "actors", "the-builders", builders, "one and the same", number=9)
    enter(at, "set", "actors", "stavba", {"aliases": ["The builder"]}, "one and the same")
    by = "another curator"
    at = "2025-04-01T00:00:00.000000Z"
    standing = {"status": "active", "status_reason": None}
    enter(at, "set", "claims", "nretract", standing, "withdrawn", by)
    enter("2025-05-20T10:00:00.000000Z", "add", "topics", "lamps", None, by=by)
    topic = {"id": "lamps", "title": "Lamps", "about": "What lights it."}
    at = "2025-05-20T10:05:00.000000Z"
    enter(at, "undo", "topics", "lamps", topic, "a mistake", by, number=3)
    at = "2025-06-02T16:45:00.000000Z"
    enter(at, "add", "claims", "tlate", None, "told late", by=by)
    enter(at, "add", "questions", "lamps", None, "told late", by=by)
    tables["log"] = log
    return tables
