"""Free text over claims, ranked by BM25 as SQLite's FTS5 computes it.

Every word must be found, as the beginning of a word; "quoted words" stand next to each other as they are, and -word
must be absent. A word that no claim holds is read as the nearest ones that some do. Text is folded on both sides. The statement weighs four times as much as names, notes once.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, Generic, NamedTuple, Protocol, TypeVar

import msgspec

from factcli.errors import UsageError
from factcli.model import Claim
from factcli.query import searched_text
from factcli.text import fold
from factcli.vocabulary import Vocabulary

WEIGHTS = (4.0, 1.0, 1.0)
_K1, _B = 1.2, 0.75
_LEAST_CORRECTED, _LONG = 4, 8  # letters: shorter words are near too many, longer ones take two slips
_TERM = re.compile(r'(?P<absent>-)?(?:"(?P<phrase>[^"]*)"?|(?P<word>[^\s"]+))')


KeyT = TypeVar("KeyT")
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
    terms: list[Term] = []
    for found in _TERM.finditer(text):
        words = tuple(fold(found["phrase"] or found["word"] or "").split())
        if words:
            terms.append(Term(words, prefix=found["word"] is not None, absent=found["absent"] is not None))
    if not any(not term.absent for term in terms):
        raise UsageError(f"nothing to search for in {text!r}: give at least one word that must be there")
    return terms


class Search(NamedTuple):
    """What is looked for: of each group one term must be there, of `absent` none; and how slips were read.

    `corrections`: a word that no claim holds, and the ones nearest to it that are looked for instead.
    """

    needed: list[list[Term]]
    absent: list[Term]
    corrections: dict[str, tuple[str, ...]]


class _Texted(msgspec.Struct):
    text: str


class _Named(msgspec.Struct):
    id: str


class Searched(msgspec.Struct):
    """As much of a claim as free text is looked for in."""

    statement: str
    actors: list[_Named]
    date_text: str | None
    quantity: _Texted | None
    note: str | None


class Corpus(Protocol):
    """The claims that are searched, with what reading a search needs to know of all of them."""

    def holding(self, term: Term) -> bool:
        """Whether any claim holds a term."""

    def words(self) -> Iterable[str]:
        """Every word that stands in them, some more than once."""


def read(corpus: Corpus, text: str) -> Search:
    """A search as it is meant: a word that no claim holds is taken for the nearest ones that some do.

    Raises:
        UsageError: when nothing is left to look for.
    """
    needed: list[list[Term]] = []
    absent: list[Term] = []
    corrections: dict[str, tuple[str, ...]] = {}
    for term in parse(text):
        if term.absent:
            absent.append(term)
            continue
        alternatives = [term]
        if term.prefix and not corpus.holding(term) and (near := _near(" ".join(term.words), corpus.words())):
            corrections[" ".join(term.words)] = near
            alternatives = [Term((known,), prefix=False, absent=False) for known in near]
        needed.append(alternatives)
    return Search(needed, absent, corrections)


def columns(claim: Claim | Searched, vocabulary: Vocabulary) -> Columns:
    """The words of a claim's statement, of names, of notes; of a claim, or of what has as much of one."""
    return tuple(field.split() for field in searched_text(claim, vocabulary))


class Scan(Generic[KeyT]):
    """A corpus that is read through whenever something is asked of it; its claims go by keys, such as their ids.

    `keep` holds what is found, rows of so many fields, until all claims have been seen: a list, unless it is told otherwise.
    """

    def __init__(
        self,
        rows: Callable[[], Iterable[tuple[KeyT, Columns]]],
        keep: Callable[[Iterable[tuple[Any, ...]], int], Iterable[tuple[Any, ...]]] = lambda rows, width: list(rows),
    ) -> None:
        self._rows, self._keep = rows, keep

    def holding(self, term: Term) -> bool:
        return any(_weight(term, row) for _, row in self._rows())

    def words(self) -> Iterable[str]:
        return (word for _, row in self._rows() for column in row for word in column)

    def scores(self, search: Search) -> Iterator[tuple[KeyT, int]]:
        """The claims found, each with its score in billionths, higher is better: step by step as FTS5's bm25() has it."""
        terms = [term for group in search.needed for term in group]
        tally = _Tally(len(terms))
        found = self._keep(self._found(search, terms, tally), 2 + len(terms))
        rarities = [_rarity(number, tally.size) for number in tally.holding]
        mean = tally.words / (tally.size or 1)
        for key, length, *counts in found:
            score = 0.0
            for rarity, count in zip(rarities, counts, strict=True):
                score += rarity * ((count * (_K1 + 1.0)) / (count + _K1 * (1 - _B + _B * length / mean)))
            yield key, int(score * 1e9)

    def _found(self, search: Search, terms: list[Term], tally: _Tally) -> Iterator[tuple[Any, ...]]:
        """Of each claim found its key, its length in words, and how often it holds each term; all claims are counted."""
        groups = [[terms.index(term) for term in group] for group in search.needed]
        for key, row in self._rows():
            length = sum(map(len, row))
            counts = [_weight(term, row) for term in terms]
            tally.add(length, counts)
            if all(any(counts[at] for at in group) for group in groups) and not any(
                _weight(term, row) for term in search.absent
            ):
                yield (key, length, *counts)


class _Tally:
    """Of all claims: how many, how many words, and how many hold each term."""

    def __init__(self, terms: int) -> None:
        self.size, self.words, self.holding = 0, 0, [0] * terms

    def add(self, length: int, counts: Sequence[float]) -> None:
        self.size += 1
        self.words += length
        for at, count in enumerate(counts):
            self.holding[at] += count > 0


def meets(search: Search, row: Columns) -> bool:
    """Whether a claim of these words is what is looked for."""
    return all(any(_weight(term, row) for term in group) for group in search.needed) and not any(
        _weight(term, row) for term in search.absent
    )


def _weight(term: Term, row: Columns) -> float:
    """How often a claim holds a term, its columns weighed."""
    return sum(w * _count(term, column) for w, column in zip(WEIGHTS, row, strict=True))


def _near(word: str, known: Iterable[str]) -> tuple[str, ...]:
    """The known words one slip away from a word (a letter missing, added, changed, or two swapped); of long ones, two."""
    from rapidfuzz.distance import OSA

    if len(word) < _LEAST_CORRECTED:
        return ()
    most = 2 if len(word) >= _LONG else 1
    slips = {}
    for other in known:
        if abs(len(other) - len(word)) <= most and (number := OSA.distance(word, other, score_cutoff=most)) <= most:
            slips[other] = number
    fewest = min(slips.values(), default=0)
    return tuple(sorted(other for other, number in slips.items() if number == fewest))


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
    found = math.log((size - holding + 0.5) / (holding + 0.5))
    return found if found > 0 else 1e-6
