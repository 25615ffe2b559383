"""Bounded figures: the three-valued answer equals an enumeration of the numbers that a figure
allows."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from decimal import Decimal
from typing import NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st
from oracle import Match, figure_match, figure_span

from factcli import quantity
from factcli.errors import UsageError


class Figure(NamedTuple):
    amount: str
    bound: str = "exact"
    upper: str | None = None
    unit: str = "officers"
    currency: str | None = None


CASES = [
    (Figure("400", "more_than"), ">=400", Match.CERTAIN),
    (Figure("400", "more_than"), ">400", Match.CERTAIN),
    (Figure("400", "more_than"), "=400", Match.NO),
    (Figure("400", "more_than"), ">=500", Match.POSSIBLE),
    (Figure("400", "more_than"), "<400", Match.NO),
    (Figure("400", "more_than"), "<=400", Match.NO),
    (Figure("400", "more_than"), "<=401", Match.POSSIBLE),
    (Figure("400", "at_least"), ">400", Match.POSSIBLE),
    (Figure("400", "at_least"), "400", Match.POSSIBLE),
    (Figure("400", "less_than"), "<400", Match.CERTAIN),
    (Figure("400", "at_most"), "<400", Match.POSSIBLE),
    (Figure("400"), "400", Match.CERTAIN),
    (Figure("400"), "400.0", Match.CERTAIN),
    (Figure("400"), "200..600", Match.CERTAIN),
    (Figure("400"), "400..", Match.CERTAIN),
    (Figure("400"), "401..", Match.NO),
    (Figure("400"), "=100,=400", Match.CERTAIN),
    (Figure("400", "about"), "400", Match.POSSIBLE),
    (Figure("400", "about"), ">1", Match.POSSIBLE),
    (Figure("400", "range", "600"), ">=400", Match.CERTAIN),
    (Figure("400", "range", "600"), ">500", Match.POSSIBLE),
    (Figure("400", "range", "600"), "400..500,500..600", Match.CERTAIN),
    (Figure("400"), ">=400 officers", Match.CERTAIN),
    (Figure("400"), ">=400 Officers", Match.CERTAIN),
    (Figure("400"), ">=400 people", Match.NO),
    (Figure("5", unit="money", currency="KES"), ">1 kes", Match.CERTAIN),
    (Figure("5", unit="money", currency="KES"), ">1 money", Match.CERTAIN),
    (Figure("5", unit="money", currency="KES"), ">1 USD", Match.NO),
    (Figure("-3"), "<0", Match.CERTAIN),
    (Figure("0.1"), "=0.10", Match.CERTAIN),
]


@pytest.mark.parametrize(("figure", "condition", "expected"), CASES)
def test_a_figure_meets_a_condition_certainly_possibly_or_not(
    figure: Figure, condition: str, expected: Match
) -> None:
    assert figure_match(figure, quantity.parse_condition(condition)) is expected


@pytest.mark.parametrize(
    "text",
    [
        "",
        ">=",
        "many",
        ">=1,000",
        "100,400",
        "1,000..2,000",
        "1e9",
        "=>5",
        "5..3",
        ">=5..6",
        "NaN",
        "Infinity",
        "5,,6",
        "--5",
        "٤٠٠",
    ],
)
def test_what_is_no_condition_is_refused_in_one_sentence(text: str) -> None:
    with pytest.raises(UsageError) as caught:
        quantity.parse_condition(text)
    assert "\n" not in str(caught.value)


TOP = 12
"""Figures and conditions use 0 to 10; halves up to 12 stand for every number, the last one
for all beyond."""
NUMBERS = [n / 2 for n in range(-4, TOP * 2 + 1)]

_small = st.integers(0, 10)


@st.composite
def _figures(draw: st.DrawFn) -> tuple[Figure, set[float]]:
    bound = draw(
        st.sampled_from(["exact", "at_least", "more_than", "at_most", "less_than", "range"])
    )
    n = draw(_small)
    high = draw(st.integers(n + 1, 11))
    tests: dict[str, Callable[[float], bool]] = {
        "exact": lambda x: x == n, "at_least": lambda x: x >= n, "more_than": lambda x: x > n,
        "at_most": lambda x: x <= n, "less_than": lambda x: x < n,
        "range": lambda x: n <= x <= high,
    }  # fmt: skip
    allowed = tests[bound]
    return Figure(str(n), bound, str(high) if bound == "range" else None), {
        x for x in NUMBERS if allowed(x)
    }


@st.composite
def _conditions(draw: st.DrawFn) -> tuple[str, set[float]]:
    op = draw(st.sampled_from([">=", "<=", ">", "<", "=", "", "..", "n.."]))
    n = draw(_small)
    high = draw(st.integers(n, 10))
    written = {"..": f"{n}..{high}", "n..": f"{n}.."}.get(op, f"{op}{n}")
    tests: dict[str, Callable[[float], bool]] = {
        ">=": lambda x: x >= n, "<=": lambda x: x <= n, ">": lambda x: x > n, "<": lambda x: x < n,
        "=": lambda x: x == n, "": lambda x: x == n, "..": lambda x: n <= x <= high,
        "n..": lambda x: x >= n,
    }  # fmt: skip
    allowed = tests[op]
    return written, {x for x in NUMBERS if allowed(x)}


@given(_figures(), st.lists(_conditions(), min_size=1, max_size=3))
def test_the_answer_equals_enumeration(
    figure: tuple[Figure, set[float]], wanted: list[tuple[str, set[float]]]
) -> None:
    given_figure, numbers = figure
    allowed = set[float]().union(*(part for _, part in wanted))
    expected = (
        Match.CERTAIN if numbers <= allowed else Match.POSSIBLE if numbers & allowed else Match.NO
    )
    condition = quantity.parse_condition(",".join(text for text, _ in wanted))
    assert figure_match(given_figure, condition) is expected


_ANY = st.decimals(
    allow_nan=False, allow_infinity=False, min_value=-(10**29), max_value=10**29, places=3
).map(lambda number: f"{number:f}")


@st.composite
def _any_figures(draw: st.DrawFn, numbers: st.SearchStrategy[str]) -> Figure:
    low, high = sorted([draw(numbers), draw(numbers)], key=Decimal)
    bound = draw(
        st.sampled_from(
            ["exact", "about", "at_least", "more_than", "at_most", "less_than", "range"]
        )
    )
    return Figure(low, bound, high if bound == "range" else None)


@pytest.mark.parametrize("numbers", [_ANY, st.integers(-3, 3).map(str)], ids=["any", "few"])
@given(data=st.data())
def test_cuts_sort_as_their_keys(numbers: st.SearchStrategy[str], data: st.DataObject) -> None:
    figures = data.draw(st.lists(_any_figures(numbers), min_size=1, max_size=8))
    cuts = [cut for figure in figures for cut in figure_span(figure)]
    assert sorted(cuts, key=quantity.cut_key) == sorted(cuts)
    for one, other in itertools.product(cuts, cuts):
        assert (one == other) == (quantity.cut_key(one) == quantity.cut_key(other))
