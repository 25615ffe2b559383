"""TinyDB's storage port over our own reading and writing: strict, read once, replaced whole."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from tinydb.storages import Storage

from factcli.errors import WriteRefused
from factcli.store import durable
from factcli.store.layout import dump
from factcli.store.reading import Tables, read_tables


class ReadOnlyStorage(Storage):
    """What TinyDB's own storage is not: it needs no write permission and creates no missing file."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._tables = read_tables(path)

    def read(self) -> Tables:
        return self._tables

    def write(self, data: dict[str, dict[str, Any]]) -> None:
        raise WriteRefused(f"{self._path} is open for reading only")


class DurableStorage(ReadOnlyStorage):
    """The same, and writing: in canonical form and durably. Only under the lock (`factcli.store.durable.locked`)."""

    def write(self, data: dict[str, dict[str, Any]]) -> None:
        tables = {name: {int(number): record for number, record in records.items()} for name, records in data.items()}
        durable.replace(self._path, dump(tables))
