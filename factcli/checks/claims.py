"""Rules about claims: their dates, chains, figures, relations and words."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from graphlib import CycleError, TopologicalSorter
from itertools import pairwise

from factcli import dates
from factcli.checks.draft import Draft
from factcli.checks.duplicates import find_duplicates
from factcli.checks.registry import Location, Records, record_rule, store_rule
from factcli.database.records import HAS_RELATIONS
from factcli.model import Claim
from factcli.text import fold

FUTURE_STATUSES = ("planned", "pledged", "target", "required", "estimate")
RATE_SPREAD = Decimal("1.25")
_DIRECTED = ("refines", "supersedes", "corrects")


@record_rule(
    "C301", "dates-in-order", "error",
    "Nothing happens or is said after the source that tells of it appeared, but for what"
" is planned;"
    " hops do not go back in time.",
    looks_at=("sources",),
)  # fmt: skip
def dates_in_order(claim: Claim, records: Records) -> Iterator[str]:
    source = records.source(claim.source)
    if source is None or source.issued is None:
        return
    latest = dates.parse(source.issued).span[1]
    planned = claim.quantity is not None and claim.quantity.status in FUTURE_STATUSES
    happened = None if planned else claim.date
    for field, text in (
        ("date", happened),
        *(("attribution", hop.date) for hop in claim.attribution),
    ):
        if text and dates.parse(text).span[0] >= latest:
            yield f"{field} {text} lies after {source.id} appeared ({source.issued})"
    hops = [dates.parse(hop.date).span for hop in claim.attribution if hop.date]
    if any(later[1] <= earlier[0] for earlier, later in pairwise(hops)):
        yield "a hop is dated before the one that it passes on"


@record_rule(
    "C302", "outlet-last", "error",
    "The last hop of a chain is the outlet of the source; null where the source names none.",
    looks_at=("sources", "actors"),
)  # fmt: skip
def outlet_last(claim: Claim, records: Records) -> Iterator[str]:
    source = records.source(claim.source)
    last = claim.attribution[-1].actor
    actor = records.actor(last)
    if source is None or (last and actor is None):
        return
    outlet = source.container_title
    names = {fold(name) for name in (actor.name, *actor.aliases)} if actor else set()
    if (actor is None) != (outlet is None) or (outlet is not None and fold(outlet) not in names):
        yield f"the chain ends with {last}, the outlet of {source.id} is {outlet}"


@record_rule(
    "C303", "speaker-in-chain", "error", "Whoever is listed as a speaker stands in the chain."
)
def speaker_in_chain(claim: Claim, records: Records) -> Iterator[str]:
    hops = {hop.actor for hop in claim.attribution}
    for actor in claim.actors:
        if actor.role == "speaker" and actor.id not in hops:
            yield f"speaker {actor.id} is not in the chain"


@record_rule(
    "C304", "figure-form", "error",
    "Ranges ascend, percentages lie between 0 and 100, conversions name another currency,"
    " and a kind `figure` has a quantity.",
)  # fmt: skip
def figure_form(claim: Claim, records: Records) -> Iterator[str]:
    quantity = claim.quantity
    if quantity is None:
        if claim.kind == "figure":
            yield "a figure without a quantity"
        return
    amount, upper = Decimal(quantity.amount), Decimal(quantity.upper or quantity.amount)
    if quantity.upper and upper <= amount:
        yield f"the range {quantity.amount} to {quantity.upper} does not ascend"
    if quantity.unit == "percent" and not (0 <= amount <= 100 and upper <= 100):
        yield f"{quantity.amount} percent"
    for conversion in quantity.conversions:
        if quantity.currency is None or conversion.currency == quantity.currency:
            yield f"a conversion to {conversion.currency} of {quantity.currency or 'no money'}"


@store_rule(
    "C305", "exchange-rates", "warning",
    "Exchange rates implied by the conversions of one source, or of sources of one day,"
    " differ by no more than a quarter.",
)  # fmt: skip
def exchange_rates(draft: Draft) -> Iterator[Location]:
    Rate = tuple[Decimal, str]
    extremes: dict[tuple[str, str, str], tuple[Rate, Rate]] = {}
    for claim in draft.claims("c.currency IS NOT NULL"):
        source = draft.records.source(claim.source)
        scopes = dict.fromkeys((claim.source, (source and source.issued) or claim.source))
        for currency, conversion, implied in _rates(claim):
            found: Rate = (implied, claim.id)
            for scope in scopes:
                key = scope, currency, conversion
                low, high = extremes.get(key, (found, found))
                extremes[key] = min(low, found), max(high, found)
    reported = set()
    for (scope, one, other), ((least, first), (most, last)) in extremes.items():
        if most > least * RATE_SPREAD and (first, last) not in reported:
            reported.add((first, last))
            rates = f"{most:.4g}, but at {least:.4g} in {first} ({scope})"
            yield "claims", last, f"{one} to {other} at {rates}"


@record_rule(
    "C306", "relations", "error",
    "The target of a relation exists and is another claim;"
    " refining, superseding and correcting never go round in a circle.",
    looks_at=("claims",),
)  # fmt: skip
def relations(claim: Claim, records: Records) -> Iterator[str]:
    for relation in claim.relations:
        if records.claim(relation.target) is None:
            yield f"{relation.type} {relation.target}, which is not in the store"
        elif relation.target == claim.id:
            yield f"{relation.type} itself"
    for kind in _DIRECTED:
        if _is_circular(claim, kind, records):
            yield f"{kind} itself through other claims"


@store_rule(
    "C307", "contradiction-twice", "warning",
    "A contradiction or corroboration is recorded on one of the two claims; it counts for both.",
)  # fmt: skip
def contradiction_twice(draft: Draft) -> Iterator[Location]:
    seen: set[tuple[str, str, str]] = set()
    for claim in draft.claims(HAS_RELATIONS):
        for relation in claim.relations:
            if relation.type in ("contradicts", "corroborates"):
                first, second = sorted((claim.id, relation.target))
                pair = relation.type, first, second
                if pair in seen:
                    message = f"{relation.type} {relation.target} is recorded there already"
                    yield "claims", claim.id, message
                seen.add(pair)


@record_rule(
    "C308", "question-unit", "error",
    "The figure of an answer is in the unit of its question;"
    " an answer to a question of dates has a date.",
    looks_at=("questions",),
)  # fmt: skip
def question_unit(claim: Claim, records: Records) -> Iterator[str]:
    question = records.question(claim.question)
    if question is None or question.unit is None:
        return
    if question.unit == "date":
        if claim.date is None:
            yield f"{question.id} asks for a date, and there is none"
    elif claim.quantity is None or claim.quantity.unit != question.unit:
        unit = claim.quantity.unit if claim.quantity else "nothing"
        yield f"{question.id} asks for {question.unit}, and the figure is in {unit}"


@store_rule(
    "C309", "likely-duplicate", "warning",
    "No two claims of one source say nearly the same in nearly the same words,"
    " with the same numbers.",
)  # fmt: skip
def likely_duplicate(draft: Draft) -> Iterator[Location]:
    for ident, other in find_duplicates(draft.database):
        yield "claims", other, f"says nearly the same as {ident}"


@record_rule("C310", "undated", "warning", "A claim without a date says why (`date_basis`).")
def undated(claim: Claim, records: Records) -> Iterator[str]:
    if claim.date is None and not claim.date_basis:
        yield "no date and no basis"


@record_rule(
    "C311", "locator", "warning", "Every claim says at which paragraph of its source it stands."
)
def locator(claim: Claim, records: Records) -> Iterator[str]:
    if claim.locator is None:
        yield "no locator"


@record_rule(
    "C312", "locator-range", "error", "A locator lies within its source.", looks_at=("sources",)
)
def locator_range(claim: Claim, records: Records) -> Iterator[str]:
    source = records.source(claim.source)
    if source and claim.locator and claim.locator.paragraph > source.paragraphs:
        yield f"paragraph {claim.locator.paragraph} of {source.paragraphs} in {source.id}"


@record_rule(
    "C313", "status-reason", "warning", "A claim that is not active says why (`status_reason`)."
)
def status_reason(claim: Claim, records: Records) -> Iterator[str]:
    if claim.status != "active" and not claim.status_reason:
        yield f"{claim.status} without a reason"


def _rates(claim: Claim) -> Iterator[tuple[str, str, Decimal]]:
    quantity = claim.quantity
    if quantity and quantity.currency and Decimal(quantity.amount) > 0:
        for conversion in quantity.conversions:
            rate = Decimal(conversion.amount) / Decimal(quantity.amount)
            yield quantity.currency, conversion.currency, rate


def _is_circular(start: Claim, kind: str, records: Records) -> bool:
    """Whether relations of a kind lead from a claim back to itself."""
    if not (first := _onward(start, kind)):
        return False
    ends = records.ends[kind]
    onward = {start.id: first}
    waiting = list(first)
    while waiting:
        ident = waiting.pop()
        if ident not in onward and ident not in ends:
            onward[ident] = _onward(records.claim(ident), kind)
            waiting += onward[ident]
    try:
        TopologicalSorter(onward).prepare()
    except CycleError:
        return start.id in _reachable(first, onward)
    ends.update(onward)
    return False


def _onward(claim: Claim | None, kind: str) -> list[str]:
    if claim is None:
        return []
    return [one.target for one in claim.relations if one.type == kind and one.target != claim.id]


def _reachable(waiting: list[str], onward: dict[str, list[str]]) -> set[str]:
    found: set[str] = set()
    waiting = list(waiting)
    while waiting:
        ident = waiting.pop()
        if ident not in found:
            found.add(ident)
            waiting += onward.get(ident, [])
    return found
