"""Free text by way of the index's FTS5 table."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Collection, Iterable, Sequence
from typing import Any

from factcli.model import Claim
from factcli.search import Columns, Corpus, Term, columns
from factcli.store.indexed import IndexedStore


class IndexedCorpus:
    """Free text by way of FTS5: counts of claims from there, candidates weighed as they are in memory."""

    def __init__(self, store: IndexedStore) -> None:
        self._store = store
        about = store.about()
        self._scan: Corpus | None = None if about else store.whole.corpus()
        self.size: int = about["count"] if about else store.whole.corpus().size
        self.length: int = about["length"] if about else store.whole.corpus().length

    def holding(self, alternatives: Sequence[Term]) -> int:
        sql = "SELECT count(*) FROM words WHERE words MATCH ?"
        return int(
            self._ask(
                lambda c: c.execute(sql, (_match([alternatives]),)).fetchone()[0],
                lambda scan: scan.holding(alternatives),
            )
        )

    def words(self) -> Collection[str]:
        found: Collection[str] = self._ask(
            lambda c: {row[0] for row in c.execute("SELECT term FROM vocabulary")}, lambda scan: scan.words()
        )
        return found

    def candidates(self, needed: Sequence[Sequence[Term]]) -> Iterable[tuple[Claim, Columns]]:
        sql = "SELECT doc FROM claims WHERE n IN (SELECT rowid FROM words WHERE words MATCH ?) ORDER BY n"
        names = self._store.vocabulary

        def read(connection: sqlite3.Connection) -> list[tuple[Claim, Columns]]:
            found = (self._store.claim_of(doc) for (doc,) in connection.execute(sql, (_match(needed),)))
            return [(claim, columns(claim, names)) for claim in found]

        rows: list[tuple[Claim, Columns]] = self._ask(read, lambda scan: list(scan.candidates(needed)))
        return rows

    def _ask(self, read: Callable[[sqlite3.Connection], Any], otherwise: Callable[[Corpus], Any]) -> Any:
        store = self._store
        if self._scan is None:
            return store.or_whole(lambda: read(store.connection), lambda: otherwise(store.whole.corpus()))
        return otherwise(self._scan)


def _match(needed: Sequence[Sequence[Term]]) -> str:
    """An FTS5 expression: one alternative of each. Folded words hold neither quotes nor operators."""
    groups = (
        " OR ".join(f'"{" ".join(t.words)}"{"*" if t.prefix else ""}' for t in alternatives) for alternatives in needed
    )
    return " AND ".join(f"({group})" for group in groups)
