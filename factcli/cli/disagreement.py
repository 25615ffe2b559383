"""The commands that put sources side by side."""

from __future__ import annotations

from typing import IO, Annotated, Any

from factcli.cli.messages import say
from factcli.cli.session import Session
from factcli.cli.typer_options import answers, argument
from factcli.disagreement import answer_rows, conflict_rows
from factcli.output.report import Report
from factcli.totals import find_series, total_rows


@answers
def compare_command(
    session: Session,
    question: Annotated[str, argument("QUESTION", "A question's id or text.", "questions")],
) -> None:
    """Rival answers to a question, side by side.

    Each with its bound or date, who said it, and where. Figures conflict when no number satisfies
    both, dates when no day does; they refine when one lies within the other. Origins are counted,
    not outlets: two articles that rest on one official are one origin.

    Example: factcli compare january-2025-contingent-size
    """
    store = session.store
    asked = store.questions[store.names.question(question)]
    session.answer(Report(answer_rows(store, asked), "compare"))


@answers
def conflicts_command(session: Session) -> None:
    """Every point on which sources disagree.

    Computed from figures, dates and sums, and noted by the curators where no arithmetic shows it;
    with how both sides can be right, if they can. No verdicts.

    Example: factcli conflicts --fields kind,about,sides.value
    """

    def page(rows: Any, stream: IO[str], color: bool) -> None:
        from factcli.output.page import draw_conflicts

        draw_conflicts(rows, stream, color=color)

    session.answer(Report(conflict_rows(session.store), "conflicts", page=page))


@answers
def total_command(
    session: Session, series: Annotated[str, argument("SERIES", "A declared series.", "series")]
) -> None:
    """A declared series added up, for each source by itself.

    In date order, with running totals, bounds carried through, and the gap to the target. Sources
    are never merged into one sum, and figures of different payers, currencies or units are never
    added.

    Example: factcli total kenyan-contingents
    """
    store = session.store
    rows = list(total_rows(store, find_series(store, series)))
    session.answer(Report(rows, "total"))
    if len({row.source for row in rows}) > 1:
        say("each source is added up by itself; the sums are not to be added")
