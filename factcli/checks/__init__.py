"""The store's linter: small named rules in a registry, shared by `check` and by every write."""

from factcli.checks import claims, vocabulary, whole  # noqa: F401  # importing registers their rules
from factcli.checks.draft import check_store
from factcli.checks.registry import RULES, Finding, Records, Rule, Severity

__all__ = ["RULES", "Finding", "Records", "Rule", "Severity", "check_store"]
