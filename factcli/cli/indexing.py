"""The command that shows, renews and deletes the index of a large store."""

from __future__ import annotations

from typing import Annotated

import typer

from factcli.cli.messages import say
from factcli.cli.progress import Loading
from factcli.cli.session import session
from factcli.cli.typer_options import answers
from factcli.errors import UsageError
from factcli.output.options import Options
from factcli.output.report import Report
from factcli.rows.proofs import index_row


@answers
def index(
    context: typer.Context,
    rebuild: Annotated[bool, typer.Option("--rebuild", help="Build it anew.")] = False,
    clear: Annotated[bool, typer.Option("--clear", help="Delete it.")] = False,
    *,
    options: Options,
) -> None:
    """The cache that makes a large store fast: where it is, how large, and whether it is fresh.

    It is kept in the user's cache directory for stores of more than about a hundred claims, built
    and renewed when they are looked up, and never changes an answer.

    Example: factcli index
    """
    from factcli.database import cache

    run = session(context)
    options.chosen_format()
    if rebuild and clear:
        raise UsageError("--rebuild and --clear are two things: give one")
    if clear:
        cache.clear(str(run.path))
    if rebuild:
        with Loading(str(run.path)) as progress:
            database = cache.open_or_build(str(run.path), say, progress, rebuild=True)
        if database is not None:
            database.close()
    run.answer(Report([index_row(run.path)], "index"), options)
