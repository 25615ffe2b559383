"""Answers, conflicts and sums, as they are shown."""

from __future__ import annotations

from collections.abc import Iterator

from factcli import disagreement, totals
from factcli.agreement import Agreement
from factcli.disagreement import answer_text
from factcli.model import Bound, ConflictKind, Question, Series
from factcli.opening import Store
from factcli.record.shape import Named, Record, RecordRival, Row
from factcli.rows.layout import MARKS, Column, Layout


class AnswerRow(Row, frozen=True):
    """One answer to a question. `value` is the figure or the date as the source has it.

    `origins` counts the named origins that agree with it, `origins_unnamed` the sources that name
    none.
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


class SideRow(Row, frozen=True):
    """One party to a conflict; `id` is null for a sum over several claims."""

    id: str | None
    value: str
    said_by: Named | None
    source: str
    outlet: str | None
    issued: str | None


class ConflictRow(Row, frozen=True):
    kind: ConflictKind
    question: str | None
    about: str
    sides: tuple[SideRow, ...]
    note: str | None
    reconciliation: str | None


class TotalRow(Row, frozen=True):
    """One figure of a series in a source, the running total with it, and what is left to the
    target.

    `running` and `gap` are decimal strings, each with its bound; `gap` is null where no source
    gives a target.
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


def answer_rows(store: Store, question: Question) -> Iterator[AnswerRow]:
    """The answers to a question."""
    for claim, agreement, against in disagreement.compare(question, store):
        yield AnswerRow(
            id=claim.id,
            value=answer_text(claim, question),
            bound=claim.quantity.bound if claim.quantity else None,
            date=claim.date,
            said_by=claim.said_by,
            source=claim.source.id,
            outlet=claim.source.outlet,
            issued=claim.source.issued,
            paragraph=claim.locator.paragraph if claim.locator else None,
            agreement=agreement,
            against=tuple(against),
            origins=claim.corroboration.origins,
            origins_unnamed=claim.corroboration.unnamed,
            statement=claim.statement,
            note=claim.note,
        )


def conflict_rows(store: Store) -> Iterator[ConflictRow]:
    """Every point on which sources disagree."""
    for conflict in disagreement.conflicts(store):
        yield ConflictRow(
            kind=conflict.kind,
            question=conflict.question,
            about=conflict.about,
            sides=tuple(_side(store, side) for side in conflict.sides),
            note=conflict.note,
            reconciliation=conflict.reconciliation,
        )


def total_rows(store: Store, series: Series) -> Iterator[TotalRow]:
    """A series added up, source by source."""
    for found in totals.totals(store, series):
        target = found.target
        for step in found.steps:
            assert step.claim.quantity is not None, "answers of a series are figures"
            yield TotalRow(
                source=found.source,
                outlet=step.claim.source.outlet,
                id=step.claim.id,
                date=step.claim.date,
                question=step.claim.question,
                figure=step.claim.quantity.text,
                running=_amount(step.running),
                running_bound=step.running.bound,
                unit=series.unit,
                target=_target(target) if target else None,
                gap=_amount(step.gap) if step.gap else None,
                gap_bound=step.gap.bound if step.gap else None,
            )


def _side(store: Store, side: disagreement.Side) -> SideRow:
    source = store.sources[side.source]
    return SideRow(
        id=side.claim.id if side.claim else None,
        value=side.value,
        said_by=side.claim.said_by if side.claim else None,
        source=source.id,
        outlet=source.container_title,
        issued=source.issued,
    )


def _target(claim: Record) -> str | None:
    return f"{claim.quantity.text} ({claim.source.id})" if claim.quantity else None


def _amount(total: totals.Sum) -> str:
    return f"{total.amount}..{total.upper}" if total.upper else total.amount


BOUNDS = {
    "exact": "",
    "range": "",
    "about": "~",
    "at_least": "≥",
    "more_than": ">",
    "at_most": "≤",
    "less_than": "<",
    None: "",
}


ANSWERS = Layout(
    noun="answer",
    row=AnswerRow,
    columns=(
        Column("id", lambda r: r.id),
        Column("", lambda r: MARKS[r.agreement]),
        Column("answer", lambda r: r.value, least=12),
        Column("agreement", lambda r: r.agreement, drop=3),
        Column("said by", lambda r: r.said_by.name if r.said_by else "(not named)", least=10),
        Column("source", lambda r: r.outlet or r.source, drop=1),
        Column("published", lambda r: r.issued or "–", drop=4),
        Column("¶", lambda r: str(r.paragraph or ""), drop=2, right=True),
        Column(
            "origins",
            lambda r: (
                f"{r.origins}{f' + {r.origins_unnamed} not named' if r.origins_unnamed else ''}"
            ),
            drop=5,
        ),
    ),
    flat=(
        "id",
        "value",
        "bound",
        "date",
        "said_by.name",
        "source",
        "outlet",
        "issued",
        "paragraph",
        "agreement",
        "origins",
        "origins_unnamed",
        "statement",
        "note",
    ),
    marks=lambda r: MARKS[r.agreement],
)

CONFLICTS = Layout(
    noun="conflict",
    row=ConflictRow,
    columns=(
        Column("kind", lambda r: r.kind),
        Column("about", lambda r: r.about, least=24),
        Column(
            "sides",
            lambda r: " | ".join(
                f"{side.value} ({side.outlet or side.source})" for side in r.sides
            ),
            least=24,
        ),
    ),
    flat=(
        "kind",
        "question",
        "about",
        "sides.id",
        "sides.value",
        "sides.source",
        "note",
        "reconciliation",
    ),
)

TOTALS = Layout(
    noun="step",
    row=TotalRow,
    columns=(
        Column("source", lambda r: r.source),
        Column("date", lambda r: r.date or "–"),
        Column("figure", lambda r: r.figure, drop=2, least=6),
        Column("total", lambda r: f"{BOUNDS[r.running_bound]}{r.running}", right=True),
        Column(
            "gap", lambda r: f"{BOUNDS[r.gap_bound]}{r.gap}" if r.gap else "–", drop=1, right=True
        ),
        Column("target", lambda r: r.target or "–", drop=3),
        Column("id", lambda r: r.id, drop=4),
    ),
    flat=(
        "source",
        "outlet",
        "id",
        "date",
        "question",
        "figure",
        "running",
        "running_bound",
        "unit",
        "target",
        "gap",
        "gap_bound",
    ),
)
