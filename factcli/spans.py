"""Half-open spans on an ordered line.

A span is a pair ``(start, end)`` with ``start < end``; it holds its start and not its end. Dates
use day numbers, quantities use *cuts* (see `factcli.quantity`); both may use infinities.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

Span = tuple[Any, Any]
Spans = tuple[Span, ...]
"""Disjoint spans in ascending order: a condition such as "in June or in August"."""


def union(spans: Iterable[Span]) -> Spans:
    """Merge spans that touch or overlap."""
    merged: list[Span] = []
    for start, end in sorted(spans):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(merged[-1][1], end))
        else:
            merged.append((start, end))
    return tuple(merged)


def intersection(left: Spans, right: Spans) -> Spans:
    """Find the parts that two conditions share; empty when they exclude each other."""
    pairs = ((max(a[0], b[0]), min(a[1], b[1])) for a in left for b in right)
    return union(pair for pair in pairs if pair[0] < pair[1])


def overlaps(one: Span, other: Span) -> bool:
    """Whether two spans share something."""
    return bool(one[0] < other[1] and other[0] < one[1])


def within(inner: Span, outer: Span) -> bool:
    """Whether a span lies inside another, or is the same."""
    return bool(outer[0] <= inner[0] and inner[1] <= outer[1])
