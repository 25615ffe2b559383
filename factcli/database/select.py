"""Filters put together to statements: which claims are found, how many, which cannot be compared.

Imports next to nothing: a plain lookup needs this.
"""

from __future__ import annotations

from factcli.database import dialect, schema
from factcli.database.filters import Filter, Sql, any_of, joined

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from typing import Any

    from factcli.database.dialect import Database
    from factcli.database.filters import Link

_FOUND = Sql("''")
_MANY = 10_000
"""Claims of a link table that are counted to find the shortest."""


class Select:
    """The claims that meet some filters.

    The narrowest link table, or the full-text table, is read first; the other filters are
    conditions on the claim.
    """

    def __init__(self, database: Database, filters: Sequence[Filter], *, strict: bool) -> None:
        self.filters, self._strict = filters, strict
        self._lead = _lead(database, filters)
        self._others = [one for one in filters if one is not self._lead]
        self._is_linked = all(one.is_linked for one in filters)
        self._is_ranked = self._lead is not None and self._lead.search is not None
        self._certain = joined(" AND ", (one.certain for one in filters if one.certain))

    def rows(self, columns: str, order: Sequence[str] = (), *, reverse: bool = False) -> Sql:
        """The claims that are found: columns of the claim `c`, then whether it is certain.

        In time order, or by rank; the keys of `order` come before that. `reverse`: last first.
        """
        source = _Source(self._lead, alone=False)
        where = joined(" AND ", [*source.tests, *self._tests()])
        natural = (dialect.RANK, "c.n") if self._is_ranked else ("{t}.first", "{t}.last", "{t}.n")
        keys = [f"{key} DESC" if reverse else key for key in (*order, *natural)]
        return source.statement(
            f"SELECT {columns}, {self._certain.text} AS is_certain FROM {source.table}"
            f" WHERE {where.text} ORDER BY {', '.join(keys)}",
            (*self._certain.values, *source.values, *where.values),
        )

    def tallies(self) -> list[Sql]:
        """How many claims are found, and how many cannot be compared with some filter.

        Rows of a reason ("" for those found) and a number; what each statement counts adds up.
        """
        lacking = [one for one in self._others if one.lack]
        found = joined(" AND ", self._tests())
        if not lacking:
            return [self._tally(_FOUND, found)]
        fails = any_of(map(_fails, lacking))
        left_out = joined(" AND ", [*map(_may_or_lacks, self._others), fails])
        reason = joined(" || ", map(_reason, lacking))
        if self._is_ranked:  # to look words up again would take longer than to compare more claims
            return [self._tally(reason, any_of([found, left_out]))]
        return [self._tally(_FOUND, found), self._tally(reason, left_out)]

    def _tally(self, reason: Sql, condition: Sql) -> Sql:
        source = _Source(self._lead, alone=self._is_linked)
        where = joined(" AND ", [*source.tests, condition])
        group = "" if reason is _FOUND else " GROUP BY 1"
        return source.statement(
            f"SELECT {reason.text}, count(*) FROM {source.table} WHERE {where.text}{group}",
            (*reason.values, *source.values, *where.values),
        )

    def _tests(self) -> list[Sql]:
        """The filters as conditions on the claim, but for the one whose table is read first."""
        return [(one.certain or one.may) if self._strict else one.may for one in self._others]

    def extent(self, number: int) -> Sql:
        """How many claims may meet the first filters, and the first and last day of their dates."""
        source = _Source(None, alone=False)
        where = joined(" AND ", (one.may for one in self.filters[:number]))
        return source.statement(f"{_EXTENT} WHERE {where.text}", where.values)


class _Source:
    """What a statement reads first, and the conditions that belong to it.

    `alone`: a count that needs nothing else is made of a link table alone.
    """

    def __init__(self, lead: Filter | None, *, alone: bool) -> None:
        self.table, self._t = "claim c", "c"
        self.tests: list[Sql] = []
        self.values: tuple[Any, ...] = ()
        if lead is None:
            return
        if lead.search is not None:
            self.table = dialect.FOUND_BY_SEARCH
            self.tests = [Sql(dialect.MATCHES, (lead.search,))]
            return
        link = lead.link
        assert link is not None, "only a link or a search leads"
        self._t = "p"
        if len(link.wanted) == 1:
            linked = link.table
            self.tests = [Sql(f"p.{link.column} = ?", link.wanted)]
        else:
            linked = (
                "(SELECT DISTINCT hidden, first, last, n, approximate, status"
                f" FROM {link.table} WHERE {link.column} IN ({_marks(link)}))"
            )
            self.values = tuple(link.wanted)
        self.table = f"{linked} p" if alone else dialect.LED_BY.format(linked)

    def statement(self, text: str, values: Iterable[Any]) -> Sql:
        """A statement about this source, whose dates and status come from the table read first."""
        return Sql(text.replace("{t}", self._t), values)


_EXTENT = (
    "SELECT count(*),"
    f" min(CASE WHEN abs(c.first) < {schema.OPEN} THEN c.first"
    f" WHEN abs(c.last) < {schema.OPEN} THEN c.last - 1 END),"
    f" max(CASE WHEN abs(c.last) < {schema.OPEN} THEN c.last - 1"
    f" WHEN abs(c.first) < {schema.OPEN} THEN c.first END)"
    " FROM claim c"
)


def _lead(database: Database, filters: Sequence[Filter]) -> Filter | None:
    """The filter whose table is read first."""
    for one in filters:
        if one.search is not None:
            return one
    linked = [one for one in filters if one.link]
    if len(linked) < 2:
        return linked[0] if linked else None
    return min(linked, key=lambda one: _size(database, one.link) if one.link else _MANY)


def _size(database: Database, link: Link) -> int:
    sql = f"SELECT 1 FROM {link.table} WHERE {link.column} IN ({_marks(link)}) LIMIT {_MANY}"
    return int(database.value(f"SELECT count(*) FROM ({sql}) x", link.wanted))


def _marks(link: Link) -> str:
    return ", ".join("?" * len(link.wanted)) or "NULL"


def _fails(one: Filter) -> Sql:
    """Whether a claim cannot meet a filter."""
    return one.fails or Sql(f"NOT {one.may.text}", one.may.values)


def _may_or_lacks(one: Filter) -> Sql:
    if one.lack is None:
        return one.may
    values = (*one.may.values, *one.lack.values)
    return Sql(f"({one.may.text} OR {one.lack.text} IS NOT NULL)", values)


def _reason(one: Filter) -> Sql:
    """What a claim lacks, as a part of the whole reason; nothing where it may meet the filter."""
    assert one.lack is not None
    values = (*one.may.values, *one.lack.values)
    return Sql(f"CASE WHEN {one.may.text} THEN '' ELSE {one.lack.text} || ' and ' END", values)
