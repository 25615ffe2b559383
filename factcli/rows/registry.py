"""The kinds of rows by name; a layout is imported when it is needed."""

from __future__ import annotations

from importlib import import_module

from factcli.rows.layout import Layout

LAYOUTS = {
    "claims": ("claims", "RECORDS"),
    "topics": ("vocabulary", "TOPICS"),
    "actors": ("vocabulary", "ACTORS"),
    "sources": ("vocabulary", "SOURCES"),
    "questions": ("vocabulary", "QUESTIONS"),
    "compare": ("disagreement", "ANSWERS"),
    "conflicts": ("disagreement", "CONFLICTS"),
    "total": ("disagreement", "TOTALS"),
    "verify": ("proofs", "PROOFS"),
    "check": ("proofs", "FINDINGS"),
    "rules": ("proofs", "RULES"),
    "index": ("proofs", "INDEX"),
    "changes": ("changes", "CHANGES"),
    "log": ("changes", "LOG"),
    "diff": ("changes", "DIFFERENCES"),
}
"""The kinds of rows: the module and the name of each layout."""


def layout_of(kind: str) -> Layout:
    """The layout of a kind of rows."""
    module, name = LAYOUTS[kind]
    layout: Layout = getattr(import_module(f"factcli.rows.{module}"), name)
    return layout
