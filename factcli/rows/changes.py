"""Rows of changes: what a command did, what the log holds, and how two stores differ."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Literal

import msgspec

from factcli.database import records
from factcli.model import TABLES, LogEntry
from factcli.opening import Store
from factcli.record.shape import Row
from factcli.rows.layout import Column, Layout
from factcli.transaction import Transaction

Op = Literal["add", "set", "remove", "undo"]


class FieldChange(Row, frozen=True):
    """A field, what it was and what it is."""

    field: str
    was: Any
    now: Any


class ChangeRow(Row, frozen=True):
    """What a command did to a record: `changes` by field, and the `record` as it now is (null
    when it is gone)."""

    seq: int
    op: Op
    table: str
    id: str
    changes: tuple[FieldChange, ...]
    record: dict[str, Any] | None


class LogRow(Row, frozen=True):
    """An entry of the log; `fields` are those that changed, `was` their former values."""

    seq: int
    at: str
    by: str
    op: Op
    table: str
    id: str
    fields: tuple[str, ...]
    why: str | None
    was: dict[str, Any] | None


class DifferenceRow(Row, frozen=True):
    """A record that two stores do not share: `was` in the one in use, `now` in the other."""

    table: str
    id: str
    difference: Literal["added", "removed", "changed"]
    changes: tuple[FieldChange, ...]


def change_rows(transaction: Transaction) -> list[ChangeRow]:
    """What a transaction does, entry by entry."""
    rows = []
    for entry in transaction.entries:
        found = transaction.find(entry.table, entry.id)
        record = None if found is None else msgspec.to_builtins(found)
        rows.append(
            ChangeRow(
                seq=entry.seq,
                op=entry.op,
                table=entry.table,
                id=entry.id,
                changes=tuple(_fields(entry.was or {}, record or {})),
                record=record,
            )
        )
    return rows


def log_row(entry: LogEntry) -> LogRow:
    """A row for an entry of the log."""
    return LogRow(
        seq=entry.seq,
        at=entry.at,
        by=entry.by,
        op=entry.op,
        table=entry.table,
        id=entry.id,
        fields=tuple(entry.was or ()),
        why=entry.why,
        was=entry.was,
    )


def difference_rows(one: Store, other: Store) -> Iterator[DifferenceRow]:
    """How another store differs from this one, record by record, whatever the order and layout.

    Logs do not count.
    """
    for table in TABLES:
        if table == "log":
            continue
        for _, record in records.numbered(one.database, table):
            ident = getattr(record, "id", table)
            after = records.find(other.database, table, ident)
            if record != after:
                yield _difference(table, ident, record, after)
        for _, record in records.numbered(other.database, table):
            ident = getattr(record, "id", table)
            if records.find(one.database, table, ident) is None:
                yield _difference(table, ident, None, record)


def _difference(table: str, ident: str, before: Any, after: Any) -> DifferenceRow:
    difference: Literal["added", "removed", "changed"] = "changed"
    if before is None or after is None:
        difference = "added" if before is None else "removed"
    fields: Iterator[FieldChange] = iter(())
    if before is not None and after is not None:
        fields = _fields(msgspec.to_builtins(before), msgspec.to_builtins(after))
    return DifferenceRow(table=table, id=ident, difference=difference, changes=tuple(fields))


def _fields(was: Mapping[str, Any], now: Mapping[str, Any]) -> Iterator[FieldChange]:
    for field in was:
        if was[field] != now.get(field):
            yield FieldChange(field=field, was=was[field], now=now.get(field))


CHANGES = Layout(
    noun="change",
    row=ChangeRow,
    columns=(
        Column("op", lambda r: r.op),
        Column("table", lambda r: r.table, drop=1),
        Column("id", lambda r: r.id),
        Column("change", lambda r: _changed(r.changes) or _summary(r.record), least=24),
    ),
    flat=("seq", "op", "table", "id", "changes.field", "changes.was", "changes.now"),
)

LOG = Layout(
    noun="entry",
    row=LogRow,
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
    row=DifferenceRow,
    columns=(
        Column("table", lambda r: r.table),
        Column("id", lambda r: r.id),
        Column("difference", lambda r: r.difference),
        Column("change", lambda r: _changed(r.changes), least=24),
    ),
    flat=("table", "id", "difference", "changes.field", "changes.was", "changes.now"),
)


def _changed(changes: Sequence[FieldChange]) -> str:
    return "; ".join(f"{c.field}: {_json(c.was)} → {_json(c.now)}" for c in changes)


def _summary(record: dict[str, Any] | None) -> str:
    """A record in few words."""
    record = record or {}
    return next(
        (record[name] for name in ("statement", "name", "title", "text") if record.get(name)), ""
    )


def _json(value: Any) -> str:
    return msgspec.json.encode(value).decode()
