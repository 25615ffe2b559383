"""The types of a record, in the order of its JSON, and how they are made of a claim."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache, lru_cache
from operator import attrgetter
from typing import Any, Literal, NamedTuple, Protocol, Self

import msgspec

from factcli import dates, model
from factcli.agreement import Agreement, Label
from factcli.encoding import encode

SCHEMA_VERSION = "1.0"
"""A new key raises the minor version; a key that goes or changes its meaning the major one."""


class Row(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """A row that a command prints: every key is always there, null where nothing is known."""

    @classmethod
    def of(cls, record: Any, /, **others: Any) -> Self:
        """Make a row of the fields that it shares with a record, and of others."""
        shared = set(cls.__struct_fields__) - others.keys()
        return cls(**{name: getattr(record, name) for name in shared}, **others)


class Named(Row, frozen=True):
    """An actor by id and name."""

    id: str
    name: str


class RecordActor(Row, frozen=True):
    """An actor of the claim, with the role there."""

    id: str
    name: str
    kind: model.ActorKind
    role: model.Role


class RecordHop(Row, frozen=True):
    """A step from origin to outlet; actor and name are null where the source names nobody."""

    actor: str | None
    name: str | None
    mode: model.Mode
    setting: str | None
    date: str | None


class RecordSource(Row, frozen=True, rename={"url": "URL"}):
    """The published text; `outlet` is CSL-JSON's container-title."""

    id: str
    type: str
    title: str | None
    outlet: str | None
    author: tuple[str, ...]
    issued: str | None
    url: str | None


class RecordRival(Row, frozen=True):
    """A claim that answers the same question, or that a curator set against this one."""

    id: str
    agreement: Label


class Corroboration(Row, frozen=True):
    """How many named origins support an answer, its own included, and how many unnamed sources."""

    origins: int
    unnamed: int


class Description(Row, frozen=True):
    """The part of a record that depends on the claim itself and the names in it.

    `date_earliest`, `date_latest`: ISO days, null where open. `said_by`: the origin of the chain,
    null where the source names nobody.
    """

    id: str
    statement: str
    kind: model.Kind
    polarity: model.Polarity
    topics: tuple[str, ...]
    question: str | None
    actors: tuple[RecordActor, ...]
    date: str | None
    date_text: str | None
    date_basis: str | None
    date_earliest: str | None
    date_latest: str | None
    quantity: model.Quantity | None
    said_by: Named | None
    attribution: tuple[RecordHop, ...]
    source: RecordSource
    locator: model.Locator | None
    relations: tuple[model.Relation, ...]


class Standing(Row, frozen=True):
    """The part of a record that depends on other claims."""

    rivals: tuple[RecordRival, ...]
    corroboration: Corroboration


class State(Row, frozen=True):
    """The part of a record that says whether the claim still counts."""

    status: model.Status
    status_reason: str | None


class Record(Description, frozen=True):
    """A claim with everything that is needed to read it alone.

    The fields of `Description`, `Standing` and `State`. `agreement`: the most severe label among
    the rivals, `single` without one, null where nothing is compared. `match`: whether the filters
    are met certainly or only possibly.
    """

    rivals: tuple[RecordRival, ...]
    corroboration: Corroboration
    status: model.Status
    status_reason: str | None
    agreement: Agreement | None
    match: Literal["certain", "possible"]
    note: str | None


@cache
def decoder() -> Callable[[str], Record]:
    """A function that decodes records from their JSON."""
    return msgspec.json.Decoder(Record).decode


class Names(Protocol):
    """The actors and sources that claims refer to, each as a record shows it."""

    def named(self, actor: str) -> Named: ...
    def actor(self, part: model.ClaimActor) -> RecordActor: ...
    def source(self, ident: str) -> RecordSource: ...


class Parts(NamedTuple):
    """What the database stores of a record, as `factcli.record.compose` takes it."""

    description: str
    standing: str
    state: str
    agreement: Agreement | None
    note: str


def record_parts(claim: model.Claim, names: Names) -> Parts:
    """Make the stored parts of a claim's record, for a claim without rivals."""
    return Parts(
        encode_members(describe(claim, names)),
        _alone(claim.origin is not None),
        _state(claim.status, claim.status_reason),
        "single" if claim.question else None,
        "null" if claim.note is None else encode(claim.note),
    )


@cache
def _alone(is_named: bool) -> str:
    support = Corroboration(origins=int(is_named), unnamed=int(not is_named))
    return encode_members(Standing(rivals=(), corroboration=support))


@lru_cache
def _state(status: model.Status, reason: str | None) -> str:
    return encode_members(State(status=status, status_reason=reason))


_OTHERWISE = {"actors", "attribution", "source"}
"""Fields that a record shows in another form than the claim."""
_COPIED = sorted({*Description.__struct_fields__} & {*model.Claim.__struct_fields__} - _OTHERWISE)
_copied = attrgetter(*_COPIED)


def describe(claim: model.Claim, names: Names) -> Description:
    """Make the part of a record that depends on the claim and the names in it."""
    earliest, latest = dates.bounds(claim.date)
    return Description(
        **dict(zip(_COPIED, _copied(claim), strict=True)),
        actors=tuple([names.actor(part) for part in claim.actors]),
        date_earliest=earliest,
        date_latest=latest,
        said_by=None if claim.origin is None else names.named(claim.origin),
        attribution=tuple([_hop(hop, names) for hop in claim.attribution]),
        source=names.source(claim.source),
    )


def _hop(hop: model.Hop, names: Names) -> RecordHop:
    name = None if hop.actor is None else names.named(hop.actor).name
    return RecordHop(actor=hop.actor, name=name, mode=hop.mode, setting=hop.setting, date=hop.date)


def claim_of(record: Record) -> model.Claim:
    """Give the claim back that a record was made of."""
    actors = [model.ClaimActor(id=actor.id, role=actor.role) for actor in record.actors]
    chain = [
        model.Hop(actor=hop.actor, mode=hop.mode, setting=hop.setting, date=hop.date)
        for hop in record.attribution
    ]
    fields = {name: getattr(record, name) for name in model.Claim.__struct_fields__}
    fields |= {"actors": tuple(actors), "attribution": tuple(chain), "source": record.source.id}
    return model.Claim(**fields)


def encode_members(value: Row) -> str:
    """Encode an object without its braces: a stored part of a record."""
    return encode(value)[1:-1]
