"""The store's linter: small named rules in a registry, shared by `check` and by every write."""

from factcli.checks import claims, vocabulary, whole  # noqa: F401  # they register their rules
from factcli.checks.findings import check_store, new_faults
from factcli.checks.registry import RULES, Finding, Rule, Severity

__all__ = ["RULES", "Finding", "Rule", "Severity", "check_store", "new_faults"]
