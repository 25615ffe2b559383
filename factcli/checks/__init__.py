"""The store's linter: small named rules in a registry, run all, reported all."""

from factcli.checks import claims, vocabulary, whole  # noqa: F401  # importing registers their rules
from factcli.checks.registry import RULES, Draft, Finding, Rule, Severity, read_draft, run

__all__ = ["RULES", "Draft", "Finding", "Rule", "Severity", "read_draft", "run"]
