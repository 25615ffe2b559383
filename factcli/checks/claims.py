"""Rules about claims: their dates, chains, figures, relations and words."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from decimal import Decimal
from itertools import combinations, pairwise

from factcli import dates
from factcli.checks.registry import Draft, Location, rule
from factcli.model import Claim
from factcli.text import fold

FUTURE_STATUSES = ("planned", "pledged", "target", "required", "estimate")
RATE_SPREAD = Decimal("1.25")
LIKENESS = 0.85
_DIRECTED = ("refines", "supersedes", "corrects")


@rule(
    "C301", "dates-in-order", "error",
    "Nothing happens or is said after the source that tells of it appeared, but for what is planned; hops do not go back in time.",
)  # fmt: skip
def dates_in_order(draft: Draft) -> Iterator[Location]:
    for claim in draft.claims:
        source = draft.sources.get(claim.source)
        if source is None or source.issued is None:
            continue
        latest = dates.parse(source.issued).span[1]
        planned = claim.quantity is not None and claim.quantity.status in FUTURE_STATUSES
        said = [("date", None if planned else claim.date), *(("attribution", hop.date) for hop in claim.attribution)]
        for field, text in said:
            if text and dates.parse(text).span[0] >= latest:
                yield "claims", claim.id, f"{field} {text} lies after {source.id} appeared ({source.issued})"
        hops = [dates.parse(hop.date).span for hop in claim.attribution if hop.date]
        if any(later[1] <= earlier[0] for earlier, later in pairwise(hops)):
            yield "claims", claim.id, "a hop is dated before the one that it passes on"


@rule(
    "C302",
    "outlet-last",
    "error",
    "The last hop of a chain is the outlet of the source; null where the source names none.",
)
def outlet_last(draft: Draft) -> Iterator[Location]:
    for claim in draft.claims:
        source = draft.sources.get(claim.source)
        last = claim.attribution[-1].actor
        actor = draft.actors.get(last or "")
        if source is None or (last and actor is None):
            continue
        names = {fold(name) for name in (actor.name, *actor.aliases)} if actor else set()
        outlet = source.container_title
        if (actor is None) != (outlet is None) or (outlet is not None and fold(outlet) not in names):
            yield "claims", claim.id, f"the chain ends with {last}, the outlet of {source.id} is {outlet}"


@rule("C303", "speaker-in-chain", "error", "Whoever is listed as a speaker stands in the chain.")
def speaker_in_chain(draft: Draft) -> Iterator[Location]:
    for claim in draft.claims:
        hops = {hop.actor for hop in claim.attribution}
        for actor in claim.actors:
            if actor.role == "speaker" and actor.id not in hops:
                yield "claims", claim.id, f"speaker {actor.id} is not in the chain"


@rule(
    "C304", "figure-form", "error",
    "Ranges ascend, percentages lie between 0 and 100, conversions name another currency, and a kind `figure` has a quantity.",
)  # fmt: skip
def figure_form(draft: Draft) -> Iterator[Location]:
    for claim in draft.claims:
        quantity = claim.quantity
        if quantity is None:
            if claim.kind == "figure":
                yield "claims", claim.id, "a figure without a quantity"
            continue
        amount, upper = Decimal(quantity.amount), Decimal(quantity.upper or quantity.amount)
        if quantity.upper and upper <= amount:
            yield "claims", claim.id, f"the range {quantity.amount} to {quantity.upper} does not ascend"
        if quantity.unit == "percent" and not (0 <= amount <= 100 and upper <= 100):
            yield "claims", claim.id, f"{quantity.amount} percent"
        for conversion in quantity.conversions:
            if quantity.currency is None or conversion.currency == quantity.currency:
                yield "claims", claim.id, f"a conversion to {conversion.currency} of {quantity.currency or 'no money'}"


@rule(
    "C305", "exchange-rates", "warning",
    "Exchange rates implied by the conversions of one source, or of sources of one day, differ by no more than a quarter.",
)  # fmt: skip
def exchange_rates(draft: Draft) -> Iterator[Location]:
    rates: dict[tuple[str, str, str], list[tuple[Decimal, str]]] = defaultdict(list)
    for claim in draft.claims:
        source = draft.sources.get(claim.source)
        for currency, conversion, rate in _rates(claim):
            for scope in {claim.source, (source.issued if source else None) or claim.source}:
                rates[scope, currency, conversion].append((rate, claim.id))
    told = set()
    for (scope, one, other), found in rates.items():
        (low, first), (high, last) = min(found), max(found)
        if high > low * RATE_SPREAD and (first, last) not in told:
            told.add((first, last))
            yield "claims", last, f"{one} to {other} at {high:.4g}, but at {low:.4g} in {first} ({scope})"


@rule(
    "C306", "relations", "error",
    "The target of a relation exists and is another claim; refining, superseding and correcting never go round in a circle.",
)  # fmt: skip
def relations(draft: Draft) -> Iterator[Location]:
    claims = {claim.id: claim for claim in draft.claims}
    for claim in claims.values():
        for relation in claim.relations:
            if relation.target not in claims:
                yield "claims", claim.id, f"{relation.type} {relation.target}, which is not in the store"
            elif relation.target == claim.id:
                yield "claims", claim.id, f"{relation.type} itself"
    for kind in _DIRECTED:
        onward = {c.id: [r.target for r in c.relations if r.type == kind and r.target != c.id] for c in claims.values()}
        for ident in onward:
            if ident in _reachable(ident, onward):
                yield "claims", ident, f"{kind} itself by way of other claims"


@rule(
    "C307",
    "contradiction-twice",
    "warning",
    "A contradiction or corroboration is recorded on one of the two claims; it counts for both.",
)
def contradiction_twice(draft: Draft) -> Iterator[Location]:
    seen: set[tuple[str, frozenset[str]]] = set()
    for claim in draft.claims:
        for relation in claim.relations:
            pair = relation.type, frozenset((claim.id, relation.target))
            if relation.type in ("contradicts", "corroborates") and pair in seen:
                yield "claims", claim.id, f"{relation.type} {relation.target} is recorded there already"
            seen.add(pair)


@rule(
    "C308",
    "question-unit",
    "error",
    "The figure of an answer is in the unit of its question; an answer to a question of dates has a date.",
)
def question_unit(draft: Draft) -> Iterator[Location]:
    for claim in draft.claims:
        question = draft.questions.get(claim.question or "")
        if question is None or question.unit is None:
            continue
        if question.unit == "date":
            if claim.date is None:
                yield "claims", claim.id, f"{question.id} asks for a date, and there is none"
        elif claim.quantity is None or claim.quantity.unit != question.unit:
            unit = claim.quantity.unit if claim.quantity else "nothing"
            yield "claims", claim.id, f"{question.id} asks for {question.unit}, and the figure is in {unit}"


@rule(
    "C309", "likely-duplicate", "warning",
    "No two claims of one source say nearly the same in nearly the same words, with the same numbers.",
)  # fmt: skip
def likely_duplicate(draft: Draft) -> Iterator[Location]:
    groups: dict[tuple[str, frozenset[str]], list[tuple[Claim, frozenset[str]]]] = defaultdict(list)
    for claim in draft.claims:
        words = frozenset(fold(claim.statement).split())
        groups[claim.source, frozenset(re.findall(r"\d+", claim.statement))].append((claim, words))
    for group in groups.values():
        for (one, words), (other, others) in combinations(group, 2):
            shared = len(words & others)
            if one.polarity == other.polarity and shared >= LIKENESS * (len(words) + len(others) - shared):
                yield "claims", other.id, f"says nearly the same as {one.id}"


@rule("C310", "undated", "warning", "A claim without a date says why (`date_basis`).")
def undated(draft: Draft) -> Iterator[Location]:
    yield from (("claims", c.id, "no date and no basis") for c in draft.claims if c.date is None and not c.date_basis)


@rule("C311", "locator", "warning", "Every claim says at which paragraph of its source it stands.")
def locator(draft: Draft) -> Iterator[Location]:
    yield from (("claims", claim.id, "no locator") for claim in draft.claims if claim.locator is None)


@rule("C312", "locator-range", "error", "A locator lies within its source.")
def locator_range(draft: Draft) -> Iterator[Location]:
    for claim in draft.claims:
        source = draft.sources.get(claim.source)
        if source and claim.locator and claim.locator.paragraph > source.paragraphs:
            yield "claims", claim.id, f"paragraph {claim.locator.paragraph} of {source.paragraphs} in {source.id}"


@rule("C313", "status-reason", "warning", "A claim that is not active says why (`status_reason`).")
def status_reason(draft: Draft) -> Iterator[Location]:
    for claim in draft.claims:
        if claim.status != "active" and not claim.status_reason:
            yield "claims", claim.id, f"{claim.status} without a reason"


def _rates(claim: Claim) -> Iterator[tuple[str, str, Decimal]]:
    quantity = claim.quantity
    if quantity and quantity.currency and Decimal(quantity.amount) > 0:
        for conversion in quantity.conversions:
            yield quantity.currency, conversion.currency, Decimal(conversion.amount) / Decimal(quantity.amount)


def _reachable(start: str, onward: dict[str, list[str]]) -> set[str]:
    found: set[str] = set()
    waiting = list(onward[start])
    while waiting:
        ident = waiting.pop()
        if ident not in found:
            found.add(ident)
            waiting += onward.get(ident, [])
    return found
