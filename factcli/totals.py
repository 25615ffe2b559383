"""Sums that stay honest: a declared series added up per source, bounds carried through, never
across sources."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import NamedTuple

from factcli import dates, quantity
from factcli.agreement import Value, label
from factcli.errors import UsageError
from factcli.model import Bound, Quantity, Series
from factcli.opening import Store
from factcli.query import ANY, Query
from factcli.record.shape import Record
from factcli.spans import Span
from factcli.text import did_you_mean


class Sum(NamedTuple):
    """An amount with its bound, as in `factcli.model.Quantity`; `upper` ends a range."""

    amount: str
    bound: Bound
    upper: str | None = None


class Step(NamedTuple):
    """One answer in a source's series, with the running total and the gap to the target."""

    claim: Record
    running: Sum
    gap: Sum | None


class SourceTotal(NamedTuple):
    source: str
    steps: list[Step]
    target: Record | None

    @property
    def total(self) -> Sum:
        return self.steps[-1].running


def find_series(store: Store, name: str) -> Series:
    """A declared series by its id or title.

    Raises:
        UsageError: for anything else; for a topic, with the reason why its figures are not added.
    """
    for series in store.series.records():
        if name.casefold() in (series.id, series.title.casefold()):
            return series
    known = list(store.series)
    if name in store.topics:
        why = (
            _unlike(store.find(Query(topic=name, status=ANY)))
            or "nobody has declared that they follow each other without overlap"
        )
        raise UsageError(
            f"the figures on {name!r} are not added: {why}. Option series:"
            f" {', '.join(known) or 'none'}."
        )
    hint = did_you_mean(name, known) or f" Series: {', '.join(known) or 'none'}."
    raise UsageError(f"no series {name!r} in this store.{hint}")


def totals(store: Store, series: Series) -> list[SourceTotal]:
    """Add a series up for each source that answers one of its questions, in the sources' order.

    Raises:
        UsageError: where a source's figures cannot be added, saying why.
    """
    targets = store.answers(series.target) if series.target else []
    answers: dict[str, list[Record]] = defaultdict(list)
    for question in series.questions:
        for source, claim in _one_per_source(store.answers(question), question).items():
            answers[source].append(claim)
    found = []
    for source in store.sources:
        if source not in answers:
            continue
        claims = sorted(answers[source], key=_time)
        if why := _unlike(claims):
            raise UsageError(f"the answers of {source} in {series.id!r} cannot be added: {why}")
        own = (claim for claim in targets if claim.source.id == source)
        target = next(own, targets[0] if targets else None)
        found.append(SourceTotal(source, _steps(claims, target), target))
    return found


def _time(claim: Record) -> Span:
    return dates.parse(claim.date).span if claim.date else (0, 0)


def add(spans: Sequence[Span]) -> Span:
    """The sum of spans of numbers (in cuts): ends add, and are open where any of them is."""
    lows, highs = [span[0] for span in spans], [span[1] for span in spans]
    low = (sum((cut[0] for cut in lows), Decimal(0)), max(cut[1] for cut in lows))
    high = (sum((cut[0] for cut in highs), Decimal(0)), min(cut[1] for cut in highs))
    return low, high


def described(span: Span, approximate: bool) -> Sum:
    """A span of numbers as an amount and a bound."""
    (low, above), (high, included) = span
    if low == high:
        return Sum(f"{low:f}", "about" if approximate else "exact")
    if high == Decimal("Infinity"):
        return Sum(f"{low:f}", "more_than" if above else "at_least")
    if low == Decimal("-Infinity"):
        return Sum(f"{high:f}", "at_most" if included else "less_than")
    return Sum(f"{low:f}", "range", f"{high:f}")


def _steps(claims: list[Record], target: Record | None) -> list[Step]:
    steps: list[Step] = []
    spans: list[Span] = []
    approximate = False
    for claim in claims:
        assert claim.quantity is not None, "answers of a series are figures"
        spans.append(_value(claim.quantity).span)
        approximate = approximate or claim.quantity.bound == "about"
        running = add(spans)
        gap = None
        if target and target.quantity:
            low, high = running
            wanted = _value(target.quantity).span
            negated = ((-high[0], 1 - high[1]), (-low[0], 1 - low[1]))
            gap = described(add([wanted, negated]), approximate or target.quantity.bound == "about")
        steps.append(Step(claim, described(running, approximate), gap))
    return steps


def _one_per_source(claims: list[Record], question: str) -> dict[str, Record]:
    """Each source's answer; one that answers twice alike counts once."""
    found: dict[str, Record] = {}
    for claim in claims:
        if claim.quantity is None:
            continue
        earlier = found.setdefault(claim.source.id, claim)
        assert earlier.quantity is not None, "only figures are found"
        mine, theirs = _value(claim.quantity), _value(earlier.quantity)
        if mine.span != theirs.span:
            raise UsageError(
                f"{claim.source.id} answers {question!r} in two ways"
                f" ({label(mine, theirs)}: {earlier.id}, {claim.id}): not added"
            )
    return found


def _value(figure: Quantity) -> Value:
    span = quantity.span(figure.bound, figure.amount, figure.upper)
    bounded = span[0] != quantity.LOWEST and span[1] != quantity.HIGHEST
    return Value(span, figure.bound == "about", bounded, figure.currency or figure.unit)


def _unlike(claims: Iterable[Record]) -> str | None:
    """What keeps figures from being added: different units, currencies, statuses or payers."""
    kinds: dict[str, set[str]] = {
        f"different {what}": set() for what in ("units", "currencies", "statuses", "payers")
    }
    units, currencies, statuses, payers = kinds.values()
    for claim in claims:
        if claim.quantity:
            units.add(claim.quantity.unit)
            currencies.update(filter(None, [claim.quantity.currency]))
            statuses.add(claim.quantity.status)
            payers.update(actor.id for actor in claim.actors if actor.role == "payer")
    reasons = [
        f"{what} ({', '.join(sorted(values))})" for what, values in kinds.items() if len(values) > 1
    ]
    return "; ".join(reasons) or None
