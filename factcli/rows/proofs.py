"""Rows of what verifying and checking found, and of the cache."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from factcli.archive import Outcome, Proof
from factcli.checks import Finding, Rule, Severity
from factcli.database import cache
from factcli.record.shape import Row
from factcli.rows.layout import Column, Layout


class ProofRow(Row, frozen=True):
    """A claim compared with its archived text.

    `found_at`: where its paragraph (or its place) is now; `text` on request.
    """

    id: str
    source: str
    paragraph: int | None
    outcome: Outcome
    found_at: int | None
    file: str | None
    statement: str
    text: str | None


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
    place = Path(cache.place_of(str(path)))
    size = place.stat().st_size if place.is_file() else None
    return IndexRow(store=str(path), path=str(place), size=size, state=cache.state(str(path)))


def proof_row(proof: Proof, with_text: bool) -> ProofRow:
    """A row for a claim that was compared, with the paragraph itself on request."""
    claim, text = proof.claim, proof.text
    shown = text.paragraphs[proof.found_at - 1] if with_text and text and proof.found_at else None
    return ProofRow(
        id=claim.id,
        source=claim.source.id,
        paragraph=claim.locator.paragraph if claim.locator else None,
        outcome=proof.outcome,
        found_at=proof.found_at,
        file=text.path.name if text else None,
        statement=claim.statement,
        text=shown,
    )


def finding_row(finding: Finding) -> FindingRow:
    """A row for a finding."""
    rule = finding.rule
    return FindingRow(
        code=rule.code,
        rule=rule.name,
        severity=rule.severity,
        table=finding.table,
        id=finding.ident,
        message=finding.message,
    )


def rule_row(rule: Rule) -> RuleRow:
    """A row for a rule."""
    return RuleRow(code=rule.code, rule=rule.name, severity=rule.severity, about=rule.about)


PROOFS = Layout(
    noun="claim",
    row=ProofRow,
    columns=(
        Column("id", lambda r: r.id),
        Column("outcome", lambda r: r.outcome),
        Column("source", lambda r: r.source, drop=1),
        Column("¶", lambda r: str(r.paragraph or ""), drop=2, right=True),
        Column("now", lambda r: str(r.found_at or "–"), drop=3, right=True),
        Column("statement", lambda r: r.statement, least=20),
        Column("text", lambda r: r.text or "", least=20),
    ),
    flat=("id", "source", "paragraph", "outcome", "found_at", "file", "statement", "text"),
)

FINDINGS = Layout(
    noun="finding",
    row=FindingRow,
    columns=(
        Column("code", lambda r: r.code),
        Column("severity", lambda r: r.severity, drop=2),
        Column("record", lambda r: f"{r.table} {r.id}".strip() or "the store", least=12),
        Column("message", lambda r: r.message, least=24),
        Column("rule", lambda r: r.rule, drop=1),
    ),
    flat=("code", "rule", "severity", "table", "id", "message"),
)

RULES = Layout(
    noun="rule",
    row=RuleRow,
    columns=(
        Column("code", lambda r: r.code),
        Column("rule", lambda r: r.rule, drop=1),
        Column("severity", lambda r: r.severity, drop=2),
        Column("about", lambda r: r.about, least=24),
    ),
    flat=("code", "rule", "severity", "about"),
)

INDEX = Layout(
    noun="index",
    row=IndexRow,
    columns=(
        Column("state", lambda r: r.state),
        Column("size", lambda r: "–" if r.size is None else f"{r.size / 1e6:.1f} MB", right=True),
        Column("path", lambda r: r.path, least=24),
        Column("store", lambda r: r.store, drop=1, least=16),
    ),
    flat=("store", "path", "size", "state"),
)
