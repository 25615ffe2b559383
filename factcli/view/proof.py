"""What verifying and checking found, as it is shown."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from factcli.archive import Outcome, Proof
from factcli.checks import Finding, Rule, Severity
from factcli.view.shown import Shown


class ProofRow(Shown, frozen=True):
    """A claim held against its archived text. `found_at`: where its paragraph (or its place) is now; `text` on request."""

    id: str
    source: str
    paragraph: int | None
    outcome: Outcome
    found_at: int | None
    file: str | None
    statement: str
    text: str | None


class FindingRow(Shown, frozen=True):
    code: str
    rule: str
    severity: Severity
    table: str
    id: str
    message: str


class RuleRow(Shown, frozen=True):
    code: str
    rule: str
    severity: Severity
    about: str


class IndexRow(Shown, frozen=True):
    """The index of a store: `size` in bytes, null when there is none; `state` is fresh, stale or none."""

    store: str
    path: str
    size: int | None
    state: Literal["fresh", "stale", "none"]


def index_row(path: Path) -> IndexRow:
    from factcli.index import keeping

    place = Path(keeping.index_path(str(path)))
    size = place.stat().st_size if place.is_file() else None
    return IndexRow(store=str(path), path=str(place), size=size, state=keeping.state(str(path)))


def proof_row(proof: Proof, with_text: bool) -> ProofRow:
    claim, text = proof.claim, proof.text
    shown = text.paragraphs[proof.found_at - 1] if with_text and text and proof.found_at else None
    return ProofRow(
        id=claim.id,
        source=claim.source,
        paragraph=claim.locator.paragraph if claim.locator else None,
        outcome=proof.outcome,
        found_at=proof.found_at,
        file=text.path.name if text else None,
        statement=claim.statement,
        text=shown,
    )


def finding_row(finding: Finding) -> FindingRow:
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
    return RuleRow(code=rule.code, rule=rule.name, severity=rule.severity, about=rule.about)
