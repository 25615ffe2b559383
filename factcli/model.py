"""The records of a store, frozen, and what a valid one is.

Decoding is strict: an unknown field, a missing one, a wrong type, a malformed date or amount is an
error that names the field. Sources use CSL-JSON names, dates EDTF, currencies ISO 4217, digests
SHA-256 in hexadecimal.
"""

from __future__ import annotations

import re
from datetime import datetime
from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta

from factcli import dates
from factcli.errors import UsageError

# In Python `$` also matches before a last line feed; `(?!\n)` forbids it, in JSON Schema too.
Slug = Annotated[str, Meta(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$(?!\n)", max_length=64)]
ClaimId = Annotated[str, Meta(pattern=r"^[a-z][a-z0-9-]*$(?!\n)", max_length=40)]
Amount = Annotated[str, Meta(pattern=r"^-?(0|[1-9][0-9]{0,29})(\.[0-9]{1,30})?$(?!\n)")]
Currency = Annotated[str, Meta(pattern=r"^[A-Z]{3}$(?!\n)")]
Digest = Annotated[str, Meta(pattern=r"^[0-9a-f]{64}$(?!\n)")]
Text = Annotated[str, Meta(min_length=1)]
RecordNumber = Annotated[int, Meta(ge=1, le=10**15 - 1)]
Ref = str
"""The id of a record of another table: a foreign key, checked on loading and by rule V201."""

TIME = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{6})?Z")
"""A time of the log (ISO 8601, UTC)."""

Kind = Literal["event", "figure", "statement", "position", "forecast", "background"]
Polarity = Literal["asserted", "denied"]
Status = Literal["active", "disputed", "corrected", "retracted", "superseded"]
Role = Literal["speaker", "agent", "patient", "recipient", "payer", "place", "mentioned"]
Mode = Literal[
    "said", "wrote", "quoted", "paraphrased", "inferred", "reported", "anonymous", "unknown"
]
Bound = Literal["exact", "at_least", "more_than", "at_most", "less_than", "about", "range"]
QuantityStatus = Literal["actual", "planned", "pledged", "target", "required", "estimate"]
ActorKind = Literal["person", "organisation", "government", "country", "group", "outlet", "place"]
RelationType = Literal["contradicts", "refines", "corroborates", "supersedes", "corrects"]
Op = Literal["add", "set", "remove", "undo"]
ConflictKind = Literal["numeric", "date", "attribution", "arithmetic", "anachronism", "overclaim"]


class Part(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, gc=False):
    """Anything that is stored: frozen, with its declared fields only.

    Parts hold no cycles, so that the garbage collector need not track them.
    """


class StoreMeta(Part, frozen=True, rename={"format_": "format"}):
    """What the store is: the version of its layout, and its title page."""

    format_: Literal[1]
    title: Text
    about: str
    language: str
    license: str


class Topic(Part, frozen=True):
    """A subject; its id becomes a command."""

    id: Slug
    title: Text
    about: str


class Office(Part, frozen=True):
    """A title that a source gives somebody; `from_` and `until` (EDTF) where a source says so."""

    title: Text
    from_: str | None = msgspec.field(name="from")
    until: str | None
    source: Slug

    def __post_init__(self) -> None:
        _check_date("from", self.from_)
        _check_date("until", self.until)


class Actor(Part, frozen=True):
    """Whoever acts, speaks or is spoken of; `affiliation` and `same_as` hold actor ids."""

    id: Slug
    name: Text
    kind: ActorKind
    aliases: tuple[Text, ...]
    offices: tuple[Office, ...]
    affiliation: tuple[Slug, ...]
    same_as: tuple[Slug, ...]


class Source(Part, frozen=True, rename={"container_title": "container-title", "url": "URL"}):
    """A published text, in CSL-JSON names.

    `paragraphs` counts those of the archived text; `text_sha256` is the digest of its bytes.
    """

    id: Slug
    type: Text
    title: str | None
    container_title: str | None
    author: tuple[Text, ...]
    issued: str | None
    issued_basis: str | None
    url: str | None
    language: str | None
    text_sha256: Digest
    paragraphs: Annotated[int, Meta(ge=1)]
    note: str | None

    def __post_init__(self) -> None:
        _check_date("issued", self.issued)


class Question(Part, frozen=True):
    """What rival claims answer.

    `unit` is the unit of the figures that are compared, or `date` where dates are compared. It is
    null where only a reader can compare the answers.
    """

    id: Slug
    text: Text
    unit: Text | None
    about: str | None


class Conversion(Part, frozen=True):
    """The same sum in another currency, as the source prints it, right or wrong."""

    amount: Amount
    currency: Currency
    text: Text


class Quantity(Part, frozen=True):
    """A figure with its bound; `upper` ends a range, `currency` is set when the unit is `money`."""

    amount: Amount
    upper: Amount | None
    bound: Bound
    unit: Text
    currency: Currency | None
    status: QuantityStatus
    text: Text
    conversions: tuple[Conversion, ...]

    def __post_init__(self) -> None:
        if (self.bound == "range") != (self.upper is not None):
            raise ValueError("`upper` is set for a range, and only for a range")
        if (self.unit == "money") != (self.currency is not None):
            raise ValueError("`currency` is set when `unit` is money, and only then")


class ClaimActor(Part, frozen=True):
    """An actor of a claim, and what it does there."""

    id: Ref
    role: Role


class Hop(Part, frozen=True):
    """One step on a claim's way from its origin to the outlet.

    The last hop is the outlet. Its mode says whether it vouches itself (`reported`), quotes,
    paraphrases or infers. `setting` says where, or to whom. `actor` is null where the source names
    nobody.
    """

    actor: Ref | None
    mode: Mode
    setting: str | None
    date: str | None

    def __post_init__(self) -> None:
        _check_date("date", self.date)


class Locator(Part, frozen=True):
    """Where in the source: the paragraph's number among the non-empty lines, and its digest."""

    paragraph: Annotated[int, Meta(ge=1)]
    sha256: Digest


class Relation(Part, frozen=True):
    """A tie to another claim that no arithmetic shows; `reconciliation` says how both can be
    right, if they can."""

    type: RelationType
    target: ClaimId
    kind: ConflictKind | None
    note: str | None
    reconciliation: str | None


class Claim(Part, frozen=True):
    """One assertion, by one source, at one place in it.

    `date` is when it happened for events, figures and background, and when it was voiced for
    statements, positions and forecasts. `attribution` runs from the origin to the outlet. A
    `denied` claim words the denial itself.
    """

    id: ClaimId
    statement: Text
    kind: Kind
    polarity: Polarity
    topics: Annotated[tuple[Ref, ...], Meta(min_length=1)]
    question: Ref | None
    actors: tuple[ClaimActor, ...]
    date: str | None
    date_text: str | None
    date_basis: str | None
    quantity: Quantity | None
    attribution: Annotated[tuple[Hop, ...], Meta(min_length=1)]
    source: Ref
    locator: Locator | None
    relations: tuple[Relation, ...]
    status: Status
    status_reason: str | None
    note: str | None

    def __post_init__(self) -> None:
        _check_date("date", self.date)

    @property
    def origin(self) -> str | None:
        """The actor id at the head of the chain; None when the source does not name it."""
        return self.attribution[0].actor


class Series(Part, frozen=True):
    """Figures that may be added.

    `questions` have answers that follow each other without overlap. `target` is the question whose
    answer the sum is compared with.
    """

    id: Slug
    title: Text
    about: str
    unit: Text
    questions: Annotated[tuple[Slug, ...], Meta(min_length=1)]
    target: Slug | None


class LogEntry(Part, frozen=True):
    """A change of a record: when (UTC), by whom and why.

    `was` holds the former values of the fields that changed: null for an addition, the whole record
    for a removal. `number` is the record number of a removed record. Entries of one command share
    their `at`.
    """

    seq: RecordNumber
    at: str
    by: Text
    op: Op
    table: Text
    id: Text
    was: dict[str, Any] | None
    number: RecordNumber | None
    why: str | None

    def __post_init__(self) -> None:
        try:
            if TIME.fullmatch(self.at):
                datetime.fromisoformat(self.at)
                return
        except ValueError:
            pass
        raise ValueError(f"at: {self.at[:40]!r} is no time, as 2024-06-24T12:00:00Z is one")


TABLES: dict[str, type[Part]] = {
    "meta": StoreMeta,
    "topics": Topic,
    "actors": Actor,
    "sources": Source,
    "questions": Question,
    "series": Series,
    "claims": Claim,
    "log": LogEntry,
}
"""The tables of a store in their order in the file, and the record that each holds."""


def _check_date(field: str, text: str | None) -> None:
    """See that a field is null or a date.

    Raises:
        ValueError: naming the field; msgspec adds the path of the record.
    """
    try:
        if text is not None:
            dates.parse(text)
    except UsageError as error:
        raise ValueError(f"{field}: {error}") from None
