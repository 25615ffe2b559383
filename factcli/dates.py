"""Dates as sources give them: EDTF levels 0 and 1, read as spans of days.

The Extended Date/Time Format is ISO 8601-2:2019 (https://www.loc.gov/standards/datetime/). A date
is the half-open span from its earliest to its latest day, counted in days from 0000-03-01 in the
proleptic Gregorian calendar. ``?``, ``~`` and ``%`` mark a date as uncertain or approximate and
widen nothing; ``..`` and an empty end are unbounded. Seasons are the meteorological ones of the
north (24, winter, begins in December).
"""

from __future__ import annotations

import re
from functools import lru_cache, reduce
from math import inf
from typing import NamedTuple

from factcli.errors import UsageError
from factcli.spans import Span, Spans, intersection, union

_DATE = re.compile(
    r"(?P<year>-?[0-9]{4}|[0-9]{3}X|[0-9]{2}XX|Y-?[1-9][0-9]{4,11})"
    r"(?:-(?P<month>[0-9]{2}|[01]X|XX)(?:-(?P<day>[0-9]{2}|[0-3]X|XX)(?P<time>T[0-9:Z+-]+)?)?)?"
    r"(?P<mark>[?~%])?"
)
_TIME = r"T([01][0-9]|2[0-3])(:[0-5][0-9]){2}(Z|[+-]([01][0-9]|2[0-3])(:[0-5][0-9])?)?|T24:00:00Z?"
_SEASONS = {"21": 3, "22": 6, "23": 9, "24": 12}
KEPT = 2048
"""How many dates the caches hold: the days of five years, in about 1 MB."""
_FORMS = "write a day (2024-06-24), a month (2024-06), a year (2024), or a range (2024-06..2024-07)"


class Edtf(NamedTuple):
    """A date as read: `span` in day numbers (`inf` where open), `qualified` when marked ``?``,
    ``~`` or ``%``."""

    text: str
    span: Span
    qualified: bool


@lru_cache(maxsize=KEPT)
def parse(text: str) -> Edtf:
    """Read an EDTF date or interval of level 0 or 1.

    Raises:
        UsageError: says what is wrong, and which forms are dates.
    """
    if "/" not in text:
        return _parse_date(text)
    first, _, last = text.partition("/")
    start = None if first in ("", "..") else _parse_date(first)
    end = None if last in ("", "..") else _parse_date(last)
    if start is None and end is None:
        raise UsageError(
            f"{text!r} is open at both ends and says nothing: name one end, as in ../2024-07"
        )
    span = (start.span[0] if start else -inf, end.span[1] if end else inf)
    if span[0] >= span[1]:
        raise UsageError(f"{text!r} ends before it begins: put the earlier date first")
    return Edtf(text, span, any(date.qualified for date in (start, end) if date))


def parse_condition(text: str) -> Spans:
    """Read what ``--date`` takes: EDTF, or ``A..B`` with an open end; a comma means *or*."""
    return union(_parse_range(part.strip()).span for part in text.split(","))


def since(text: str) -> Spans:
    """Read what ``--since`` takes: the days from the first day of a date onwards."""
    return ((parse(text).span[0], inf),)


def until(text: str) -> Spans:
    """Read what ``--until`` takes: the days up to the last day of a date.

    ``2024-07`` includes all of July.
    """
    return ((-inf, parse(text).span[1]),)


def both(conditions: list[Spans]) -> Spans:
    """Find the days that every condition allows."""
    every_day: Spans = ((-inf, inf),)
    return reduce(intersection, conditions, every_day)


@lru_cache(maxsize=KEPT)
def bounds(date: str | None) -> tuple[str | None, str | None]:
    """Find the earliest and the latest day, as ISO 8601 dates; None where open or unknown."""
    if date is None:
        return None, None
    start, end = parse(date).span
    return None if start == -inf else day_text(start), None if end == inf else day_text(end - 1)


def _parse_range(text: str) -> Edtf:
    if ".." not in text or "/" in text:
        return parse(text)
    first, _, last = text.partition("..")
    return parse(f"{first or '..'}/{last or '..'}")


def _parse_date(text: str) -> Edtf:
    found = _DATE.fullmatch(text)
    if found is None or (found["time"] and not re.fullmatch(_TIME, found["time"])):
        raise _refusal(text, _FORMS)
    year, month, day = found["year"], found["month"], found["day"]
    if month and (year[0] == "Y" or "X" in year):
        raise UsageError(f"{text!r} is not a date of EDTF level 1: such a year stands alone")
    if day and "X" in month and day != "XX":
        raise _refusal(text, "a known day needs a known month")
    return Edtf(text, _span(text, year, month, day), bool(found["mark"]))


def _span(text: str, year: str, month: str | None, day: str | None) -> Span:
    low, high = (int(year.lstrip("Y").replace("X", digit)) for digit in "09")
    if month is None:
        return day_number(low, 1, 1), day_number(high + 1, 1, 1)
    if month in _SEASONS:
        if day:
            raise _refusal(text, "a season has no days")
        return _month_span(low, _SEASONS[month], _SEASONS[month] + 2)
    months = _fitting(month, 12)
    if not months:
        raise _refusal(text, f"there is no month {month}, months go from 01 to 12")
    start, end = _month_span(low, months[0], months[-1])
    if day is None or day == "XX":
        return start, end
    days = _fitting(day, end - start)  # a known day is of a known month
    if not days:
        raise _refusal(text, f"{year}-{month} has no day {day}, it has {end - start}")
    return start + days[0] - 1, start + days[-1]


def _month_span(year: int, first: int, last: int) -> Span:
    """From the first day of a month to the last day of another; 13 is January of the next year."""
    return day_number(year, first, 1), day_number(year + last // 12, last % 12 + 1, 1)


def _refusal(text: str, reason: str) -> UsageError:
    return UsageError(f"{text!r} is not a date: {reason}")


def _fitting(mask: str, last: int) -> list[int]:
    """The numbers from 1 to the last that a mask of two digits or X allows."""
    if "X" not in mask:
        return [int(mask)] if 1 <= int(mask) <= last else []
    fits = re.compile(mask.replace("X", "[0-9]")).fullmatch
    return [n for n in range(1, last + 1) if fits(f"{n:02d}")]


def day_number(year: int, month: int, day: int) -> int:
    """Count the days from 0000-03-01, in any year.

    The calendar repeats every 400 years, which have 146,097 days.
    """
    year -= month < 3
    era, of_era = divmod(year, 400)
    of_year = (153 * ((month + 9) % 12) + 2) // 5 + day - 1
    return era * 146097 + of_era * 365 + of_era // 4 - of_era // 100 + of_year


def day_text(number: int) -> str:
    """Write a day number as an ISO 8601 date; long years as EDTF writes them (``Y12345-…``)."""
    era, of_era = divmod(number, 146097)
    year = (of_era - of_era // 1460 + of_era // 36524 - of_era // 146096) // 365
    of_year = of_era - (365 * year + year // 4 - year // 100)
    shifted = (5 * of_year + 2) // 153
    month = shifted + 3 if shifted < 10 else shifted - 9
    year += era * 400 + (month < 3)
    written = f"Y{year}" if abs(year) > 9999 else f"{'-' if year < 0 else ''}{abs(year):04d}"
    return f"{written}-{month:02d}-{of_year - (153 * shifted + 2) // 5 + 1:02d}"
