"""What reading a search needs to know, by way of the index's FTS5 table."""

from __future__ import annotations

from collections.abc import Collection

from factcli.index import sqlite
from factcli.search import Search, Term


class IndexedCorpus:
    """The words of an index."""

    def __init__(self, connection: sqlite.Connection) -> None:
        self._connection = connection

    def holding(self, term: Term) -> bool:
        sql = "SELECT 1 FROM words WHERE words MATCH ? LIMIT 1"
        return bool(self._connection.execute(sql, (_term(term),)).fetchall())

    def words(self) -> Collection[str]:
        return [row[0] for row in self._connection.execute("SELECT term FROM vocabulary")]


def expression(search: Search) -> str:
    """An FTS5 expression. Folded words hold neither quotes nor operators."""
    wanted = " AND ".join(f"({' OR '.join(map(_term, group))})" for group in search.needed)
    unwanted = " OR ".join(map(_term, search.absent))
    return f"({wanted}) NOT ({unwanted})" if unwanted else wanted


def _term(term: Term) -> str:
    return f'"{" ".join(term.words)}"{"*" if term.prefix else ""}'
