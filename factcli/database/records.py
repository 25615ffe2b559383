"""Typed records of any table but the log, as the database holds them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import msgspec

from factcli.database import claims
from factcli.database.declared import TableById
from factcli.database.dialect import Database
from factcli.model import TABLES, Claim
from factcli.record.shape import claim_of, decoder
from factcli.store.lines import Line
from factcli.store.records import read_record
from factcli.text import fold

HAS_RELATIONS = "c.description NOT LIKE '%,\"relations\":[]'"
"""The condition that a curator related a claim `c` to others."""
_BEARERS = (
    "SELECT DISTINCT d.number, d.id FROM name x JOIN declared d ON d.kind = x.kind AND d.id = x.id"
    " WHERE x.kind = ? AND x.folded = ? ORDER BY d.number"
)


def find(database: Database, table: str, ident: str | None) -> Any:
    """A record by its whole id; None when there is none. That of meta is ``meta``."""
    if table != "claims":
        return TableById[Any](database, table).get(ident or "")
    text = claims.record_json(database, ident or "")
    return None if text is None else claim_of(decoder()(text))


def number_of(database: Database, table: str, ident: str) -> int | None:
    """The record number of a record; None when there is none."""
    if table == "claims":
        found = database.value("SELECT n FROM claim WHERE id = ?", (ident,))
    else:
        sql = "SELECT number FROM declared WHERE kind = ? AND id = ?"
        found = database.value(sql, (table, ident))
    return None if found is None else int(found)


def numbered(database: Database, table: str) -> Iterator[tuple[int, Any]]:
    """The records of a table with their record numbers, in the order of the store."""
    if table != "claims":
        return TableById[Any](database, table).numbered()
    numbers = (n for (n,) in database.rows("SELECT n FROM claim ORDER BY n"))
    return zip(numbers, claims_where(database, "TRUE"), strict=True)


def claims_where(database: Database, condition: str, values: Iterable[Any] = ()) -> Iterator[Claim]:
    """The claims that meet a condition (SQL about the claim `c`), in the order of the store."""
    return map(claim_of, map(decoder(), claims.records_where(database, condition, values)))


def bearers(database: Database, table: str, name: str) -> list[str]:
    """The ids of the records that a name belongs to, in the order of the store."""
    return [ident for _, ident in database.rows(_BEARERS, (table, fold(name)))]


def canonical_lines(database: Database, path: Path) -> Iterator[Line]:
    """The lines of a store as factcli writes them.

    Raises:
        StoreError: for an entry of the log that breaks the model.
    """
    for table in TABLES:
        if table == "log":
            for number, text in database.rows("SELECT number, json FROM log ORDER BY number"):
                _, data = read_record(Line(table, number, text.encode()), path)
                yield Line(table, number, data)
        else:
            for number, record in numbered(database, table):
                yield Line(table, number, msgspec.json.encode(record))
