"""Claims along the axis of time."""

from __future__ import annotations

from collections.abc import Iterable
from typing import IO, Any

import typer

from factcli.cli.lookups import query
from factcli.cli.session import session
from factcli.cli.typer_options import lists_claims
from factcli.output.options import Options
from factcli.output.report import Report


@lists_claims
def timeline(context: typer.Context, filters: dict[str, Any], options: Options) -> None:
    """Claims in time order, drawn along an axis.

    Grouped by the month in which they begin. A day is a dot, a span a block or a bar, an open end
    an arrow; what is only approximate is drawn with tildes. In a pipe it is JSON, as `factcli list`
    gives it.

    Example: factcli timeline --topic deployments
    """
    run = session(context)
    options.chosen_format()
    found = run.store.find(query(filters))

    def page(records: Iterable[Any], stream: IO[str], color: bool) -> None:
        from factcli.output.timeline import draw

        draw(records, stream, color=color)

    run.answer(Report(found, "claims", page=page), options, found)
