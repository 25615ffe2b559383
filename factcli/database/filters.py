"""The filters of a query: for each, when a claim may meet it, meets it for certain, or cannot say.

A new filter is one entry of `FILTERS`. Imports next to nothing: a plain lookup needs this.
"""

from __future__ import annotations

from factcli.database import dialect, schema
from factcli.errors import UsageError
from factcli.query import (
    ANY,
    KINDS,
    POLARITIES,
    QUANTITY_STATUSES,
    STATUSES,
    alternatives,
)
from factcli.text import fold

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator
    from typing import Any

    from factcli.database.names import Names
    from factcli.query import Query

    Make = Callable[[Query, Names], Iterator["Filter"]]


class Sql:
    """An expression with the values that it binds, in order."""

    __slots__ = ("text", "values")

    def __init__(self, text: str, values: Iterable[Any] = ()) -> None:
        self.text, self.values = text, tuple(values)


class Link:
    """A table of claims by a topic or an actor, in time order, and the ids wanted of it."""

    __slots__ = ("column", "table", "wanted")

    def __init__(self, table: str, column: str, wanted: Collection[str]) -> None:
        self.table, self.column, self.wanted = table, column, sorted(wanted)


class Filter:
    """One filter, names resolved, as SQL about a claim `c`.

    Its number, dates and status are columns of `{t}`: of a link table where that is read first,
    else of the claim. `may`: whether the claim may meet it. `certain`: whether it meets it for
    certain. `lack`: why the claim cannot be compared ("undated"), null where it can. `fails`:
    whether the claim cannot meet it, where that is written more simply than NOT `may`. `link`: the
    table that answers this filter by itself. `is_linked`: no other columns than those of `{t}` are
    used. `search`: a full-text query that answers this filter by itself.
    """

    __slots__ = ("certain", "fails", "is_linked", "lack", "link", "may", "name", "search")

    def __init__(
        self,
        name: str,
        may: Sql,
        certain: Sql | None = None,
        lack: Sql | None = None,
        *,
        fails: Sql | None = None,
        link: Link | None = None,
        is_linked: bool = False,
        search: str | None = None,
    ) -> None:
        self.name, self.may, self.certain, self.lack = name, may, certain, lack
        self.fails, self.link, self.is_linked, self.search = fails, link, is_linked, search


def filters_of(query: Query, names: Names) -> list[Filter]:
    """The filters of a query, but for free words and recorded time.

    Raises:
        UsageError: for a name that the store does not declare, or a malformed date or figure.
    """
    return [one for make in FILTERS.values() for one in make(query, names)]


def is_in(column: str, values: Collection[str]) -> Sql:
    """Whether a column holds one of some values."""
    marks = ", ".join("?" * len(values)) or "NULL"
    return Sql(f"coalesce({column} IN ({marks}), FALSE)", sorted(values))


def any_of(parts: Iterable[Sql]) -> Sql:
    """Whether one of some expressions holds."""
    found = joined(" OR ", parts, "FALSE")
    return Sql(f"({found.text})", found.values)


def joined(operator: str, parts: Iterable[Sql], otherwise: str = "TRUE") -> Sql:
    """Join expressions; many are grouped, since a database limits how deep they may nest."""
    found = list(parts)
    while len(found) > _GROUP:
        groups = [found[at : at + _GROUP] for at in range(0, len(found), _GROUP)]
        found = [Sql(f"({one.text})", one.values) for one in (joined(operator, g) for g in groups)]
    text = operator.join(part.text for part in found) or otherwise
    return Sql(text, [value for part in found for value in part.values])


_GROUP = 100
"""Expressions in a row; SQLite takes 1,000 (https://sqlite.org/limits.html#max_expr_depth)."""


def _linked(field: str, option: str, kind: str, table: str, widen: bool = False) -> Make:
    """A filter that a link table answers: on topics, on actors."""
    column = table.removeprefix("claim_")

    def make(query: Query, names: Names) -> Iterator[Filter]:
        for expression in query.terms(field):
            wanted = _resolved(expression, option, kind, names, names.same if widen else None)
            marks = ", ".join("?" * len(wanted))
            exists = Sql(
                f"EXISTS (SELECT 1 FROM {table} x WHERE x.{column} IN ({marks})"
                " AND x.hidden = {t}.hidden AND x.first = {t}.first AND x.last = {t}.last"
                " AND x.n = {t}.n)",
                sorted(wanted),
            )
            link = Link(table, column, wanted)
            yield Filter(f"{option} {expression}", exists, link=link, is_linked=True)

    return make


def _declared(field: str, option: str, kind: str, column: str, widen: str = "") -> Make:
    """A filter on a column that holds the id of a declared record."""

    def make(query: Query, names: Names) -> Iterator[Filter]:
        for expression in query.terms(field):
            widened = getattr(names, widen) if widen else None
            wanted = _resolved(expression, option, kind, names, widened)
            yield Filter(f"{option} {expression}", is_in(column, wanted))

    return make


def _choice(field: str, option: str, choices: tuple[str, ...], column: str) -> Make:
    """A filter on a column that holds one of a few words."""

    def make(query: Query, names: Names) -> Iterator[Filter]:
        for expression in query.terms(field):
            if expression == ANY and option.endswith("status"):
                continue
            wanted = {_chosen(part, option, choices) for part in alternatives(expression, option)}
            is_linked = column.startswith("{t}")
            yield Filter(f"{option} {expression}", is_in(column, wanted), is_linked=is_linked)

    return make


def _visible(query: Query, names: Names) -> Iterator[Filter]:
    """Leave out retracted and superseded claims, unless ``--status`` names one."""
    if not query.status:
        lack = Sql("({t}.status || ' (--status ' || {t}.status || ')')")
        visible, hidden = Sql("{t}.hidden = 0"), Sql("{t}.hidden = 1")
        yield Filter("status", visible, lack=lack, fails=hidden, is_linked=True)


def _happened(query: Query, names: Names) -> Iterator[Filter]:
    """``--date``, ``--since`` and ``--until`` are one filter on one axis.

    A date may meet each of them without meeting all.
    """
    if not any(map(query.terms, ("date", "since", "until"))):
        return
    from factcli import dates

    given = [
        *((f"--date {text}", dates.parse_condition(text)) for text in query.terms("date")),
        *((f"--since {text}", dates.since(text)) for text in query.terms("since")),
        *((f"--until {text}", dates.until(text)) for text in query.terms("until")),
    ]
    days = dates.both([spans for _, spans in given])
    may, certain = _day_meets("{t}.first", "{t}.last", "{t}.approximate", days)
    undated = f"{{t}}.first = {schema.UNDATED}"
    yield Filter(
        " ".join(name for name, _ in given),
        may,
        certain,
        Sql(f"CASE WHEN {undated} THEN 'undated' END"),
        is_linked=True,
    )


def _published(query: Query, names: Names) -> Iterator[Filter]:
    """``--as-of``: by the publication dates of the sources, each of which is compared once."""
    if not query.terms("as_of"):
        return
    from factcli import dates

    sources = "c.source IN (SELECT x.source FROM publication x WHERE {})"
    unknown = sources.format(f"x.first = {schema.UNDATED}")
    for text in query.terms("as_of"):
        meets = _day_meets("x.first", "x.last", "x.approximate", dates.until(text))
        may, certain = (Sql(sources.format(one.text), one.values) for one in meets)
        lack = Sql(f"CASE WHEN {unknown} THEN 'of unknown publication date' END")
        yield Filter(f"--as-of {text}", may, certain, lack)


def _actual(query: Query, names: Names) -> Iterator[Filter]:
    """``--value`` looks for actual figures, unless ``--quantity-status`` names another status."""
    if query.value and not query.quantity_status:
        lack = Sql("(c.quantity_status || ', not actual (--quantity-status any)')")
        may = Sql("coalesce(c.quantity_status = 'actual', FALSE)")
        yield Filter("--quantity-status actual", may, lack=lack)


def _figure(query: Query, names: Names) -> Iterator[Filter]:
    """``--value``: a figure is a span of numbers, whose ends are sortable text."""
    if not query.terms("value"):
        return
    from factcli import quantity
    from factcli.spans import union

    for text in query.terms("value"):
        conditions = quantity.parse_condition(text)
        units = sorted({condition.unit for condition in conditions if condition.unit})
        may, certain = [], []
        for one in [None, *units]:  # a figure has two names: of its unit, and of its currency
            for other in [None, *units]:
                allowed = union(c.allowed for c in conditions if c.unit in (None, one, other))
                keys = [(quantity.cut_key(low), quantity.cut_key(high)) for low, high in allowed]
                wanted = [Sql("? IN (c.unit, c.currency)", [u]) for u in {one, other} if u]
                possible, sure = _span_meets("c.low", "c.high", "c.about", keys)
                may.append(_all_of([*wanted, possible]))
                certain.append(_all_of([*wanted, sure]))
        known = Sql("c.low IS NOT NULL")
        yield Filter(
            f"--value {text!r}", _all_of([known, any_of(may)]), _all_of([known, any_of(certain)])
        )


def _contains(query: Query, names: Names) -> Iterator[Filter]:
    """``--match``: text anywhere in statement, names or notes."""
    for text in query.terms("match"):
        wanted = [fold(part) for part in alternatives(text, "--match")]
        if not all(wanted):
            raise UsageError(f"--match {text!r} holds no letter or digit to look for")
        columns = ("x.statement", "x.names", "x.notes")
        tests = [Sql(dialect.CONTAINS.format(column), [w]) for w in wanted for column in columns]
        found = any_of(tests)
        exists = f"EXISTS (SELECT 1 FROM claim_text x WHERE x.n = c.n AND {found.text})"
        yield Filter(f"--match {text}", Sql(exists, found.values))


FILTERS: dict[str, Make] = {
    "topic": _linked("topic", "--topic", "topics", "claim_topic"),
    "actor": _linked("actor", "--actor", "actors", "claim_actor", widen=True),
    "said_by": _declared("said_by", "--said-by", "actors", "c.origin", "same"),
    "with_group": _declared("with_group", "--with", "actors", "c.origin", "members"),
    "source": _declared("source", "--source", "sources", "c.source"),
    "kind": _choice("kind", "--kind", KINDS, "c.kind"),
    "polarity": _choice("polarity", "--polarity", POLARITIES, "c.polarity"),
    "visible": _visible,
    "status": _choice("status", "--status", STATUSES, "{t}.status"),
    "date": _happened,
    "as_of": _published,
    "actual": _actual,
    "quantity_status": _choice(
        "quantity_status", "--quantity-status", QUANTITY_STATUSES, "c.quantity_status"
    ),
    "value": _figure,
    "match": _contains,
}
"""Every filter, in the order in which an empty answer is explained."""


def _resolved(
    expression: str,
    option: str,
    kind: str,
    names: Names,
    widen: Callable[[str], Collection[str]] | None,
) -> set[str]:
    """The ids that a comma list names, and those that each stands for."""
    ids = {names.resolve(kind, part) for part in alternatives(expression, option)}
    return {one for ident in ids for one in widen(ident)} if widen else ids


def _chosen(text: str, option: str, choices: tuple[str, ...]) -> str:
    name = text.casefold().replace("-", "_")
    if name not in choices:
        from factcli.text import did_you_mean

        hint = did_you_mean(text, choices)
        raise UsageError(f"{option} {text!r} is none of {', '.join(choices)}.{hint}")
    return name


def _all_of(parts: Iterable[Sql]) -> Sql:
    found = joined(" AND ", parts)
    return Sql(f"({found.text})", found.values)


def _span_meets(
    low: str, high: str, qualified: str, spans: Collection[tuple[Any, Any]]
) -> tuple[Sql, Sql]:
    """When a span of two columns may meet one of some spans, and when it does for certain.

    Possibly where it overlaps one; for certain where it lies within one and nothing qualifies it.
    """
    overlaps = any_of(Sql(f"({low} < ? AND {high} > ?)", [end, start]) for start, end in spans)
    within = any_of(Sql(f"({low} >= ? AND {high} <= ?)", [start, end]) for start, end in spans)
    return overlaps, Sql(f"({qualified} = 0 AND {within.text})", within.values)


def _day_meets(
    first: str, last: str, approximate: str, days: Collection[tuple[float, float]]
) -> tuple[Sql, Sql]:
    """When a date of three columns may meet some days, and when it does for certain."""

    spans = [(schema.day(start), schema.day(end)) for start, end in days]
    return _span_meets(first, last, approximate, spans)
