"""A record spliced from the stored line is the record that the view makes, whatever stands in the texts."""

from __future__ import annotations

from collections import defaultdict
from itertools import count
from pathlib import Path
from typing import Any

import bridge
import msgspec
from hypothesis import given
from hypothesis import strategies as st

from factcli.index.entry import Entries, recorded
from factcli.store.store import Store

# What splicing cuts at, and what could pass for it.
KEYS = ("actors", "role", "date", "quantity", "attribution", "mode", "source", "locator", "status", "note", "rivals")
TRAPS = [
    f"{before}{quote}{key}{quote}:{after}"
    for key in KEYS
    for before in ("", ",", "],", "{")
    for quote in ('"', '\\"')
    for after in ("", "[", '"', "null")
]
TEXTS = st.lists(st.sampled_from(TRAPS) | st.text(min_size=1, max_size=5), min_size=1, max_size=4).map("".join)
MAYBE = st.none() | TEXTS
ACTORS = st.sampled_from([actor["id"] for actor in bridge.TABLES["actors"]])
HOPS = st.builds(bridge.hop, st.none() | ACTORS, st.sampled_from(["said", "quoted", "reported"]), MAYBE, st.sampled_from([None, "2024-05"]))  # fmt: skip
RELATIONS = st.fixed_dictionaries({"type": st.just("refines"), "target": st.just("elsewhere"), "kind": st.none(), "note": MAYBE, "reconciliation": MAYBE})  # fmt: skip


@given(
    claim=st.fixed_dictionaries(
        {
            "statement": TEXTS,
            "question": st.sampled_from([None, "second-section"]),
            "actors": st.lists(
                st.fixed_dictionaries({"id": ACTORS, "role": st.sampled_from(["speaker", "place"])}), max_size=3
            ),
            "date": st.sampled_from([None, "2024~", "../2024-06-24", "202X"]),
            "date_text": MAYBE,
            "date_basis": MAYBE,
            "quantity": st.none() | st.builds(bridge.quantity, st.just("5"), unit=TEXTS.filter(lambda unit: unit != "money"), text=TEXTS),
            "attribution": st.lists(HOPS, min_size=1, max_size=3),
            "locator": st.none() | st.just({"paragraph": 1, "sha256": bridge.DIGEST}),
            "relations": st.lists(RELATIONS, max_size=2),
            "status_reason": MAYBE,
            "note": MAYBE,
        }
    ),
    name=TEXTS,
    title=MAYBE,
)  # fmt: skip
def test_a_spliced_record_is_the_one_that_is_built(claim: dict[str, Any], name: str, title: str | None) -> None:
    tables = bridge.store(claims=[bridge.claim("one", **claim)])
    for number, actor in tables["actors"].items():
        actor["name"] = f"{name}{number}"
    for source in tables["sources"].values():
        source["title"] = title
    store = Store(
        Path("store.json"), {table: {int(n): row for n, row in rows.items()} for table, rows in tables.items()}
    )
    one = store.claims[0]
    entry = Entries(store, defaultdict(count(1).__next__)).of(1, one, msgspec.json.encode(one))
    assert entry.record == recorded(store)(one)
