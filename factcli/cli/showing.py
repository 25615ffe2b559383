"""Whole records, for reading."""

from __future__ import annotations

from typing import Annotated

import typer

from factcli.cli import completion
from factcli.cli.lookups import records
from factcli.cli.session import session
from factcli.cli.typer_options import answers
from factcli.output.options import Options


@answers
def show(
    context: typer.Context,
    ids: Annotated[
        list[str],
        typer.Argument(
            metavar="ID…",
            help="Ids, or as much of them as is unique.",
            autocompletion=completion.ids,
        ),
    ],
    options: Options,
) -> None:
    """Whole records: the chain, the source, the rivals, the note.

    Example: factcli show $(factcli deployments --fields id --format tsv --limit 1 | tail -1)
    """
    records(session(context), ids, options)
