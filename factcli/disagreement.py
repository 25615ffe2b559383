"""Where sources disagree, side by side.

Computed for questions and series; noted by curators where no arithmetic shows it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator

from msgspec.structs import replace

from factcli.agreement import Agreement, worst
from factcli.model import Bound, ConflictKind, Question, Relation
from factcli.opening import Store
from factcli.record.shape import Named, Record, RecordRival, Row
from factcli.totals import Sum, sums


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
    """One party to a conflict; `id` is null for a sum over several claims.

    `value` says why where a sum cannot be worked out.
    """

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


def answer_rows(store: Store, question: Question) -> Iterator[AnswerRow]:
    """Every answer to a question, in the order of the store."""
    ids = store.answer_ids(question.id)
    for claim in store.each_answer(question.id):
        against = _rivals(claim, ids)
        yield AnswerRow.of(
            claim,
            value=_answer(claim, question),
            bound=claim.quantity.bound if claim.quantity else None,
            source=claim.source.id,
            outlet=claim.source.outlet,
            issued=claim.source.issued,
            paragraph=claim.locator.paragraph if claim.locator else None,
            agreement=worst(rival.agreement for rival in against),
            against=against,
            origins=claim.corroboration.origins,
            origins_unnamed=claim.corroboration.unnamed,
        )


def conflict_rows(store: Store) -> Iterator[ConflictRow]:
    """Questions whose answers exclude each other, then such sums, then noted contradictions."""
    yield from _questions(store)
    yield from _sums(store)
    yield from _noted(store)


def in_words(bound: Bound, amount: str) -> str:
    """An amount with its bound in words."""
    return amount if bound in ("exact", "range") else f"{bound.replace('_', ' ')} {amount}"


def _questions(store: Store) -> Iterator[ConflictRow]:
    disputed = {ident for ident, labels in store.agreements().items() if "conflicts" in labels}
    for question in store.questions.records():
        if question.id not in disputed:
            continue
        ids = store.answer_ids(question.id)
        sides = {
            claim.id: replace(claim, rivals=())  # which may be as many again
            for claim in store.each_answer(question.id)
            if _conflicts(claim, ids)
        }
        if not sides:
            continue
        noted = [note for claim in sides.values() for note in _contradictions(claim)]
        notes = [note for note in noted if note.target in sides]
        computed: ConflictKind = "attribution"
        if question.unit:
            computed = "date" if question.unit == "date" else "numeric"
        yield ConflictRow(
            kind=next((note.kind for note in notes if note.kind), computed),
            question=question.id,
            about=question.text,
            sides=tuple(_side(claim, _answer(claim, question)) for claim in sides.values()),
            note=" ".join(note.note for note in notes if note.note) or None,
            reconciliation=" ".join(n.reconciliation for n in notes if n.reconciliation) or None,
        )


def _sums(store: Store) -> Iterator[ConflictRow]:
    """Series whose totals differ between the sources that give more than one of their figures, or
    cannot be worked out for a source."""
    for series in store.series.records():
        found = [one for one in sums(store, series) if one.obstacle or len(one.rows) > 1]
        added = [one.rows for one in found if one.rows]
        last = {(rows[-1].running, rows[-1].running_bound) for rows in added}
        if len(last) > 1 or len(added) < len(found):
            claims = ", ".join("+".join(row.id for row in rows) for rows in added)
            yield ConflictRow(
                kind="numeric",
                question=None,
                about=f"{series.title}: the total",
                sides=tuple(_total_side(store, one) for one in found),
                note=f"Sums over {claims}." if added else None,
                reconciliation=None,
            )


def _noted(store: Store) -> Iterator[ConflictRow]:
    """Noted contradictions; those between answers to one question belong to that question."""
    for claim in store.contradicting():
        rivals = {rival.id for rival in claim.rivals}
        for relation in _contradictions(claim):
            if relation.target not in rivals:  # it is hidden, or not there
                continue
            other = store.by_id(relation.target)
            if claim.question is None or claim.question != other.question:
                yield ConflictRow(
                    kind=relation.kind or "attribution",
                    question=None,
                    about=relation.note or claim.statement,
                    sides=tuple(_side(side, side.statement) for side in (claim, other)),
                    note=relation.note,
                    reconciliation=relation.reconciliation,
                )


def _contradictions(claim: Record) -> list[Relation]:
    return [relation for relation in claim.relations if relation.type == "contradicts"]


def _rivals(claim: Record, ids: Collection[str]) -> tuple[RecordRival, ...]:
    return tuple(rival for rival in claim.rivals if rival.id in ids)


def _conflicts(claim: Record, ids: Collection[str]) -> bool:
    return any(rival.agreement == "conflicts" for rival in _rivals(claim, ids))


def _side(claim: Record, value: str) -> SideRow:
    said_by, source = claim.said_by, claim.source
    return SideRow.of(source, id=claim.id, value=value, said_by=said_by, source=source.id)


def _total_side(store: Store, one: Sum) -> SideRow:
    source = store.sources[one.source]
    value, outlet = f"cannot be added: {one.obstacle}", source.container_title
    if one.rows:
        last = one.rows[-1]
        amount = last.running.replace("..", " to ")
        value = f"{in_words(last.running_bound, amount)} {last.unit}"
    return SideRow.of(source, id=None, value=value, said_by=None, source=source.id, outlet=outlet)


def _answer(claim: Record, question: Question) -> str:
    """What a claim answers, in few words: its date or figure in the source's words.

    The statement, where it has neither.
    """
    if question.unit == "date":
        return claim.date or "no date"
    return claim.quantity.text if claim.quantity and question.unit else claim.statement
