"""The faults that a change brings into a store: only the records that it concerns are checked."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import Any

from factcli.checks.registry import RULES, Finding, Records
from factcli.database import claims, records
from factcli.database.dialect import Database

Key = tuple[str, str]
"""The table and id of a record."""


def new_faults(
    changed: Mapping[Key, Any],
    find: Callable[[str, str | None], Any],
    database: Database,
    commands: frozenset[str],
) -> list[Finding]:
    """The errors that were not there before.

    `changed` holds the records that change as they will be, None for those that go; `find` finds a
    record of the store as it will be, `database` holds the store as it was. `commands` are names
    that no topic may take.
    """
    concerned = [*changed, *_referring(changed, database)]
    before = Records(partial(records.find, database), commands)
    known = set(_errors(concerned, changed, before))
    after = _errors(concerned, changed, Records(find, commands))
    return [finding for finding in after if finding not in known]


def _errors(concerned: list[Key], changed: Mapping[Key, Any], found: Records) -> Iterator[Finding]:
    """What the rules of error level find in changed records, and in those that name them."""
    for rule in RULES.values():
        if rule.severity != "error":
            continue
        for table, ident in concerned:
            applies = table in rule.tables and ((table, ident) in changed or rule.looks_at)
            if applies and (record := found.find(table, ident)) is not None:
                for message in rule.find(record, found):
                    yield Finding(rule, table, ident, message)


def _referring(changed: Mapping[Key, Any], database: Database) -> Iterator[Key]:
    """The records that name a changed one."""
    found: dict[Key, None] = {}
    gone = {key for key, record in changed.items() if record is None}
    for table, ident in changed:
        if table in claims.NAMING:
            for claim in claims.ids_where(database, claims.NAMING[table], (ident,)):
                found["claims", claim] = None
    if any(table == "claims" for table, _ in gone):
        for one in records.claims_where(database, records.HAS_RELATIONS):
            if any(("claims", relation.target) in gone for relation in one.relations):
                found["claims", one.id] = None
    if any(table != "claims" for table, _ in gone):
        for table in ("actors", "series"):
            for _, record in records.numbered(database, table):
                found[table, record.id] = None
    return (key for key in found if key not in changed)
