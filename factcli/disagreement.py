"""Where sources disagree, side by side.

Computed for questions and series; noted by curators where no arithmetic shows it.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from factcli.agreement import Agreement, worst
from factcli.model import ConflictKind, Question, Relation
from factcli.opening import Store
from factcli.record.shape import Record, RecordRival
from factcli.totals import Sum, totals


class Answer(NamedTuple):
    """One answer to a question, how it compares with the others, and with which of them."""

    claim: Record
    agreement: Agreement
    against: list[RecordRival]


class Side(NamedTuple):
    """One party to a conflict; `claim` is None for a sum over several claims of a source."""

    claim: Record | None
    source: str
    value: str


class Conflict(NamedTuple):
    """Sides that exclude each other; `reconciliation` says how all can be right, or is None."""

    kind: ConflictKind
    question: str | None
    about: str
    sides: list[Side]
    note: str | None
    reconciliation: str | None


def compare(question: Question, store: Store) -> list[Answer]:
    """Every answer to a question, in the order of the store."""
    claims = store.answers(question.id)
    ids = {claim.id for claim in claims}
    answers = []
    for claim in claims:
        against = [rival for rival in claim.rivals if rival.id in ids]
        answers.append(Answer(claim, worst(rival.agreement for rival in against), against))
    return answers


def conflicts(store: Store) -> Iterator[Conflict]:
    """Questions whose answers exclude each other, then such sums, then noted contradictions."""
    yield from _questions(store)
    yield from _sums(store)
    yield from _contradictions(store)


def answer_text(claim: Record, question: Question | None) -> str:
    """What a claim answers, in few words: its date or figure in the source's words.

    The statement, where it has neither.
    """
    if question is not None and question.unit == "date":
        return claim.date or "no date"
    if claim.quantity is not None and (question is None or question.unit):
        return claim.quantity.text
    return claim.statement


def sum_text(total: Sum) -> str:
    """A sum in words."""
    words = {"exact": "", "range": ""}.get(total.bound, f"{total.bound.replace('_', ' ')} ")
    return f"{words}{total.amount}{f' to {total.upper}' if total.upper else ''}"


def _contradictions(store: Store) -> Iterator[Conflict]:
    """Those between answers to one question are among the conflicts of that question."""
    for claim in store.contradicting():
        rivals = {rival.id for rival in claim.rivals}
        for relation in _noted(claim):
            if relation.target not in rivals:  # it is hidden, or not there
                continue
            other = store.by_id(relation.target)
            if claim.question is None or claim.question != other.question:
                sides = [Side(side, side.source.id, side.statement) for side in (claim, other)]
                about = relation.note or claim.statement
                kind = relation.kind or "attribution"
                yield Conflict(kind, None, about, sides, relation.note, relation.reconciliation)


def _noted(claim: Record) -> list[Relation]:
    return [relation for relation in claim.relations if relation.type == "contradicts"]


def _questions(store: Store) -> Iterator[Conflict]:
    disputed = {ident for ident, labels in store.agreements().items() if "conflicts" in labels}
    for question in store.questions.records():
        if question.id not in disputed:
            continue
        answers = compare(question, store)
        sides = [answer.claim for answer in answers if answer.agreement == "conflicts"]
        if not sides:
            continue
        ids = {claim.id for claim in sides}
        notes = [note for claim in sides for note in _noted(claim) if note.target in ids]
        computed: ConflictKind = "attribution"
        if question.unit:
            computed = "date" if question.unit == "date" else "numeric"
        yield Conflict(
            next((note.kind for note in notes if note.kind), computed),
            question.id,
            question.text,
            [Side(claim, claim.source.id, answer_text(claim, question)) for claim in sides],
            " ".join(note.note for note in notes if note.note) or None,
            " ".join(note.reconciliation for note in notes if note.reconciliation) or None,
        )


def _sums(store: Store) -> Iterator[Conflict]:
    """Series whose totals differ between the sources that give more than one of their figures."""
    for series in store.series.records():
        found = [total for total in totals(store, series) if len(total.steps) > 1]
        if len({total.total for total in found}) > 1:
            unit = series.unit
            sums = ", ".join("+".join(step.claim.id for step in total.steps) for total in found)
            yield Conflict(
                "numeric",
                None,
                f"{series.title}: the total",
                [Side(None, total.source, f"{sum_text(total.total)} {unit}") for total in found],
                f"Sums over {sums}.",
                None,
            )
