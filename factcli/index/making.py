"""What an index holds of claims, made as rows of its tables: by other processes where there are many."""

from __future__ import annotations

import gc
import marshal
import os
import signal
from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
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

_AT_ONCE = 250
"""Claims whose rows are made at once: few enough for a processor's cache."""
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
    """
    if not helped:
        maker = _Maker(store, numbers)
        for batch in batches:
            yield from maker.made(batch)
        return
    for parts in _helped(store, numbers, batches):
        for part in parts:
            yield Made(*marshal.loads(part))


class _Maker:
    """Makes rows of claims as they stand in the file."""

    def __init__(self, store: Store, numbers: Mapping[Key, int]) -> None:
        self._entries = Entries(store, numbers)

    def made(self, batch: Rows) -> Iterator[Made]:
        numbered = parted(batch)
        while some := list(islice(numbered, _AT_ONCE)):
            yield self._made(some)

    def _made(self, numbered: Iterable[tuple[int, bytes]]) -> Made:
        found = Made([], [], [], [])
        try:
            for n, data in numbered:
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


_maker: _Maker


def _helped(store: Store, numbers: Mapping[Key, int], batches: Iterable[Rows]) -> Iterator[list[bytes]]:
    from collections import deque
    from concurrent.futures import ProcessPoolExecutor
    from multiprocessing import get_context

    helpers = min(os.cpu_count() or 1, 4)
    pool = ProcessPoolExecutor(helpers, get_context("fork"), _prepare, (store, numbers))
    try:
        waiting: deque[Any] = deque()
        for batch in batches:
            waiting.append(pool.submit(_help, batch))
            if len(waiting) > 2 * helpers:
                yield waiting.popleft().result()
        for future in waiting:
            yield future.result()
    finally:
        pool.shutdown(cancel_futures=True)


def _prepare(store: Store, numbers: Mapping[Key, int]) -> None:
    global _maker
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the process that is helped ends its helpers
    gc.disable()
    _maker = _Maker(store, numbers)


def _help(batch: Rows) -> list[bytes]:
    """Rows as `marshal` has them: it takes a third of the time that pickling takes."""
    return [marshal.dumps(tuple(made)) for made in _maker.made(batch)]
