"""Whole records, for reading."""

from __future__ import annotations

from collections.abc import Sequence
from typing import IO, Annotated, Any

import typer

from factcli.cli import complete
from factcli.cli.options import answers
from factcli.cli.session import session
from factcli.output import Options, Report
from factcli.output.layouts import RECORDS


@answers
def show(
    context: typer.Context,
    ids: Annotated[
        list[str],
        typer.Argument(metavar="ID…", help="Ids, or as much of them as is unique.", autocompletion=complete.ids),
    ],
    options: Options,
) -> None:
    """Whole records: the chain, the source, the rivals, the note.

    Example: factcli show $(factcli deployments --fields id --format tsv --limit 1 | tail -1)
    """
    run = session(context)
    options.chosen_format()
    claims = [run.store.get(ident) for ident in ids]
    records = [run.view.record(claim) for claim in claims]
    rivals = {claim.id: run.view.rivals.of(claim) for claim in claims}

    def page(records: Sequence[Any], stream: IO[str], color: bool) -> None:
        from factcli.output.page import draw_records

        draw_records([(record, rivals[record.id]) for record in records], run.store.vocabulary, stream, color=color)

    run.answer(Report(records, RECORDS, page=page), options)
