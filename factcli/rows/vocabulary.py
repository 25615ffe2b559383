"""Rows of topics, actors, sources and questions, each with the number of its claims."""

from __future__ import annotations

from collections.abc import Iterator

from factcli import model
from factcli.agreement import Agreement, worst
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
        yield TopicRow.of(topic, claims=counts.get(topic.id, 0))


def actor_rows(store: Store) -> Iterator[ActorRow]:
    """The actors with the number of claims that name each in any role or hop."""
    counts = store.counts("actor")
    for actor in store.actors.records():
        yield ActorRow.of(actor, claims=counts.get(actor.id, 0))


def source_rows(store: Store) -> Iterator[SourceRow]:
    """The sources with the number of claims from each."""
    counts = store.counts("source")
    for source in store.sources.records():
        count = counts.get(source.id, 0)
        yield SourceRow.of(source, outlet=source.container_title, claims=count)


def question_rows(store: Store) -> Iterator[QuestionRow]:
    """The questions with the number of their answers, and how these compare."""
    found = store.agreements()
    for question in store.questions.records():
        labels = found.get(question.id, {})
        agreement = worst(labels) if labels else None
        yield QuestionRow.of(question, claims=sum(labels.values()), agreement=agreement)


TOPICS = Layout(
    TopicRow,
    Column("topic", lambda r: r.id),
    Column("claims", lambda r: str(r.claims), right=True),
    Column("title", lambda r: r.title, drop=1, least=16),
    Column("about", lambda r: r.about, least=20),
)

ACTORS = Layout(
    ActorRow,
    Column("actor", lambda r: r.id),
    Column("claims", lambda r: str(r.claims), right=True),
    Column("name", lambda r: r.name, least=16),
    Column("kind", lambda r: r.kind, drop=2),
    Column("also written", lambda r: "; ".join(r.aliases), drop=1, least=20),
    flat="id,name,kind,aliases,offices.title,affiliation,same_as,claims",
)

SOURCES = Layout(
    SourceRow,
    Column("source", lambda r: r.id),
    Column("claims", lambda r: str(r.claims), right=True, drop=3),
    Column("published", lambda r: r.issued or "–"),
    Column("outlet", lambda r: r.outlet or "(not named)", drop=1, least=8),
    Column("title", lambda r: r.title or "(untitled)", drop=2, least=14),
    flat="id,type,title,outlet,author,issued,issued_basis,URL,paragraphs,claims",
)

QUESTIONS = Layout(
    QuestionRow,
    Column("question", lambda r: r.id),
    Column("", lambda r: MARKS[r.agreement]),
    Column("text", lambda r: r.text, least=20),
    Column("answers", lambda r: str(r.claims), right=True, drop=1),
)
