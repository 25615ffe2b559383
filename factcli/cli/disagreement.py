"""The commands that put sources side by side."""

from __future__ import annotations

from collections.abc import Iterable
from typing import IO, Annotated, Any

import typer

from factcli.cli import completion
from factcli.cli.messages import say
from factcli.cli.session import session
from factcli.cli.typer_options import answers
from factcli.disagreement import answer_rows, conflict_rows
from factcli.output.options import Options
from factcli.output.report import Report
from factcli.totals import find_series, total_rows


@answers
def compare(
    context: typer.Context,
    question: Annotated[
        str,
        typer.Argument(
            metavar="QUESTION", help="A question's id or text.", autocompletion=completion.questions
        ),
    ],
    options: Options,
) -> None:
    """Rival answers to a question, side by side.

    Each with its bound or date, who said it, and where. Figures conflict when no number satisfies
    both, dates when no day does; they refine when one lies within the other. Origins are counted,
    not outlets: two articles that rest on one official are one origin.

    Example: factcli compare january-2025-contingent-size
    """
    run = session(context)
    options.chosen_format()
    asked = run.store.questions[run.store.names.question(question)]
    run.answer(Report(answer_rows(run.store, asked), "compare"), options)


@answers
def conflicts(context: typer.Context, options: Options) -> None:
    """Every point on which sources disagree.

    Computed from figures, dates and sums, and noted by the curators where no arithmetic shows it;
    with how both sides can be right, if they can. No verdicts.

    Example: factcli conflicts --fields kind,about,sides.value
    """
    run = session(context)
    options.chosen_format()
    rows = conflict_rows(run.store)

    def page(rows: Iterable[Any], stream: IO[str], color: bool) -> None:
        from factcli.output.page import draw_conflicts

        draw_conflicts(rows, stream, color=color)

    run.answer(Report(rows, "conflicts", page=page), options)


@answers
def total(
    context: typer.Context,
    series: Annotated[
        str,
        typer.Argument(
            metavar="SERIES", help="A declared series.", autocompletion=completion.series
        ),
    ],
    options: Options,
) -> None:
    """A declared series added up, for each source by itself.

    In date order, with running totals, bounds carried through, and the gap to the target. Sources
    are never merged into one sum, and figures of different payers, currencies or units are never
    added.

    Example: factcli total kenyan-contingents
    """
    run = session(context)
    options.chosen_format()
    rows = list(total_rows(run.store, find_series(run.store, series)))
    run.answer(Report(rows, "total"), options)
    if len({row.source for row in rows}) > 1:
        say("each source is added up by itself; the sums are not to be added")
