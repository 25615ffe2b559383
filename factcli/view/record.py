"""Claims as they are shown: self-contained, with what is derived from the store. Their fields are the JSON contract."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Literal, NamedTuple

from factcli import dates, model
from factcli.agreement import Agreement, Label, Rivals, corroboration, worst
from factcli.model import Claim
from factcli.view.shown import Named, Shown

if TYPE_CHECKING:
    from factcli.store import Answer, Store
    from factcli.vocabulary import Vocabulary


_KEPT = 1024


class RecordActor(Shown, frozen=True):
    id: str
    name: str
    kind: model.ActorKind
    role: model.Role


class RecordHop(Shown, frozen=True):
    """A step from origin to outlet; actor and name are null where the source names nobody."""

    actor: str | None
    name: str | None
    mode: model.Mode
    setting: str | None
    date: str | None


class RecordSource(Shown, frozen=True, rename={"url": "URL"}):
    """The published text; `outlet` is CSL-JSON's container-title."""

    id: str
    type: str
    title: str | None
    outlet: str | None
    author: tuple[str, ...]
    issued: str | None
    url: str | None


class RecordRival(Shown, frozen=True):
    id: str
    agreement: Label


class Corroboration(Shown, frozen=True):
    """On how many named origins an answer rests, its own included, and in how many sources nobody is named for it."""

    origins: int
    unnamed: int


class Record(Shown, frozen=True):
    """A claim with everything needed to read it alone.

    `date_earliest`, `date_latest`: ISO days, null where open. `said_by`: the origin of the chain, null where unnamed.
    `agreement`: the most severe label among the rival answers, `single` without one, null where nothing is compared.
    `match`: whether the filters are met certainly or only possibly.
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
    rivals: tuple[RecordRival, ...]
    corroboration: Corroboration
    status: model.Status
    status_reason: str | None
    agreement: Agreement | None
    match: Literal["certain", "possible"]
    note: str | None


class Standing(NamedTuple):
    """How a claim stands to others, as its record shows it."""

    rivals: tuple[RecordRival, ...]
    corroboration: Corroboration
    agreement: Agreement | None


def standing(claim: Claim, among: Rivals, names: Vocabulary) -> Standing:
    """How a claim stands to its rivals."""
    rivals = among.of(claim)
    origins, unnamed = corroboration(claim, rivals, names)
    return Standing(
        tuple([RecordRival(id=rival.claim.id, agreement=rival.label) for rival in rivals]),
        Corroboration(origins=origins, unnamed=unnamed),
        worst(claim, rivals),
    )


class View:
    """Turns the claims of a store into what is shown of them."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self._names = store.vocabulary
        self._actor = lru_cache(_KEPT)(self._actor_of)  # claims share most of what they name
        self.source = lru_cache(_KEPT)(self._source_of)
        self._hop = lru_cache(_KEPT)(self._hop_of)

    @property
    def rivals(self) -> Rivals:
        return self.store.rivals

    def records(self, answer: Answer) -> Sequence[Record]:
        """The records of an answer, each made when it is asked for."""
        return answer.records(self)

    def record(self, claim: Claim, match: Literal["certain", "possible"] = "certain") -> Record:
        earliest, latest = dates.bounds(claim.date)
        rivals, corroborated, agreement = standing(claim, self.rivals, self._names)
        return Record(
            id=claim.id,
            statement=claim.statement,
            kind=claim.kind,
            polarity=claim.polarity,
            topics=claim.topics,
            question=claim.question,
            actors=tuple([self._actor(actor) for actor in claim.actors]),
            date=claim.date,
            date_text=claim.date_text,
            date_basis=claim.date_basis,
            date_earliest=earliest,
            date_latest=latest,
            quantity=claim.quantity,
            said_by=self.named(claim.origin),
            attribution=tuple([self._hop(hop) for hop in claim.attribution]),
            source=self.source(claim.source),
            locator=claim.locator,
            relations=claim.relations,
            rivals=rivals,
            corroboration=corroborated,
            status=claim.status,
            status_reason=claim.status_reason,
            agreement=agreement,
            match=match,
            note=claim.note,
        )

    def named(self, actor: str | None) -> Named | None:
        return None if actor is None else Named(id=actor, name=self._names.actors[actor].name)

    def _actor_of(self, part: model.ClaimActor) -> RecordActor:
        actor = self._names.actors[part.id]
        return RecordActor(id=actor.id, name=actor.name, kind=actor.kind, role=part.role)

    def _hop_of(self, hop: model.Hop) -> RecordHop:
        name = self._names.name(hop.actor)
        return RecordHop(actor=hop.actor, name=name, mode=hop.mode, setting=hop.setting, date=hop.date)

    def _source_of(self, ident: str) -> RecordSource:
        source = self._names.sources[ident]
        return RecordSource(
            id=source.id,
            type=source.type,
            title=source.title,
            outlet=source.container_title,
            author=source.author,
            issued=source.issued,
            url=source.url,
        )
