"""Free text over claims, ranked by BM25 as SQLite's FTS5 computes it.

Every word must be found, as the beginning of a word; "quoted words" stand next to each other as they are, and -word
must be absent. A word that no claim holds is read as the nearest ones that some do. Text is folded on both sides. The statement weighs four times as much as names, notes once.
"""

from __future__ import annotations

import math
import re
from collections.abc import Collection, Sequence
from typing import NamedTuple

from factcli.errors import UsageError
from factcli.model import Claim
from factcli.query import searched_text
from factcli.text import fold
from factcli.vocabulary import Vocabulary

WEIGHTS = (4.0, 1.0, 1.0)
_K1, _B = 1.2, 0.75
_LEAST_CORRECTED, _LONG = 4, 8  # letters: shorter words are near too many, longer ones take two slips
_TERM = re.compile(r'(?P<absent>-)?(?:"(?P<phrase>[^"]*)"?|(?P<word>[^\s"]+))')


class Term(NamedTuple):
    """Words that follow each other; the last may be the beginning of a longer one."""

    words: tuple[str, ...]
    prefix: bool
    absent: bool


def parse(text: str) -> list[Term]:
    """The terms of a search.

    Raises:
        UsageError: when nothing is left to look for.
    """
    terms = []
    for found in _TERM.finditer(text):
        words = tuple(fold(found["phrase"] or found["word"] or "").split())
        if words:
            terms.append(Term(words, prefix=found["word"] is not None, absent=found["absent"] is not None))
    if not any(not term.absent for term in terms):
        raise UsageError(f"nothing to search for in {text!r}: give at least one word that must be there")
    return terms


class Ranking(NamedTuple):
    """The ids of the claims that hold every term, each with its score, higher is better; and how slips were read.

    `corrections`: a word that no claim holds, and the ones nearest to it that were looked for instead.
    """

    scores: dict[str, float]
    corrections: dict[str, tuple[str, ...]]


def rank(claims: Sequence[Claim], vocabulary: Vocabulary, text: str) -> Ranking:
    """Hold claims against a search.

    Raises:
        UsageError: when nothing is left to look for.
    """
    terms = parse(text)
    rows = [tuple(field.split() for field in searched_text(claim, vocabulary)) for claim in claims]
    corrections: dict[str, tuple[str, ...]] = {}
    counts = [_counts([term], rows) for term in terms]
    for at, term in enumerate(terms):
        if term.prefix and not term.absent and not any(counts[at]):
            word = " ".join(term.words)
            if near := _near(word, {known for row in rows for column in row for known in column}):
                corrections[word] = near
                counts[at] = _counts([Term((known,), prefix=False, absent=False) for known in near], rows)
    lengths = [sum(map(len, row)) for row in rows]
    average = sum(lengths) / len(rows) if rows else 0.0
    scores: dict[str, float] = {}
    for number, claim in enumerate(claims):
        if all((counts[t][number] > 0) != term.absent for t, term in enumerate(terms)):
            norm = _K1 * (1 - _B + _B * lengths[number] / average)
            scores[claim.id] = sum(
                _rarity(counts[t]) * counts[t][number] * (_K1 + 1) / (counts[t][number] + norm)
                for t, term in enumerate(terms)
                if not term.absent
            )
    return Ranking(scores, corrections)


def _counts(alternatives: Sequence[Term], rows: Sequence[Sequence[list[str]]]) -> list[float]:
    """How often each row holds any of the terms, its columns weighed."""
    return [
        sum(w * _count(term, column) for term in alternatives for w, column in zip(WEIGHTS, row, strict=True))
        for row in rows
    ]


def _near(word: str, known: Collection[str]) -> tuple[str, ...]:
    """The known words one slip away from a word (a letter missing, added, changed, or two swapped); of long ones, two."""
    from rapidfuzz.distance import OSA

    if len(word) < _LEAST_CORRECTED:
        return ()
    for slips in (1, 2) if len(word) >= _LONG else (1,):
        found = [other for other in known if OSA.distance(word, other, score_cutoff=slips) <= slips]
        if found:
            return tuple(sorted(found))
    return ()


def _count(term: Term, column: list[str]) -> int:
    *start, last = term.words
    size = len(term.words)
    count = 0
    for at in range(len(column) - size + 1):
        end = column[at + size - 1]
        if (end.startswith(last) if term.prefix else end == last) and column[at : at + size - 1] == start:
            count += 1
    return count


def _rarity(counts: list[float]) -> float:
    """Inverse document frequency, kept above zero so that a word in most records still counts for a little."""
    holding = sum(count > 0 for count in counts)
    return max(math.log((len(counts) - holding + 0.5) / (holding + 0.5)), 1e-6)
