"""Every filter equals a plain comprehension over the records, on random stores and random questions."""

from __future__ import annotations

import datetime
import json
import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import bridge
import pytest
from hypothesis import given
from hypothesis import strategies as st

import factcli
from factcli import dates, quantity
from factcli.model import Claim
from factcli.spans import Match
from factcli.text import fold

TOPICS = ("works", "money", "empty")
ACTORS = ("jana-oneil", "petr-novak", "city-council", "region", "stavba", "lodz")
SOURCES = ("courier-2024-06-25", "radio-undated", "gazette-2025-05")
KINDS = ("event", "figure", "statement", "position", "forecast", "background")
STATUSES = ("active", "disputed", "corrected", "retracted", "superseded")
DATES = (None, "2024-06-24", "2024-06", "2024", "2024~", "2024-11/2025-01-20", "../2024-06~", "2025-01-19", "202X")
GROUPS = {"region": {"region", "city-council", "jana-oneil"}, "city-council": {"city-council", "jana-oneil"}}


def random_store(seed: int, size: int = 60) -> dict[str, Any]:
    """A store of the usual vocabulary with claims of chance."""
    chance = random.Random(seed)
    claims = [
        bridge.claim(
            f"c{number:04d}",
            " ".join(chance.choices(["bridge", "Brücke", "toll", "O'Neil", "pier", "crane", "opened"], k=6)),
            kind=chance.choice(KINDS),
            topics=chance.sample(TOPICS, k=chance.randint(1, 2)),
            status=chance.choices(STATUSES, weights=(9, 2, 1, 1, 1))[0],
            date=chance.choice(DATES),
            source=chance.choice(SOURCES),
            actors=[{"id": a, "role": "agent"} for a in chance.sample(ACTORS, k=chance.randint(0, 2))],
            attribution=[bridge.hop(chance.choice((*ACTORS, None)), "said"), bridge.hop("the-courier", "quoted")],
            quantity=chance.choice([
                None,
                bridge.metres(str(chance.choice([80, 217, 400])), chance.choice(["exact", "more_than", "at_most", "about"]),
                              chance.choice(["actual", "target"])),
            ]),
        )
        for number in range(size)
    ]  # fmt: skip
    return bridge.store(claims=claims)


@pytest.fixture(scope="module")
def stores(tmp_path_factory: pytest.TempPathFactory) -> list[factcli.Store]:
    place = tmp_path_factory.mktemp("stores")
    found = []
    for seed in range(4):
        path: Path = place / f"{seed}.json"
        path.write_text(json.dumps(random_store(seed)), encoding="utf-8")
        found.append(factcli.open_store(path))
    return found


def _all(values: dict[str, Callable[[Claim], Match]]) -> Callable[[Claim], Match]:
    return lambda claim: min((test(claim) for test in values.values()), default=Match.CERTAIN)


def _yes(holds: bool) -> Match:
    return Match.CERTAIN if holds else Match.NO


def _some(draw: st.DrawFn, values: tuple[str, ...]) -> list[str]:
    return draw(st.lists(st.sampled_from(values), min_size=1, max_size=2, unique=True))


@st.composite
def _questions(draw: st.DrawFn) -> tuple[factcli.Query, Callable[[Claim], Match]]:
    """A query, and the same in plain Python."""
    chosen = draw(st.sets(st.sampled_from(list(_FILTERS)), max_size=4))
    given_fields: dict[str, Any] = {}
    tests: dict[str, Callable[[Claim], Match]] = {}
    for name in sorted(chosen):
        given_fields[name], tests[name] = _FILTERS[name](draw)
    if "status" not in chosen:
        tests["hidden"] = lambda c: _yes(c.status not in ("retracted", "superseded"))
    if "value" in chosen and "quantity_status" not in chosen:
        tests["actual"] = lambda c: _yes(c.quantity is not None and c.quantity.status == "actual")
    days = [
        spans for name in ("date", "since", "until") if name in chosen for spans in [_DAYS[name](given_fields[name])]
    ]
    if days:  # the three are one condition on one axis: a span may meet each of them without meeting all
        for name in ("date", "since", "until"):
            tests.pop(name, None)
        tests["when"] = lambda c: dates.match(c.date, dates.both(days))
    return factcli.Query(**given_fields, strict=draw(st.booleans())), _all(tests)


_DAYS: dict[str, Callable[[str], Any]] = {"date": dates.parse_condition, "since": dates.since, "until": dates.until}
_WHEN = ("2024-06", "2024", "2025-01", "2024-06-24", "2023")


def _topic(draw: st.DrawFn) -> Any:
    wanted = _some(draw, TOPICS)
    return ",".join(wanted), lambda c: _yes(any(t in wanted for t in c.topics))


def _actor(draw: st.DrawFn) -> Any:
    wanted = _some(draw, ACTORS)
    return ",".join(wanted), lambda c: _yes(
        bool({*(a.id for a in c.actors), *(h.actor for h in c.attribution)} & {*wanted})
    )


def _said_by(draw: st.DrawFn) -> Any:
    wanted = _some(draw, ACTORS)
    return ",".join(wanted), lambda c: _yes(c.attribution[0].actor in wanted)


def _with(draw: st.DrawFn) -> Any:
    group = draw(st.sampled_from(list(GROUPS)))
    return group, lambda c: _yes(c.attribution[0].actor in GROUPS[group])


def _source(draw: st.DrawFn) -> Any:
    wanted = _some(draw, SOURCES)
    return ",".join(wanted), lambda c: _yes(c.source in wanted)


def _kind(draw: st.DrawFn) -> Any:
    one, other = _some(draw, KINDS), _some(draw, KINDS)
    return [",".join(one), ",".join(other)], lambda c: _yes(c.kind in one and c.kind in other)


def _status(draw: st.DrawFn) -> Any:
    wanted = draw(st.sampled_from([*STATUSES, "any"]))
    return wanted, lambda c: _yes(wanted in ("any", c.status))


def _when(draw: st.DrawFn) -> Any:
    return draw(st.sampled_from(_WHEN)), lambda c: Match.NO


def _as_of(draw: st.DrawFn) -> Any:
    day = draw(st.dates(datetime.date(2024, 6, 1), datetime.date(2025, 6, 30)))
    issued = {
        "courier-2024-06-25": ("2024-06-25",) * 2,
        "radio-undated": ("2024-11-01", "2025-01-20"),
        "gazette-2025-05": ("2025-05-08", "2025-05-31"),
    }

    def test(claim: Claim) -> Match:
        first, last = map(datetime.date.fromisoformat, issued[claim.source])
        return Match.CERTAIN if last <= day else Match.POSSIBLE if first <= day else Match.NO

    return day.isoformat(), test


def _value(draw: st.DrawFn) -> Any:
    text = draw(st.sampled_from([">=400", "<300", "217", ">0 metres", ">0 people", "80..217"]))
    return text, lambda c: quantity.match(c.quantity, quantity.parse_condition(text))


def _quantity_status(draw: st.DrawFn) -> Any:
    wanted = draw(st.sampled_from(["actual", "target"]))
    return wanted, lambda c: _yes(c.quantity is not None and c.quantity.status == wanted)


def _match(draw: st.DrawFn) -> Any:
    word = draw(st.sampled_from(["BRUCKE", "oneil", "toll pier", "crane"]))
    wanted = fold(word)
    names = {a["id"]: fold(" ".join((a["name"], *a["aliases"]))) for a in bridge.TABLES["actors"]}
    return word, lambda c: _yes(wanted in fold(c.statement) or any(wanted in names[a.id] for a in c.actors)
                                or bool(c.quantity and wanted in fold(c.quantity.text)))  # fmt: skip


_FILTERS: dict[str, Callable[[st.DrawFn], Any]] = {
    "topic": _topic, "actor": _actor, "said_by": _said_by, "with_group": _with, "source": _source, "kind": _kind, "status": _status,
    "date": _when, "since": _when, "until": _when, "as_of": _as_of, "value": _value, "quantity_status": _quantity_status, "match": _match,
}  # fmt: skip


@given(question=_questions(), number=st.integers(0, 3))
def test_every_filter_equals_a_comprehension_over_the_records(
    stores: list[factcli.Store], question: tuple[factcli.Query, Callable[[Claim], Match]], number: int
) -> None:
    query, test = question
    store = stores[number]
    answer = store.find(query)
    verdicts = {claim.id: test(claim) for claim in store.claims}
    least = Match.CERTAIN if query.strict else Match.POSSIBLE
    assert {claim.id for claim in answer} == {ident for ident, verdict in verdicts.items() if verdict >= least}
    assert all(answer.match(claim) == verdicts[claim.id].name.lower() for claim in answer)
    keys = [(claim.date is None, dates.parse(claim.date).span if claim.date else (0, 0)) for claim in answer]
    assert keys == sorted(keys)


def test_every_field_of_a_query_is_held_against_a_comprehension() -> None:
    covered = {*_FILTERS, "strict", "search", "recorded_by"}
    assert covered == set(factcli.Query.__struct_fields__)
