"""Free text over claims, ranked by BM25 as SQLite's FTS5 computes it.

Every word must be found, as the beginning of a word; "quoted words" stand next to each other as they are, and -word
must be absent. A word that no claim holds is read as the nearest ones that some do. Text is folded on both sides. The statement weighs four times as much as names, notes once.
"""

from __future__ import annotations

import math
import re
from collections.abc import Collection, Iterable, Sequence
from typing import NamedTuple, Protocol

from factcli.errors import UsageError
from factcli.model import Claim
from factcli.query import searched_text
from factcli.text import fold
from factcli.vocabulary import Vocabulary

WEIGHTS = (4.0, 1.0, 1.0)
_K1, _B = 1.2, 0.75
_LEAST_CORRECTED, _LONG = 4, 8  # letters: shorter words are near too many, longer ones take two slips
_TERM = re.compile(r'(?P<absent>-)?(?:"(?P<phrase>[^"]*)"?|(?P<word>[^\s"]+))')


Columns = tuple[list[str], ...]
"""The folded words of the statement, of names, of notes."""


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


class Corpus(Protocol):
    """The claims that are searched, with what ranking needs to know of all of them."""

    size: int
    length: int
    """Words in all of them together."""

    def holding(self, alternatives: Sequence[Term]) -> int:
        """How many claims hold any of the terms."""

    def words(self) -> Collection[str]:
        """Every word that stands in them."""

    def candidates(self, needed: Sequence[Sequence[Term]]) -> Iterable[tuple[Claim, Columns]]:
        """At least the claims that hold one alternative of each, in the order of the store, with their folded words."""


def columns(claim: Claim, vocabulary: Vocabulary) -> Columns:
    """The words of a claim's statement, of names, of notes."""
    return tuple(field.split() for field in searched_text(claim, vocabulary))


class Scan:
    """A corpus in memory."""

    def __init__(self, claims: Sequence[Claim], vocabulary: Vocabulary) -> None:
        self._rows = [(claim, columns(claim, vocabulary)) for claim in claims]
        self.size = len(self._rows)
        self.length = sum(len(column) for _, row in self._rows for column in row)

    def holding(self, alternatives: Sequence[Term]) -> int:
        return sum(_weight(alternatives, row) > 0 for _, row in self._rows)

    def words(self) -> Collection[str]:
        return {word for _, row in self._rows for column in row for word in column}

    def candidates(self, needed: Sequence[Sequence[Term]]) -> Iterable[tuple[Claim, Columns]]:
        return self._rows


def rank(corpus: Corpus, text: str) -> Ranking:
    """Hold claims against a search.

    Raises:
        UsageError: when nothing is left to look for.
    """
    terms = parse(text)
    corrections: dict[str, tuple[str, ...]] = {}
    needed: list[tuple[list[Term], float]] = []
    absent: list[list[Term]] = []
    for term in terms:
        if term.absent:
            absent.append([term])
            continue
        alternatives = [term]
        holding = corpus.holding(alternatives)
        if not holding and term.prefix and (near := _near(" ".join(term.words), corpus.words())):
            corrections[" ".join(term.words)] = near
            alternatives = [Term((known,), prefix=False, absent=False) for known in near]
            holding = corpus.holding(alternatives)
        needed.append((alternatives, _rarity(holding, corpus.size)))
    scores: dict[str, float] = {}
    for claim, row in corpus.candidates([alternatives for alternatives, _ in needed]):
        counts = [_weight(alternatives, row) for alternatives, _ in needed]
        if all(counts) and not any(_weight(alternatives, row) for alternatives in absent):
            norm = _K1 * (1 - _B + _B * sum(map(len, row)) / (corpus.length / corpus.size))
            scores[claim.id] = sum(
                rarity * count * (_K1 + 1) / (count + norm) for count, (_, rarity) in zip(counts, needed, strict=True)
            )
    return Ranking(scores, corrections)


def _weight(alternatives: Sequence[Term], row: Columns) -> float:
    """How often a claim holds any of the terms, its columns weighed."""
    return sum(w * _count(term, column) for term in alternatives for w, column in zip(WEIGHTS, row, strict=True))


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


def _rarity(holding: int, size: int) -> float:
    """Inverse document frequency, kept above zero so that a word in most records still counts for a little."""
    return max(math.log((size - holding + 0.5) / (holding + 0.5)), 1e-6)
