"""A storage with which any program can read and write a store through TinyDB."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path
from typing import Any

import msgspec

from factcli.errors import UsageError, WriteRefused
from factcli.model import TABLES
from factcli.store import durable
from factcli.store.records import Fault, convert
from factcli.store.storage import ReadingStorage
from factcli.transaction import Transaction, transaction

Documents = dict[str, dict[str, Any]]


class FactStorage(ReadingStorage):
    """A storage for TinyDB: ``TinyDB(path, storage=FactStorage)``.

    It reads strictly: a missing file is an error, and nothing is ever created. With
    ``access_mode="r+"`` it also writes: it holds the store's lock from opening to closing, checks
    each write against the model and the rules, writes it durably, and logs it as one command
    (entries that share `at`). A write that breaks a rule is refused and changes nothing.

    TinyDB keeps the results of a table's queries: whoever reads for a long time calls
    `Table.clear_cache` to see what others have written since.

    Raises:
        StoreError: when the file is not a store.
        WriteRefused: when another writer holds the lock for too long, or a write is refused.
        UsageError: for another access mode.
    """

    def __init__(self, path: str | Path, access_mode: str = "r", by: str | None = None) -> None:
        if access_mode not in ("r", "r+"):
            raise UsageError(f"access_mode is 'r' or 'r+', not {access_mode!r}")
        self._held, self._by = ExitStack(), by
        self._is_writable = access_mode == "r+"
        super().__init__(path)
        if self._is_writable:
            self._held.enter_context(durable.locked(self.path.resolve()))

    def close(self) -> None:
        """Give the lock back."""
        self._held.close()

    def write(self, data: Documents) -> None:
        """Write the tables of the store as one logged command.

        Raises:
            WriteRefused: when a record breaks the model or a rule; nothing was changed then.
        """
        if not self._is_writable:
            super().write(data)
        before = self.read()
        with transaction(self.path, by=self._by, is_locked=True) as change:
            if unknown := sorted(data.keys() - TABLES.keys()):
                raise WriteRefused(f"a store has no table {unknown[0]!r}")
            if _plain(data.get("log", {})) != before.get("log", {}):
                raise WriteRefused("the log is written by factcli itself")
            for table in TABLES:
                if table != "log":
                    _change(change, table, before.get(table, {}), _plain(data.get(table, {})))


def _change(change: Transaction, table: str, before: Documents, after: Documents) -> None:
    """Put the records that differ, and take out those that are gone."""
    kept = {document.get("id") for document in after.values()}
    for number, document in before.items():
        if number not in after and document.get("id") not in kept:
            if table == "claims":
                raise WriteRefused(f"claim {document.get('id')} is retracted, not removed")
            change.remove(table, str(document.get("id", table)))
    for number, document in after.items():
        if document != before.get(number):
            record = convert(table, int(number), document)
            if isinstance(record, Fault):
                raise WriteRefused(f"not written: {record}")
            former = before.get(number)
            if former is not None and former.get("id") != document.get("id"):
                raise WriteRefused(f"{table} {former.get('id')}: an id is never changed")
            ident = document.get("id", table)
            if (
                former is None
                and change.find(table, ident) is None
                and change.was_used(table, ident)
            ):
                raise WriteRefused(f"{table} {ident}: ids are never used again")
            change.put(table, record, int(number))


def _plain(documents: Any) -> Documents:
    """Documents as the file has them: numbers are text, and nothing but JSON is in them."""
    try:
        plain = msgspec.json.decode(msgspec.json.encode({str(n): d for n, d in documents.items()}))
    except (TypeError, ValueError, msgspec.MsgspecError) as error:
        raise WriteRefused(f"not written: a record holds what is no JSON: {error}") from None
    found: Documents = plain
    return found
