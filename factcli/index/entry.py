"""What an index holds of one claim."""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

import msgspec

from factcli import dates, model, query
from factcli.index import selection
from factcli.model import Claim
from factcli.store.answer import time_key
from factcli.store.store import Store
from factcli.view import Record, View


class Entry(NamedTuple):
    """`n`: the claim's number in the file; `record`: as it is shown, in JSON; `keys`: facets and values that it is posted under."""

    n: int
    id: str
    low: int
    high: int
    flags: int
    record: bytes
    keys: list[tuple[str, str]]
    words: tuple[str, str, str]


class Entries:
    """Makes entries, with names and rivals as a store has them."""

    def __init__(self, store: Store) -> None:
        from factcli.view.encoding import encode

        self._store, self._view, self._encode = store, View(store), encode

    def of(self, n: int, claim: Claim) -> Entry:
        """The entry of a claim.

        Raises:
            StoreError: when it refers to what is not declared.
        """
        self._store.check_references(claim)
        low, high = selection.days_of(*time_key(claim))
        marked = claim.date is not None and dates.parse(claim.date).qualified
        status = claim.quantity.status if claim.quantity else None
        flags = selection.flags(claim.status, claim.kind, status, marked)
        words = query.searched_text(claim, self._store.vocabulary)
        return Entry(n, claim.id, low, high, flags, self.record(claim), _keys(claim), words)

    def record(self, claim: Claim) -> bytes:
        """A claim as it is shown, in JSON."""
        return self._encode(self._view.record(claim)).encode()


def _keys(claim: Claim) -> list[tuple[str, str]]:
    named = {part.id for part in claim.actors}
    named.update([hop.actor for hop in claim.attribution if hop.actor])
    found = [("source", claim.source)]
    found += [("topic", topic) for topic in set(claim.topics)]
    found += [("actor", actor) for actor in named]
    if claim.origin:
        found.append(("origin", claim.origin))
    if claim.question:
        found.append(("question", claim.question))
    if claim.relations:
        found += {("opposes", relation.target) for relation in claim.relations if relation.type == "contradicts"}
    return found


def claim_of(record: Record) -> Claim:
    """The claim that a record shows."""
    fields = {name: getattr(record, name) for name in _SAME}
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


@cache
def _decoder() -> msgspec.json.Decoder[Record]:
    return msgspec.json.Decoder(Record)


def decode(record: bytes) -> Record:
    """A record from an index's copy.

    Raises:
        msgspec.MsgspecError: when it is none.
    """
    return _decoder().decode(record)
