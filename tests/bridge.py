"""A small invented store about a bridge: every kind of uncertainty once, and nothing of the
shipped store's subject."""

from __future__ import annotations

import copy
import hashlib
import json
from typing import Any

Document = dict[str, Any]

DIGEST = hashlib.sha256(b"a paragraph").hexdigest()
HOSTILE = "Odd [red] text [/x] \x1b[31m\u202e\x9b31m\u2028\U000e0041 and\na new line, =1+1."


def claim(ident: str, statement: str, **fields: Any) -> Document:
    """A claim as the store holds it; what is not given is plain."""
    base: Document = {
        "id": ident,
        "statement": statement,
        "kind": "event",
        "polarity": "asserted",
        "topics": ["works"],
        "question": None,
        "actors": [],
        "date": None,
        "date_text": None,
        "date_basis": None,
        "quantity": None,
        "attribution": [hop("the-courier", "reported")],
        "source": "courier-2024-06-25",
        "locator": {"paragraph": 1, "sha256": DIGEST},
        "relations": [],
        "status": "active",
        "status_reason": None,
        "note": None,
    }
    assert fields.keys() <= base.keys(), f"not a field of a claim: {fields.keys() - base.keys()}"
    return base | fields


def hop(
    actor: str | None, mode: str, setting: str | None = None, date: str | None = None
) -> Document:
    return {"actor": actor, "mode": mode, "setting": setting, "date": date}


def metres(
    amount: str, bound: str = "exact", status: str = "actual", upper: str | None = None
) -> Document:
    return quantity(amount, bound, status, upper, unit="metres")


def quantity(
    amount: str,
    bound: str = "exact",
    status: str = "actual",
    upper: str | None = None,
    unit: str = "metres",
    currency: str | None = None,
    text: str | None = None,
) -> Document:
    return {
        "amount": amount,
        "upper": upper,
        "bound": bound,
        "unit": unit,
        "currency": currency,
        "status": status,
        "text": text or amount,
        "conversions": [],
    }


def actor(
    ident: str, name: str, kind: str, *aliases: str, affiliation: tuple[str, ...] = ()
) -> Document:
    return {
        "id": ident,
        "name": name,
        "kind": kind,
        "aliases": list(aliases),
        "offices": [],
        "affiliation": list(affiliation),
        "same_as": [],
    }


def source(ident: str, title: str | None, outlet: str | None, issued: str | None) -> Document:
    return {
        "id": ident,
        "type": "article-newspaper",
        "title": title,
        "container-title": outlet,
        "author": [],
        "issued": issued,
        "issued_basis": None,
        "URL": None,
        "language": "en",
        "text_sha256": DIGEST,
        "paragraphs": 9,
        "note": None,
    }


def question(ident: str, text: str, unit: str | None) -> Document:
    return {"id": ident, "text": text, "unit": unit, "about": None}


_RADIO = {"source": "radio-undated"}
_GAZETTE = {"source": "gazette-2025-05"}
_BY_ONEIL_ON_RADIO = [hop("jana-oneil", "said", "a radio interview"), hop(None, "paraphrased")]

CLAIMS = [
    claim(
        "bfirst", "O'Neil opened the first 400 metres of the bridge.", date="2024-06-24",
        actors=[{"id": "jana-oneil", "role": "agent"}, {"id": "lodz", "role": "place"}],
        quantity=metres("400"),
    ),
    claim("cmidyear", "Over 400 metres stood by the middle of 2024.", kind="figure",
          date="../2024-06~", date_text="by mid-2024",
          question="length-mid-2024", quantity=metres("400", "more_than")),
    claim("dmidyear", "Exactly 400 metres stood by the middle of 2024.", kind="figure",
          date="2024-06", question="length-mid-2024",
          quantity=metres("400"), attribution=[hop("stavba", "wrote"), hop(None, "quoted")],
          **_RADIO,
          actors=[{"id": "stavba", "role": "speaker"}]),
    claim("fsecond", "The second section measures 200 metres.", kind="figure", date="2025-01-19",
          question="second-section",
          quantity=metres("200"), topics=["works", "money"]),
    claim("gsecond", "The second section measures 217 metres.", kind="figure", date="2025-01-18",
          question="second-section",
          quantity=metres("217"), attribution=[hop("the-gazette", "reported")], **_GAZETTE),
    claim("hforecast", "O'Neil expects the tolls to pay for the bridge.", kind="forecast",
          topics=["money"],
          date="2024-11/2025-01-20", date_basis="the interview is undated",
          actors=[{"id": "jana-oneil", "role": "speaker"}],
          attribution=_BY_ONEIL_ON_RADIO, **_RADIO),
    claim("jtarget", "The bridge is to measure 1000 metres.", kind="figure", date="2024",
          quantity=metres("1000", status="target")),
    claim("kcost", "The bridge has cost more than 2.1 billion crowns.", kind="figure",
          topics=["money"], date="2025-05",
          quantity=quantity("2100000000", "more_than", unit="money", currency="CZK",
                            text="over Kč 2.1 billion"),
          attribution=[hop("the-gazette", "reported")],
          note="Curator: the sum is not broken down.", **_GAZETTE),
    claim("mundated", "Novák wants the works to stop.", kind="position", topics=["works"],
          actors=[{"id": "petr-novak", "role": "speaker"}],
          attribution=[hop("petr-novak", "said"), hop("the-courier", "quoted")]),
    claim("nretract", "The bridge collapsed.", date="2024-06-20", status="retracted",
          status_reason="the outlet withdrew it"),
    claim("psuper", "The bridge opened in the spring of 2024.", date="2024-21",
          status="superseded", status_reason="see bfirst"),
    claim("qdenied", "O'Neil denies that the piers are cracked.", kind="statement",
          polarity="denied", date="2024~",
          actors=[{"id": "jana-oneil", "role": "speaker"}], attribution=_BY_ONEIL_ON_RADIO,
          **_RADIO),
    claim("rdispute", "Łódź lent the crane.", date="2023-12-31/2024-01-02", status="disputed",
          status_reason="the owner objects",
          actors=[{"id": "lodz", "role": "agent"}], quantity=metres("3", "range", upper="5")),
    claim("shostile", HOSTILE, date="202X", note=HOSTILE, quantity=metres("80", "about")),
]  # fmt: skip

TABLES: dict[str, list[Document]] = {
    "meta": [
        {
            "format": 1,
            "title": "The bridge",
            "about": "An invented store.",
            "language": "en",
            "license": "CC0-1.0",
        }
    ],
    "topics": [
        {"id": "works", "title": "The works", "about": "What was built, and when."},
        {"id": "money", "title": "The money", "about": "What it costs."},
        {"id": "empty", "title": "Nothing [yet]", "about": "A topic without claims."},
    ],
    "actors": [
        actor("jana-oneil", "Jana O'Neil", "person", "Mayor O’Neil", affiliation=("city-council",)),
        actor("petr-novak", "Petr Novák", "person"),
        actor("city-council", "City Council", "government", affiliation=("region",)),
        actor("region", "The Region", "government"),
        actor("stavba", "Stavba Ltd", "organisation", "The builder"),
        actor("lodz", "Łódź", "place"),
        actor("the-courier", "The Courier", "outlet"),
        actor("the-gazette", "The Gazette", "outlet"),
    ],
    "sources": [
        source("courier-2024-06-25", "Bridge opens", "The Courier", "2024-06-25"),
        source("radio-undated", None, None, "2024-11/2025-01-20"),
        source("gazette-2025-05", "What the bridge cost", "The Gazette", "2025-05-08/2025-05-31"),
    ],
    "questions": [
        question("length-mid-2024", "How long was the bridge by mid-2024?", "metres"),
        question("second-section", "How long is the second section?", "metres"),
    ],
    "series": [],
    "claims": CLAIMS,
    "log": [],
}


def store(**tables: list[Document]) -> dict[str, dict[str, Document]]:
    """The whole store in TinyDB's layout; a table given by name takes the place of the usual
    one."""
    merged = copy.deepcopy(TABLES | tables)
    return {
        name: {str(at): record for at, record in enumerate(records, 1)}
        for name, records in merged.items()
    }


def clean() -> dict[str, list[Document]]:
    """The tables of a store in which no rule finds anything: the usual one without its oddities."""
    tables = copy.deepcopy(TABLES)
    tables["topics"] = [topic for topic in tables["topics"] if topic["id"] != "empty"]
    tables["claims"] = [claim for claim in tables["claims"] if claim["id"] != "shostile"]
    for record in tables["claims"]:
        record["date_basis"] = record["date_basis"] or (
            "the source gives none" if record["date"] is None else None
        )
        if record["id"] in ("fsecond", "bfirst"):
            record["source"], record["attribution"] = (
                "gazette-2025-05",
                [hop("the-gazette", "reported")],
            )
    for record in tables["sources"]:
        record["issued_basis"] = "worked out from the text"
    return tables


def canonical(tables: dict[str, list[Document]]) -> str:
    """The tables as factcli writes them, made without it: one record a line, compact, keys as
    given."""
    parts = []
    for name, records in tables.items():
        lines = [
            f'"{at}": ' + json.dumps(record, ensure_ascii=False, separators=(",", ":"))
            for at, record in enumerate(records, 1)
        ]
        parts.append(f'"{name}": {{' + ("\n" + ",\n".join(lines) + "\n" if lines else "") + "}")
    return "{\n" + ",\n".join(parts) + "\n}\n"
