"""Rows of changes: what a command did, what the log holds, and how two stores differ."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Literal

import msgspec

from factcli.database import records
from factcli.database.dialect import Database
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
        record = msgspec.to_builtins(transaction.find(entry.table, entry.id))
        changes = _field_changes(entry.was or {}, record or {})
        rows.append(ChangeRow.of(entry, changes=changes, record=record))
    return rows


def log_row(entry: LogEntry) -> LogRow:
    """A row for an entry of the log."""
    return LogRow.of(entry, fields=tuple(entry.was or ()))


def difference_rows(one: Store, other: Store) -> Iterator[DifferenceRow]:
    """How another store differs from this one, record by record, whatever the order and layout.

    Logs do not count.
    """
    for table in TABLES:
        if table != "log":
            yield from _differences(table, one.database, other.database)


def _differences(table: str, one: Database, other: Database) -> Iterator[DifferenceRow]:
    for _, before in records.numbered(one, table):
        ident = getattr(before, "id", table)
        after = records.find(other, table, ident)
        if after is None:
            yield DifferenceRow(table=table, id=ident, difference="removed", changes=())
        elif before != after:
            changes = _field_changes(msgspec.to_builtins(before), msgspec.to_builtins(after))
            yield DifferenceRow(table=table, id=ident, difference="changed", changes=changes)
    for _, after in records.numbered(other, table):
        ident = getattr(after, "id", table)
        if records.find(one, table, ident) is None:
            yield DifferenceRow(table=table, id=ident, difference="added", changes=())


def _field_changes(was: Mapping[str, Any], now: Mapping[str, Any]) -> tuple[FieldChange, ...]:
    pairs = ((field, value, now.get(field)) for field, value in was.items())
    return tuple(FieldChange(field=f, was=old, now=new) for f, old, new in pairs if old != new)


def _changes(row: ChangeRow | DifferenceRow) -> str:
    def encoded(value: Any) -> str:
        return msgspec.json.encode(value).decode()

    return "; ".join(f"{c.field}: {encoded(c.was)} → {encoded(c.now)}" for c in row.changes)


def _summary(row: ChangeRow) -> str:
    """The changes to a record, or the record in few words."""
    texts = map((row.record or {}).get, ("statement", "name", "title", "text"))
    return _changes(row) or next(filter(None, texts), "")


CHANGES = Layout(
    ChangeRow,
    Column("op", lambda r: r.op),
    Column("table", lambda r: r.table, drop=1),
    Column("id", lambda r: r.id),
    Column("change", _summary, least=24),
    flat="seq,op,table,id,changes.field,changes.was,changes.now",
)

LOG = Layout(
    LogRow,
    Column("seq", lambda r: str(r.seq), right=True),
    Column("at", lambda r: f"{r.at[:19]}Z"),
    Column("by", lambda r: r.by, drop=2, least=6),
    Column("op", lambda r: r.op),
    Column("table", lambda r: r.table, drop=3),
    Column("id", lambda r: r.id),
    Column("fields", lambda r: ", ".join(r.fields), drop=1, least=10),
    Column("why", lambda r: r.why or "", least=12),
    flat="seq,at,by,op,table,id,fields,why",
)

DIFF = Layout(
    DifferenceRow,
    Column("table", lambda r: r.table),
    Column("id", lambda r: r.id),
    Column("difference", lambda r: r.difference),
    Column("change", _changes, least=24),
    flat="table,id,difference,changes.field,changes.was,changes.now",
)
