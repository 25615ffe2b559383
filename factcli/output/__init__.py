"""Rows to bytes: one registry of formats, one place that decides between a table and JSON."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from factcli.output.options import Options as Options
    from factcli.output.report import Report as Report

FORMATS = ("table", "json", "jsonl", "csv", "tsv", "markdown")
__all__ = ["FORMATS", "Options", "Report"]


def __getattr__(name: str) -> object:
    """Import on first use: a plain lookup by way of an index writes its bytes as they are."""
    if name not in __all__:
        raise AttributeError(f"module 'factcli.output' has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(f"factcli.output.{'report' if name == 'Report' else 'options'}"), name)
