"""What a rule is, and what it is given: a store read leniently, so that every fault is reported and not only the first."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Literal, NamedTuple

from factcli.model import TABLES, Actor, Claim, LogEntry, Part, Question, Series, Source, Topic
from factcli.store.layout import dump
from factcli.store.reading import parse_tables, read_bytes
from factcli.store.records import Fault, decode

Severity = Literal["error", "warning"]
Location = tuple[str, str, str]
"""The table and id of a record at fault (empty for the whole store), and what is wrong with it."""


class Rule(NamedTuple):
    code: str
    name: str
    severity: Severity
    about: str
    find: Callable[[Draft], Iterator[Location]]


class Finding(NamedTuple):
    rule: Rule
    table: str
    ident: str
    message: str


RULES: dict[str, Rule] = {}
"""Every rule by its code, in the order in which they are run."""


def rule(code: str, name: str, severity: Severity, about: str) -> Callable[..., Callable[[Draft], Iterator[Location]]]:
    """Register a rule; `about` is what ``check --explain`` prints."""

    def register(find: Callable[[Draft], Iterator[Location]]) -> Callable[[Draft], Iterator[Location]]:
        assert code not in RULES, f"two rules are called {code}"
        RULES[code] = Rule(code, name, severity, about, find)
        return find

    return register


@dataclass(frozen=True)
class Draft:
    """A store as it stands, valid or not: the records that fit the model, and the faults of those that do not."""

    data: bytes
    records: dict[str, dict[int, Part]]
    faults: list[Fault]
    unknown_tables: list[str] = field(default_factory=list)
    commands: frozenset[str] = frozenset()
    """The names that a topic must not take, since they are commands."""

    @cached_property
    def topics(self) -> list[Topic]:
        return [record for record in self.records["topics"].values() if isinstance(record, Topic)]

    @cached_property
    def actors(self) -> dict[str, Actor]:
        return {record.id: record for record in self.records["actors"].values() if isinstance(record, Actor)}

    @cached_property
    def sources(self) -> dict[str, Source]:
        return {record.id: record for record in self.records["sources"].values() if isinstance(record, Source)}

    @cached_property
    def questions(self) -> dict[str, Question]:
        return {record.id: record for record in self.records["questions"].values() if isinstance(record, Question)}

    @cached_property
    def series(self) -> list[Series]:
        return [record for record in self.records["series"].values() if isinstance(record, Series)]

    @cached_property
    def claims(self) -> list[Claim]:
        return [record for record in self.records["claims"].values() if isinstance(record, Claim)]

    @cached_property
    def log(self) -> list[LogEntry]:
        return [record for record in self.records["log"].values() if isinstance(record, LogEntry)]

    @property
    def canonical(self) -> bytes | None:
        """The bytes that the store ought to have; None while some of its records cannot be read."""
        return None if self.faults or self.unknown_tables else dump(self.records)


def read_draft(path: Path, commands: frozenset[str] = frozenset()) -> Draft:
    """A store, leniently.

    Raises:
        StoreError: when it is not even tables of documents.
    """
    data = read_bytes(path)
    tables = parse_tables(data, path)
    records: dict[str, dict[int, Part]] = {name: {} for name in TABLES}
    faults: list[Fault] = []
    for name in TABLES:
        for number, record in decode(name, {int(key): document for key, document in tables.get(name, {}).items()}):
            if isinstance(record, Fault):
                faults.append(record)
            else:
                records[name][number] = record
    return Draft(data, records, faults, sorted(tables.keys() - TABLES.keys()), commands)


def run(draft: Draft, *severities: Severity) -> list[Finding]:
    """Everything that every rule finds, or those of some severities."""
    rules = [rule for rule in RULES.values() if not severities or rule.severity in severities]
    return [Finding(rule, *location) for rule in rules for location in rule.find(draft)]
