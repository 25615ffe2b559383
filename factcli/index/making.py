"""What an index holds of claims, made as rows of its tables: by other processes where there are many."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import msgspec

from factcli.errors import StoreError
from factcli.index import postings
from factcli.index.blocks import Rows, parted
from factcli.index.entry import Entries, Key, figure
from factcli.model import TABLES
from factcli.store.lines import NotCanonical
from factcli.store.reading import decode
from factcli.store.store import Store


class Made(NamedTuple):
    """Rows of `claims` and `words`; what they are posted under: some values in a row; `opposing`: postings of the claims that
    others oppose, which have no number yet; `asked`: the questions that they answer."""

    claims: list[tuple[int, str, int, int, int, bytes]]
    posted: list[postings.Row]
    opposing: list[tuple[str, int, int, int, int]]
    words: list[tuple[int, str, str, str]]
    asked: list[tuple[int, int]]
    figures: list[tuple[int, float, float]]


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


def made(store: Store, numbers: Mapping[Key, int], batches: Iterator[Rows], helpers: int) -> Iterator[Made]:
    """The rows for batches of claims, in their order; `store` holds what claims refer to, and so many processes help.

    Raises:
        NotCanonical: when a claim breaks the model, or refers to what is not declared.
        OSError: when a process that helps was ended.
    """
    make = _Maker(store, numbers).made
    if not helpers:
        yield from map(make, batches)
        return
    from factcli.index import workers

    def plainly(batch: Rows) -> tuple[Any, ...]:
        return tuple(make(batch))

    for rows in workers.made(plainly, batches, helpers):
        yield Made(*rows)


class _Maker:
    """Makes rows of claims as they stand in the file."""

    def __init__(self, store: Store, numbers: Mapping[Key, int]) -> None:
        self._entries, self._numbers = Entries(store, numbers), numbers

    def made(self, batch: Rows) -> Made:
        claims, posted, opposing, words, asked, figures = found = Made([], [], [], [], [], [])
        of, numbers = self._entries.of, self._numbers
        try:
            for n, data in parted(batch):
                claim, line = decoded("claims", data)
                _, ident, low, high, flags, record, facets, opposes, searched = of(n, claim, line)
                claims.append((n, ident, low, high, flags, record))
                posted += postings.rows(low, high, n, flags, facets)
                opposing += [(target, low, high, n, flags) for target in opposes]
                words.append((n, *searched))
                if claim.quantity is not None:
                    figures.append((n, *figure(claim.quantity)))
                if claim.question is not None:
                    asked.append((numbers["question", claim.question], n))
        except KeyError:
            raise NotCanonical from None
        return found
