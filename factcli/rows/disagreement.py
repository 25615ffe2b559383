"""The layouts of answers, conflicts and sums."""

from __future__ import annotations

from factcli.disagreement import AnswerRow, ConflictRow
from factcli.rows.layout import MARKS, Column, Layout
from factcli.totals import TotalRow

BOUNDS = {"about": "~", "at_least": "≥", "more_than": ">", "at_most": "≤", "less_than": "<"}


def _origins(row: AnswerRow) -> str:
    return f"{row.origins}{f' + {row.origins_unnamed} not named' if row.origins_unnamed else ''}"


def _sides(row: ConflictRow) -> str:
    return " | ".join(f"{side.value} ({side.outlet or side.source})" for side in row.sides)


def _bounded(amount: str | None, bound: str | None) -> str:
    return f"{BOUNDS.get(bound or '', '')}{amount}" if amount else "–"


COMPARE = Layout(
    AnswerRow,
    Column("id", lambda r: r.id),
    Column("", lambda r: MARKS[r.agreement]),
    Column("answer", lambda r: r.value, least=12),
    Column("agreement", lambda r: r.agreement, drop=3),
    Column("said by", lambda r: r.said_by.name if r.said_by else "(not named)", least=10),
    Column("source", lambda r: r.outlet or r.source, drop=1),
    Column("published", lambda r: r.issued or "–", drop=4),
    Column("¶", lambda r: str(r.paragraph or ""), drop=2, right=True),
    Column("origins", _origins, drop=5),
    flat="id,value,bound,date,said_by.name,source,outlet,issued,paragraph,agreement,origins,"
    "origins_unnamed,statement,note",
)

CONFLICTS = Layout(
    ConflictRow,
    Column("kind", lambda r: r.kind),
    Column("about", lambda r: r.about, least=24),
    Column("sides", _sides, least=24),
    flat="kind,question,about,sides.id,sides.value,sides.source,note,reconciliation",
)

TOTAL = Layout(
    TotalRow,
    Column("source", lambda r: r.source),
    Column("date", lambda r: r.date or "–"),
    Column("figure", lambda r: r.figure, drop=2, least=6),
    Column("total", lambda r: _bounded(r.running, r.running_bound), right=True),
    Column("gap", lambda r: _bounded(r.gap, r.gap_bound), drop=1, right=True),
    Column("target", lambda r: r.target or "–", drop=3),
    Column("id", lambda r: r.id, drop=4),
)
