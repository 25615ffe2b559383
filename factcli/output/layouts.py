"""How each kind of row is laid out: the columns of its table, and the fields that flat formats show."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import msgspec

from factcli import view
from factcli.view import change, disagreement, proof, vocabulary

MARKS = {"conflicts": "≠", "unclear": "≈", "refines": "⊂", "agrees": "=", "single": "", None: ""}
BOUNDS = {
    "exact": "",
    "range": "",
    "about": "~",
    "at_least": "≥",
    "more_than": ">",
    "at_most": "≤",
    "less_than": "<",
    None: "",
}
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
    """Who stands behind a claim: the origin of the chain; the source itself where that is an outlet it does not name."""
    if record.said_by:
        return record.said_by.name
    return "(not named)" if len(record.attribution) > 1 else record.source.id


def _outlet(record: view.Record) -> str:
    return record.source.outlet or record.source.id


RECORDS = Layout(
    noun="claim",
    row=view.Record,
    columns=(
        Column("id", lambda r: r.id),
        Column("date", lambda r: r.date or "–"),
        Column("", _marks),
        Column("statement", lambda r: r.statement, least=24),
        Column("figure", lambda r: r.quantity.text if r.quantity else "", drop=4, least=8),
        Column("said by", _speaker, drop=1, least=11),
        Column("source", _outlet, drop=2),
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

ANSWERS = Layout(
    noun="answer",
    row=disagreement.AnswerRow,
    columns=(
        Column("id", lambda r: r.id),
        Column("", lambda r: MARKS[r.agreement]),
        Column("answer", lambda r: r.value, least=12),
        Column("agreement", lambda r: r.agreement, drop=3),
        Column("said by", lambda r: r.said_by.name if r.said_by else "(not named)", least=10),
        Column("source", lambda r: r.outlet or r.source, drop=1),
        Column("published", lambda r: r.issued or "–", drop=4),
        Column("¶", lambda r: str(r.paragraph or ""), drop=2, right=True),
        Column("origins", lambda r: f"{r.origins}{f' + {r.origins_unnamed} not named' if r.origins_unnamed else ''}", drop=5),
    ),
    flat=(
        "id", "value", "bound", "date", "said_by.name", "source", "outlet", "issued", "paragraph", "agreement", "origins",
        "origins_unnamed", "statement", "note",
    ),
    marks=lambda r: MARKS[r.agreement],
)  # fmt: skip

CONFLICTS = Layout(
    noun="conflict",
    row=disagreement.ConflictRow,
    columns=(
        Column("kind", lambda r: r.kind),
        Column("about", lambda r: r.about, least=24),
        Column(
            "sides", lambda r: " | ".join(f"{side.value} ({side.outlet or side.source})" for side in r.sides), least=24
        ),
    ),
    flat=("kind", "question", "about", "sides.id", "sides.value", "sides.source", "note", "reconciliation"),
)

TOTALS = Layout(
    noun="step",
    row=disagreement.TotalRow,
    columns=(
        Column("source", lambda r: r.source),
        Column("date", lambda r: r.date or "–"),
        Column("figure", lambda r: r.figure, drop=2, least=6),
        Column("total", lambda r: f"{BOUNDS[r.running_bound]}{r.running}", right=True),
        Column("gap", lambda r: f"{BOUNDS[r.gap_bound]}{r.gap}" if r.gap else "–", drop=1, right=True),
        Column("target", lambda r: r.target or "–", drop=3),
        Column("id", lambda r: r.id, drop=4),
    ),
    flat=(
        "source", "outlet", "id", "date", "question", "figure", "running", "running_bound", "unit", "target", "gap", "gap_bound",
    ),
)  # fmt: skip

PROOFS = Layout(
    noun="claim",
    row=proof.ProofRow,
    columns=(
        Column("id", lambda r: r.id),
        Column("outcome", lambda r: r.outcome),
        Column("source", lambda r: r.source, drop=1),
        Column("¶", lambda r: str(r.paragraph or ""), drop=2, right=True),
        Column("now", lambda r: str(r.found_at or "–"), drop=3, right=True),
        Column("statement", lambda r: r.statement, least=20),
        Column("text", lambda r: r.text or "", least=20),
    ),
    flat=("id", "source", "paragraph", "outcome", "found_at", "file", "statement", "text"),
)

FINDINGS = Layout(
    noun="finding",
    row=proof.FindingRow,
    columns=(
        Column("code", lambda r: r.code),
        Column("severity", lambda r: r.severity, drop=2),
        Column("record", lambda r: f"{r.table} {r.id}".strip() or "the store", least=12),
        Column("message", lambda r: r.message, least=24),
        Column("rule", lambda r: r.rule, drop=1),
    ),
    flat=("code", "rule", "severity", "table", "id", "message"),
)

RULES = Layout(
    noun="rule",
    row=proof.RuleRow,
    columns=(
        Column("code", lambda r: r.code),
        Column("rule", lambda r: r.rule, drop=1),
        Column("severity", lambda r: r.severity, drop=2),
        Column("about", lambda r: r.about, least=24),
    ),
    flat=("code", "rule", "severity", "about"),
)

CHANGES = Layout(
    noun="change",
    row=change.ChangeRow,
    columns=(
        Column("op", lambda r: r.op),
        Column("table", lambda r: r.table, drop=1),
        Column("id", lambda r: r.id),
        Column("change", lambda r: _changed(r.changes) or _told(r.record), least=24),
    ),
    flat=("seq", "op", "table", "id", "changes.field", "changes.was", "changes.now"),
)

LOG = Layout(
    noun="entry",
    row=change.LogRow,
    columns=(
        Column("seq", lambda r: str(r.seq), right=True),
        Column("at", lambda r: f"{r.at[:19]}Z"),
        Column("by", lambda r: r.by, drop=2, least=6),
        Column("op", lambda r: r.op),
        Column("table", lambda r: r.table, drop=3),
        Column("id", lambda r: r.id),
        Column("fields", lambda r: ", ".join(r.fields), drop=1, least=10),
        Column("why", lambda r: r.why or "", least=12),
    ),
    flat=("seq", "at", "by", "op", "table", "id", "fields", "why"),
)

DIFFERENCES = Layout(
    noun="difference",
    row=change.DifferenceRow,
    columns=(
        Column("table", lambda r: r.table),
        Column("id", lambda r: r.id),
        Column("difference", lambda r: r.difference),
        Column("change", lambda r: _changed(r.changes), least=24),
    ),
    flat=("table", "id", "difference", "changes.field", "changes.was", "changes.now"),
)


def _changed(changes: Sequence[change.FieldChange]) -> str:
    return "; ".join(f"{c.field}: {_json(c.was)} → {_json(c.now)}" for c in changes)


def _told(record: dict[str, Any] | None) -> str:
    """A record in few words."""
    record = record or {}
    return next((record[name] for name in ("statement", "name", "title", "text") if record.get(name)), "")


def _json(value: Any) -> str:
    return msgspec.json.encode(value).decode()


def legend(rows: list[Any], layout: Layout) -> str:
    """What the marks in a table mean, or nothing when it bears none."""
    used = {mark for row in rows for mark in layout.marks(row)}
    return " · ".join(f"{mark} {meaning}" for mark, meaning in LEGEND.items() if mark in used)
