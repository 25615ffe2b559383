"""The layouts of what verifying and checking found."""

from __future__ import annotations

from factcli.output.layouts.layout import Column, Layout
from factcli.view import proof

PROOFS = Layout(
    noun="claim",
    row=proof.ProofRow,
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
    row=proof.FindingRow,
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
    row=proof.RuleRow,
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
    row=proof.IndexRow,
    columns=(
        Column("state", lambda r: r.state),
        Column("size", lambda r: "–" if r.size is None else f"{r.size / 1e6:.1f} MB", right=True),
        Column("path", lambda r: r.path, least=24),
        Column("store", lambda r: r.store, drop=1, least=16),
    ),
    flat=("store", "path", "size", "state"),
)
