"""Free words as a full-text query; a misspelt word is corrected to the nearest in the store.

Every word must be found, as the beginning of a word; "quoted words" follow each other as they
are; -word must be absent.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any, NamedTuple

from factcli.database import dialect
from factcli.database.dialect import Database
from factcli.errors import UsageError
from factcli.text import fold

_LEAST_CORRECTED, _LONG = 4, 8  # letters: shorter words are near too many, longer take two slips
_TERM = re.compile(r'(?P<absent>-)?(?:"(?P<phrase>[^"]*)"?|(?P<word>[^\s"]+))')


class Term(NamedTuple):
    """Words that follow each other; the last may be the beginning of a longer one."""

    words: str
    is_prefix: bool
    is_absent: bool

    @property
    def expression(self) -> str:
        """The term in a full-text query."""
        return dialect.word_expression(self.words, self.is_prefix)


class Search(NamedTuple):
    """A full-text query, and for each word that was corrected those that are looked for instead."""

    expression: str
    corrections: dict[str, tuple[str, ...]]


def parse(text: str) -> list[Term]:
    """Read the terms of a search.

    Raises:
        UsageError: when nothing is left to look for.
    """
    terms = []
    for found in _TERM.finditer(text):
        words = fold(found["phrase"] or found["word"] or "")
        if words:
            terms.append(Term(words, found["word"] is not None, found["absent"] is not None))
    if all(term.is_absent for term in terms):
        raise UsageError(
            f"nothing to search for in {text!r}: give at least one word that must be there"
        )
    return terms


def read_search(database: Database, text: str) -> Search:
    """Make a full-text query of free words; words that no claim holds are corrected.

    Raises:
        UsageError: when nothing is left to look for.
    """
    wanted: list[list[str]] = []
    unwanted: list[str] = []
    corrections: dict[str, tuple[str, ...]] = {}
    for term in parse(text):
        if term.is_absent:
            unwanted.append(term.expression)
            continue
        group = [term.expression]
        if term.is_prefix and not _is_found(database, term):
            known = (word for (word,) in database.rows(dialect.WORD_BY_WORD))
            if near := nearest_words(term.words, known):
                corrections[term.words] = near
                group = [dialect.word_expression(word, is_prefix=False) for word in near]
        wanted.append(group)
    return Search(dialect.search_expression(wanted, unwanted), corrections)


def nearest_words(word: str, known: Iterable[str]) -> tuple[str, ...]:
    """Find the known words that are one slip away from a word, or two from a long one.

    A slip is a letter missing, added, changed, or two swapped.
    """
    from rapidfuzz import process
    from rapidfuzz.distance import OSA

    if len(word) < _LEAST_CORRECTED:
        return ()
    most = 2 if len(word) >= _LONG else 1
    scorer: Any = OSA.distance  # the types of `process` know only scorers that give floats
    near = process.extract(word, known, scorer=scorer, score_cutoff=most, limit=None)
    return tuple(sorted(other for other, slips, _ in near if slips == near[0][1]))


def _is_found(database: Database, term: Term) -> bool:
    """Whether a claim holds a word, or one that begins with it: the whole word is found sooner."""
    sql = f"SELECT 1 FROM word WHERE {dialect.MATCHES} LIMIT 1"
    whole = dialect.word_expression(term.words, is_prefix=False)
    return any(database.row(sql, (one,)) is not None for one in (whole, term.expression))
