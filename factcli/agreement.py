"""How the answers to one question stand to each other, computed from bounds and spans; no verdicts."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Literal, NamedTuple

from factcli import dates, quantity
from factcli.model import HIDDEN_STATUSES, Claim, Question
from factcli.spans import Span, overlaps, within
from factcli.vocabulary import Vocabulary

Label = Literal["agrees", "refines", "unclear", "conflicts"]
Agreement = Literal["single", "agrees", "refines", "unclear", "conflicts"]

SEVERITY: tuple[Agreement, ...] = ("single", "agrees", "refines", "unclear", "conflicts")


class Value(NamedTuple):
    """What a claim answers: the span it allows, whether it is only approximate, and its measure (unit or currency)."""

    span: Span
    qualified: bool
    bounded: bool
    measure: str


def value(claim: Claim, question: Question) -> Value | None:
    """The comparable part of an answer; None where only a reader can compare."""
    if question.unit == "date":
        if claim.date is None:
            return None
        read = dates.parse(claim.date)
        return Value(read.span, read.qualified, dates.is_bounded(read.span), "date")
    if question.unit is None or claim.quantity is None:
        return None
    span = quantity.span(claim.quantity)
    measure = claim.quantity.currency or claim.quantity.unit
    return Value(span, claim.quantity.bound == "about", quantity.is_bounded(span), measure)


def label(one: Value, other: Value) -> Label:
    """`agrees`: both can be true. `refines`: both bounded, one inside the other. `conflicts`: they exclude each other.

    `unclear`: they differ but one is only approximate, or they measure in different units.
    """
    if one.measure != other.measure:
        return "unclear"
    if not overlaps(one.span, other.span):
        return "unclear" if one.qualified or other.qualified else "conflicts"
    nested = within(one.span, other.span) or within(other.span, one.span)
    if one.span != other.span and nested and one.bounded and other.bounded:
        return "refines"
    return "agrees"


def contradicted(claim: Claim) -> list[str]:
    """The ids of the claims that a claim's own record sets against it."""
    return [relation.target for relation in claim.relations if relation.type == "contradicts"]


class Rival(NamedTuple):
    claim: Claim
    label: Label


class Rivals:
    """Every claim's rivals: other answers to its question, and claims tied to it by a curated contradiction."""

    def __init__(self, claims: Iterable[Claim], questions: Mapping[str, Question]) -> None:
        self._questions = questions
        self._valued: tuple[str | None, list[tuple[Claim, Value | None]]] = None, []
        self._answers: dict[str, list[Claim]] = defaultdict(list)
        self._opposed: dict[str, dict[str, Claim]] = defaultdict(dict)
        self._contradicting: list[Claim] = []
        shown = {claim.id: claim for claim in claims if self.takes_part(claim)}
        for claim in shown.values():
            if claim.question:
                self._answers[claim.question].append(claim)
            targets = contradicted(claim)
            if targets:
                self._contradicting.append(claim)
            for target in targets:
                if (other := shown.get(target)) is not None:
                    self._opposed[claim.id][other.id] = other
                    self._opposed[other.id][claim.id] = claim

    @staticmethod
    def takes_part(claim: Claim) -> bool:
        """Retracted and superseded claims are nobody's rivals."""
        return claim.status not in HIDDEN_STATUSES

    def answers(self, question: str) -> list[Claim]:
        """The claims that answer a question, retracted and superseded ones left out."""
        return self._answers.get(question, [])

    def contradicting(self) -> Iterable[Claim]:
        """The claims on whose own record a curator has set them against others, in the order of the store."""
        return self._contradicting

    def opposed(self, claim: Claim) -> list[Claim]:
        """The claims that a curator has set against this one, on either's record."""
        return list(self._opposed.get(claim.id, {}).values())

    def of(self, claim: Claim) -> list[Rival]:
        """The rivals of a claim, in the order of the store; a curated contradiction counts as a conflict."""
        opposed = {other.id: other for other in self.opposed(claim)}
        if claim.question is None and not opposed:
            return []
        found = []
        question = self._questions.get(claim.question or "")
        mine = value(claim, question) if question else None
        for other, theirs in self._values(claim.question) if claim.question else ():
            if other.id == claim.id:
                continue
            if opposed.pop(other.id, None):
                found.append(Rival(other, "conflicts"))
            elif mine and theirs:
                found.append(Rival(other, label(mine, theirs)))
        return found + [Rival(other, "conflicts") for other in opposed.values()]

    def _values(self, question: str) -> list[tuple[Claim, Value | None]]:
        """The answers to a question, each with its comparable part; kept for the next claim, which often answers the same."""
        if self._valued[0] != question:
            asked = self._questions.get(question)
            answers = [(claim, value(claim, asked) if asked else None) for claim in self.answers(question)]
            self._valued = question, answers
        return self._valued[1]

    def agreement(self, claim: Claim) -> Agreement | None:
        """The most severe label among a claim's rivals."""
        return worst(claim, self.of(claim))


def worst(claim: Claim, rivals: Sequence[Rival]) -> Agreement | None:
    """The most severe label among rivals; `single` without a rival, None where nothing is compared."""
    labels: list[Any] = [rival.label for rival in rivals]
    if labels:
        return max(labels, key=SEVERITY.index)
    return "single" if claim.question else None


def corroboration(claim: Claim, rivals: Sequence[Rival], vocabulary: Vocabulary) -> tuple[int, int]:
    """On how many named origins a claim's answer rests, and on how many that no source names.

    Origins, not outlets: two articles that rest on one official are one origin.
    """
    if not rivals:
        return (1, 0) if claim.origin else (0, 1)
    supporting = [claim, *(rival.claim for rival in rivals if rival.label in ("agrees", "refines"))]
    named = {frozenset(vocabulary.same(c.origin)) for c in supporting if c.origin}
    return len(named), len({c.source for c in supporting if not c.origin})
