"""The kinds of rows by name; a layout is imported when it is needed."""

from __future__ import annotations

from importlib import import_module

from factcli.rows.layout import Layout

_KINDS = {
    "claims": ("claims",),
    "vocabulary": ("topics", "actors", "sources", "questions"),
    "disagreement": ("compare", "conflicts", "total"),
    "proofs": ("verify", "check", "rules", "index"),
    "changes": ("changes", "log", "diff"),
}
MODULES = {kind: module for module, kinds in _KINDS.items() for kind in kinds}
"""The module of each kind of rows; its layout there has the kind's name in capitals."""


def layout_of(kind: str) -> Layout:
    """The layout of a kind of rows."""
    layout: Layout = getattr(import_module(f"factcli.rows.{MODULES[kind]}"), kind.upper())
    return layout
