"""CSV, TSV and Markdown: one line a row, every cell harmless in a terminal and in a spreadsheet."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, islice

import msgspec

from factcli.output.fields import cell, pick
from factcli.text import is_formula, visible

_NUMBER = re.compile(r"[+-]?[0-9]+(\.[0-9]+)?")
_SPECIAL = re.compile(r'["\t\r\n]')
_MARKDOWN = re.compile(r"([\\`*_{}\[\]<>#|~&])")


def lines(
    form: str, rows: Iterable[str], names: Sequence[str], *, raw: bool, to_terminal: bool
) -> Iterator[str]:
    """Write rows as JSON in a flat format, below the names of their fields.

    A cell that a spreadsheet would run as a formula gets an apostrophe in front; not in Markdown,
    which no spreadsheet reads. `raw` gives the texts of CSV and TSV as they are stored, though
    never a control character to a terminal.
    """
    write = _WRITERS[form]
    is_guarded = form != "markdown" and not raw
    is_exact = form != "markdown" and raw and not to_terminal
    left = iter(rows)
    first = list(islice(left, 1))  # a failing query fails here, before anything is written
    yield write(names)
    if form == "markdown":
        yield f"| {' | '.join('---' for _ in names)} |\n"
    for row in chain(first, left):
        plain = msgspec.json.decode(row)
        texts = [cell(pick(plain, name)) for name in names]
        if not is_exact:
            texts = list(map(visible, texts))
        yield write(list(map(_defused, texts)) if is_guarded else texts)


def _csv(cells: Sequence[str]) -> str:
    """RFC 4180 with every cell quoted, ended by a line feed."""
    return ",".join(map(_quoted, cells)) + "\n"


def _tsv(cells: Sequence[str]) -> str:
    """Cells between tabs; one that holds a quote, a tab or a line end is quoted as in CSV.

    So rows are the same to readers that know quotes and, unless they are raw, to others. No row is
    an empty line, which many readers skip.
    """
    line = "\t".join(_quoted(text) if _SPECIAL.search(text) else text for text in cells)
    return f"{line or _quoted(line)}\n"


def _markdown(cells: Sequence[str]) -> str:
    """A row of a GitHub-flavoured table, with the punctuation escaped that Markdown would read."""
    return "| " + " | ".join(_MARKDOWN.sub(r"\\\1", text) for text in cells) + " |\n"


def _quoted(text: str) -> str:
    return '"' + text.replace('"', '""') + '"'


def _defused(text: str) -> str:
    return f"'{text}" if is_formula(text) and not _NUMBER.fullmatch(text) else text


_WRITERS = {"csv": _csv, "tsv": _tsv, "markdown": _markdown}
