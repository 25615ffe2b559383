"""Claims of one source that say nearly the same, found without comparing every pair.

Claims are alike when their numbers are the same and their words are, by the Jaccard index, at least
`LIKENESS`. Two such sets share one of the few rarest words of each (the prefix filter of
Bayardo et al., Scaling up all pairs similarity search, 2007): only claims that do are compared,
and each only with `_COMPARED` of them.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from itertools import chain, groupby, islice
from math import ceil
from typing import NamedTuple

import msgspec

from factcli.database.dialect import Database

LIKENESS = 0.85
_COMPARED = 1000
"""Earlier claims that a claim is compared with at most: all have its numbers and a rare word."""
_NUMBER = re.compile(r"\d+")


class _Claim(NamedTuple):
    n: int
    kind: tuple[str, frozenset[str]]  # its polarity and the numbers in its statement
    words: frozenset[str]


class _Statement(msgspec.Struct):
    statement: str


_statement = msgspec.json.Decoder(_Statement).decode


def find_duplicates(database: Database) -> Iterator[tuple[str, str]]:
    """The ids of claims that are alike, each with an earlier one, which comes first.

    Pairs come by the first claim of the source with the same numbers, then in the order of the
    store.
    """
    database.change("CREATE TEMP TABLE alike (first INTEGER, one INTEGER, other INTEGER)")
    rows = database.rows(
        "SELECT c.source, c.n, c.polarity, c.description, t.statement"
        " FROM claim c JOIN claim_text t ON t.n = c.n ORDER BY c.source, c.n"
    )
    for _, claims in groupby(rows, key=lambda row: row[0]):
        pairs = _alike(_Claim(n, (kind, _numbers(text)), frozenset(words.split()))
                       for _, n, kind, text, words in claims)  # fmt: skip
        database.insert("INSERT INTO alike VALUES (?, ?, ?)", pairs)
    return database.rows(
        "SELECT c.id, o.id FROM alike a JOIN claim c ON c.n = a.one"
        " JOIN claim o ON o.n = a.other ORDER BY a.first, a.one, a.other"
    )


def _numbers(description: str) -> frozenset[str]:
    return frozenset(_NUMBER.findall(_statement(f"{{{description}}}").statement))


def _alike(claims: Iterable[_Claim]) -> Iterator[tuple[int, int, int]]:
    """The pairs of one source: the first record number with their numbers, and their own."""
    groups: dict[tuple[str, frozenset[str]], list[_Claim]] = defaultdict(list)
    first: dict[frozenset[str], int] = {}
    for claim in claims:
        groups[claim.kind].append(claim)
        first.setdefault(claim.kind[1], claim.n)
    for (_, numbers), group in groups.items():
        frequency = Counter(word for claim in group for word in claim.words)
        distinct: dict[frozenset[str], _Claim] = {}
        with_word: dict[str, list[_Claim]] = defaultdict(list)
        for other in group:
            rarest = _rarest(other.words, frequency)
            earlier = chain.from_iterable(with_word[word] for word in rarest)
            one = distinct.get(other.words) or _like(other, islice(earlier, _COMPARED))
            if one is not None:
                yield first[numbers], one.n, other.n
            if other.words not in distinct:
                distinct[other.words] = other
                for word in rarest:
                    with_word[word].append(other)


def _like(claim: _Claim, others: Iterable[_Claim]) -> _Claim | None:
    """The first of some claims that is like a claim."""
    for other in others:
        shared = len(other.words & claim.words)
        if shared >= LIKENESS * (len(other.words) + len(claim.words) - shared):
            return other
    return None


def _rarest(words: frozenset[str], frequency: Counter[str]) -> list[str]:
    """The rarest words of a set: one that is alike has one of them. "" for an empty set."""
    least = ceil(LIKENESS * len(words) - 1e-9)  # words that a set has to share
    ordered = sorted(words, key=lambda word: (frequency[word], word))
    return ordered[: len(words) - least + 1] if words else [""]
