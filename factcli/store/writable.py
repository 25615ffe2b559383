"""TinyDB's storage port over our own writing: canonical bytes, replaced whole."""

from __future__ import annotations

from typing import Any

from factcli.store import durable
from factcli.store.layout import dump
from factcli.store.storage import ReadOnlyStorage


class DurableStorage(ReadOnlyStorage):
    """The same, and writing: in canonical form and durably. Only under the lock (`factcli.store.durable.locked`)."""

    def write(self, data: dict[str, dict[str, Any]]) -> None:
        tables = {name: {int(number): record for number, record in records.items()} for name, records in data.items()}
        durable.replace(self._path, dump(tables))
