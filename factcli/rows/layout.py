"""What a layout is: the columns of a table of rows, and the fields that flat formats show."""

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
    """A column of a table; one without a header holds marks.

    On a narrow screen the columns with the highest `drop` go first; 0 never goes. `least` is the
    width to which a column that folds may be squeezed; None means that it is never folded.
    """

    header: str
    text: Callable[[Any], str]
    drop: int = 0
    least: int | None = None
    right: bool = False


class Layout:
    """How rows of one type are shown: as a table, and as CSV, TSV and Markdown.

    `flat` is the default of ``--fields`` for CSV, TSV and Markdown; without it, every field.
    """

    def __init__(self, row: type[msgspec.Struct], *columns: Column, flat: str = "") -> None:
        self.row, self.columns = row, columns
        self.flat = flat or ",".join(row.__struct_encode_fields__)


def legend(used: Collection[str]) -> str:
    """What the marks that a table holds mean; empty without marks."""
    return " · ".join(f"{mark} {meaning}" for mark, meaning in LEGEND.items() if mark in used)
