"""Rows to bytes: one registry of formats, one place that decides between a table and JSON."""

from factcli.output.report import FORMATS, Options, Report

__all__ = ["FORMATS", "Options", "Report"]
