"""What the rules find: in a whole store that may have faults, and in what a change concerns."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import Any

from factcli.checks.registry import RULES, Finding, Lookup, Records
from factcli.database import claims, records
from factcli.database.dialect import Database
from factcli.database.load import load
from factcli.errors import shorten
from factcli.model import TABLES, Claim, LogEntry
from factcli.opening import place_without_cache
from factcli.store.lines import Line
from factcli.store.reading import read_store
from factcli.store.records import Fault, read_leniently

Key = tuple[str, str]
"""The table and id of a record."""


class Draft:
    """A store, valid or not: the records that fit the model, and the faults of the others."""

    def __init__(self, path: Path, lines: Iterable[Line], commands: frozenset[str]) -> None:
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
        """Everything that the rules find, by rule, then in the order of the store.

        One pass over the records applies all rules about single records; a temporary table sorts
        what they find.
        """
        columns = "rule TEXT, place INTEGER, n INTEGER, kind TEXT, id TEXT, message TEXT"
        self.database.change(f"CREATE TEMP TABLE finding ({columns})")
        for table in TABLES:
            found = self._faults_of(table)
            self.database.insert("INSERT INTO finding VALUES (?, ?, ?, ?, ?, ?)", found)
        sql = "SELECT kind, id, message FROM finding WHERE rule = ? ORDER BY place, n"
        for rule in RULES.values():
            locations = self.database.rows(sql, (rule.code,)) if rule.tables else rule.find(self)
            for table, ident, message in locations:
                yield Finding(rule, table, ident, shorten(message))

    def _faults_of(self, table: str) -> Iterator[tuple[Any, ...]]:
        rules = [rule for rule in RULES.values() if table in rule.tables]
        for number, record in records.numbered(self.database, table):
            ident = getattr(record, "id", str(number))
            for rule in rules:
                for message in rule.find(record, self.records):
                    yield rule.code, rule.tables.index(table), number, table, ident, message

    def _entries(self) -> Iterator[LogEntry | Fault]:
        for number, text in self.database.rows("SELECT number, json FROM log ORDER BY number"):
            entry: Any = read_leniently(Line("log", number, text.encode()))[0]
            yield entry


def check_store(path: Path, commands: frozenset[str] = frozenset()) -> Iterator[Finding]:
    """Check a store against every rule; `commands` are names that no topic may take.

    Raises:
        StoreError: when the file does not even hold tables of records.
    """
    draft = read_store(path, lambda lines: Draft(path, lines, commands))
    with closing(draft.database):
        yield from draft.findings()


def new_faults(
    changed: Mapping[Key, Any], find: Lookup, database: Database, commands: frozenset[str]
) -> list[Finding]:
    """The errors that a change brings into a store.

    `changed` holds the changed records as they will be, None for those that go. `find` finds a
    record of the store as it will be, `database` holds the store as it was. `commands` are names
    that no topic may take.
    """
    concerned = dict.fromkeys([*changed, *_referring(changed, database)])
    before = set(_errors(concerned, Records(partial(records.find, database), commands)))
    after = _errors(concerned, Records(find, commands))
    return [finding for finding in after if finding not in before]


def _errors(concerned: Iterable[Key], found: Records) -> Iterator[Finding]:
    """What the rules of error level about single records find in some of them."""
    for rule in RULES.values():
        for table, ident in concerned:
            is_subject = rule.severity == "error" and table in rule.tables
            if is_subject and (record := found.find(table, ident)) is not None:
                for message in rule.find(record, found):
                    yield Finding(rule, table, ident, message)


def _referring(changed: Mapping[Key, Any], database: Database) -> Iterator[Key]:
    """The records that name a changed one; where one goes, those that may name it."""
    for table, ident in changed:
        if table in claims.NAMING:
            naming = claims.ids_where(database, claims.NAMING[table], (ident,))
            yield from (("claims", claim) for claim in naming)
    gone = {key for key, record in changed.items() if record is None}
    if any(table == "claims" for table, _ in gone):
        for claim in records.claims_where(database, records.HAS_RELATIONS):
            if any(("claims", relation.target) in gone for relation in claim.relations):
                yield "claims", claim.id
    if any(table != "claims" for table, _ in gone):
        for table in ("actors", "series"):
            yield from ((table, record.id) for _, record in records.numbered(database, table))
