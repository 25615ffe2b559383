"""How two answers to one question compare, by their bounds and spans; no verdicts."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Literal, NamedTuple, get_args

from factcli.spans import Span, overlaps, within

Label = Literal["agrees", "refines", "unclear", "conflicts"]
Agreement = Literal["single", "agrees", "refines", "unclear", "conflicts"]

SEVERITY: tuple[Agreement, ...] = get_args(Agreement)
"""The labels, the most severe one last."""


class Value(NamedTuple):
    """The answer of a claim, as it is compared.

    `span`: what it allows. `qualified`: whether that is only approximate. `bounded`: whether both
    ends are known. `measure`: a unit or a currency.
    """

    span: Span
    qualified: bool
    bounded: bool
    measure: str


def label(one: Value, other: Value) -> Label:
    """Compare two answers.

    `agrees`: both can be true. `refines`: both are bounded, and one lies inside the other.
    `conflicts`: they exclude each other. `unclear`: they differ, but one is only approximate, or
    they measure in different units.
    """
    if one.measure != other.measure:
        return "unclear"
    if not overlaps(one.span, other.span):
        return "unclear" if one.qualified or other.qualified else "conflicts"
    nested = within(one.span, other.span) or within(other.span, one.span)
    if one.span != other.span and nested and one.bounded and other.bounded:
        return "refines"
    return "agrees"


def worst(labels: Iterable[Any]) -> Agreement:
    """Find the most severe label; `single` when there is none."""
    return max(labels, key=SEVERITY.index, default="single")
