"""Rivals in an index: claims that answer a question with others, or that a curator has set against each other."""

from __future__ import annotations

from array import array
from collections.abc import Iterable
from itertools import islice

from factcli.index import sqlite
from factcli.index.spliced import standing_so
from factcli.index.store import IndexedStore
from factcli.view import View

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


def tie(store: IndexedStore, numbers: Iterable[int]) -> None:
    """Write how claims of an index stand to the others that it has by now into what is shown of them."""
    standing = View(store).standing
    waiting = iter(numbers)
    while batch := list(islice(waiting, _BATCH)):
        found = ((n, store.by_number(n)) for n in batch)
        rows = [(standing_so(of[0], standing(of[1])), n) for n, of in found if of is not None]
        store.connection.executemany("UPDATE claims SET record = ? WHERE n = ?", rows)
