"""What a layout is: the columns of a kind of row's table, and the fields that flat formats show."""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import Any, NamedTuple

import msgspec

MARKS = {"conflicts": "≠", "unclear": "≈", "refines": "⊂", "agrees": "=", "single": "", None: ""}
LEGEND = {
    "≠": "sources conflict (factcli show ID)",
    "≈": "differ, but one is approximate or of another unit",
    "⊂": "one is more precise",
    "=": "sources agree",
    "?": "matches only possibly",
}


class Column(NamedTuple):
    """A column of a table. Those with the highest `drop` go first when the screen is narrow; 0
    never goes.

    `least` is the width below which a folding column is not squeezed; None means that it is never
    folded.
    """

    header: str
    text: Callable[[Any], str]
    drop: int = 0
    least: int | None = None
    right: bool = False


class Layout(NamedTuple):
    """`noun`: what a row is called. `flat`: the field paths of CSV, TSV and Markdown."""

    noun: str
    row: type[msgspec.Struct]
    columns: tuple[Column, ...]
    flat: tuple[str, ...]
    marks: Callable[[Any], str] = lambda row: ""


def legend(used: Collection[str]) -> str:
    """What the marks in a table mean, or nothing when it bears none."""
    return " · ".join(f"{mark} {meaning}" for mark, meaning in LEGEND.items() if mark in used)
