"""What one run of the command line shares: the store, opened when first needed."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from factcli.cli.saying import left_out_remark, say, shown_remark
from factcli.errors import NothingFound

if TYPE_CHECKING:
    from typer._click.core import Context

    from factcli.output import Options, Report
    from factcli.store import Answer, Store
    from factcli.view import View


class Session:
    """The run's options that stand before the command, and what they open."""

    def __init__(self, store: str | None, no_color: bool) -> None:
        self._given, self.no_color = store, no_color
        self.no_index = False

    @cached_property
    def path(self) -> Path:
        """The store in use: ``--store``, else ``FACTCLI_STORE``, else the one shipped."""
        from factcli.store.places import place

        return Path(place(self._given))

    @cached_property
    def store(self) -> Store:
        from factcli.store import open_store

        if self.no_index:
            return open_store(self.path)
        from factcli.cli.waiting import Waiting

        with Waiting(self.path) as waiting:
            return open_store(self.path, indexed=True, notice=say, progress=waiting)

    @cached_property
    def view(self) -> View:
        from factcli.view import View

        return View(self.store)

    def answer(self, report: Report, options: Options, found: Answer | None = None) -> None:
        """Write a report, then say on stderr what it leaves out; exit 1 when it is empty and the caller asked for that."""
        empty = not report.records
        options = msgspec.structs.replace(options, no_color=options.no_color or self.no_color)
        report.write(options)
        for line in _remarks(report, options, found):
            say(line)
        if empty and options.exit_status:
            raise NothingFound


def session(context: Context) -> Session:
    """The session of a run, made when first asked for."""
    root = context.find_root()
    if not isinstance(root.obj, Session):
        root.obj = Session(root.params.get("store"), bool(root.params.get("no_color")))
    return root.obj


def _remarks(report: Report, options: Options, found: Answer | None) -> Sequence[str]:
    lines: list[Any] = [report.legend(options)]
    if found is not None and not len(found):
        lines.append(f"nothing found: {found.why_empty()}")
    if found is not None:
        lines += [
            f"no claim holds {word!r}: looked for {' or '.join(map(repr, near))}"
            for word, near in found.corrections.items()
        ]
        lines += [left_out_remark(count, reason) for reason, count in sorted(found.left_out.items())]
    if report.cut:
        lines.append(shown_remark(len(report.records), len(report.records) + report.cut))
    return [line for line in lines if line]
