"""Rivals in an index: claims that answer a question with others, or that a curator has set against each other."""

from __future__ import annotations

from array import array
from collections.abc import Iterable
from itertools import islice

from factcli.index import sqlite
from factcli.index.entry import Entries
from factcli.index.store import over

_BATCH = 500


def tied(connection: sqlite.Connection) -> array[int]:
    """The numbers of the claims that may have rivals, those of one question together."""
    rows = connection.execute(
        "SELECT p.n FROM facets f JOIN postings p USING (v) WHERE f.facet = 'question'"
        " AND (SELECT total(c.claims) FROM counts c WHERE c.v = f.v) > 1"
        " UNION ALL SELECT p.n FROM facets f JOIN postings p USING (v) WHERE f.facet = 'opposes'"
        " UNION ALL SELECT c.n FROM facets f JOIN claims c ON c.id = f.value WHERE f.facet = 'opposes'"
    )
    return array("q", (row[0] for row in rows))


def tie(connection: sqlite.Connection, path: str, numbers: Iterable[int]) -> None:
    """Write claims anew as they are shown, with the rivals that the index has by now."""
    store = over(path, connection)
    entries = Entries(store)
    waiting = iter(numbers)
    while batch := list(islice(waiting, _BATCH)):
        rows = [(entries.record(claim), n) for n in batch if (claim := store.numbered_claim(n)) is not None]
        connection.executemany("UPDATE claims SET record = ? WHERE n = ?", rows)
