"""Tables for people: fitted to the screen, keys whole, store text shown as text."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import IO, TYPE_CHECKING, Any

from factcli.output.layouts.layout import Column, Layout
from factcli.text import visible

if TYPE_CHECKING:
    from rich.console import Console

_GAP = 2
_MARKS = 2
_FIRST = 500
"""Rows by which the columns of a long table are measured."""
_AT_ONCE = 100
"""Rows that are drawn at a time."""
_LEAST_WIDTH = 20
_LONGEST_WORD = 20  # longer ones are broken where the screen is narrow


def screen_width() -> int:
    """``COLUMNS``, else the width of whichever terminal is at hand, else 80."""
    if given := os.environ.get("COLUMNS"):
        return max(int(given), _LEAST_WIDTH)
    for descriptor in (1, 2, 0):
        try:
            if width := os.get_terminal_size(descriptor).columns:
                return max(width, _LEAST_WIDTH)
        except OSError:
            continue
    return 80


def console(stream: IO[str], *, color: bool) -> Console:
    """A console that writes to one of our own streams; colour only where asked for and welcome."""
    from rich.console import Console

    plain = not color or os.environ.get("TERM") == "dumb" or bool(os.environ.get("NO_COLOR"))
    return Console(
        file=stream,
        width=screen_width(),
        height=25,  # given both, Rich does not go by the terminal type
        force_terminal=not plain,
        color_system=None if plain else "auto",
        no_color=plain,
        markup=False,
        emoji=False,
        highlight=False,
        legacy_windows=False,
    )


def draw(rows: Sequence[Any], layout: Layout, stream: IO[str], *, color: bool) -> set[str]:
    """Write rows as a table no wider than the screen; which marks it bears.

    A long table starts at once: its columns are as wide as the first rows want them, and fold what is wider later on.
    """
    screen = console(stream, color=color)
    kept: dict[int, int] | None = None
    marks: set[str] = set()
    long = len(rows) > _FIRST
    for start in range(0, len(rows), _FIRST):
        part = rows[start : start + _FIRST]
        cells = [[visible(column.text(row)) for column in layout.columns] for row in part]
        marks.update(mark for row in part for mark in layout.marks(row))
        if kept is None:
            kept = _fitting(layout.columns, cells, screen_width(), long=long)
        for at in range(0, len(cells), _AT_ONCE):
            some = cells[at : at + _AT_ONCE]
            _draw_part(screen, layout.columns, some, kept, first=start == at == 0, folding=long)
    return marks


def _draw_part(
    screen: Console,
    columns: Sequence[Column],
    cells: list[list[str]],
    kept: dict[int, int],
    *,
    first: bool,
    folding: bool,
) -> None:
    from rich.table import Table
    from rich.text import Text

    table = Table(
        box=None, padding=(0, _GAP, 0, 0), pad_edge=False, header_style="bold", show_edge=False, show_header=first
    )
    for at, width in kept.items():
        column = columns[at]
        table.add_column(
            Text(column.header),
            width=width,
            justify="right" if column.right else "left",
            no_wrap=column.least is None and not folding,
            overflow="fold",
            style="cyan" if at == 0 else "",
        )
    for line in cells:
        table.add_row(*(Text(line[at]) for at in kept))
    screen.print(table)


def _fitting(columns: Sequence[Column], cells: list[list[str]], width: int, *, long: bool = False) -> dict[int, int]:
    """The columns that fit, by position, each with its width; the folding ones share what the others leave.

    In a `long` table a column without a header has room for its marks, though the first rows bear none.
    """
    from rich.cells import cell_len

    natural = [max([cell_len(c.header), *(cell_len(line[at]) for line in cells)]) for at, c in enumerate(columns)]
    if long:
        natural = [max(wanted, 0 if column.header else _MARKS) for wanted, column in zip(natural, columns, strict=True)]
    kept = [at for at in range(len(columns)) if natural[at]]

    def least(at: int) -> int:
        floor = columns[at].least
        if floor is None:
            return natural[at]
        longest = max((cell_len(word) for line in cells for word in line[at].split()), default=0)
        return min(natural[at], max(floor, min(longest, _LONGEST_WORD)))

    while sum(map(least, kept)) + _GAP * (len(kept) - 1) > width:
        droppable = [at for at in kept if columns[at].drop]
        if not droppable:
            break
        kept.remove(max(droppable, key=lambda at: columns[at].drop))
    widths = {at: least(at) for at in kept}
    spare = width - sum(widths.values()) - _GAP * (len(kept) - 1)
    for at in sorted(kept, key=lambda at: natural[at] - widths[at]):
        waiting = [other for other in kept if widths[other] < natural[other]]
        if at in waiting and spare > 0:
            share = spare if len(waiting) == 1 else spare // len(waiting)
            taken = min(natural[at] - widths[at], share)
            widths[at] += taken
            spare -= taken
    return widths
