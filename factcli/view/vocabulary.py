"""What a store declares, as it is shown: with the number of claims that refer to it."""

from __future__ import annotations

from collections.abc import Iterator

from factcli import agreement, model
from factcli.agreement import Agreement
from factcli.view.record import View
from factcli.view.shown import Shown


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


def topics(view: View) -> Iterator[TopicRow]:
    counts = view.store.tallied("topic")
    for t in view.store.vocabulary.topics.values():
        yield TopicRow(id=t.id, title=t.title, about=t.about, claims=counts.get(t.id, 0))


def actors(view: View) -> Iterator[ActorRow]:
    """Actors with the number of claims that name them in any role or hop."""
    counts = view.store.tallied("actor")
    for actor in view.store.vocabulary.actors.values():
        yield ActorRow(
            id=actor.id,
            name=actor.name,
            kind=actor.kind,
            aliases=actor.aliases,
            offices=actor.offices,
            affiliation=actor.affiliation,
            same_as=actor.same_as,
            claims=counts.get(actor.id, 0),
        )


def sources(view: View) -> Iterator[SourceRow]:
    counts = view.store.tallied("source")
    for source in view.store.vocabulary.sources.values():
        yield SourceRow(
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
            claims=counts.get(source.id, 0),
        )


def questions(view: View) -> Iterator[QuestionRow]:
    for question in view.store.vocabulary.questions.values():
        answers = view.rivals.answers(question.id)
        labels = [label for claim in answers if (label := view.rivals.agreement(claim))]
        worst = max(labels, key=agreement.SEVERITY.index, default=None)
        yield QuestionRow(
            id=question.id,
            text=question.text,
            unit=question.unit,
            about=question.about,
            claims=len(answers),
            agreement=worst,
        )
