"""What to look for, as one value, and how it meets a claim."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any, NamedTuple, get_args

import msgspec

from factcli import dates, model, quantity
from factcli.errors import UsageError
from factcli.model import Claim
from factcli.spans import Match, Spans
from factcli.text import did_you_mean, fold, folded
from factcli.vocabulary import Vocabulary

Terms = str | Sequence[str]
"""One expression or several: several narrow (and), a comma inside one widens (or)."""

ANY = "any"


class Query(msgspec.Struct, frozen=True, kw_only=True):
    """Filters over claims; all given ones must hold. Each takes what the option of the same name takes.

    `with_group` is ``--with``; `search` holds free words, which rank; `recorded_by` asks the store as
    it was at the end of a date; `strict` leaves out merely possible matches.
    """

    topic: Terms = ()
    actor: Terms = ()
    said_by: Terms = ()
    with_group: Terms = ()
    source: Terms = ()
    kind: Terms = ()
    status: Terms = ()
    date: Terms = ()
    since: Terms = ()
    until: Terms = ()
    as_of: Terms = ()
    value: Terms = ()
    quantity_status: Terms = ()
    match: Terms = ()
    search: str = ""
    recorded_by: str | None = None
    strict: bool = False


class Condition(NamedTuple):
    """One filter, ready to be held against claims.

    `aside` names the lack for which a claim cannot meet the condition at all ("undated"), else None: such claims are
    counted and told, since they might belong to the answer. The rest, where set, says the whole condition, so that a store may
    look claims up: one of the claim's values of `facet` is `wanted`; the date meets `days`; hidden statuses are left out (`hides`);
    an index's words meet `words`, an FTS5 expression, or its table `ranked` has the claims that meet it, with their ranks. `numbers` says a
    part of it: the claim has a figure that allows some of them. `published` holds the sources of which claims meet it certainly, possibly,
    and not at all for want of a date.
    """

    name: str
    test: Callable[[Claim], Match]
    aside: Callable[[Claim], str | None] = lambda claim: None
    facet: str | None = None
    wanted: frozenset[str] = frozenset()
    days: Spans | None = None
    hides: bool = False
    words: str | None = None
    ranked: str | None = None
    numbers: Spans | None = None
    published: tuple[frozenset[str], frozenset[str], frozenset[str]] | None = None


FACETS: dict[str, Callable[[Claim], Iterable[str | None]]] = {
    "topic": lambda claim: claim.topics,
    "actor": lambda claim: [*(part.id for part in claim.actors), *(hop.actor for hop in claim.attribution)],
    "origin": lambda claim: (claim.origin,),
    "source": lambda claim: (claim.source,),
    "kind": lambda claim: (claim.kind,),
    "status": lambda claim: (claim.status,),
    "quantity_status": lambda claim: (claim.quantity.status if claim.quantity else None,),
}
"""What claims are looked up by: a facet's values of a claim."""


def conditions(query: Query, vocabulary: Vocabulary) -> list[Condition]:
    """The query's filters, names resolved.

    Raises:
        UsageError: for a name that the store does not declare, or a malformed date or figure.
    """
    return [
        *_declared("--topic", query.topic, vocabulary.topic, "topic"),
        *_declared("--actor", query.actor, vocabulary.actor, "actor", vocabulary.same),
        *_declared("--said-by", query.said_by, vocabulary.actor, "origin", vocabulary.same),
        *_declared("--with", query.with_group, vocabulary.actor, "origin", vocabulary.members),
        *_declared("--source", query.source, vocabulary.source, "source"),
        *_declared("--kind", query.kind, _choice("--kind", model.Kind), "kind"),
        *_status(query),
        *_date(query),
        *_published(query, vocabulary),
        *_figures(query),
        *(_contains(text, vocabulary) for text in terms(query.match)),
    ]


def terms(value: Terms) -> tuple[str, ...]:
    return (value,) if isinstance(value, str) else tuple(value)


def alternatives(expression: str, option: str) -> list[str]:
    """The parts of a comma list; an empty part is a slip and refused."""
    parts = [part.strip() for part in expression.split(",")]
    if not all(parts):
        raise UsageError(f"{option} {expression!r} has an empty part: name something on both sides of each comma")
    return parts


def searched_text(claim: Claim | Any, vocabulary: Vocabulary) -> tuple[str, str, str]:
    """What free text is looked for in, folded: the statement, the names of the actors, the notes."""
    return searched(claim, [vocabulary.folded_names(actor.id) for actor in claim.actors])


def searched(claim: Claim | Any, names: Iterable[str]) -> tuple[str, str, str]:
    """The same, of names that are folded already."""
    notes = [text for text in (claim.note, claim.date_text, claim.quantity and claim.quantity.text) if text]
    return folded(claim.statement), " ".join(names), folded(" ".join(notes)) if notes else ""


def _declared(
    option: str,
    expressions: Terms,
    resolve: Callable[[str], str],
    facet: str,
    widen: Callable[[str], frozenset[str]] = lambda ident: frozenset((ident,)),
) -> Iterable[Condition]:
    """Filters on declared ids: a claim meets one when it has any of the ids named."""
    for expression in terms(expressions):
        wanted = frozenset[str]().union(*(widen(resolve(part)) for part in alternatives(expression, option)))
        yield Condition(f"{option} {expression}", _has(facet, wanted), facet=facet, wanted=wanted)


def _has(facet: str, wanted: frozenset[str]) -> Callable[[Claim], Match]:
    of = FACETS[facet]
    return lambda claim: Match.NO if wanted.isdisjoint(of(claim)) else Match.CERTAIN


def _choice(option: str, literal: object) -> Callable[[str], str]:
    known = get_args(literal)

    def resolve(text: str) -> str:
        name = text.casefold().replace("-", "_")
        if name not in known:
            raise UsageError(f"{option} {text!r} is none of {', '.join(known)}.{did_you_mean(text, known)}")
        return name

    return resolve


def _status(query: Query) -> Iterable[Condition]:
    if not query.status:
        yield Condition(
            "status",
            lambda claim: Match.NO if claim.status in model.HIDDEN_STATUSES else Match.CERTAIN,
            lambda claim: f"{claim.status} (--status {claim.status})",
            hides=True,
        )
    wanted = [text for text in terms(query.status) if text != ANY]
    yield from _declared("--status", wanted, _choice("--status", model.Status), "status")


def _date(query: Query) -> Iterable[Condition]:
    given = [
        *((f"--date {text}", dates.parse_condition(text)) for text in terms(query.date)),
        *((f"--since {text}", dates.since(text)) for text in terms(query.since)),
        *((f"--until {text}", dates.until(text)) for text in terms(query.until)),
    ]
    if given:
        days = dates.both([spans for _, spans in given])
        yield Condition(
            " ".join(name for name, _ in given),
            lambda claim: dates.match(claim.date, days),
            lambda claim: "undated" if claim.date is None else None,
            days=days,
        )


def _published(query: Query, vocabulary: Vocabulary) -> Iterable[Condition]:
    return (_published_by(text, vocabulary) for text in terms(query.as_of))


def _published_by(text: str, vocabulary: Vocabulary) -> Condition:
    days = dates.until(text)
    certainty = {source.id: dates.match(source.issued, days) for source in vocabulary.sources.values()}
    unknown = {source.id for source in vocabulary.sources.values() if source.issued is None}
    return Condition(
        f"--as-of {text}",
        lambda claim: certainty[claim.source],
        lambda claim: "of unknown publication date" if claim.source in unknown else None,
        published=(
            frozenset(ident for ident, match in certainty.items() if match is Match.CERTAIN),
            frozenset(ident for ident, match in certainty.items() if match is Match.POSSIBLE),
            frozenset(unknown),
        ),
    )


def _figures(query: Query) -> Iterable[Condition]:
    wanted = [text for text in terms(query.quantity_status) if text != ANY]
    if query.value and not query.quantity_status:
        yield Condition(
            "--quantity-status actual",
            lambda claim: Match.CERTAIN if claim.quantity and claim.quantity.status == "actual" else Match.NO,
            lambda claim: f"{claim.quantity.status}, not actual (--quantity-status any)" if claim.quantity else None,
        )
    yield from _declared(
        "--quantity-status",
        wanted,
        _choice("--quantity-status", model.QuantityStatus),
        "quantity_status",
    )
    yield from (_figure(text) for text in terms(query.value))


def _figure(text: str) -> Condition:
    condition = quantity.parse_condition(text)
    return Condition(
        f"--value {text!r}",
        lambda claim: quantity.match(claim.quantity, condition),
        numbers=tuple(alternative.allowed for alternative in condition),
    )


def _contains(text: str, vocabulary: Vocabulary) -> Condition:
    wanted = [fold(part) for part in alternatives(text, "--match")]
    if not all(wanted):
        raise UsageError(f"--match {text!r} holds no letter or digit to look for")

    def test(claim: Claim) -> Match:
        fields = searched_text(claim, vocabulary)
        found = any(part in field for part in wanted for field in fields)
        return Match.CERTAIN if found else Match.NO

    return Condition(f"--match {text}", test)
