"""The layouts of answers, conflicts and totals."""

from __future__ import annotations

from factcli.output.layouts.layout import MARKS, Column, Layout
from factcli.view import disagreement

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
