"""Rules about claims: their dates, chains, figures, relations and words."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from graphlib import CycleError, TopologicalSorter
from itertools import pairwise

from factcli import dates
from factcli.checks.duplicates import find_duplicates
from factcli.checks.findings import Draft
from factcli.checks.registry import Location, Records, rule
from factcli.database.records import HAS_RELATIONS
from factcli.model import Claim
from factcli.text import fold

FUTURE_STATUSES = ("planned", "pledged", "target", "required", "estimate")
RATE_SPREAD = Decimal("1.25")


@rule("C301", "error", "claims")
def dates_in_order(claim: Claim, records: Records) -> Iterator[str]:
    """Nothing happens or is said after the source that tells of it appeared, but for what is
    planned; hops do not go back in time.
    """
    source = records.find("sources", claim.source)
    if source is None or source.issued is None:
        return
    latest = dates.parse(source.issued).span[1]
    planned = claim.quantity is not None and claim.quantity.status in FUTURE_STATUSES
    dated = [("attribution", hop.date) for hop in claim.attribution]
    for field, text in dated if planned else [("date", claim.date), *dated]:
        if text and dates.parse(text).span[0] >= latest:
            yield f"{field} {text} lies after {source.id} appeared ({source.issued})"
    hops = [dates.parse(hop.date).span for hop in claim.attribution if hop.date]
    if any(later[1] <= earlier[0] for earlier, later in pairwise(hops)):
        yield "a hop is dated before the one that it passes on"


@rule("C302", "error", "claims")
def outlet_last(claim: Claim, records: Records) -> Iterator[str]:
    """The last hop of a chain is the outlet of the source; null where the source names none."""
    source = records.find("sources", claim.source)
    last = claim.attribution[-1].actor
    actor = records.find("actors", last)
    if source is None or (last and actor is None):
        return
    outlet = source.container_title
    names = {fold(name) for name in (actor.name, *actor.aliases)} if actor else set()
    if (actor is None) != (outlet is None) or (outlet is not None and fold(outlet) not in names):
        yield f"the chain ends with {last}, the outlet of {source.id} is {outlet}"


@rule("C303", "error", "claims")
def speaker_in_chain(claim: Claim, records: Records) -> Iterator[str]:
    """Whoever is listed as a speaker stands in the chain."""
    hops = {hop.actor for hop in claim.attribution}
    for actor in claim.actors:
        if actor.role == "speaker" and actor.id not in hops:
            yield f"speaker {actor.id} is not in the chain"


@rule("C304", "error", "claims")
def figure_form(claim: Claim, records: Records) -> Iterator[str]:
    """Ranges ascend, percentages lie between 0 and 100, conversions name another currency, and a
    kind `figure` has a quantity.
    """
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


@rule("C305", "warning")
def exchange_rates(draft: Draft) -> Iterator[Location]:
    """Exchange rates implied by the conversions of one source, or of sources of one day, differ by
    no more than a quarter.
    """
    Rate = tuple[Decimal, str]
    extremes: dict[tuple[str, str, str], tuple[Rate, Rate]] = {}
    for claim in draft.claims("c.currency IS NOT NULL"):
        source = draft.records.find("sources", claim.source)
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


@rule("C306", "error", "claims")
def relations(claim: Claim, records: Records) -> Iterator[str]:
    """The target of a relation exists and is another claim; refining, superseding and correcting
    never go round in a circle.
    """
    for relation in claim.relations:
        if records.find("claims", relation.target) is None:
            yield f"{relation.type} {relation.target}, which is not in the store"
        elif relation.target == claim.id:
            yield f"{relation.type} itself"
    for kind in ("refines", "supersedes", "corrects"):
        if _targets(claim, kind) and _is_circular(claim, kind, records):
            yield f"{kind} itself through other claims"


@rule("C307", "warning")
def contradiction_twice(draft: Draft) -> Iterator[Location]:
    """A contradiction or corroboration is recorded on one of the two claims; it counts for
    both.
    """
    seen: set[tuple[str, frozenset[str]]] = set()
    for claim in draft.claims(HAS_RELATIONS):
        for relation in claim.relations:
            if relation.type in ("contradicts", "corroborates"):
                pair = relation.type, frozenset((claim.id, relation.target))
                if pair in seen:
                    message = f"{relation.type} {relation.target} is recorded there already"
                    yield "claims", claim.id, message
                seen.add(pair)


@rule("C308", "error", "claims")
def question_unit(claim: Claim, records: Records) -> Iterator[str]:
    """The figure of an answer is in the unit of its question; an answer to a question of dates has
    a date.
    """
    question = records.find("questions", claim.question)
    if question is None or question.unit is None:
        return
    unit = claim.quantity.unit if claim.quantity else None
    if question.unit == "date":
        if claim.date is None:
            yield f"{question.id} asks for a date, and there is none"
    elif unit != question.unit:
        yield f"{question.id} asks for {question.unit}, and the figure is in {unit or 'nothing'}"


@rule("C309", "warning")
def likely_duplicate(draft: Draft) -> Iterator[Location]:
    """No two claims of one source say nearly the same in nearly the same words, with the same
    numbers.
    """
    for ident, other in find_duplicates(draft.database):
        yield "claims", other, f"says nearly the same as {ident}"


@rule("C310", "warning", "claims")
def undated(claim: Claim, records: Records) -> Iterator[str]:
    """A claim without a date says why (`date_basis`)."""
    if claim.date is None and not claim.date_basis:
        yield "no date and no basis"


@rule("C311", "warning", "claims")
def locator(claim: Claim, records: Records) -> Iterator[str]:
    """Every claim says at which paragraph of its source it stands."""
    if claim.locator is None:
        yield "no locator"


@rule("C312", "error", "claims")
def locator_range(claim: Claim, records: Records) -> Iterator[str]:
    """A locator lies within its source."""
    source = records.find("sources", claim.source)
    if source and claim.locator and claim.locator.paragraph > source.paragraphs:
        yield f"paragraph {claim.locator.paragraph} of {source.paragraphs} in {source.id}"


@rule("C313", "warning", "claims")
def status_reason(claim: Claim, records: Records) -> Iterator[str]:
    """A claim that is not active says why (`status_reason`)."""
    if claim.status != "active" and not claim.status_reason:
        yield f"{claim.status} without a reason"


def _rates(claim: Claim) -> Iterator[tuple[str, str, Decimal]]:
    """The currencies and rates of a claim's conversions."""
    quantity = claim.quantity
    if quantity and quantity.currency and Decimal(quantity.amount) > 0:
        for conversion in quantity.conversions:
            rate = Decimal(conversion.amount) / Decimal(quantity.amount)
            yield quantity.currency, conversion.currency, rate


def _is_circular(start: Claim, kind: str, records: Records) -> bool:
    """Whether relations of a kind lead from a claim back to itself."""
    ends = records.ends[kind]
    targets = {start.id: _targets(start, kind)}
    waiting = [*targets[start.id]]
    while waiting:
        ident = waiting.pop()
        if ident not in targets and ident not in ends:
            targets[ident] = _targets(records.find("claims", ident), kind)
            waiting += targets[ident]
    try:
        TopologicalSorter(targets).prepare()
    except CycleError:  # of the start, or of claims that it leads to
        return any(start.id in found for found in targets.values())
    ends.update(targets)
    return False


def _targets(claim: Claim | None, kind: str) -> list[str]:
    """The other claims that a claim has relations of a kind to."""
    if claim is None:
        return []
    return [one.target for one in claim.relations if one.type == kind and one.target != claim.id]
