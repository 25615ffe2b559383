"""The output options of a command. Imports next to nothing: a plain lookup needs this."""

from __future__ import annotations

import os

from factcli.errors import UsageError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

FORMATS = ("table", "json", "jsonl", "csv", "tsv", "markdown")
_ENDINGS = {
    ".txt": "table", ".json": "json", ".jsonl": "jsonl", ".ndjson": "jsonl", ".csv": "csv",
    ".tsv": "tsv", ".md": "markdown",
}  # fmt: skip


class Options:
    """How to write an answer; each field is the option of the same name.

    Raises:
        UsageError: for a value of another type, out of range, or empty.
        KeyError: for an option that does not exist.
    """

    format: str | None = None
    json: bool = False
    output: str | None = None
    fields: str | None = None
    sort: str | None = None
    reverse: bool = False
    limit: int | None = None
    count: bool = False
    raw: bool = False
    no_color: bool = False
    pager: bool = False
    exit_status: bool = False
    no_index: bool = False

    def __init__(self, **given: Any) -> None:
        for name, value in given.items():
            kind, words = _KINDS[Options.__annotations__[name]]
            if value is not None and type(value) is not kind:
                raise UsageError(f"{name} takes {words}, not {repr(value)[:60]}")
            if value == "":
                raise UsageError(f"{name} is empty: give a value, or leave it out")
            setattr(self, name, value)
        if self.limit is not None and not 0 <= self.limit < 10**15:
            raise UsageError("limit takes a number from 0 to 999999999999999")

    @property
    def file(self) -> str | None:
        """The file to write; None for standard output, which ``-`` names too."""
        return None if self.output == "-" else self.output

    def chosen_format(self) -> str:
        """The given format; else that of the file's ending; else a table on a terminal, else JSON.

        Raises:
            UsageError: for an unknown format or ending, or two that differ.
        """
        if self.format is not None and self.format not in FORMATS:
            from factcli.text import did_you_mean

            hint = did_you_mean(self.format, FORMATS)
            raise UsageError(f"--format {self.format!r} is none of {', '.join(FORMATS)}.{hint}")
        if self.json and self.format is not None:
            raise UsageError(f"--json and --format {self.format} are two formats: give one")
        if self.json or self.format is not None:
            return self.format or "json"
        if self.file is None:
            return "table" if os.isatty(1) else "json"
        ending = os.path.splitext(self.file)[1].lower()
        if ending not in _ENDINGS:
            raise UsageError(
                f"--output {self.output}: no format goes with the ending {ending!r}: give --format"
            )
        return _ENDINGS[ending]


_KINDS = {
    "bool": (bool, "true or false"),
    "int | None": (int, "a number"),
    "str | None": (str, "text"),
}
