"""What an index holds of one claim."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from operator import attrgetter
from typing import Any, NamedTuple, TypeVar

import msgspec

from factcli import dates, model
from factcli.index import selection
from factcli.index.selection import ALL, UNDATED, days_of
from factcli.index.spliced import UNNAMED, Parts, bounds, parts, spliced
from factcli.model import Claim
from factcli.quantity import Figure, span
from factcli.query import searched
from factcli.store.store import Store
from factcli.view import Record, View
from factcli.view.encoding import encode

Key = tuple[str, str]
"""A facet and a value of it."""


class Entry(NamedTuple):
    """`n`: the claim's number in the file; `record`: as it is shown, in JSON; `facets`: the numbers of the facet values that it is
    posted under, `ALL` among them, beside the ids that it `opposes`; `words`: of the statement, names and notes, folded."""

    n: int
    id: str
    low: int
    high: int
    flags: int
    record: bytes
    facets: list[int]
    opposes: Collection[str]
    words: tuple[str, str, str]


@dataclass(slots=True)
class _Actor:
    """What entries need of an actor, in one place: looking things up is most of the work."""

    parts: Parts
    names: str
    number: int
    as_origin: int


class Entries:
    """Makes entries, with names as a store has them; rivals are tied when all claims are there (`factcli.index.ties`)."""

    def __init__(self, store: Store, numbers: Mapping[Key, int]) -> None:
        self._numbers, self._vocabulary = numbers, store.vocabulary
        self._actors = _Kept(self._actor)
        self._sources = _Kept(self._source)
        self._topics = _Kept(lambda ident: numbers["topic", ident])
        self._view = View(store)

    def of(self, n: int, claim: Claim, line: bytes) -> Entry:
        """The entry of a claim; `line` is its canonical JSON.

        Raises:
            KeyError: when it refers to what is not declared.
        """
        known, topics = self._actors, self._topics
        actors = [known[part.id] for part in claim.actors]
        chain = [_NOBODY if hop.actor is None else known[hop.actor] for hop in claim.attribution]
        source, published_in = self._sources[claim.source]
        facets = {ALL, published_in, chain[0].as_origin}
        facets.update([topics[topic] for topic in claim.topics])
        facets.update([actor.number for actor in actors])
        facets.update([actor.number for actor in chain])
        if claim.question is not None:
            facets.add(self._numbers["question", claim.question])
        low, high, marked, bounds = _dated(claim.date)
        return Entry(
            n,
            claim.id,
            low,
            high,
            _flags(claim.status, claim.kind, claim.quantity.status if claim.quantity else None, marked)
            | published_in << selection.SOURCE,
            spliced(claim, line, [actor.parts for actor in actors], [actor.parts for actor in chain], source, bounds),
            list(facets),
            {tie.target for tie in claim.relations if tie.type == "contradicts"} if claim.relations else _NONE,
            searched(claim, [actor.names for actor in actors]),
        )

    def _actor(self, ident: str) -> _Actor:
        actor = self._vocabulary.actors[ident]
        numbers = self._numbers["actor", ident], self._numbers["origin", ident]
        return _Actor(parts(actor), self._vocabulary.folded_names(ident), *numbers)

    def _source(self, ident: str) -> tuple[bytes, int]:
        return msgspec.json.encode(self._view.source(ident)), self._numbers["source", ident]


_NONE = frozenset[str]()
_NOBODY = _Actor(UNNAMED, "", ALL, ALL)
MadeT = TypeVar("MadeT")


class _Kept(dict[str, MadeT]):
    """What was made once; as many as are declared."""

    def __init__(self, make: Callable[[str], MadeT]) -> None:
        self._make = make

    def __missing__(self, ident: str) -> MadeT:
        made = self[ident] = self._make(ident)
        return made


def recorded(store: Store) -> Callable[[Claim], bytes]:
    """What makes the records of claims, in JSON, with their rivals."""
    view = View(store)
    return lambda claim: encode(view.record(claim)).encode()


@lru_cache(maxsize=2048)
def when(date: str | None) -> tuple[int, int, bool]:
    """The span of a date, and whether it is qualified."""
    if date is None:
        return UNDATED, UNDATED, False
    read = dates.parse(date)
    return (*days_of(*read.span), read.qualified)


def figure(quantity: Figure) -> tuple[float, float]:
    """The least and the greatest number that a figure allows, rounded."""
    if quantity.bound in ("exact", "about"):  # most
        return (number := float(quantity.amount)), number
    (low, _), (high, _) = span(quantity)
    return float(low), float(high)


@lru_cache(maxsize=1 << 15)  # some 8 MB: the days of a century
def _dated(date: str | None) -> tuple[int, int, bool, bytes]:
    return (*when.__wrapped__(date), bounds(date))


_flags = cache(selection.flags)


def claim_of(record: Record) -> Claim:
    """The claim that a record shows."""
    fields: dict[str, Any] = dict(zip(_SAME, _same(record), strict=True))
    return Claim(
        **fields,
        actors=tuple([model.ClaimActor(id=actor.id, role=actor.role) for actor in record.actors]),
        attribution=tuple(
            [
                model.Hop(actor=hop.actor, mode=hop.mode, setting=hop.setting, date=hop.date)
                for hop in record.attribution
            ]
        ),
        source=record.source.id,
    )


_SAME = tuple(name for name in Claim.__struct_fields__ if name not in ("actors", "attribution", "source"))
_same = attrgetter(*_SAME)


@cache
def _decoder() -> msgspec.json.Decoder[Record]:
    return msgspec.json.Decoder(Record)


def decode(record: bytes) -> Record:
    """A record from an index's copy.

    Raises:
        msgspec.MsgspecError: when it is none.
    """
    return _decoder().decode(record)
