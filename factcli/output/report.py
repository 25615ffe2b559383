"""A report: the rows of a command, sorted, cut and written in the chosen format.

Imports next to nothing: a plain lookup in JSON needs this.
"""

from __future__ import annotations

import os

from factcli.database.answer import Answer
from factcli.output import json
from factcli.output.sink import output_encoding, standard_output

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from contextlib import AbstractContextManager
    from typing import IO, Any

    from factcli.output.options import Options
    from factcli.output.spool import Spool
    from factcli.rows.layout import Layout

    Page = Callable[[Answer | Spool, IO[str], bool], None]
    """Draws the rows after sorting and cutting; the truth value says whether colour is allowed."""


class Report:
    """Rows of one kind, to be written.

    `kind` names their layout (`factcli.rows.registry.MODULES`). `page` draws them in place of a
    table, if there are any.
    """

    def __init__(
        self, rows: Answer | Iterable[Any], kind: str, *, page: Page | None = None
    ) -> None:
        self.kind, self._page = kind, page
        self._rows: Answer | Spool
        if isinstance(rows, Answer):
            self._rows = rows
        else:
            from factcli.output.spool import Spool

            self._rows = Spool(rows, kind)
        self.found = len(self._rows)
        self.legend = ""
        """What the marks in the table that was drawn mean."""

    @property
    def layout(self) -> Layout:
        """The layout of the rows."""
        from factcli.rows.registry import layout_of

        return layout_of(self.kind)

    def write(self, options: Options) -> None:
        """Write to standard output or the file named.

        Raises:
            UsageError: before anything is written.
            WriteRefused: when not everything could be written.
        """
        form = options.chosen_format()
        self._arrange(options)
        chosen = self._chosen(options)
        to_terminal = options.file is None and os.isatty(1)
        with self._target(options, form) as stream:
            if options.count:
                stream.write(f"{self.found}\n")
            elif form == "table":
                self._draw(stream, chosen, color=to_terminal and not options.no_color)
            else:
                lines = self._lines(form, chosen, raw=options.raw, to_terminal=to_terminal)
                stream.writelines(lines)

    @property
    def shown(self) -> int:
        """How many rows are left after cutting."""
        return len(self._rows)

    def json_rows(self, options: Options) -> Iterator[str]:
        """The rows as JSON, one after the other, sorted, cut, with the fields that were chosen."""
        self._arrange(options)
        return self._encoded(self._chosen(options))

    def _arrange(self, options: Options) -> None:
        limit = None if options.count else options.limit
        paths: Sequence[str] = ()
        key = None
        if options.sort:
            from factcli.output import fields

            wanted = ",".join(dict.fromkeys(map(_sort_path, options.sort.split(","))))
            paths, key = fields.parse(wanted, self.layout.row, "--sort"), fields.sort_key
        if options.sort or options.reverse or limit is not None:
            self._rows = self._rows.arranged(paths, key, reverse=options.reverse, limit=limit)

    def _chosen(self, options: Options) -> Sequence[str] | None:
        if not options.fields:
            return None
        from factcli.output import fields

        return fields.parse(options.fields, self.layout.row)

    def _encoded(self, chosen: Sequence[str] | None) -> Iterator[str]:
        if chosen is None:
            return self._rows.json()
        from factcli.output import fields

        return fields.picked(self._rows.json(), chosen)

    def _lines(self, form: str, chosen: Sequence[str] | None, **how: bool) -> Iterator[str]:
        if form in ("json", "jsonl"):
            write = json.array if form == "json" else json.lines
            return write(self._encoded(chosen))
        from factcli.output import fields, flat

        names = chosen or fields.parse(self.layout.flat, self.layout.row)
        return flat.lines(form, self._rows.json(), names, **how)

    def _draw(self, stream: IO[str], chosen: Sequence[str] | None, *, color: bool) -> None:
        from factcli.output.table import draw, picked
        from factcli.rows.layout import legend

        if not len(self._rows):
            return
        if chosen is None and self._page is not None:
            self._page(self._rows, stream, color)
        else:
            layout = picked(self.layout, chosen) if chosen else self.layout
            self.legend = legend(draw(self._rows, layout, stream, color=color))

    def _target(self, options: Options, form: str) -> AbstractContextManager[IO[str]]:
        if options.file is not None or (options.pager and os.isatty(1)):
            from pathlib import Path

            from factcli.output.files import paging, whole_file

            return paging() if options.file is None else whole_file(Path(options.file))
        return standard_output(output_encoding() if form == "table" else "utf-8")


def _sort_path(path: str) -> str:
    """Dates sort by their earliest day, not by how they are written."""
    return "date_earliest" if path.strip() == "date" else path.strip()
