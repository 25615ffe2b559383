"""What a command answers with, sorted, cut and written in the format asked for."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from itertools import chain, islice
from pathlib import Path
from typing import IO, Any

import msgspec

from factcli.output import json
from factcli.output.layouts.layout import Column, Layout, legend
from factcli.output.options import Options
from factcli.output.sink import output_encoding, paging, standard_output, whole_file

Lines = Callable[[Iterable[Any], Sequence[str], bool], Iterator[str]]
Page = Callable[[Sequence[Any], IO[str], bool], None]
"""Draws the rows that are left after sorting and cutting; the truth value asks for colour."""

_WRITERS: dict[str, Lines | None] = {
    "table": None,
    "json": lambda rows, names, raw: json.array(rows),
    "jsonl": lambda rows, names, raw: json.lines(rows),
    "csv": lambda rows, names, raw: _flat().csv_lines(rows, names, raw),
    "tsv": lambda rows, names, raw: _flat().tsv_lines(rows, names, raw),
    "markdown": lambda rows, names, raw: _flat().markdown_lines(rows, names, raw),
}
"""What writes each format; a table is drawn."""


_FEW = 1000
"""As many rows of a command that makes them one by one stay in memory."""


class Report:
    """Rows of one layout on their way out.

    `records` are structs, in their natural order; `page` draws them for a terminal in another way than as a table, if there are any.
    """

    def __init__(self, records: Iterable[msgspec.Struct], layout: Layout, *, page: Page | None = None) -> None:
        self.records = records if isinstance(records, Sequence) else _held(records, layout.row)
        self.layout, self.page = layout, page if self.records else None
        self.cut = 0
        self._marks: set[str] = set()

    def write(self, options: Options) -> None:
        """Write to standard output or the file named.

        Raises:
            UsageError: before anything is written.
            WriteRefused: when not everything could be written.
        """
        form = options.chosen_format()
        self._arrange(options)
        chosen = _fields().parse(options.fields, self.layout.row) if options.fields else None
        to_file = options.output is not None and str(options.output) != "-"
        paged = options.pager and not to_file and os.isatty(1)
        with paging() if paged else _target(options.output if to_file else None, form) as stream:
            if options.count:
                stream.write(f"{len(self.records)}\n")
            elif form == "table":
                self._draw(stream, chosen, color=not to_file and os.isatty(1) and not options.no_color)
            else:
                for line in self._lines(form, chosen, options.raw):
                    stream.write(line)

    def legend(self, options: Options) -> str:
        """What the marks of the table mean; nothing in other formats."""
        drawn = options.chosen_format() == "table" and not options.count and not options.fields and not self.page
        return legend(self._marks) if drawn else ""

    def _arrange(self, options: Options) -> None:
        records = self.records
        if options.sort:
            from factcli.output.sorting import ordered

            wanted = [_sort_path(path) for path in options.sort.split(",")]
            records = ordered(records, _fields().parse(",".join(wanted), self.layout.row, "--sort"))
        if options.reverse:
            records = records[::-1]
        if options.limit is not None and not options.count:
            self.cut = max(0, len(records) - options.limit)
            records = records[: options.limit]
        self.records = records

    def rows(self, options: Options) -> Iterator[Any]:
        """What JSON would be made of."""
        self._arrange(options)
        yield from self._rows("json", _fields().parse(options.fields, self.layout.row) if options.fields else None)

    def _rows(self, form: str, chosen: Sequence[str] | None) -> Iterator[Any]:
        """Rows as the format's writer wants them: whole records, or plain dicts where fields are picked."""
        whole = form in ("json", "jsonl")
        if whole and chosen is None and (encoded := getattr(self.records, "encoded", None)):
            yield from map(msgspec.Raw, encoded())
            return
        pick = _fields().pick if chosen else None
        for record in self.records:
            if whole and chosen is None:
                yield record
                continue
            plain = msgspec.to_builtins(record)
            yield {path: pick(plain, path) for path in chosen or ()} if whole and pick else plain

    def _lines(self, form: str, chosen: Sequence[str] | None, raw: bool) -> Iterator[str]:
        lines = _WRITERS[form]
        assert lines is not None, "only a table has no writer of lines"
        return lines(self._rows(form, chosen), chosen or self.layout.flat, raw)

    def _draw(self, stream: IO[str], chosen: Sequence[str] | None, *, color: bool) -> None:
        from factcli.output.table import draw

        if chosen is None and self.page is not None:
            self.page(self.records, stream, color)
        elif self.records:
            layout = _picked(self.layout, chosen) if chosen else self.layout
            self._marks = draw(self.records, layout, stream, color=color)


def _held(records: Iterable[msgspec.Struct], row: type[msgspec.Struct]) -> Sequence[msgspec.Struct]:
    """Few in memory, more on disk."""
    coming = iter(records)
    few = list(islice(coming, _FEW))
    if len(few) < _FEW:
        return few
    from factcli.disk import held

    encoded = (json.encode(record).encode() for record in chain(few, coming))
    return held(encoded, msgspec.json.Decoder(row).decode)


def _sort_path(path: str) -> str:
    """Dates sort by their earliest day, not by how they are written."""
    return "date_earliest" if path.strip() == "date" else path.strip()


def _fields() -> Any:
    """Imported where fields are picked or sorted by."""
    from factcli.output import fields

    return fields


def _flat() -> Any:
    """Imported where flat formats are written."""
    from factcli.output import flat

    return flat


def _picked(layout: Layout, chosen: Sequence[str]) -> Layout:
    """The layout of a table that shows the fields asked for: the first whole, the others folding."""

    fields = _fields()

    def column(path: str, first: bool) -> Column:
        rigid = first or path.rpartition(".")[2] in ("id", "date", "date_earliest", "date_latest", "issued")
        return Column(
            path, lambda record: fields.cell(fields.pick(msgspec.to_builtins(record), path)), least=None if rigid else 8
        )

    return layout._replace(columns=tuple(column(path, at == 0) for at, path in enumerate(chosen)))


def _target(path: Path | None, form: str) -> AbstractContextManager[IO[str]]:
    if path is not None:
        return whole_file(path)
    return standard_output(output_encoding() if form == "table" else "utf-8")
