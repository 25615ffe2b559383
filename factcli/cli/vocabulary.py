"""The commands that show what a store declares, and the shape of what is printed."""

from __future__ import annotations

from typing import Annotated

import typer

from factcli.cli.session import session
from factcli.cli.typer_options import answers
from factcli.output.options import Options
from factcli.output.report import Report
from factcli.rows import vocabulary


@answers
def topics(context: typer.Context, options: Options) -> None:
    """The topics, each a command of its own.

    Example: factcli topics --sort claims --reverse
    """
    run = session(context)
    run.answer(Report(vocabulary.topic_rows(run.store), "topics"), options)


@answers
def actors(context: typer.Context, options: Options) -> None:
    """Everyone the claims name, with their spellings.

    Example: factcli actors --sort claims --reverse --limit 10
    """
    run = session(context)
    run.answer(Report(vocabulary.actor_rows(run.store), "actors"), options)


@answers
def sources(context: typer.Context, options: Options) -> None:
    """The published texts, when and where they appeared.

    Example: factcli sources --fields id,issued,issued_basis
    """
    run = session(context)
    run.answer(Report(vocabulary.source_rows(run.store), "sources"), options)


@answers
def questions(context: typer.Context, options: Options) -> None:
    """What rival claims answer, and whether they agree.

    Example: factcli questions --sort agreement
    """
    run = session(context)
    run.answer(Report(vocabulary.question_rows(run.store), "questions"), options)


def schema(
    of: Annotated[
        str,
        typer.Argument(
            metavar="OF",
            help="claims, topics, actors, sources, questions, compare, conflicts, total, verify,"
            " check, index, changes, log or diff.",
        ),
    ] = "claims",
) -> None:
    """The JSON Schema of what the commands print.

    JSON Schema 2020-12, for the array that --json prints. Its $id holds the version of the
    contract: an added key raises the minor number, a removed or changed one the major.

    Example: factcli schema actors
    """
    from factcli.output.schema import schema_of
    from factcli.output.sink import standard_output

    text = schema_of(of)
    with standard_output() as stream:
        stream.write(text)
