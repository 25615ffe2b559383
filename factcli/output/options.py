"""How to answer."""

from __future__ import annotations

import os
from pathlib import Path

import msgspec

from factcli.errors import UsageError
from factcli.output import FORMATS
from factcli.text import did_you_mean

_ENDINGS = {".txt": "table", ".json": "json", ".jsonl": "jsonl", ".ndjson": "jsonl", ".csv": "csv", ".tsv": "tsv"}
_ENDINGS |= {".md": "markdown"}


class Options(msgspec.Struct, frozen=True, kw_only=True):
    """How to answer; each field is the option of the same name."""

    format: str | None = None
    json: bool = False
    output: Path | None = None
    fields: str | None = None
    sort: str | None = None
    reverse: bool = False
    limit: int | None = None
    count: bool = False
    raw: bool = False
    no_color: bool = False
    exit_status: bool = False
    no_index: bool = False
    pager: bool = False

    def chosen_format(self) -> str:
        """The format named; else the one of the file's ending; else a table on a terminal and JSON in a pipe.

        Raises:
            UsageError: for an unknown format or ending, or two that differ.
        """
        if self.format is not None and self.format not in FORMATS:
            hint = did_you_mean(self.format, FORMATS)
            raise UsageError(f"--format {self.format!r} is none of {', '.join(FORMATS)}.{hint}")
        if self.json and self.format is not None:
            raise UsageError(f"--json and --format {self.format} are two formats: give one")
        if self.json or self.format is not None:
            return self.format or "json"
        if self.output is None:
            return "table" if os.isatty(1) else "json"
        ending = self.output.suffix.lower()
        if ending not in _ENDINGS:
            raise UsageError(f"--output {self.output}: no format goes with the ending {ending!r}: give --format")
        return _ENDINGS[ending]
