"""Stores and queries of chance, and the layouts that a store's file may have."""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Mapping
from typing import Any

import bridge
from hypothesis import strategies as st
from test_query import ACTORS, DATES, SOURCES, TOPICS, random_store

from factcli.model import TABLES
from factcli.query import KINDS, POLARITIES, QUANTITY_STATUSES, STATUSES, Query

Tables = dict[str, dict[str, Any]]

QUESTIONS = ("length-mid-2024", "second-section", "opening-day", "whole-cost", "in-words")
_UNITS = ("metres", "metres", "date", "money", None)
_ODD_DATES = (
    *DATES,
    "Y-50000",
    "Y123456",
    "-0044-03-15",
    "2023-12/..",
    "../1999",
    "2024-24",
    "2024-06-XX?",
)
_FIGURES = (
    None,
    bridge.metres("217", "less_than"),
    bridge.metres("80", "range", upper="217.5"),
    bridge.metres("-3.20", "at_least", status="estimate"),
    bridge.quantity("2100000000", unit="money", currency="CZK"),
    bridge.quantity("2.1", "about", "pledged", unit="money", currency="EUR"),
    bridge.quantity("217", unit="Metres"),
    bridge.quantity("12", "more_than", unit="people", text="over a dozen people"),
)


def rich_store(seed: int, size: int = 80) -> Tables:
    """A store of chance with everything that claims can have to do with each other."""
    chance = random.Random(seed)
    tables = random_store(seed, size)
    claims = tables["claims"]
    ids = [claim["id"] for claim in claims.values()]
    for claim in claims.values():
        claim["polarity"] = chance.choice(POLARITIES)
        claim["note"] = chance.choice(
            [None, None, "Curator: the crane was lent.", "Brücke, nicht Turm"]
        )
        claim["date_text"] = chance.choice([None, None, "last spring"])
        if chance.random() < 0.4:
            claim["date"] = chance.choice(_ODD_DATES)
        if chance.random() < 0.4:
            claim["quantity"] = chance.choice(_FIGURES)
        if chance.random() < 0.5:
            claim["question"] = chance.choice(QUESTIONS)
        if chance.random() < 0.3:
            claim["attribution"].insert(
                1, bridge.hop(chance.choice(ACTORS), "wrote", "a letter", "2024-05")
            )
        if chance.random() < 0.25:
            kinds = chance.choices(["contradicts", "refines"], k=chance.randint(1, 3))
            targets = chance.choices([*ids, claim["id"], "nowhere"], k=3)
            claim["relations"] = [
                relation(target, kind) for kind, target in zip(kinds, targets, strict=False)
            ]
    for number, unit in zip(range(1, 6), _UNITS, strict=True):
        ident = QUESTIONS[number - 1]
        tables["questions"][str(number)] = bridge.question(ident, f"What of {ident}?", unit)
    actors = list(tables["actors"].values())
    for _ in range(seed % 3):
        one, other = chance.sample(actors, 2)
        one["same_as"] = [other["id"]]
    sources = list(tables["sources"].values())
    sources[seed % 3]["issued"] = (None, "../2024-12", "2025-02~", "2024-12/..")[seed % 4]
    return tables


def relation(target: str, kind: str = "contradicts") -> dict[str, Any]:
    """A relation to another claim."""
    of = "numeric" if kind == "contradicts" else None
    return {"type": kind, "target": target, "kind": of, "note": None, "reconciliation": None}


def canonical(tables: Mapping[str, Mapping[str, Any]]) -> bytes:
    """The file as factcli writes it, made without it: the records in the order of their numbers."""

    def table(name: str) -> str:
        records = sorted(tables.get(name, {}).items(), key=lambda item: int(item[0]))
        lines = [f'"{number}": {compact(record)}' for number, record in records]
        return f'"{name}": {{' + ("\n" + ",\n".join(lines) + "\n" if lines else "") + "}"

    return ("{\n" + ",\n".join(map(table, TABLES)) + "\n}\n").encode()


def compact(record: Mapping[str, Any]) -> str:
    """A record's JSON as factcli writes it."""
    return json.dumps(record, ensure_ascii=False, separators=(",", ":"))


def _spaced(tables: Tables) -> bytes:
    return canonical(tables).replace(b"\n", b"\n\n\t").replace(b'": {"id', b'" : {"id')


def _turned(tables: Tables) -> bytes:
    turned = {name: dict(reversed(records.items())) for name, records in tables.items()}
    return json.dumps(turned, ensure_ascii=False, indent=0).encode()


def _escaped(tables: Tables) -> bytes:
    data = (
        json.dumps(tables).replace('"claims"', '"cl\\u0061ims"').replace('"date"', '"d\\u0061te"')
    )
    return b"\xef\xbb\xbf" + data.encode()


LAYOUTS: dict[str, Callable[[Tables], bytes]] = {
    "canonical": canonical,
    "without a last line break": lambda tables: canonical(tables)[:-1],
    "indented": lambda tables: json.dumps(tables, ensure_ascii=False, indent=2).encode(),
    "one line": lambda tables: json.dumps(tables).encode(),
    "compact": lambda tables: json.dumps(tables, separators=(",", ":")).encode(),
    "tables in another order": lambda tables: json.dumps(dict(reversed(tables.items()))).encode(),
    "numbers out of order": _turned,
    "blank lines": _spaced,
    "CRLF": lambda tables: canonical(tables).replace(b"\n", b"\r\n"),
    "escapes and a BOM": _escaped,
    "keys in another order": lambda tables: json.dumps(tables, sort_keys=True).encode(),
    "a line longer than a window": lambda tables: json.dumps(tables, indent=150).encode(),
}
"""The same store in files of many shapes."""

_DAYS = ("2024-06", "2024", "2025-01", "2024-06-24", "2023", "1999", "Y-50000")
_EXPRESSIONS: dict[str, tuple[str, ...]] = {
    "topic": TOPICS,
    "actor": (*ACTORS, "the-courier"),
    "said_by": ACTORS,
    "with_group": ACTORS,
    "source": SOURCES,
    "kind": KINDS,
    "polarity": POLARITIES,
    "status": STATUSES,
    "date": (*_DAYS, "2024-06-20..2024-07", "2024..", "..2023", "202X", "2024-21", "../2024",
             "2100"),
    "value": (">=400", "<300", "=217", ">0 metres", ">0 people", "80..217", ">1000", "=2.1 eur",
              ">1 CZK", "<5 money", "0..100"),
    "quantity_status": QUANTITY_STATUSES,
    "match": ("BRUCKE", "oneil", "toll pier", "crane", "e", "nowhere at all"),
}  # fmt: skip
_SINGLE: dict[str, tuple[str, ...]] = {
    "since": _DAYS,
    "until": _DAYS,
    "as_of": ("2024-06-24", "2024-06-25", "2024-12", "2025", "2025-05-10", "1990"),
    "status": ("any",),
    "quantity_status": ("any",),
}
WORDS = st.sampled_from(
    ("crane", "bru", '"toll pier"', "-opened", "o'neil", "brigde", "lodz", "nov", '"crane was"',
     "-pi",
     "over", "wordless", "coucil", "Brücke-", "last spring", "-\"bridge toll\"")
)  # fmt: skip


@st.composite
def queries(draw: st.DrawFn, search: bool = True) -> Query:
    """A query with up to four filters, each with one expression or two."""
    names = sorted({*_EXPRESSIONS, *_SINGLE})
    given: dict[str, Any] = {}
    for name in draw(st.sets(st.sampled_from(names), max_size=4)):
        several = st.lists(
            st.sampled_from(_EXPRESSIONS.get(name, _SINGLE.get(name, ()))), min_size=1, max_size=3
        )
        expression = several.map(",".join) if name in _EXPRESSIONS else st.nothing()
        if name in _SINGLE:
            expression |= st.sampled_from(_SINGLE[name])
        given[name] = draw(expression | st.lists(expression, min_size=1, max_size=2))
    if search and draw(st.integers(0, 3)) == 0:
        words = draw(st.lists(WORDS, min_size=1, max_size=3))
        given["search"] = " ".join(["crane"] * all(word[0] == "-" for word in words) + words)
    return Query(**given, strict=draw(st.booleans()))
