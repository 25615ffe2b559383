"""Answers, conflicts and sums, as they are shown."""

from __future__ import annotations

from collections.abc import Iterator

from factcli import disagreement, totals
from factcli.agreement import Agreement
from factcli.disagreement import answer_text
from factcli.model import Bound, Claim, ConflictKind, Question, Series
from factcli.view.record import RecordRival, View
from factcli.view.shown import Named, Shown


class AnswerRow(Shown, frozen=True):
    """One answer to a question. `value` is the figure or the date as the source has it.

    `origins` counts the named origins that agree with it, `origins_unnamed` the sources that name none.
    """

    id: str
    value: str
    bound: Bound | None
    date: str | None
    said_by: Named | None
    source: str
    outlet: str | None
    issued: str | None
    paragraph: int | None
    agreement: Agreement
    against: tuple[RecordRival, ...]
    origins: int
    origins_unnamed: int
    statement: str
    note: str | None


class SideRow(Shown, frozen=True):
    """One party to a conflict; `id` is null for a sum over several claims."""

    id: str | None
    value: str
    said_by: Named | None
    source: str
    outlet: str | None
    issued: str | None


class ConflictRow(Shown, frozen=True):
    kind: ConflictKind
    question: str | None
    about: str
    sides: tuple[SideRow, ...]
    note: str | None
    reconciliation: str | None


class TotalRow(Shown, frozen=True):
    """One figure of a series in a source, the running total with it, and what is left to the target.

    `running` and `gap` are decimal strings, each with its bound; `gap` is null where no source gives a target.
    """

    source: str
    outlet: str | None
    id: str
    date: str | None
    question: str | None
    figure: str
    running: str
    running_bound: Bound
    unit: str
    target: str | None
    gap: str | None
    gap_bound: Bound | None


def answers(view: View, question: Question) -> list[AnswerRow]:
    return [
        AnswerRow(
            id=answer.claim.id,
            value=answer_text(answer.claim, question),
            bound=answer.claim.quantity.bound if answer.claim.quantity else None,
            date=answer.claim.date,
            said_by=view.named(answer.claim.origin),
            source=answer.claim.source,
            outlet=_outlet(view, answer.claim.source),
            issued=_issued(view, answer.claim.source),
            paragraph=answer.claim.locator.paragraph if answer.claim.locator else None,
            agreement=answer.agreement,
            against=tuple(RecordRival(id=claim.id, agreement=label) for claim, label in answer.against),
            origins=answer.origins,
            origins_unnamed=answer.unnamed,
            statement=answer.claim.statement,
            note=answer.claim.note,
        )
        for answer in disagreement.compare(question, view.store, view.rivals)
    ]


def conflicts(view: View) -> Iterator[ConflictRow]:
    for conflict in disagreement.conflicts(view.store, view.rivals):
        yield ConflictRow(
            kind=conflict.kind,
            question=conflict.question,
            about=conflict.about,
            sides=tuple(_side(view, side.claim, side.source, side.value) for side in conflict.sides),
            note=conflict.note,
            reconciliation=conflict.reconciliation,
        )


def sums(view: View, series: Series) -> list[TotalRow]:
    rows = []
    for found in totals.totals(view.store, series, view.rivals):
        for step in found.steps:
            assert step.claim.quantity is not None, "answers of a series are figures"
            target = found.target
            rows.append(
                TotalRow(
                    source=found.source,
                    outlet=_outlet(view, found.source),
                    id=step.claim.id,
                    date=step.claim.date,
                    question=step.claim.question,
                    figure=step.claim.quantity.text,
                    running=_amount(step.running),
                    running_bound=step.running.bound,
                    unit=series.unit,
                    target=f"{target.quantity.text} ({target.source})" if target and target.quantity else None,
                    gap=_amount(step.gap) if step.gap else None,
                    gap_bound=step.gap.bound if step.gap else None,
                )
            )
    return rows


def _side(view: View, claim: Claim | None, source: str, value: str) -> SideRow:
    return SideRow(
        id=claim.id if claim else None,
        value=value,
        said_by=view.named(claim.origin) if claim else None,
        source=source,
        outlet=_outlet(view, source),
        issued=_issued(view, source),
    )


def _amount(total: totals.Sum) -> str:
    return f"{total.amount}..{total.upper}" if total.upper else total.amount


def _outlet(view: View, source: str) -> str | None:
    return view.store.vocabulary.sources[source].container_title


def _issued(view: View, source: str) -> str | None:
    return view.store.vocabulary.sources[source].issued
