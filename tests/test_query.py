"""A query as a plain value, how numbers are written to sort as text, and the store of chance
of the tests."""

from __future__ import annotations

import random
from decimal import Decimal
from typing import Any, get_args

import bridge
import pytest
from hypothesis import given
from hypothesis import strategies as st

from factcli import model, query
from factcli.database.filters import FILTERS
from factcli.errors import UsageError
from factcli.quantity import HIGHEST, LOWEST, cut_key, number_key
from factcli.query import FIELDS, Query

TOPICS = ("works", "money", "empty")
ACTORS = ("jana-oneil", "petr-novak", "city-council", "region", "stavba", "lodz")
SOURCES = ("courier-2024-06-25", "radio-undated", "gazette-2025-05")
KINDS = ("event", "figure", "statement", "position", "forecast", "background")
STATUSES = ("active", "disputed", "corrected", "retracted", "superseded")
DATES = (
    None,
    "2024-06-24",
    "2024-06",
    "2024",
    "2024~",
    "2024-11/2025-01-20",
    "../2024-06~",
    "2025-01-19",
    "202X",
)


def random_store(seed: int, size: int = 60) -> dict[str, Any]:
    """A store of the usual vocabulary with claims of chance."""
    chance = random.Random(seed)
    claims = [
        bridge.claim(
            f"c{number:04d}",
            " ".join(chance.choices(["bridge", "Brücke", "toll", "O'Neil", "pier", "crane",
                                     "opened"], k=6)),
            kind=chance.choice(KINDS),
            topics=chance.sample(TOPICS, k=chance.randint(1, 2)),
            status=chance.choices(STATUSES, weights=(9, 2, 1, 1, 1))[0],
            date=chance.choice(DATES),
            source=chance.choice(SOURCES),
            actors=[{"id": a, "role": "agent"} for a in chance.sample(ACTORS,
                k=chance.randint(0, 2))],
            attribution=[bridge.hop(chance.choice((*ACTORS, None)), "said"),
                         bridge.hop("the-courier", "quoted")],
            quantity=chance.choice([
                None,
                bridge.metres(str(chance.choice([80, 217, 400])),
                              chance.choice(["exact", "more_than", "at_most", "about"]),
                              chance.choice(["actual", "target"])),
            ]),
        )
        for number in range(size)
    ]  # fmt: skip
    return bridge.store(claims=claims)


NUMBERS = st.decimals(
    allow_nan=False, allow_infinity=False, min_value=-(10**30), max_value=10**30, places=6
) | st.integers(-(10**30), 10**30).map(Decimal)


@given(st.lists(NUMBERS))
def test_numbers_sort_as_their_texts(numbers: list[Decimal]) -> None:
    assert sorted(numbers, key=number_key) == sorted(numbers)


@given(NUMBERS, st.sampled_from(["0", "000", ".0", ".000"]))
def test_a_number_has_one_text_however_it_is_written(number: Decimal, zeros: str) -> None:
    plain = f"{number:f}"
    if "." in plain:
        zeros = "0"
    elif not zeros.startswith("."):
        zeros = ""
    assert number_key(Decimal(plain + zeros)) == number_key(number)


@given(st.lists(st.tuples(NUMBERS, st.integers(0, 1)) | st.sampled_from([LOWEST, HIGHEST])))
def test_ends_of_figures_sort_as_their_texts(cuts: list[tuple[Decimal, int]]) -> None:
    assert sorted(cuts, key=cut_key) == sorted(cuts)


def test_the_words_of_a_query_are_those_of_the_model() -> None:
    assert get_args(model.Kind) == query.KINDS
    assert get_args(model.Polarity) == query.POLARITIES
    assert get_args(model.Status) == query.STATUSES
    assert get_args(model.QuantityStatus) == query.QUANTITY_STATUSES


def test_every_field_of_a_query_has_a_filter() -> None:
    several = {"visible", "actual"}  # what is left out unless it is asked for
    one_filter = {"since", "until"}  # a part of the filter on dates
    no_filter = {"search", "recorded_by", "strict"}
    assert set(FILTERS) - several == set(FIELDS) - one_filter - no_filter


def test_a_query_refuses_what_is_no_text() -> None:
    with pytest.raises(TypeError, match="no filter 'verdict'"):
        Query(verdict="true")
    wrong: list[tuple[str, Any]] = [
        ("topic", 1), ("topic", None), ("topic", ["works", None]), ("topic", {"works"}),
        ("search", ["bridge"]),
        ("search", None), ("recorded_by", 2024), ("strict", "yes"), ("strict", 1),
    ]  # fmt: skip
    for name, value in wrong:
        with pytest.raises(UsageError, match=f"^{name} "):
            Query(**{name: value})


def test_equal_queries_are_one_key() -> None:
    one = Query(topic=["works", "money"], strict=True)
    assert one == Query(topic=("works", "money"), strict=True)
    assert hash(one) == hash(Query(topic=("works", "money"), strict=True))
    assert one != Query(topic=("works", "money"))
    assert one.without("topic") == Query(strict=True)
    assert one.terms("topic") == ("works", "money")
    assert Query(topic="works").terms("topic") == ("works",)
    assert Query().terms("topic") == ()
