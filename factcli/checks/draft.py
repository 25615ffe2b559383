"""A store that may have faults, in a database of its own, and what the rules find in it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

from factcli.checks.registry import RULES, Finding, Records
from factcli.database import records
from factcli.database.dialect import Database
from factcli.database.load import load
from factcli.model import TABLES, Claim, LogEntry
from factcli.opening import place_without_cache
from factcli.store.lines import Line, read_store
from factcli.store.records import Fault, read_leniently


class Draft:
    """A store, valid or not: the records that fit the model, and the faults of the others."""

    def __init__(
        self, path: Path, lines: Iterable[Line], commands: frozenset[str] = frozenset()
    ) -> None:
        self.path = path
        self.faults: list[Fault] = []
        self.database = Database(":memory:" if place_without_cache(path) == "memory" else "")
        try:
            load(self.database, str(path), lines, faults=self.faults)
        except BaseException:
            self.database.close()
            raise
        self.faults += (entry for entry in self._entries() if isinstance(entry, Fault))
        self.records = Records(partial(records.find, self.database), commands)

    def table(self, table: str) -> Iterator[Any]:
        """The records of a table, in the order of the store."""
        return (record for _, record in records.numbered(self.database, table))

    def claims(self, condition: str) -> Iterator[Claim]:
        """The claims that meet a condition (SQL about the claim `c`), in the order of the store."""
        return records.claims_where(self.database, condition)

    def log(self) -> Iterator[LogEntry]:
        """The entries of the log that fit the model."""
        return (entry for entry in self._entries() if isinstance(entry, LogEntry))

    def findings(self) -> Iterator[Finding]:
        """Everything that the rules find, by rule, then in the order of the store."""
        self._apply_record_rules()
        sql = "SELECT kind, id, message FROM finding WHERE rule = ? ORDER BY place, n"
        for rule in RULES.values():
            found = self.database.rows(sql, (rule.code,)) if rule.tables else rule.find(self)
            yield from (Finding(rule, *location) for location in found)

    def _apply_record_rules(self) -> None:
        """Apply every rule about single records, in one pass over the store."""
        self.database.change(
            "CREATE TEMP TABLE finding"
            " (rule TEXT, place INTEGER, n INTEGER, kind TEXT, id TEXT, message TEXT)"
        )
        for table in TABLES:
            sql = "INSERT INTO finding VALUES (?, ?, ?, ?, ?, ?)"
            self.database.insert(sql, self._faults_of(table))

    def _faults_of(self, table: str) -> Iterator[tuple[Any, ...]]:
        rules = [
            (rule, rule.tables.index(table)) for rule in RULES.values() if table in rule.tables
        ]
        if not rules:
            return
        for number, record in records.numbered(self.database, table):
            ident = getattr(record, "id", str(number))
            for rule, place in rules:
                for message in rule.find(record, self.records):
                    yield rule.code, place, number, table, ident, message

    def _entries(self) -> Iterator[LogEntry | Fault]:
        for number, text in self.database.rows("SELECT number, json FROM log ORDER BY number"):
            yield read_leniently(Line("log", number, text.encode()))[0]  # type: ignore[misc]  # the log holds its entries


def check_store(path: Path, commands: frozenset[str] = frozenset()) -> Iterator[Finding]:
    """Check a store against every rule; `commands` are names that no topic may take.

    Raises:
        StoreError: when the file does not even hold tables of records.
    """
    draft = read_store(path, lambda lines: Draft(path, lines, commands))
    try:
        yield from draft.findings()
    finally:
        draft.database.close()
