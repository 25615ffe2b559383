"""Free text by way of an index: what reading a search needs to know, and how its FTS5 table is asked."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import suppress
from functools import cache
from itertools import count
from typing import TYPE_CHECKING

from factcli import search
from factcli.disk import laid_aside
from factcli.index import sqlite
from factcli.search import Search, Term

if TYPE_CHECKING:
    from factcli.index.store import IndexedStore

WIDE = 4_000_000
"""Places of words that begin as those looked for: FTS5 holds them in memory to rank what they stand in, so many in 17 MB."""
_tables = count(1)


class IndexedCorpus:
    """The words of an index."""

    def __init__(self, connection: sqlite.Connection) -> None:
        self._connection = connection
        self._places = cache(self._places_of)

    def holding(self, term: Term) -> bool:
        if len(term.words) == 1:
            return self._places(term) > 0
        sql = "SELECT 1 FROM words WHERE words MATCH ? LIMIT 1"
        return bool(self._connection.execute(sql, (_term(term),)).fetchall())

    def words(self) -> Iterable[str]:
        return (word for (word,) in self._connection.execute("SELECT term FROM vocabulary"))

    def is_wide(self, read: Search) -> bool:
        """Whether ranking is better done on disk."""
        terms = [term for group in (*read.needed, read.absent) for term in group]
        return sum(self._places(term) for term in terms if term.prefix) >= WIDE

    def _places_of(self, term: Term) -> int:
        """In how many places a word stands that begins as the term's last, or is it."""
        word = term.words[-1]
        sql = "SELECT total(cnt) FROM vocabulary WHERE term >= ? AND term <= ?"
        (number,) = self._connection.execute(sql, (word, f"{word}\U0010ffff" if term.prefix else word)).fetchone()
        return int(number)


def expression(search: Search) -> str:
    """An FTS5 expression. Folded words hold neither quotes nor operators."""
    wanted = " AND ".join(f"({' OR '.join(map(_term, group))})" for group in search.needed)
    unwanted = " OR ".join(map(_term, search.absent))
    return f"({wanted}) NOT ({unwanted})" if unwanted else wanted


def ranked(store: IndexedStore, read: Search) -> str:
    """The name of a temporary table of the claims found, `n`, with their `rank`: the same as FTS5 gives them."""

    def texts() -> Iterator[tuple[int, search.Columns]]:
        for n, record in store.rows("SELECT n, record FROM claims ORDER BY n"):
            yield n, search.columns(store.searched(record), store.vocabulary)

    table = f"ranked{next(_tables)}"
    connection = store.connection
    connection.execute("SAVEPOINT ranking")
    try:
        connection.execute(f"CREATE TEMP TABLE {table} (n INTEGER PRIMARY KEY, rank INTEGER)")
        scores = search.Scan(texts, laid_aside).scores(read)
        connection.executemany(f"INSERT INTO {table} VALUES (?, ?)", ((n, -score) for n, score in scores))
    except BaseException:
        with suppress(sqlite.Error):  # SQLite may have taken all of it back already
            connection.execute("ROLLBACK TO ranking")
            connection.execute("RELEASE ranking")
        raise
    connection.execute("RELEASE ranking")
    return table


def _term(term: Term) -> str:
    return f'"{" ".join(term.words)}"{"*" if term.prefix else ""}'
