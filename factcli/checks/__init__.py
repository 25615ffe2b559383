"""The store's linter: small named rules in a registry, shared by `check` and by every write."""

from factcli.checks import claims, vocabulary, whole  # noqa: F401  # importing registers their rules
