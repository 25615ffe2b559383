"""Rivals in an index: claims that answer a question with others, or that a curator has set against each other."""

from __future__ import annotations

from array import array
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from operator import itemgetter
from typing import NamedTuple

from factcli.agreement import Rivals
from factcli.index import sqlite
from factcli.index.entry import claim_of, decode
from factcli.index.spliced import standing_so
from factcli.index.store import IndexedStore
from factcli.view import standing
from factcli.vocabulary import Vocabulary

_AT_ONCE = 500
"""Claims, or so, whose rivals are worked out at once."""
Updated = list[tuple[bytes, int]]
"""Claims as they are shown by now, each before its number."""

SCHEMA = (
    "CREATE TEMP TABLE asked (question INTEGER, n INTEGER)",
    "CREATE TEMP TABLE opposing (target TEXT, n INTEGER)",
)
"""What is noted of claims while an index is filled: the questions that they answer, and the ids that they contradict."""
_OPPOSED = "SELECT o.n AS n, c.n AS other FROM temp.opposing o JOIN claims c ON c.id = o.target"
_GROUPED = (
    f"WITH opposed AS ({_OPPOSED}), alone AS (SELECT n FROM opposed UNION SELECT other FROM opposed)"
    " SELECT question, n FROM temp.asked UNION ALL SELECT -n, n FROM alone WHERE n NOT IN (SELECT n FROM temp.asked)"
    " ORDER BY 1, 2"
)


class Ties(NamedTuple):
    """Which claims may have rivals: the `numbers` of those that answer a question, or that stand against another; `questions`: what
    those of one group have in common; `opposed`: the claims that a claim contradicts, or that contradict it."""

    questions: array[int]
    numbers: array[int]
    opposed: dict[int, list[int]]

    def groups(self) -> Iterator[list[int]]:
        """The claims that may be each other's rivals, beside those that they are opposed to."""
        for _, pairs in groupby(zip(self.questions, self.numbers, strict=True), itemgetter(0)):
            group = [n for _, n in pairs]
            if len(group) > 1 or group[0] in self.opposed:
                yield group


def noted(connection: sqlite.Connection) -> Ties:
    """The ties of an index whose claims are all there, and can be found by their ids."""
    found = Ties(array("q"), array("q"), defaultdict(list))
    for question, n in connection.execute(_GROUPED):
        found.questions.append(question)
        found.numbers.append(n)
    for n, other in connection.execute(_OPPOSED):
        found.opposed[n].append(other)
        found.opposed[other].append(n)
    return found


def updated(connection: sqlite.Connection, vocabulary: Vocabulary, ties: Ties) -> Iterator[Updated]:
    """Claims of an index with how they stand to the others that it has by now, some at a time."""
    waiting: list[int] = []
    for group in ties.groups():
        waiting += group
        if len(waiting) > _AT_ONCE:
            yield _updated(connection, vocabulary, ties, waiting)
            waiting = []
    yield _updated(connection, vocabulary, ties, waiting)


def _updated(connection: sqlite.Connection, vocabulary: Vocabulary, ties: Ties, numbers: Sequence[int]) -> Updated:
    around = sorted({*numbers, *(other for n in numbers for other in ties.opposed.get(n, ()))})
    records = {n: _record(connection, n) for n in around}
    claims = {n: claim_of(decode(record)) for n, record in records.items()}
    rivals = Rivals(claims.values(), vocabulary.questions)
    return [(standing_so(records[n], standing(claims[n], rivals, vocabulary)), n) for n in numbers]


def _record(connection: sqlite.Connection, n: int) -> bytes:
    found: bytes = connection.execute("SELECT record FROM claims WHERE n = ?", (n,)).fetchone()[0]
    return found


def update(connection: sqlite.Connection, records: Iterable[tuple[bytes, int]]) -> None:
    """Write claims as they are shown by now."""
    connection.executemany("UPDATE claims SET record = ? WHERE n = ?", records)


def tie(store: IndexedStore, numbers: Iterable[int]) -> None:
    """Write how single claims stand to the others by now into what is shown of them."""
    found = [(n, _record(store.connection, n)) for n in numbers]
    update(
        store.connection,
        [
            (standing_so(record, standing(store.claim_of(record), store.rivals, store.vocabulary)), n)
            for n, record in found
        ],
    )
