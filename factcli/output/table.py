"""Tables for people: fitted to the screen, keys whole, store text shown as text."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from itertools import islice
from typing import IO, TYPE_CHECKING, Any

import msgspec

from factcli.output.fields import cell, pick
from factcli.rows.layout import Column, Layout
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


def draw(rows: Iterable[Any], layout: Layout, stream: IO[str], *, color: bool) -> set[str]:
    """Write rows as a table no wider than the screen; give back the marks that it bears.

    A long table starts at once: its columns are as wide as the first rows need, and later cells
    that are wider fold.
    """
    screen = console(stream, color=color)
    kept: dict[int, int] | None = None
    marks: set[str] = set()
    marked = [at for at, column in enumerate(layout.columns) if not column.header]
    waiting = iter(rows)
    part = list(islice(waiting, _FIRST + 1))
    long = len(part) > _FIRST
    while part:
        cells = [[visible(column.text(row)) for column in layout.columns] for row in part]
        marks.update(*(line[at] for line in cells for at in marked))
        is_first = kept is None
        if kept is None:
            kept = _fitting(layout.columns, cells[:_FIRST], screen_width(), long=long)
        _draw_part(screen, layout.columns, cells, kept, first=is_first, folding=long)
        part = list(islice(waiting, _AT_ONCE))
    return marks


def picked(layout: Layout, paths: Sequence[str]) -> Layout:
    """The layout of a table that shows chosen fields: the first whole, the others folding."""

    def column(path: str, first: bool) -> Column:
        rigid = first or path.rpartition(".")[2] in _RIGID
        return Column(
            path,
            lambda record: cell(pick(msgspec.to_builtins(record), path)),
            least=None if rigid else 8,
        )

    return Layout(layout.row, *(column(path, at == 0) for at, path in enumerate(paths)))


_RIGID = ("id", "date", "date_earliest", "date_latest", "issued")
"""Fields that are not folded."""


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
        box=None,
        padding=(0, _GAP, 0, 0),
        pad_edge=False,
        header_style="bold",
        show_edge=False,
        show_header=first,
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


def _fitting(
    columns: Sequence[Column], cells: list[list[str]], width: int, *, long: bool = False
) -> dict[int, int]:
    """The columns that fit, by position, each with its width; the folding ones share what the
    others leave.

    In a `long` table a column without a header has room for its marks, though the first rows bear
    none.
    """
    from rich.cells import cell_len

    natural = [
        max([cell_len(c.header), *(cell_len(line[at]) for line in cells)])
        for at, c in enumerate(columns)
    ]
    if long:
        natural = [
            max(wanted, 0 if column.header else _MARKS)
            for wanted, column in zip(natural, columns, strict=True)
        ]
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
