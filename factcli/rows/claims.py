"""The layout of claims."""

from __future__ import annotations

from factcli.record.shape import Record
from factcli.rows.layout import MARKS, Column, Layout


def _speaker(record: Record) -> str:
    """The origin of a claim's chain; the source, where the one hop is an unnamed outlet."""
    if record.said_by:
        return record.said_by.name
    return "(not named)" if len(record.attribution) > 1 else record.source.id


CLAIMS = Layout(
    Record,
    Column("id", lambda r: r.id),
    Column("date", lambda r: r.date or "–"),
    Column("", lambda r: MARKS[r.agreement] + ("?" if r.match == "possible" else "")),
    Column("statement", lambda r: r.statement, least=24),
    Column("figure", lambda r: r.quantity.text if r.quantity else "", drop=4, least=8),
    Column("said by", _speaker, drop=1, least=11),
    Column("source", lambda r: r.source.outlet or r.source.id, drop=2),
    Column("published", lambda r: r.source.issued or "–", drop=5),
    Column("kind", lambda r: r.kind, drop=6),
    flat="id,date,date_earliest,date_latest,statement,kind,polarity,topics,question,actors.name,"
    "said_by.name,quantity.text,quantity.amount,quantity.bound,quantity.unit,quantity.currency,"
    "quantity.status,source.id,source.outlet,source.issued,locator.paragraph,status,agreement,"
    "match,note",
)
