"""Large stores in the layout of `factcli.store.layout`: ``python bench/generate.py CLAIMS [SEED]
> store.json``.

The same seed gives the same bytes. Actors and topics are skewed as in real collections (a few
are named often, most seldom), dates are days, months, years, approximate or open, figures have
bounds, one claim in twenty answers a question with a handful of rivals, and one in two hundred
is retracted. Written record by record, so any size fits in memory.
"""

from __future__ import annotations

import hashlib
import json
import random
import sys
from collections.abc import Iterator
from typing import IO, Any

WORDS = [a + b for a in ("bar", "cal", "dor", "fen", "gil", "har", "jun", "kes", "lum", "mor",
                         "nav", "pel", "quin", "ros", "sil", "tor", "ulm", "ver", "wol", "zan")
         for b in ("a", "ed", "en", "ic", "il", "ing", "is", "on", "or", "um", "ant", "est", "ian",
                   "ode", "ule", "ward", "ment", "tion", "ship", "ness")]  # fmt: skip
"""The words of statements: the earlier, the more frequent."""

KINDS = ("event", "event", "statement", "position", "forecast", "background")
BOUNDS = ("exact", "exact", "more_than", "at_least", "about")
CONSONANTS = "bcdfghjklmnpqrstvwxz"


def write_store(stream: IO[bytes], claims: int, seed: int) -> None:
    """A store with so many claims, line by line."""
    chance = random.Random(seed)
    actors, topics, sources, questions = (
        max(20, claims // 100),
        20,
        max(5, claims // 50),
        max(3, claims // 100),
    )
    tables: dict[str, Iterator[dict[str, Any]]] = {
        "meta": iter([{"format": 1, "title": "A large store", "about": "Generated.",
                       "language": "en", "license": "CC0-1.0"}]),
        "topics": ({"id": f"topic-{n}", "title": f"Topic {n}", "about": ""} for n in range(topics)),
        "actors": (_actor(n) for n in range(actors)),
        "sources": (_source(n) for n in range(sources)),
        "questions": ({"id": f"question-{n}", "text": f"How many {_word(n)} in case {n}?",
                       "unit": "people", "about": None} for n in range(questions)),
        "series": iter([]),
        "claims": (_claim(n, chance, actors, topics, sources, questions) for n in range(claims)),
        "log": iter([]),
    }  # fmt: skip
    stream.write(b"{\n")
    for position, (name, records) in enumerate(tables.items()):
        stream.write(b",\n" * bool(position) + f'"{name}": '.encode() + b"{")
        some = False
        for number, record in enumerate(records, 1):
            line = json.dumps(record, ensure_ascii=False, separators=(",", ":"))
            stream.write((",\n" if some else "\n").encode() + f'"{number}": {line}'.encode())
            some = True
        stream.write(b"\n}" if some else b"}")
    stream.write(b"\n}\n")


def ident(number: int) -> str:
    """The id of a claim by its number: unique, and in no order."""
    value = (number * 2654435761 + 12345) % 20**7
    return "".join(CONSONANTS[value // 20**place % 20] for place in range(7))


def _word(number: int) -> str:
    return WORDS[number % len(WORDS)]


def _skewed(chance: random.Random, count: int) -> int:
    """A number below `count`, small ones far more often."""
    return min(int(count * chance.random() ** 3), count - 1)


def _actor(n: int) -> dict[str, Any]:
    kind = ("person", "organisation", "government", "country")[n % 4]
    aliases = [f"{_word(n).title()} {n}"] if n % 3 == 0 else []
    affiliation = [f"actor-{n % 10 * 4 + 2}"] if kind == "person" and n > 50 else []
    return {"id": f"actor-{n}", "name": f"{_word(n * 7).title()} {_word(n * 13 + 5).title()} {n}",
            "kind": kind, "aliases": aliases,
            "offices": [], "affiliation": affiliation, "same_as": []}  # fmt: skip


def _source(n: int) -> dict[str, Any]:
    year, month, day = (
        2026 + n % 11,
        n // 11 % 12 + 1,
        n // 132 % 28 + 1,
    )  # after everything that is told
    return {"id": f"source-{n}", "type": "article", "title": f"{_word(n).title()} {_word(n + 3)}",
            "container-title": None, "author": [],
            "issued": f"{year}-{month:02d}-{day:02d}", "issued_basis": None, "URL": None,
            "language": "en",
            "text_sha256": hashlib.sha256(str(n).encode()).hexdigest(), "paragraphs": 60,
            "note": None}  # fmt: skip


def _date(chance: random.Random, n: int) -> str | None:
    year, month, day = 1990 + _skewed(chance, 36), chance.randint(1, 12), chance.randint(1, 28)
    full = f"{year}-{month:02d}-{day:02d}"
    forms = [
        full,
        full,
        full,
        full,
        full[:7],
        full[:4],
        f"{full[:7]}~",
        f"{full[:7]}/{full[:4]}-12",
        f"../{full}",
        None,
    ]
    return chance.choice(forms)


def _claim(
    n: int, chance: random.Random, actors: int, topics: int, sources: int, questions: int
) -> dict[str, Any]:
    named = sorted({_skewed(chance, actors) for _ in range(chance.randint(1, 3))})
    asked = n % 20 == 0
    speaker = f"actor-{named[0]}"
    date = _date(chance, n)
    source = _skewed(chance, sources)
    retracted = n % 200 == 7
    quantity: dict[str, Any] | None = None
    if asked or n % 4 == 0:
        amount = str(chance.choice([1, 5, 20, 100]) * chance.randint(1, 400))
        quantity = {"amount": amount, "upper": None, "bound": chance.choice(BOUNDS),
                    "unit": "people", "currency": None,
                    "status": chance.choice(("actual", "actual", "planned")), "text": amount,
                    "conversions": []}  # fmt: skip
    return {
        "id": ident(n),
        "statement": " ".join(WORDS[_skewed(chance, len(WORDS))] for _ in range(chance.randint(8,
            16))).capitalize() + ".",
        "kind": "figure" if quantity else chance.choice(KINDS),
        "polarity": "asserted",
        "topics": sorted({f"topic-{_skewed(chance, topics)}" for _ in range(chance.randint(1, 2))}),
        "question": f"question-{n // 20 % questions}" if asked else None,
        "actors": [{"id": f"actor-{a}", "role": "speaker" if at == 0 else "mentioned"} for at,
                   a in enumerate(named)],
        "date": date,
        "date_text": None,
        "date_basis": None if date else "the source gives none",
        "quantity": quantity,
        "attribution": [{"actor": speaker, "mode": "said", "setting": None, "date": None},
                        {"actor": None, "mode": "paraphrased", "setting": None, "date": None}],
        "source": f"source-{source}",
        "locator": {"paragraph": n % 60 + 1, "sha256": hashlib.sha256(str(n).encode()).hexdigest()},
        "relations": [{"type": "contradicts", "target": ident(n - 1), "kind": "numeric",
                       "note": None, "reconciliation": None}] if n % 500 == 3 else [],
        "status": "retracted" if retracted else "active",
        "status_reason": "withdrawn" if retracted else None,
        "note": f"Curator: {_word(n)}." if n % 9 == 0 else None,
    }  # fmt: skip


if __name__ == "__main__":
    write_store(sys.stdout.buffer, int(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 7)
