"""The claims that meet a query, and what is to be said about them.

Imports next to nothing: a plain lookup in JSON needs this.
"""

from __future__ import annotations

from factcli.database.claims import whole_record
from factcli.database.filters import Filter, filters_of
from factcli.database.select import Select
from factcli.record import compose

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from typing import Any

    from factcli.database.dialect import Database
    from factcli.database.names import Names
    from factcli.database.search import Search
    from factcli.query import Query
    from factcli.record.shape import Record


class Answer:
    """The claims that meet a query, in time order, or by rank when it holds free words.

    `left_out` counts claims that cannot be compared with a filter, by reason ("undated").
    `corrections` are words of a search that no claim holds, with those looked for instead.
    """

    def __init__(self, database: Database, query: Query, names: Names) -> None:
        self.database = database
        filters = filters_of(query, names)
        self.corrections: dict[str, tuple[str, ...]] = {}
        if query.search:
            filters.append(self._search(query.search))
        self._select = Select(database, filters, strict=query.strict)
        self._order: Sequence[str] = ()
        self._reverse = False
        self._limit: int | None = None
        self.found = 0
        self.left_out: dict[str, int] = {}
        self._count()

    def __len__(self) -> int:
        return self.found if self._limit is None else min(self.found, self._limit)

    def __iter__(self) -> Iterator[Record]:
        """The records, each decoded when it is its turn."""
        from factcli.record.shape import decoder

        return map(decoder(), self.json())

    def __getitem__(self, index: int | slice) -> Any:
        """A record by its place, or a list of those at a slice, as of any sequence."""
        return list(self)[index]

    def json(self) -> Iterator[str]:
        """The records as JSON, one after the other.

        Raises:
            Damaged: when a record in the database is not what was written there.
        """
        for *parts, checksum, certain in self._rows(f"{compose.COLUMNS}, c.checksum"):
            yield whole_record(self.database, parts, checksum, certain)

    def ids(self) -> Iterator[str]:
        """The ids of the claims: all that a program needs that looks no further."""
        return (ident for ident, _ in self._rows("c.id"))

    def arranged(
        self,
        paths: Sequence[str],
        key: Callable[[str, str], str] | None,
        *,
        reverse: bool = False,
        limit: int | None = None,
    ) -> Answer:
        """The same answer sorted by field paths, turned round, or cut.

        `key` gives the key of a record (as JSON) for a path: text that sorts by code points.
        """
        other = object.__new__(Answer)
        other.__dict__ |= self.__dict__
        if key is not None:
            self.database.function(
                "sort_key",
                -1,
                lambda path, *parts: key(compose.compose(parts[:-1], parts[-1]), path),
            )
        other._order = [f"sort_key('{path}', {compose.COLUMNS}, is_certain)" for path in paths]
        other._reverse, other._limit = reverse, limit
        return other

    def why_empty(self) -> str:
        """Say which filter left nothing, and what there was before it."""
        filters = sorted(self._select.filters, key=lambda one: one.name != "status")
        hidden = int(bool(filters) and filters[0].name == "status")
        select = Select(self.database, filters, strict=False)
        before = self._extent(select, hidden)
        if not before[0]:
            return "the store holds no claims" + " that are not hidden" * hidden
        passed: list[str] = []
        for number, one in enumerate(filters[hidden:], hidden + 1):
            after = self._extent(select, number)
            if not after[0]:
                return f"{one.name} leaves none of the {_the(passed, before)}"
            if after[0] < before[0]:
                passed.append(one.name)
            before = after
        return f"--strict leaves none of the {_the(passed, before)}, which match only possibly"

    def _search(self, words: str) -> Filter:
        from factcli.database import dialect
        from factcli.database.filters import Sql
        from factcli.database.search import read_search

        read: Search = read_search(self.database, words)
        self.corrections = read.corrections
        may = Sql(dialect.IS_FOUND_BY_SEARCH, (read.expression,))
        return Filter(f"the words {words}", may, search=read.expression)

    def _count(self) -> None:
        for tally in self._select.tallies():
            for reason, number in self.database.rows(tally.text, tally.values):
                if reason:
                    self.left_out[reason.removesuffix(" and ")] = number
                else:
                    self.found = number

    def _rows(self, columns: str) -> Iterator[Any]:
        sql = self._select.rows(columns, self._order, reverse=self._reverse)
        limit = "" if self._limit is None else f" LIMIT {self._limit}"
        return self.database.rows(sql.text + limit, sql.values)

    def _extent(self, select: Select, number: int) -> tuple[int, int | None, int | None]:
        sql = select.extent(number)
        found: tuple[int, int | None, int | None] = self.database.row(sql.text, sql.values)
        return found


def _the(passed: list[str], found: tuple[int, int | None, int | None]) -> str:
    """``12 claims that match --actor ruto (dated 2024-02-01 to 2025-01-26)``."""
    from factcli.dates import day_text

    number, first, last = found
    claims = f"{number} claim{'s' if number != 1 else ''}"
    dated = ""
    if first is not None and last is not None:
        dated = f" (dated {day_text(first)} to {day_text(last)})"
    return f"{claims} that match {' '.join(passed)}{dated}" if passed else claims + dated
