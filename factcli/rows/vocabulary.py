"""Rows of topics, actors, sources and questions, each with the number of its claims."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from factcli import model
from factcli.agreement import Agreement, worst
from factcli.model import Part
from factcli.opening import Store
from factcli.record.shape import Row
from factcli.rows.layout import MARKS, Column, Layout


class TopicRow(Row, frozen=True):
    """A topic."""

    id: str
    title: str
    about: str
    claims: int


class ActorRow(Row, frozen=True):
    """Somebody whom the claims name."""

    id: str
    name: str
    kind: model.ActorKind
    aliases: tuple[str, ...]
    offices: tuple[model.Office, ...]
    affiliation: tuple[str, ...]
    same_as: tuple[str, ...]
    claims: int


class SourceRow(Row, frozen=True, rename={"url": "URL"}):
    """A published text."""

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


class QuestionRow(Row, frozen=True):
    """`agreement` is the most severe label among the answers."""

    id: str
    text: str
    unit: str | None
    about: str | None
    claims: int
    agreement: Agreement | None


def topic_rows(store: Store) -> Iterator[TopicRow]:
    """The topics with the number of claims on each."""
    counts = store.counts("topic")
    for topic in store.topics.records():
        yield TopicRow(**_shared(topic, TopicRow), claims=counts.get(topic.id, 0))


def actor_rows(store: Store) -> Iterator[ActorRow]:
    """The actors with the number of claims that name each in any role or hop."""
    counts = store.counts("actor")
    for actor in store.actors.records():
        yield ActorRow(**_shared(actor, ActorRow), claims=counts.get(actor.id, 0))


def source_rows(store: Store) -> Iterator[SourceRow]:
    """The sources with the number of claims from each."""
    counts = store.counts("source")
    for source in store.sources.records():
        yield SourceRow(
            **_shared(source, SourceRow),
            outlet=source.container_title,
            claims=counts.get(source.id, 0),
        )


def question_rows(store: Store) -> Iterator[QuestionRow]:
    """The questions with the number of their answers, and how these stand to each other."""
    found = store.agreements()
    for question in store.questions.records():
        labels = found.get(question.id, {})
        yield QuestionRow(
            **_shared(question, QuestionRow),
            claims=sum(labels.values()),
            agreement=worst(labels) if labels else None,
        )


def _shared(record: Part, row: type[Row]) -> dict[str, Any]:
    """The fields that a record and its row have in common."""
    names = set(record.__struct_fields__) & set(row.__struct_fields__)
    return {name: getattr(record, name) for name in names}


TOPICS = Layout(
    noun="topic",
    row=TopicRow,
    columns=(
        Column("topic", lambda r: r.id),
        Column("claims", lambda r: str(r.claims), right=True),
        Column("title", lambda r: r.title, drop=1, least=16),
        Column("about", lambda r: r.about, least=20),
    ),
    flat=("id", "title", "about", "claims"),
)

ACTORS = Layout(
    noun="actor",
    row=ActorRow,
    columns=(
        Column("actor", lambda r: r.id),
        Column("claims", lambda r: str(r.claims), right=True),
        Column("name", lambda r: r.name, least=16),
        Column("kind", lambda r: r.kind, drop=2),
        Column("also written", lambda r: "; ".join(r.aliases), drop=1, least=20),
    ),
    flat=("id", "name", "kind", "aliases", "offices.title", "affiliation", "same_as", "claims"),
)

SOURCES = Layout(
    noun="source",
    row=SourceRow,
    columns=(
        Column("source", lambda r: r.id),
        Column("claims", lambda r: str(r.claims), right=True, drop=3),
        Column("published", lambda r: r.issued or "–"),
        Column("outlet", lambda r: r.outlet or "(not named)", drop=1, least=8),
        Column("title", lambda r: r.title or "(untitled)", drop=2, least=14),
    ),
    flat=(
        "id",
        "type",
        "title",
        "outlet",
        "author",
        "issued",
        "issued_basis",
        "URL",
        "paragraphs",
        "claims",
    ),
)

QUESTIONS = Layout(
    noun="question",
    row=QuestionRow,
    columns=(
        Column("question", lambda r: r.id),
        Column("", lambda r: MARKS[r.agreement]),
        Column("text", lambda r: r.text, least=20),
        Column("answers", lambda r: str(r.claims), right=True, drop=1),
    ),
    flat=("id", "text", "unit", "about", "claims", "agreement"),
    marks=lambda r: MARKS[r.agreement],
)
