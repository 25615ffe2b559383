"""A storage with which any program can read and write a store through TinyDB."""

from __future__ import annotations

import json
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from factcli.database.history import META
from factcli.errors import StoreError, UsageError, WriteRefused
from factcli.model import TABLES
from factcli.store import durable
from factcli.store.records import Fault, convert
from factcli.store.scanning import NUMBER
from factcli.store.storage import ReadingStorage
from factcli.store.strict_json import decode
from factcli.transaction import Transaction, transaction

Documents = dict[str, dict[str, Any]]


class FactStorage(ReadingStorage):
    """A storage for TinyDB: ``TinyDB(path, storage=FactStorage)``.

    It reads strictly: a missing file is an error, and nothing is ever created. With
    ``access_mode="r+"`` it also writes: it holds the store's lock from opening to closing, checks
    each write against the model and the rules, writes it durably, and logs it as one command
    (entries that share `at`). A write that breaks a rule is refused and changes nothing.

    TinyDB caches the results of a table's queries. A program that reads for a long time calls
    `Table.clear_cache`, to see what others have written since.

    Raises:
        StoreError: when the file is not a store.
        WriteRefused: when another writer holds the lock for too long, or a write is refused.
        UsageError: for another access mode.
    """

    def __init__(self, path: str | Path, access_mode: str = "r", by: str | None = None) -> None:
        if access_mode not in ("r", "r+"):
            raise UsageError(f"access_mode is 'r' or 'r+', not {access_mode!r}")
        super().__init__(path)
        self._by, self._is_writable, self._lock = by, access_mode == "r+", ExitStack()
        if self._is_writable:
            self._lock.enter_context(durable.locked(self.path.resolve()))

    def close(self) -> None:
        """Release the lock."""
        self._lock.close()

    def write(self, data: Documents) -> None:
        """Write the tables of the store as one logged command.

        Raises:
            WriteRefused: when a record breaks the model or a rule; nothing was changed then.
        """
        if not self._is_writable:
            super().write(data)
        before, after = self.read(), _plain(data)
        if unknown := sorted(after.keys() - TABLES.keys()):
            raise WriteRefused(f"not written: a store has no table {unknown[0]!r}")
        if after.get("log", {}) != before.get("log", {}):
            raise WriteRefused("not written: the log is written by factcli itself")
        with transaction(self.path, by=self._by, is_locked=True) as change:
            for table in TABLES:
                if table != "log":
                    _change(change, table, before.get(table, {}), after.get(table, {}))


def _change(change: Transaction, table: str, before: Documents, after: Documents) -> None:
    """Put the records that differ, and remove those that are gone.

    Raises:
        WriteRefused: for changes that TinyDB allows and a store does not.
    """
    for number, document in before.items():
        if number not in after:
            ident = str(document.get("id", META))
            if table in ("claims", "meta"):
                raise WriteRefused(f"not written: {table} {ident} cannot be removed, only changed")
            change.remove(table, ident)
    for number, document in after.items():
        former = before.get(number)
        if document == former:
            continue
        record = convert(table, int(number), document)
        if isinstance(record, Fault):
            raise WriteRefused(f"not written: {record}")
        ident = document.get("id", META)
        if former is not None and former.get("id", META) != ident:
            raise WriteRefused(f"not written: {table} {former.get('id')} keeps its id")
        if former is None and change.was_used(table, ident):
            raise WriteRefused(f"not written: {table} {ident}: the id is in use, or once was")
        change.put(table, record, int(number))


def _plain(data: Any) -> dict[str, Documents]:
    """Convert tables to what the file holds: record numbers as text, and nothing but JSON.

    Raises:
        WriteRefused: for anything else.
    """
    if not isinstance(data, dict) or not all(isinstance(table, dict) for table in data.values()):
        raise WriteRefused("not written: tables hold records by number")
    named = {str(name): {str(n): d for n, d in table.items()} for name, table in data.items()}
    for name, table in named.items():
        for number, document in table.items():
            if not NUMBER.fullmatch(number) or not isinstance(document, dict):
                raise WriteRefused(f"not written: {name} {number[:20]!r} is no record")
    try:
        plain = decode(json.dumps(named, allow_nan=False).encode(), "the tables")
    except (TypeError, ValueError, RecursionError, StoreError) as error:
        raise WriteRefused(f"not written: a record holds what is no JSON: {error}") from None
    found: dict[str, Documents] = plain
    return found
