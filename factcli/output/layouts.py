"""How each kind of row is laid out: the columns of its table, and the fields that flat formats show."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import msgspec

from factcli import view

MARKS = {"conflicts": "≠", "unclear": "≈", "refines": "⊂", "agrees": "=", "single": "", None: ""}
LEGEND = {
    "≠": "sources conflict (factcli show ID)",
    "≈": "differ, but one is approximate or of another unit",
    "⊂": "one is more precise",
    "=": "sources agree",
    "?": "matches only possibly",
}


class Column(NamedTuple):
    """A column of a table. Those with the highest `drop` go first when the screen is narrow; 0 never goes.

    `least` is the width below which a folding column is not squeezed; None means that it is never folded.
    """

    header: str
    text: Callable[[Any], str]
    drop: int = 0
    least: int | None = None
    right: bool = False


class Layout(NamedTuple):
    """`noun`: what a row is called. `flat`: the field paths of CSV, TSV and Markdown."""

    noun: str
    row: type[msgspec.Struct]
    columns: tuple[Column, ...]
    flat: tuple[str, ...]
    marks: Callable[[Any], str] = lambda row: ""


def _marks(record: view.Record) -> str:
    return MARKS[record.agreement] + ("?" if record.match == "possible" else "")


def _speaker(record: view.Record) -> str:
    """Who stands behind a claim: the origin, or the source itself where its outlet is not named."""
    return record.said_by.name if record.said_by else record.source.outlet or "(not named)"


def _outlet(record: view.Record) -> str:
    return record.source.outlet or f"{record.source.id}"


RECORDS = Layout(
    noun="claim",
    row=view.Record,
    columns=(
        Column("id", lambda r: r.id),
        Column("date", lambda r: r.date or "–"),
        Column("", _marks),
        Column("statement", lambda r: r.statement, least=24),
        Column("figure", lambda r: r.quantity.text if r.quantity else "", drop=4, least=8),
        Column("said by", _speaker, drop=2, least=10),
        Column("source", _outlet, drop=1, least=8),
        Column("published", lambda r: r.source.issued or "–", drop=5),
        Column("kind", lambda r: r.kind, drop=6),
    ),
    flat=(
        "id", "date", "date_earliest", "date_latest", "statement", "kind", "polarity", "topics", "question",
        "actors.name", "said_by.name", "quantity.text", "quantity.amount", "quantity.bound", "quantity.unit",
        "quantity.currency", "quantity.status", "source.id", "source.outlet", "source.issued", "locator.paragraph",
        "status", "agreement", "match", "note",
    ),
    marks=_marks,
)  # fmt: skip

TOPICS = Layout(
    noun="topic",
    row=view.TopicRow,
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
    row=view.ActorRow,
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
    row=view.SourceRow,
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
    row=view.QuestionRow,
    columns=(
        Column("question", lambda r: r.id),
        Column("", lambda r: MARKS[r.agreement]),
        Column("text", lambda r: r.text, least=20),
        Column("answers", lambda r: str(r.claims), right=True, drop=1),
    ),
    flat=("id", "text", "unit", "about", "claims", "agreement"),
    marks=lambda r: MARKS[r.agreement],
)


def legend(rows: list[Any], layout: Layout) -> str:
    """What the marks in a table mean, or nothing when it bears none."""
    used = {mark for row in rows for mark in layout.marks(row)}
    return " · ".join(f"{mark} {meaning}" for mark, meaning in LEGEND.items() if mark in used)
