"""Free text over claims, ranked by BM25 as SQLite's FTS5 computes it.

Every word must be found, as the beginning of a word; "quoted words" stand next to each other as they are, and -word
must be absent. Text is folded on both sides. The statement weighs four times as much as names, notes once.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from typing import NamedTuple

from factcli.errors import UsageError
from factcli.model import Claim
from factcli.query import searched_text
from factcli.text import fold
from factcli.vocabulary import Vocabulary

WEIGHTS = (4.0, 1.0, 1.0)
_K1, _B = 1.2, 0.75
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


def rank(claims: Sequence[Claim], vocabulary: Vocabulary, text: str) -> dict[str, float]:
    """The ids of the claims that hold every term, each with its score; higher is better."""
    terms = parse(text)
    rows = [tuple(field.split() for field in searched_text(claim, vocabulary)) for claim in claims]
    lengths = [sum(map(len, row)) for row in rows]
    average = sum(lengths) / len(rows) if rows else 0.0
    counts = [
        [sum(w * _count(term, column) for w, column in zip(WEIGHTS, row, strict=True)) for row in rows]
        for term in terms
    ]
    scores: dict[str, float] = {}
    for number, claim in enumerate(claims):
        if all((counts[t][number] > 0) != term.absent for t, term in enumerate(terms)):
            norm = _K1 * (1 - _B + _B * lengths[number] / average)
            scores[claim.id] = sum(
                _rarity(counts[t]) * counts[t][number] * (_K1 + 1) / (counts[t][number] + norm)
                for t, term in enumerate(terms)
                if not term.absent
            )
    return scores


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
