"""Claims drawn along the axis of time."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby, islice
from math import inf
from typing import IO, Any

from rich.table import Table
from rich.text import Text

from factcli import dates
from factcli.output.table import console, screen_width
from factcli.record.shape import Record
from factcli.text import visible

_LEAST_AXIS, _WIDEST_AXIS = 10, 40
_AT_ONCE = 50
"""Rows that are drawn together: a month may have thousands."""


def draw(records: Iterable[Any], stream: IO[str], *, color: bool) -> None:
    """Write records grouped by month, each with its span on an axis that is common to all."""
    width = min(max(screen_width() // 4, _LEAST_AXIS), _WIDEST_AXIS)
    axis = _Axis(records, width)
    longest = max((len(record.id) for record in records), default=0)
    screen = console(stream, color=color)
    if axis.first <= axis.last:
        first, last = dates.day_text(axis.first), dates.day_text(axis.last)
        screen.print(Text(f"{first} {'to':^{max(width - 20, 2)}} {last}", style="dim"))
    for month, group in groupby(records, key=_month):
        screen.print(Text(month, style="bold"))
        while some := list(islice(group, _AT_ONCE)):
            grid = Table.grid(padding=(0, 2, 0, 0))
            grid.add_column(width=width, no_wrap=True)
            grid.add_column(style="cyan", no_wrap=True, width=longest)
            grid.add_column(overflow="fold")
            for record in some:
                text = "  ".join(filter(None, (record.date, record.statement)))
                grid.add_row(*map(Text, (axis.bar(record.date), record.id, visible(text))))
            screen.print(grid)


class _Axis:
    """The days from the first to the last that any record names, on so many columns.

    Without any day, `first` is after `last`.
    """

    def __init__(self, records: Iterable[Record], width: int) -> None:
        self.first: Any = inf
        self.last: Any = -inf
        self._width = width
        for record in records:
            for day in _days(record.date) if record.date else ():
                self.first, self.last = min(self.first, day), max(self.last, day)

    def bar(self, date: str | None) -> str:
        """``●`` for a day, ``■`` for more that falls on one column, a bar for a span, an arrow for
        an open end, tildes where approximate."""
        if date is None or self.first > self.last:
            return ""
        read = dates.parse(date)
        start, end = read.span
        left = 0 if start == -inf else self._column(start)
        right = self._width - 1 if end == inf else self._column(end - 1)
        if left == right and start != -inf and end != inf:
            return " " * left + ("~" if read.qualified else "●" if end - start == 1 else "■")
        line = ("~" if read.qualified else "─") * (right - left + 1)
        line = ("◀" if start == -inf else "├") + line[1:-1] + ("▶" if end == inf else "┤")
        return " " * left + line

    def _column(self, day: int) -> int:
        column: int = (day - self.first) * (self._width - 1) // max(self.last - self.first, 1)
        return column


def _days(date: str) -> Iterator[Any]:
    """The first and the last day of a date, where it has one."""
    start, end = dates.parse(date).span
    return (day for day in (start, end - 1) if abs(day) != inf)


def _month(record: Record) -> str:
    if record.date_earliest:
        return record.date_earliest.rpartition("-")[0]
    return f"up to {record.date_latest}" if record.date else "undated"
