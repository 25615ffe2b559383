"""What an index holds of claims, made as rows of its tables: by other processes where there are many."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import msgspec

from factcli.errors import StoreError
from factcli.index.blocks import Rows, parted
from factcli.index.entry import Entries, Key
from factcli.model import TABLES
from factcli.store.lines import NotCanonical
from factcli.store.reading import decode
from factcli.store.store import Store

_MOST = 4
"""Processes that help at most: more would wait for the one that writes."""
WIDTH = 8
"""Facet values in a row until they are sorted: most claims have not more, and a row costs more than a column."""
_NOTHING = (None,) * WIDTH


class Made(NamedTuple):
    """Rows of `claims` and `words`; what they are posted under: `WIDTH` values in a row; `opposing`: postings of the claims that
    others oppose, which have no number yet."""

    claims: list[tuple[int, str, int, int, int, bytes]]
    posted: list[tuple[int | None, ...]]
    opposing: list[tuple[str, int, int, int, int]]
    words: list[tuple[int, str, str, str]]


def decoded(table: str, data: bytes) -> tuple[Any, bytes]:
    """A record, and its canonical JSON.

    Raises:
        NotCanonical: when it breaks the model, or is no strict JSON: the slower reading says how.
    """
    try:
        record = _DECODERS[table](data)
        written = msgspec.json.encode(record)
        if written != data:  # in another order, or spaced: a key that stands twice must not go unnoticed
            record = msgspec.convert(decode(data, Path()), TABLES[table])
    except (KeyError, msgspec.MsgspecError, UnicodeDecodeError, StoreError):
        raise NotCanonical from None
    return record, written


_DECODERS = {name: msgspec.json.Decoder(kind).decode for name, kind in TABLES.items()}


def made(store: Store, numbers: Mapping[Key, int], batches: Iterator[Rows], *, helped: bool) -> Iterator[Made]:
    """The rows for batches of claims, in their order; `store` holds what claims refer to.

    Raises:
        NotCanonical: when a claim breaks the model, or refers to what is not declared.
        OSError: when a process that helps was ended.
    """
    make = _Maker(store, numbers).made
    if not helped:
        yield from map(make, batches)
        return
    from factcli.index import workers

    def plainly(batch: Rows) -> tuple[Any, ...]:
        return tuple(make(batch))

    for rows in workers.made(plainly, batches, min(workers.processors(), _MOST)):
        yield Made(*rows)


class _Maker:
    """Makes rows of claims as they stand in the file."""

    def __init__(self, store: Store, numbers: Mapping[Key, int]) -> None:
        self._entries = Entries(store, numbers)

    def made(self, batch: Rows) -> Made:
        found = Made([], [], [], [])
        try:
            for n, data in parted(batch):
                entry = self._entries.of(n, *decoded("claims", data))
                _, ident, low, high, flags, record, facets, opposes, words = entry
                found.claims.append((n, ident, low, high, flags, record))
                while facets:
                    some, facets = facets[:WIDTH], facets[WIDTH:]
                    found.posted.append((low, high, n, flags, *some, *_NOTHING[len(some) :]))
                found.opposing.extend([(target, low, high, n, flags) for target in opposes])
                found.words.append((n, *words))
        except KeyError:
            raise NotCanonical from None
        return found
