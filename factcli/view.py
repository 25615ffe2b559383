"""Records as they are shown: self-contained, with what is derived from the store. Their fields are the JSON contract."""

from __future__ import annotations

from collections import Counter
from functools import cached_property
from typing import TYPE_CHECKING, Literal

import msgspec

from factcli import agreement, dates, model
from factcli.agreement import Agreement, Label, Rivals
from factcli.model import Claim

if TYPE_CHECKING:
    from factcli.store import Answer, Store

SCHEMA_VERSION = "1.0"
"""Additive changes raise the minor version; a key that goes or changes its meaning raises the major one."""


class Shown(msgspec.Struct, frozen=True, kw_only=True):
    """What a command answers with: every key is always present, null where nothing is known."""


class Named(Shown, frozen=True):
    id: str
    name: str


class RecordActor(Shown, frozen=True):
    id: str
    name: str
    kind: model.ActorKind
    role: model.Role


class RecordHop(Shown, frozen=True):
    """A step from origin to outlet; actor and name are null where the source names nobody."""

    actor: str | None
    name: str | None
    mode: model.Mode
    setting: str | None
    date: str | None


class RecordSource(Shown, frozen=True, rename={"url": "URL"}):
    """The published text; `outlet` is CSL-JSON's container-title."""

    id: str
    type: str
    title: str | None
    outlet: str | None
    author: tuple[str, ...]
    issued: str | None
    url: str | None


class RecordRival(Shown, frozen=True):
    id: str
    agreement: Label


class Record(Shown, frozen=True):
    """A claim with everything needed to read it alone.

    `date_earliest`, `date_latest`: ISO days, null where open. `said_by`: the origin of the chain, null where unnamed.
    `agreement`: the most severe label among the rival answers, `single` without one, null where nothing is compared.
    `match`: whether the filters are met certainly or only possibly.
    """

    id: str
    statement: str
    kind: model.Kind
    polarity: model.Polarity
    topics: tuple[str, ...]
    question: str | None
    actors: tuple[RecordActor, ...]
    date: str | None
    date_text: str | None
    date_basis: str | None
    date_earliest: str | None
    date_latest: str | None
    quantity: model.Quantity | None
    said_by: Named | None
    attribution: tuple[RecordHop, ...]
    source: RecordSource
    locator: model.Locator | None
    relations: tuple[model.Relation, ...]
    rivals: tuple[RecordRival, ...]
    status: model.Status
    status_reason: str | None
    agreement: Agreement | None
    match: Literal["certain", "possible"]
    note: str | None


class TopicRow(Shown, frozen=True):
    id: str
    title: str
    about: str
    claims: int


class ActorRow(Shown, frozen=True):
    id: str
    name: str
    kind: model.ActorKind
    aliases: tuple[str, ...]
    offices: tuple[model.Office, ...]
    affiliation: tuple[str, ...]
    same_as: tuple[str, ...]
    claims: int


class SourceRow(Shown, frozen=True, rename={"url": "URL"}):
    id: str
    type: str
    title: str | None
    outlet: str | None
    author: tuple[str, ...]
    issued: str | None
    issued_basis: str | None
    url: str | None
    language: str | None
    paragraphs: int
    text_sha256: str
    note: str | None
    claims: int


class QuestionRow(Shown, frozen=True):
    """`agreement` is the most severe label among the answers."""

    id: str
    text: str
    unit: str | None
    about: str | None
    claims: int
    agreement: Agreement | None


class View:
    """Turns the records of a store into what is shown of them."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._names = store.vocabulary

    @cached_property
    def rivals(self) -> Rivals:
        return Rivals(self._store.claims, self._names.questions)

    def records(self, answer: Answer) -> list[Record]:
        return [self.record(claim, answer.match(claim)) for claim in answer]

    def record(self, claim: Claim, match: Literal["certain", "possible"] = "certain") -> Record:
        earliest, latest = dates.bounds(claim.date)
        return Record(
            id=claim.id,
            statement=claim.statement,
            kind=claim.kind,
            polarity=claim.polarity,
            topics=claim.topics,
            question=claim.question,
            actors=tuple(self._actor(actor) for actor in claim.actors),
            date=claim.date,
            date_text=claim.date_text,
            date_basis=claim.date_basis,
            date_earliest=earliest,
            date_latest=latest,
            quantity=claim.quantity,
            said_by=self._named(claim.origin),
            attribution=tuple(self._hop(hop) for hop in claim.attribution),
            source=self._source(claim.source),
            locator=claim.locator,
            relations=claim.relations,
            rivals=tuple(RecordRival(id=rival.claim.id, agreement=rival.label) for rival in self.rivals.of(claim)),
            status=claim.status,
            status_reason=claim.status_reason,
            agreement=self.rivals.agreement(claim),
            match=match,
            note=claim.note,
        )

    def topics(self) -> list[TopicRow]:
        counts = Counter(topic for claim in self._shown for topic in claim.topics)
        return [
            TopicRow(id=t.id, title=t.title, about=t.about, claims=counts[t.id]) for t in self._names.topics.values()
        ]

    def actors(self) -> list[ActorRow]:
        """Actors with the number of claims that name them in any role or hop."""
        counts = Counter(
            ident
            for claim in self._shown
            for ident in {actor.id for actor in claim.actors} | {hop.actor for hop in claim.attribution}
        )
        return [
            ActorRow(
                id=actor.id,
                name=actor.name,
                kind=actor.kind,
                aliases=actor.aliases,
                offices=actor.offices,
                affiliation=actor.affiliation,
                same_as=actor.same_as,
                claims=counts[actor.id],
            )
            for actor in self._names.actors.values()
        ]

    def sources(self) -> list[SourceRow]:
        counts = Counter(claim.source for claim in self._shown)
        return [
            SourceRow(
                id=source.id,
                type=source.type,
                title=source.title,
                outlet=source.container_title,
                author=source.author,
                issued=source.issued,
                issued_basis=source.issued_basis,
                url=source.url,
                language=source.language,
                paragraphs=source.paragraphs,
                text_sha256=source.text_sha256,
                note=source.note,
                claims=counts[source.id],
            )
            for source in self._names.sources.values()
        ]

    def questions(self) -> list[QuestionRow]:
        rows = []
        for question in self._names.questions.values():
            answers = self.rivals.answers(question.id)
            labels = [label for claim in answers if (label := self.rivals.agreement(claim))]
            worst = max(labels, key=agreement.SEVERITY.index, default=None)
            rows.append(
                QuestionRow(
                    id=question.id,
                    text=question.text,
                    unit=question.unit,
                    about=question.about,
                    claims=len(answers),
                    agreement=worst,
                )
            )
        return rows

    @property
    def _shown(self) -> list[Claim]:
        return [claim for claim in self._store.claims if claim.status not in model.HIDDEN_STATUSES]

    def _named(self, actor: str | None) -> Named | None:
        return None if actor is None else Named(id=actor, name=self._names.actors[actor].name)

    def _actor(self, part: model.ClaimActor) -> RecordActor:
        actor = self._names.actors[part.id]
        return RecordActor(id=actor.id, name=actor.name, kind=actor.kind, role=part.role)

    def _hop(self, hop: model.Hop) -> RecordHop:
        name = self._names.name(hop.actor)
        return RecordHop(actor=hop.actor, name=name, mode=hop.mode, setting=hop.setting, date=hop.date)

    def _source(self, ident: str) -> RecordSource:
        source = self._names.sources[ident]
        return RecordSource(
            id=source.id,
            type=source.type,
            title=source.title,
            outlet=source.container_title,
            author=source.author,
            issued=source.issued,
            url=source.url,
        )
