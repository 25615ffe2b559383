"""Where sources disagree, side by side: computed for questions and series, curated where no arithmetic shows it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from factcli.agreement import SEVERITY, Agreement, Label, Rivals, corroboration
from factcli.model import Claim, ConflictKind, Question, Relation
from factcli.store import Store
from factcli.totals import Sum, totals


class Answer(NamedTuple):
    """One answer to a question: how it stands to the others, and on how many origins its value rests."""

    claim: Claim
    agreement: Agreement
    against: list[tuple[Claim, Label]]
    origins: int
    unnamed: int


class Side(NamedTuple):
    """One party to a conflict; `claim` is None for a sum over several claims of a source."""

    claim: Claim | None
    source: str
    value: str


class Conflict(NamedTuple):
    """Sides that exclude each other; `reconciliation` says how all can be right, None where nobody knows."""

    kind: ConflictKind
    question: str | None
    about: str
    sides: list[Side]
    note: str | None
    reconciliation: str | None


def compare(question: Question, store: Store, rivals: Rivals) -> list[Answer]:
    """Every answer to a question, in the order of the store."""
    answers = []
    for claim in rivals.answers(question.id):
        against = [(rival.claim, rival.label) for rival in rivals.of(claim) if rival.claim.question == question.id]
        labels: list[Agreement] = [found for _, found in against]
        worst: Agreement = max(labels, key=SEVERITY.index, default="single")
        answers.append(Answer(claim, worst, against, *corroboration(claim, rivals.of(claim), store.vocabulary)))
    return answers


def conflicts(store: Store, rivals: Rivals) -> Iterator[Conflict]:
    """Questions whose answers exclude each other, then sums that do, then contradictions that curators have noted."""
    yield from _questions(store, rivals)
    yield from _sums(store, rivals)
    yield from _contradictions(rivals)


def answer_text(claim: Claim, question: Question | None) -> str:
    """What a claim answers, in few words: its date or figure as the source has it, else the statement."""
    if question is not None and question.unit == "date":
        return claim.date or "no date"
    if claim.quantity is not None and (question is None or question.unit):
        return claim.quantity.text
    return claim.statement


def sum_text(total: Sum) -> str:
    words = {"exact": "", "range": ""}.get(total.bound, f"{total.bound.replace('_', ' ')} ")
    return f"{words}{total.amount}{f' to {total.upper}' if total.upper else ''}"


def _contradictions(rivals: Rivals) -> Iterator[Conflict]:
    """Those between answers to one question are among the conflicts of that question."""
    for claim in rivals.contradicting():
        opposed = {other.id: other for other in rivals.opposed(claim)}
        for relation in _contradicts(claim):
            other = opposed.get(relation.target)
            if other is not None and (claim.question is None or claim.question != other.question):
                sides = [Side(side, side.source, side.statement) for side in (claim, other)]
                about = relation.note or claim.statement
                yield Conflict(
                    relation.kind or "attribution", None, about, sides, relation.note, relation.reconciliation
                )


def _contradicts(claim: Claim) -> list[Relation]:
    return [relation for relation in claim.relations if relation.type == "contradicts"]


def _questions(store: Store, rivals: Rivals) -> Iterator[Conflict]:
    for question in store.vocabulary.questions.values():
        answers = compare(question, store, rivals)
        sides = [answer.claim for answer in answers if answer.agreement == "conflicts"]
        if not sides:
            continue
        ids = {claim.id for claim in sides}
        notes = [relation for claim in sides for relation in _contradicts(claim) if relation.target in ids]
        kind = next((note.kind for note in notes if note.kind), None)
        yield Conflict(
            kind or ("date" if question.unit == "date" else "numeric" if question.unit else "attribution"),
            question.id,
            question.text,
            [Side(claim, claim.source, answer_text(claim, question)) for claim in sides],
            " ".join(note.note for note in notes if note.note) or None,
            " ".join(note.reconciliation for note in notes if note.reconciliation) or None,
        )


def _sums(store: Store, rivals: Rivals) -> Iterator[Conflict]:
    """Series whose totals differ between the sources that give more than one of their figures."""
    for series in store.series:
        found = [total for total in totals(store, series, rivals) if len(total.steps) > 1]
        if len({total.total for total in found}) > 1:
            yield Conflict(
                "numeric",
                None,
                f"{series.title}: the total",
                [Side(None, total.source, f"{sum_text(total.total)} {series.unit}") for total in found],
                f"Sums over {', '.join('+'.join(step.claim.id for step in total.steps) for total in found)}.",
                None,
            )
