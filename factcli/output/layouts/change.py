"""The layouts of changes, of the log, and of how stores differ."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec

from factcli.output.layouts.layout import Column, Layout
from factcli.view import change

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
