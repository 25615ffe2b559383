"""TinyDB's storage port over our own reading: strict, read once, and never writing."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from tinydb.storages import Storage

from factcli.errors import WriteRefused
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
