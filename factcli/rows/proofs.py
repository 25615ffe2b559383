"""Rows of findings, rules and the cache; the layouts of these and of proofs."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Literal

from factcli.archive import ProofRow
from factcli.checks import Finding, Rule, Severity
from factcli.database import cache
from factcli.record.shape import Row
from factcli.rows.layout import Column, Layout


class FindingRow(Row, frozen=True):
    """A fault that a rule found."""

    code: str
    rule: str
    severity: Severity
    table: str
    id: str
    message: str


class RuleRow(Row, frozen=True):
    """A rule of the linter."""

    code: str
    rule: str
    severity: Severity
    about: str


class IndexRow(Row, frozen=True):
    """The cache of a store: `size` in bytes, null when there is none.

    `state` is fresh, stale or none.
    """

    store: str
    path: str
    size: int | None
    state: Literal["fresh", "stale", "none"]


def index_row(path: Path) -> IndexRow:
    """A row for the cache of a store."""
    place = cache.place_of(str(path))
    size = os.path.getsize(place) if os.path.isfile(place) else None
    return IndexRow(store=str(path), path=place, size=size, state=cache.state(str(path)))


def finding_row(finding: Finding) -> FindingRow:
    """A row for a finding."""
    rule = finding.rule
    return FindingRow.of(
        finding, code=rule.code, rule=rule.name, severity=rule.severity, id=finding.ident
    )


def rule_row(rule: Rule) -> RuleRow:
    """A row for a rule."""
    return RuleRow.of(rule, rule=rule.name)


VERIFY = Layout(
    ProofRow,
    Column("id", lambda r: r.id),
    Column("outcome", lambda r: r.outcome),
    Column("source", lambda r: r.source, drop=1),
    Column("¶", lambda r: str(r.paragraph or ""), drop=2, right=True),
    Column("now", lambda r: str(r.found_at or "–"), drop=3, right=True),
    Column("statement", lambda r: r.statement, least=20),
    Column("text", lambda r: r.text or "", least=20),
)

CHECK = Layout(
    FindingRow,
    Column("code", lambda r: r.code),
    Column("severity", lambda r: r.severity, drop=2),
    Column("record", lambda r: f"{r.table} {r.id}".strip() or "the store", least=12),
    Column("message", lambda r: r.message, least=24),
    Column("rule", lambda r: r.rule, drop=1),
)

RULES = Layout(
    RuleRow,
    Column("code", lambda r: r.code),
    Column("rule", lambda r: r.rule, drop=1),
    Column("severity", lambda r: r.severity, drop=2),
    Column("about", lambda r: r.about, least=24),
)

INDEX = Layout(
    IndexRow,
    Column("state", lambda r: r.state),
    Column("size", lambda r: "–" if r.size is None else f"{r.size / 1e6:.1f} MB", right=True),
    Column("path", lambda r: r.path, least=24),
    Column("store", lambda r: r.store, drop=1, least=16),
)
