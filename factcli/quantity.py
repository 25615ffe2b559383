"""Figures as sources give them: "over 400" is every number above 400, and is compared as such.

An end of a range is a *cut*: ``(n, 0)`` lies just before the number n and ``(n, 1)`` just after it,
so that open and closed ends are both half-open spans: "exactly 400" is ``(400, 0)`` to ``(400,
1)``, "over 400" is ``(400, 1)`` to infinity.
"""

from __future__ import annotations

import re
from decimal import Decimal
from typing import NamedTuple

from factcli.errors import UsageError
from factcli.spans import Span

LOWEST, HIGHEST = (Decimal("-Infinity"), 0), (Decimal("Infinity"), 0)

_NUMBER = r"-?[0-9]{1,30}(?:\.[0-9]{1,30})?"
_CONDITION = re.compile(
    rf"(?P<op>>=|<=|=|>|<)?\s*(?P<low>{_NUMBER})"
    rf"(?P<to>\.\.(?P<high>{_NUMBER})?)?(?:\s+(?P<unit>\S.*))?"
)
_OPERATORS = {">=": "at_least", ">": "more_than", "<=": "at_most", "<": "less_than", "=": "exact"}
"""The bound that an operator means."""
_GROUPED = re.compile(r"(?<![0-9])[0-9]{1,3}(,[0-9]{3})+(?![0-9.])")
_FORMS = (
    "write a number with an operator, as in '>=400', '<1000', '=217', or a range, as in '200..600'"
)


class Condition(NamedTuple):
    """One alternative of ``--value``: the numbers that it allows, and its unit or currency."""

    allowed: Span
    unit: str | None


def span(bound: str, amount: str, upper: str | None = None) -> Span:
    """The numbers that a figure allows, by its fields in `factcli.model.Quantity`."""
    before, after = (Decimal(amount), 0), (Decimal(amount), 1)
    spans: dict[str, Span] = {
        "at_least": (before, HIGHEST),
        "more_than": (after, HIGHEST),
        "at_most": (LOWEST, after),
        "less_than": (LOWEST, before),
        "range": (before, (Decimal(upper or amount), 1)),
    }
    return spans.get(bound, (before, after))


def cut_key(cut: tuple[Decimal, int]) -> str:
    """Write a cut as text that sorts, by code points, as the cut does."""
    number, after = cut
    if not number.is_finite():
        return LEAST_KEY if number < 0 else GREATEST_KEY
    return f"{number_key(number)},{after}"


LEAST_KEY, GREATEST_KEY = "", "3"


def number_key(number: Decimal) -> str:
    """Write a number as text that sorts as the number does: sign, magnitude, digits.

    The digits of negative numbers are complemented.
    """
    if not number:
        return "1"
    _, digits, _ = number.as_tuple()
    text = f"{number.adjusted() + 500_000:07d}{''.join(map(str, digits)).rstrip('0')}"
    if number > 0:
        return f"2{text}"
    return f"0{text.translate(_COMPLEMENT)}~"


_COMPLEMENT = str.maketrans("0123456789", "9876543210")


def parse_condition(text: str) -> tuple[Condition, ...]:
    """Read what ``--value`` takes: an operator or a range, and perhaps a unit or currency.

    A comma means *or*.

    Raises:
        UsageError: says what is wrong, and which forms are conditions.
    """
    if _GROUPED.search(text):
        raise UsageError(
            f"{text!r} groups digits with commas, and a comma means 'or' here: write 1000 for"
            " 1,000, or '=100,=400' for either"
        )
    return tuple(_parse_one(part.strip()) for part in text.split(","))


def _parse_one(text: str) -> Condition:
    found = _CONDITION.fullmatch(text)
    if found is None or (found["op"] and found["to"]):
        raise UsageError(f"{text!r} is not a condition on a figure: {_FORMS}")
    bound = _OPERATORS[found["op"] or "="]
    if found["to"]:
        bound = "range" if found["high"] else "at_least"
    allowed = span(bound, found["low"], found["high"])
    if not allowed[0] < allowed[1]:
        raise UsageError(f"{text!r} is an empty range: put the smaller number first")
    return Condition(allowed, (found["unit"] or "").casefold() or None)
