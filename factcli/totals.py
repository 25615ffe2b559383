"""Running totals of a declared series, with the bounds of its figures.

Figures are added for each source by itself, never across sources.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from decimal import Context, Decimal
from typing import NamedTuple

from factcli import dates, quantity
from factcli.agreement import Value, label
from factcli.errors import UsageError
from factcli.model import Bound, Quantity, Series
from factcli.opening import Store
from factcli.query import ANY, Query
from factcli.record.shape import Record, Row
from factcli.spans import Span
from factcli.text import did_you_mean

_EXACT = Context(prec=200)
"""Sums are not rounded: an amount has up to 60 digits (`factcli.model.Amount`)."""
_ONE_SIDED = {"at_least": "lower", "more_than": "lower", "at_most": "upper", "less_than": "upper"}
_ZERO: Span = (Decimal(0), 0), (Decimal(0), 1)


class TotalRow(Row, frozen=True):
    """One figure of a series in a source, the running total with it, and what is left to the
    target.

    `running` and `gap` are decimal strings, each with its bound; `gap` is null where no source
    gives a target, and where both are bounded on one side so that nothing is known of it.
    """

    source: str
    outlet: str | None
    id: str
    date: str | None
    question: str | None
    figure: str
    running: str
    running_bound: Bound
    unit: str
    target: str | None
    gap: str | None
    gap_bound: Bound | None


def find_series(store: Store, name: str) -> Series:
    """A declared series by its id or title.

    Raises:
        UsageError: for anything else; for a topic, with the reason why its figures are not added.
    """
    for series in store.series.records():
        if name.casefold() in (series.id, series.title.casefold()):
            return series
    known = ", ".join(store.series) or "none"
    if name in store.topics:
        why = _unlike(store.find(Query(topic=name, status=ANY)))
        why = why or "nobody has declared that they follow each other without overlap"
        raise UsageError(f"the figures on {name!r} are not added: {why}. Option series: {known}.")
    hint = did_you_mean(name, store.series) or f" Series: {known}."
    raise UsageError(f"no series {name!r} in this store.{hint}")


class Sum(NamedTuple):
    """A series in one source: its rows, or the obstacle to adding its figures."""

    source: str
    rows: tuple[TotalRow, ...]
    obstacle: str


def sums(store: Store, series: Series) -> Iterator[Sum]:
    """Add a series up for each source that answers one of its questions, in the sources' order."""
    targets = store.answers(series.target) if series.target else []
    answers: dict[str, list[Record]] = defaultdict(list)
    for question in dict.fromkeys(series.questions):
        for claim in store.answers(question):
            if claim.quantity is not None:
                answers[claim.source.id].append(claim)
    for source in store.sources:
        if source in answers:
            claims, twice = _one_per_question(answers[source])
            if obstacle := twice or _unlike(claims):
                yield Sum(source, (), obstacle)
                continue
            own = [claim for claim in targets if claim.source.id == source]
            target = next(iter(own + targets), None)
            yield Sum(source, tuple(_steps(sorted(claims, key=_time), target, series.unit)), "")


def total_rows(store: Store, series: Series) -> Iterator[TotalRow]:
    """The rows of all sources that answer a question of a series.

    Raises:
        UsageError: where a source's figures cannot be added, saying why.
    """
    for source, rows, obstacle in sums(store, series):
        if obstacle:
            raise UsageError(
                f"the answers of {source} in {series.id!r} cannot be added: {obstacle}"
            )
        yield from rows


def _time(claim: Record) -> Span:
    return dates.parse(claim.date).span if claim.date else (0, 0)


def _steps(claims: list[Record], target: Record | None, unit: str) -> Iterator[TotalRow]:
    """The figures of one source, each with the running total and the gap to the target."""
    aim = target.quantity if target else None
    total = _ZERO
    is_approximate = False
    for claim in claims:
        figure = claim.quantity
        assert figure is not None, "answers of a series are figures"
        total = _add(total, _value(figure).span)
        is_approximate = is_approximate or figure.bound == "about"
        running, running_bound = _described(total, is_approximate)
        gap, gap_bound = None, None
        if aim:
            (low, above), (high, included) = total
            negated = (high.copy_negate(), 1 - included), (low.copy_negate(), 1 - above)
            left = _add(_value(aim).span, negated)
            if left[0][0].is_finite() or left[1][0].is_finite():
                gap, gap_bound = _described(left, is_approximate or aim.bound == "about")
        yield TotalRow.of(
            claim,
            source=claim.source.id,
            outlet=claim.source.outlet,
            figure=figure.text,
            running=running,
            running_bound=running_bound,
            unit=unit,
            target=f"{aim.text} ({target.source.id})" if target and aim else None,
            gap=gap,
            gap_bound=gap_bound,
        )


def _add(one: Span, other: Span) -> Span:
    """Add two spans of numbers (in cuts); an end of the sum is open where either one is."""
    (low, above), (high, included) = one
    return (
        (_EXACT.add(low, other[0][0]), max(above, other[0][1])),
        (_EXACT.add(high, other[1][0]), min(included, other[1][1])),
    )


def _described(span: Span, is_approximate: bool) -> tuple[str, Bound]:
    """A span of numbers as text (an amount, or both ends of a range) and its bound."""
    (low, above), (high, included) = span
    if low == high:
        return f"{low:f}", "about" if is_approximate else "exact"
    if high == Decimal("Infinity"):
        return f"{low:f}", "more_than" if above else "at_least"
    if low == Decimal("-Infinity"):
        return f"{high:f}", "at_most" if included else "less_than"
    return f"{low:f}..{high:f}", "range"


def _one_per_question(claims: list[Record]) -> tuple[list[Record], str]:
    """One answer of a source to each question, and which is answered in two ways, if any."""
    found: dict[str | None, Record] = {}
    for claim in claims:
        earlier = found.setdefault(claim.question, claim)
        mine, theirs = map(_value, filter(None, (claim.quantity, earlier.quantity)))
        if (mine.span, mine.measure) != (theirs.span, theirs.measure):
            two = f"{label(mine, theirs)}: {earlier.id}, {claim.id}"
            return [], f"{claim.question!r} is answered in two ways ({two})"
    return list(found.values()), ""


def _value(figure: Quantity) -> Value:
    span = quantity.span(figure.bound, figure.amount, figure.upper)
    bounded = span[0] != quantity.LOWEST and span[1] != quantity.HIGHEST
    return Value(span, figure.bound == "about", bounded, figure.currency or figure.unit)


def _unlike(claims: Iterable[Record]) -> str:
    """What keeps figures from being added: different units, currencies, statuses or payers.

    A lower bound and an upper one would leave the sum open on both sides.
    """
    kinds: dict[str, set[str]] = defaultdict(set)
    for claim in claims:
        if figure := claim.quantity:
            kinds["units"].add(figure.unit)
            kinds["currencies"].update(filter(None, [figure.currency]))
            kinds["statuses"].add(figure.status)
            kinds["payers"].update(actor.id for actor in claim.actors if actor.role == "payer")
            kinds["bounds"].update(filter(None, [_ONE_SIDED.get(figure.bound)]))
    return "; ".join(
        f"different {what} ({', '.join(sorted(values))})"
        for what, values in kinds.items()
        if len(values) > 1
    )
