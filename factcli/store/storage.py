"""TinyDB's storage port, filled by our own reading: strict, and never creating a file.

The only importer of TinyDB.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from tinydb.storages import Storage

from factcli.errors import WriteRefused
from factcli.store.reading import read_tables


class ReadingStorage(Storage):
    """Reads a store anew whenever TinyDB asks for its tables."""

    def __init__(self, path: str | Path) -> None:
        self.path = Path(path)
        self.read()  # what is no store is an error at once

    def read(self) -> dict[str, dict[str, Any]]:
        """The tables of the store: names to documents by record number.

        Raises:
            StoreError: when the file is not a store.
        """
        return read_tables(self.path)

    def write(self, data: dict[str, dict[str, Any]]) -> None:
        """Refuse to write.

        Raises:
            WriteRefused: always.
        """
        raise WriteRefused(f"{self.path} is open for reading only: open it with access_mode='r+'")
