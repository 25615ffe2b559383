"""The layouts of what a store declares."""

from __future__ import annotations

from factcli.output.layouts.layout import MARKS, Column, Layout
from factcli.view import vocabulary

TOPICS = Layout(
    noun="topic",
    row=vocabulary.TopicRow,
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
    row=vocabulary.ActorRow,
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
    row=vocabulary.SourceRow,
    columns=(
        Column("source", lambda r: r.id),
        Column("claims", lambda r: str(r.claims), right=True, drop=3),
        Column("published", lambda r: r.issued or "–"),
        Column("outlet", lambda r: r.outlet or "(not named)", drop=1, least=8),
        Column("title", lambda r: r.title or "(untitled)", drop=2, least=14),
    ),
    flat=("id", "type", "title", "outlet", "author", "issued", "issued_basis", "URL", "paragraphs", "claims"),
)

QUESTIONS = Layout(
    noun="question",
    row=vocabulary.QuestionRow,
    columns=(
        Column("question", lambda r: r.id),
        Column("", lambda r: MARKS[r.agreement]),
        Column("text", lambda r: r.text, least=20),
        Column("answers", lambda r: str(r.claims), right=True, drop=1),
    ),
    flat=("id", "text", "unit", "about", "claims", "agreement"),
    marks=lambda r: MARKS[r.agreement],
)
