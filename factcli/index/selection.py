"""Filters as SQL over an index: which claims meet them, and which cannot be held against them.

Nothing is imported here, so that a lookup by way of an index starts at once. Every posting (one of a facet value's claims) holds the
span of the claim's date and its `flags`; they come in time order, undated claims last.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from factcli.index import sqlite

STATUSES = ("active", "disputed", "corrected", "retracted", "superseded")
KINDS = ("event", "figure", "statement", "position", "forecast", "background")
QUANTITY_STATUSES = ("actual", "planned", "pledged", "target", "required", "estimate")
"""As in `factcli.model`, by their number in the flags."""
HIDDEN = (3, 4)
"""The statuses that are left out unless they are asked for."""

POSTED = ("topic", "actor", "origin", "source")
"""Facets whose values have postings, beside `question` and `opposes`."""
CODED = {"status": (0, STATUSES), "kind": (3, KINDS), "quantity_status": (6, ("", *QUANTITY_STATUSES))}
"""Facets that stand in the flags: from which bit on, and which values."""
MARKED = 1 << 9
"""The date is qualified: about, or uncertain."""
SOURCE = 10
"""From this bit on the flags have the number of the source."""
_SOURCES = 20_000
"""Sources that SQL is asked for by their numbers; it takes a text of a megabyte."""
ALL = 0
"""The number under which every claim is posted."""

OPEN = 4 * 10**15
"""Stands for infinity among days."""
UNDATED = 5 * 10**15
"""Both ends of no date: after everything."""


def flags(status: str, kind: str, quantity_status: str | None, marked: bool) -> int:
    """A claim's flags, but for its source."""
    return (
        STATUSES.index(status)
        | KINDS.index(kind) << 3
        | (QUANTITY_STATUSES.index(quantity_status) + 1 if quantity_status else 0) << 6
        | MARKED * marked
    )


def days_of(start: float, end: float) -> tuple[int, int]:
    """The ends of a span of days as an index has them."""
    return _day(start), _day(end)


class Selection:
    """The filters that SQL decides: exactly as `factcli.query` would.

    `groups`: for each filter on a facet the numbers of the values wanted, with how many postings they have; `codes`: for each
    filter on a coded facet the bit and the numbers wanted; `hides`: hidden statuses are left out; `days`: spans of days, one of which
    the date has to meet; `match`: an FTS5 expression; `ranked`: instead, a table of the claims that meet one, `n`, with their `rank`;
    `figures`: of how many claims, as `SELECT n`, figures allow some of the numbers wanted, which is to be seen in each; `strict`:
    certain matches only; `published`: the numbers of the sources of which claims match certainly, possibly, and not at all for want of a
    date.
    """

    def __init__(self) -> None:
        self.groups: list[tuple[int, tuple[int, ...]]] = []
        self.codes: list[tuple[int, tuple[int, ...]]] = []
        self.hides = False
        self.days: tuple[tuple[int, int], ...] | None = None
        self.match: str | None = None
        self.ranked: str | None = None
        self.figures: tuple[int, str] | None = None
        self.published: tuple[tuple[int, ...], ...] | None = None
        self.strict = False

    def add_facet(self, connection: sqlite.Connection, facet: str, wanted: Collection[str]) -> None:
        """One of the values of a facet is wanted."""
        if facet in CODED:
            shift, names = CODED[facet]
            self.codes.append((shift, tuple(names.index(value) for value in sorted(wanted))))
            return
        marks = ", ".join("?" * len(wanted))
        rows = connection.execute(
            "SELECT f.v, (SELECT total(c.claims) FROM counts c WHERE c.v = f.v)"
            f" FROM facets f WHERE f.facet = ? AND f.value IN ({marks})",
            (facet, *sorted(wanted)),
        ).fetchall()
        self.groups.append((int(sum(row[1] for row in rows)), tuple(row[0] for row in rows)))

    def add_numbers(self, connection: sqlite.Connection, wanted: Iterable[tuple[float, float]]) -> None:
        """Some number between two is wanted; rounding widens what is found, as it keeps the order of numbers."""
        parts = []
        for low, high in (map(_number, ends) for ends in wanted):
            parts.append(f"SELECT n FROM figures WHERE low BETWEEN {low} AND {high}")
            parts.append(
                f"SELECT n FROM figures INDEXED BY figures_wide WHERE high > low AND low < {low} AND high >= {low}"
            )
        sql = " UNION ".join(parts)
        (number,) = connection.execute(f"SELECT count(*) FROM ({sql})").fetchone()
        self.figures = min(self.figures or (number, sql), (number, sql))

    def add_published(self, connection: sqlite.Connection, sources: tuple[Collection[str], ...]) -> bool:
        """Claims of the sources are wanted; False where SQL cannot be asked for that."""
        if self.published is not None or sum(map(len, sources)) > _SOURCES:
            return False
        numbers = dict(connection.execute("SELECT value, v FROM facets WHERE facet = 'source'").fetchall())
        self.published = tuple(tuple(numbers[ident] for ident in part if ident in numbers) for part in sources)
        return True

    def rows(self, columns: str) -> str:
        """The claims found, in time order or by rank: `columns` of the posting `p` and the claim `c`."""
        wheres = [*self._held(), *([self._dated()] if self.days is not None else [])]
        if self.hides:
            wheres.append(f"NOT {_HIDDEN}")
        if self.published is not None:
            wheres.append(f"NOT {self._unpublished}")
        if self.strict:
            wheres.append(f"NOT ({self.possible})")
        return self._select(columns, wheres)

    def tally(self) -> str:
        """How many are found and how many cannot be held against a filter: hidden status or -1, undated, of no publication
        date, possible, number."""
        if self._is_counted():
            return f"SELECT CASE WHEN status IN {HIDDEN} THEN status ELSE -1 END, 0, 0, 0, sum(claims) FROM counts WHERE v = {self._first()[0]} GROUP BY 1"
        hidden = f"CASE WHEN {_HIDDEN} THEN p.flags & 7 ELSE -1 END" if self.hides else "-1"
        undated = f"p.low = {UNDATED}" if self.days is not None else "0"
        wheres = [*self._held(), *([f"({self._dated()} OR {undated})"] if self.days is not None else [])]
        return (
            f"SELECT {hidden}, {undated}, {self._unpublished}, {self.possible}, count(*) FROM {self._table()}"
            f" WHERE {' AND '.join(wheres)} GROUP BY 1, 2, 3, 4"
        )

    def candidates(self) -> str:
        """The claims that meet a filter or are to be told to lack what it asks for, as `SELECT n, record`, in time order."""
        wheres = self._held()
        if self.days is not None:
            wheres.append(f"({self._dated()} OR p.low = {UNDATED})")
        return self._select("p.n, c.record", wheres)

    def _select(self, columns: str, wheres: list[str]) -> str:
        order = "p.low, p.high, p.n"
        if self.match:
            order = f"CAST(bm25(words, {WEIGHTS}) * 1e9 AS INTEGER), p.n"
        elif self.ranked:
            order = "r.rank, p.n"
        table = self._table()
        if "c." in columns:
            table += " CROSS JOIN claims c ON c.n = p.n"
        return f"SELECT {columns} FROM {table} WHERE {' AND '.join(wheres)} ORDER BY {order}"

    @property
    def possible(self) -> str:
        """Whether a claim is only possibly found."""
        reasons = []
        if self.days is not None:
            within = " OR ".join(f"(p.low >= {_day(start)} AND p.high <= {_day(end)})" for start, end in self.days)
            reasons.append(f"p.flags & {MARKED} != 0 OR NOT ({within or 0})")
        if self.published is not None:
            reasons.append(f"{_SOURCE} IN {_in(self.published[1])}")
        return f"({' OR '.join(reasons)})" if reasons else "0"

    @property
    def _unpublished(self) -> str:
        """Whether the source of a claim has no date, which is asked for."""
        return f"{_SOURCE} IN {_in(self.published[2])}" if self.published is not None else "0"

    def told(self, tally: Iterable[tuple[int, int, int, int, int]]) -> tuple[int, dict[str, int]]:
        """How many were found, and what is to be said of the others, from the rows of `tally`."""
        found = 0
        left_out: dict[str, int] = {}
        for hidden, undated, unpublished, possible, number in tally:
            if hidden == -1 and not undated and not unpublished:
                found += 0 if possible and self.strict else number
                continue
            if hidden != -1 and not self.hides:
                found += number
                continue
            lacks = [f"{STATUSES[hidden]} (--status {STATUSES[hidden]})"] if hidden != -1 else []
            lacks += ["undated"] if undated else []
            lacks += ["of unknown publication date"] if unpublished else []
            reason = " and ".join(lacks)
            left_out[reason] = left_out.get(reason, 0) + number
        return found, left_out

    def _is_counted(self) -> bool:
        """Whether counts are kept for just this."""
        return (
            not (self.codes or self.match or self.ranked or self.published or self.days is not None)
            and len(self.groups) < 2
            and len(self._first()) == 1
        )

    def _first(self) -> tuple[int, ...]:
        """The numbers of the values by which postings are looked up: those of the filter with the fewest."""
        return min(self.groups)[1] if self.groups else (ALL,)

    def _by_figures(self) -> str | None:
        """The claims by their figures, where these leave fewer than any facet."""
        if self.figures is None or (self.groups and min(self.groups)[0] < self.figures[0]):
            return None
        return self.figures[1]

    def _table(self) -> str:
        if self.match:
            return "words CROSS JOIN claims p ON p.n = words.rowid"
        if self.ranked:
            return f"{self.ranked} r CROSS JOIN claims p ON p.n = r.n"
        if figures := self._by_figures():
            return f"({figures}) r CROSS JOIN claims p ON p.n = r.n"
        first = self._first()
        if len(first) == 1:
            return "postings p"
        return f"(SELECT DISTINCT low, high, n, flags FROM postings WHERE v IN {_in(first)}) p"

    def _held(self) -> list[str]:
        """What must hold of every claim that is found or told of."""
        wheres = []
        others = sorted(self.groups)
        if self.match:
            wheres.append(f"words MATCH {_quoted(self.match)}")
        elif self.ranked or self._by_figures():
            wheres.append("1")
        else:
            first, others = self._first(), others[1:]
            wheres.append(f"p.v = {first[0]}" if len(first) == 1 else "1")
        for _, group in others:
            wheres.append(
                f"EXISTS (SELECT 1 FROM postings q WHERE q.v IN {_in(group)} AND q.low = p.low AND q.high = p.high AND q.n = p.n)"
            )
        wheres += [f"(p.flags >> {shift}) & 7 IN {_in(numbers)}" for shift, numbers in self.codes]
        if self.published is not None:
            wheres.append(f"{_SOURCE} IN {_in(v for part in self.published for v in part)}")
        return wheres

    def _dated(self) -> str:
        days = self.days or ()
        last = max((_day(end) for _, end in days), default=-OPEN)
        meets = " OR ".join(f"(p.low < {_day(end)} AND p.high > {_day(start)})" for start, end in days)
        return f"(p.low < {last} AND ({meets or 0}))"


def patched(record: bytes, possible: object) -> bytes:
    """A record as it is kept, which says that it matches certainly, with how it matches here. No text in it holds a bare quote."""
    return record.replace(b'"match":"certain"', b'"match":"possible"', 1) if possible else record


WEIGHTS = "4.0, 1.0, 1.0"
"""What a word counts for in the statement, in names, in notes."""
_HIDDEN = f"p.flags & 7 IN {HIDDEN}"
_SOURCE = f"(p.flags >> {SOURCE})"


def _day(day: float) -> int:
    return int(min(max(day, -OPEN), OPEN))


def _number(number: float) -> str:
    return repr(number).replace("inf", "9e999")


def _in(numbers: Iterable[int]) -> str:
    return f"({', '.join(map(str, numbers))})"


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
