"""CSV, TSV and Markdown: one line a row, every cell harmless in a terminal and in a spreadsheet."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterable, Iterator, Sequence

import msgspec

from factcli.output.fields import cell, pick
from factcli.text import visible

_FORMULA = re.compile(r"[=+\-@\t\r＝＋－＠]")
_NUMBER = re.compile(r"[+-]?[0-9]+(\.[0-9]+)?")
_MARKDOWN = re.compile(r"([\\`*_{}\[\]<>#|~&])")


def csv_lines(rows: Iterable[str], names: Sequence[str], raw: bool) -> Iterator[str]:
    """RFC 4180 with every cell quoted and lines ended by a line feed.

    A cell that a spreadsheet would run as a formula gets an apostrophe in front, unless `raw`.
    """
    buffer = io.StringIO()
    writer = csv.writer(buffer, quoting=csv.QUOTE_ALL, lineterminator="\n")
    for line in _cells(rows, names, raw):
        writer.writerow(line)
        yield buffer.getvalue()
        buffer.seek(0)
        buffer.truncate()


def tsv_lines(rows: Iterable[str], names: Sequence[str], raw: bool) -> Iterator[str]:
    """Cells parted by tabs, nothing quoted: tabs and line ends inside a cell are written as
    ``\\x09`` and ``\\x0a``."""
    for line in _cells(rows, names, raw):
        yield "\t".join(line) + "\n"


def markdown_lines(rows: Iterable[str], names: Sequence[str], raw: bool) -> Iterator[str]:
    """A GitHub-flavoured table; punctuation that Markdown would read is escaped."""
    for number, line in enumerate(_cells(rows, names, raw=True)):
        yield "| " + " | ".join(_MARKDOWN.sub(r"\\\1", text) for text in line) + " |\n"
        if number == 0:
            yield f"| {' | '.join('---' for _ in line)} |\n"


def _cells(rows: Iterable[str], names: Sequence[str], raw: bool) -> Iterator[list[str]]:
    yield list(names)
    for row in rows:
        plain = msgspec.json.decode(row)
        texts = [visible(cell(pick(plain, name))) for name in names]
        yield texts if raw else [_defused(text) for text in texts]


def _defused(text: str) -> str:
    return f"'{text}" if _FORMULA.match(text) and not _NUMBER.fullmatch(text) else text


WRITERS: dict[str, Callable[[Iterable[str], Sequence[str], bool], Iterator[str]]] = {
    "csv": csv_lines,
    "tsv": tsv_lines,
    "markdown": markdown_lines,
}
"""What writes each flat format: rows as JSON, field paths, and whether cells stay as they are."""
