"""Tables for people: fitted to the screen, keys whole, store text shown as text."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from itertools import chain, islice
from typing import IO, Any

import msgspec
from rich.cells import cell_len
from rich.console import Console
from rich.table import Table
from rich.text import Text

from factcli.output.fields import cell, pick
from factcli.rows.layout import Column, Layout
from factcli.text import visible

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
    """A console that writes to a stream, with colour only where the terminal takes it."""
    plain = not color or os.environ.get("TERM") == "dumb" or bool(os.environ.get("NO_COLOR"))
    return Console(
        file=stream,
        width=screen_width(),
        height=25,  # given both, Rich does not go by the terminal type
        force_terminal=not plain,
        markup=False,
        emoji=False,
        highlight=False,
    )


def draw(rows: Iterable[Any], layout: Layout, stream: IO[str], *, color: bool) -> set[str]:
    """Write rows as a table no wider than the screen, and return the marks that it holds.

    A long table starts at once: its columns are as wide as the first rows need, and later cells
    that are wider fold.
    """
    screen = console(stream, color=color)
    columns = layout.columns
    marked = [at for at, column in enumerate(columns) if not column.header]
    marks: set[str] = set()
    lines = ([visible(column.text(row)) for column in columns] for row in rows)
    first = list(islice(lines, _FIRST + 1))
    is_long = len(first) > _FIRST
    widths = _fitting(columns, first[:_FIRST], screen_width(), is_long=is_long)
    rest = iter(lambda: list(islice(lines, _AT_ONCE)), [])
    for part in chain([first], rest):
        marks.update(*(line[at] for line in part for at in marked))
        table = _table(columns, widths, folds=is_long)
        table.show_header = part is first
        for line in part:
            table.add_row(*(Text(line[at]) for at in widths))
        screen.print(table)
    return marks


def picked(layout: Layout, paths: Sequence[str]) -> Layout:
    """The layout of a table that shows chosen fields: the first whole, the others folding."""

    def column(path: str) -> Column:
        is_whole = path == paths[0] or path.rpartition(".")[2] in _WHOLE
        least = None if is_whole else 8
        return Column(path, lambda row: cell(pick(msgspec.to_builtins(row), path)), least=least)

    return Layout(layout.row, *map(column, paths))


_WHOLE = ("id", "date", "date_earliest", "date_latest", "issued")
"""Fields that are not folded."""


def _table(columns: Sequence[Column], widths: dict[int, int], *, folds: bool) -> Table:
    table = Table.grid(padding=(0, _GAP, 0, 0))
    table.header_style = "bold"
    for at, width in widths.items():
        column = columns[at]
        table.add_column(
            Text(column.header),
            width=width,
            justify="right" if column.right else "left",
            no_wrap=column.least is None and not folds,
            overflow="fold",
            style="cyan" if at == 0 else "",
        )
    return table


def _fitting(
    columns: Sequence[Column], lines: list[list[str]], width: int, *, is_long: bool
) -> dict[int, int]:
    """The columns that fit, by position, each with its width.

    The folding ones share what the others leave.
    """
    texts = enumerate(zip(*lines, strict=True))
    sizes = [_sizes(columns[at], column, is_long) for at, column in texts]
    natural, widths = [most for most, _ in sizes], [least for _, least in sizes]
    kept = [at for at, most in enumerate(natural) if most]
    room = width + _GAP  # there is no gap after the last column
    droppable = sorted((at for at in kept if columns[at].drop), key=lambda at: columns[at].drop)
    while droppable and sum(widths[at] + _GAP for at in kept) > room:
        kept.remove(droppable.pop())
    spare = max(room - sum(widths[at] + _GAP for at in kept), 0)
    for at in sorted(kept, key=lambda at: natural[at] - widths[at]):
        waiting = [other for other in kept if widths[other] < natural[other]]
        if at in waiting:
            taken = min(natural[at] - widths[at], spare // len(waiting))
            widths[at] += taken
            spare -= taken
    return {at: widths[at] for at in kept}


def _sizes(column: Column, texts: Sequence[str], is_long: bool) -> tuple[int, int]:
    """The width at which a column is whole, and the least that it can be squeezed to.

    In a long table a column without a header has room for its marks, though the first rows hold
    none.
    """
    room = _MARKS if is_long and not column.header else cell_len(column.header)
    natural = max(room, *map(cell_len, texts))
    if column.least is None:
        return natural, natural
    longest = max((cell_len(word) for text in texts for word in text.split()), default=0)
    return natural, min(natural, max(column.least, min(longest, _LONGEST_WORD)))
