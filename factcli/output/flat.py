"""CSV, TSV and Markdown: one line a row, every cell harmless in a terminal and in a spreadsheet."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence

import msgspec

from factcli.output.fields import cell, pick
from factcli.text import visible

_FORMULA = re.compile(r"[=+\-@\t\r＝＋－＠]")
_NUMBER = re.compile(r"[+-]?[0-9]+(\.[0-9]+)?")
_MARKDOWN = re.compile(r"([\\`*_{}\[\]<>#|~&])")


def lines(form: str, rows: Iterable[str], names: Sequence[str], raw: bool) -> Iterator[str]:
    """Write rows as JSON in a flat format, below the names of their fields.

    A cell that a spreadsheet would run as a formula gets an apostrophe in front, unless `raw`; not
    in Markdown, which no spreadsheet reads.
    """
    write = _WRITERS[form]
    is_raw = raw or form == "markdown"
    yield write(names)
    if form == "markdown":
        yield f"| {' | '.join('---' for _ in names)} |\n"
    for row in rows:
        plain = msgspec.json.decode(row)
        texts = [visible(cell(pick(plain, name))) for name in names]
        yield write(texts if is_raw else [_defused(text) for text in texts])


def _csv(cells: Sequence[str]) -> str:
    """RFC 4180 with every cell quoted, ended by a line feed."""
    line = io.StringIO()
    csv.writer(line, quoting=csv.QUOTE_ALL, lineterminator="\n").writerow(cells)
    return line.getvalue()


def _tsv(cells: Sequence[str]) -> str:
    """Cells between tabs, nothing quoted: a tab or line end inside a cell is already escaped."""
    return "\t".join(cells) + "\n"


def _markdown(cells: Sequence[str]) -> str:
    """A row of a GitHub-flavoured table, with the punctuation escaped that Markdown would read."""
    return "| " + " | ".join(_MARKDOWN.sub(r"\\\1", text) for text in cells) + " |\n"


def _defused(text: str) -> str:
    return f"'{text}" if _FORMULA.match(text) and not _NUMBER.fullmatch(text) else text


_WRITERS = {"csv": _csv, "tsv": _tsv, "markdown": _markdown}
