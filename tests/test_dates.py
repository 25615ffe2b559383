"""EDTF dates as spans of days: tables, a count over enumerated days, and an independent
reader as oracle."""

from __future__ import annotations

import datetime
from collections.abc import Set
from functools import cache

import pytest
from hypothesis import given
from hypothesis import strategies as st
from oracle import Match, date_match

from factcli import dates
from factcli.errors import UsageError

BOUNDS = [
    ("2024-06-24", "2024-06-24", "2024-06-24"),
    ("2024-06", "2024-06-01", "2024-06-30"),
    ("2024-02", "2024-02-01", "2024-02-29"),
    ("1900-02", "1900-02-01", "1900-02-28"),
    ("2000-02", "2000-02-01", "2000-02-29"),
    ("2024", "2024-01-01", "2024-12-31"),
    ("2024~", "2024-01-01", "2024-12-31"),
    ("2024-06?", "2024-06-01", "2024-06-30"),
    ("2024-06-24%", "2024-06-24", "2024-06-24"),
    ("202X", "2020-01-01", "2029-12-31"),
    ("20XX", "2000-01-01", "2099-12-31"),
    ("2024-XX", "2024-01-01", "2024-12-31"),
    ("2024-1X", "2024-10-01", "2024-12-31"),
    ("2024-06-XX", "2024-06-01", "2024-06-30"),
    ("2024-06-3X", "2024-06-30", "2024-06-30"),
    ("2024-XX-XX", "2024-01-01", "2024-12-31"),
    ("2024-21", "2024-03-01", "2024-05-31"),
    ("2024-24", "2024-12-01", "2025-02-28"),
    ("2024-02/2025-01-26", "2024-02-01", "2025-01-26"),
    ("../2025-01-19~", None, "2025-01-19"),
    ("/2025", None, "2025-12-31"),
    ("2024-11/..", "2024-11-01", None),
    ("2024-11/", "2024-11-01", None),
    ("2024-06-24T10:00:00Z", "2024-06-24", "2024-06-24"),
    ("-0001-02", "-0001-02-01", "-0001-02-28"),
    ("0000", "0000-01-01", "0000-12-31"),
    ("Y12345", "Y12345-01-01", "Y12345-12-31"),
    ("9999", "9999-01-01", "9999-12-31"),
]


@pytest.mark.parametrize(("text", "first", "last"), BOUNDS)
def test_a_date_spans_from_its_earliest_to_its_latest_day(
    text: str, first: str | None, last: str | None
) -> None:
    assert dates.bounds(text) == (first, last)


@pytest.mark.parametrize(
    "text",
    [
        "", "24", "2024-13", "2024-00", "2024-02-30", "2023-02-29", "2024-06-31", "2024-6",
        "24-06-2024", "June 2024", "2024/2023", "../..",
        "/", "2024-21-05", "202X-06", "2024-XX-05", "2024-06-24T25:00:00", "Y2024", "2024..2025",
        "2024?~", "2024/2025/2026", "2024-06 ",
        "٢٠٢٤", "2024-25", "2024--06", "20X4",
    ],
)  # fmt: skip
def test_what_is_no_edtf_is_refused_in_one_sentence(text: str) -> None:
    with pytest.raises(UsageError) as caught:
        dates.parse(text)
    assert "\n" not in str(caught.value)


@given(st.dates())
def test_day_numbers_count_as_the_calendar_does(day: datetime.date) -> None:
    number = dates.day_number(day.year, day.month, day.day)
    assert number - dates.day_number(1970, 1, 1) == (day - datetime.date(1970, 1, 1)).days
    assert dates.day_text(number) == day.isoformat()


FIRST = datetime.date(2023, 11, 1)
DAYS = [FIRST + datetime.timedelta(days=n) for n in range((datetime.date(2025, 3, 1) - FIRST).days)]

Days = Set[datetime.date]

_single = st.one_of(
    st.sampled_from(DAYS).map(lambda day: day.isoformat()),
    st.sampled_from(DAYS).map(lambda day: day.isoformat()[:7]),
    st.just("2024"),
)


@cache
def _named(text: str) -> frozenset[datetime.date]:
    """The days that a plain date names, found by looking at every day's own text."""
    return frozenset(day for day in DAYS if day.isoformat().startswith(text))


@st.composite
def _ranges(draw: st.DrawFn, separator: str) -> tuple[str, Days]:
    one, other = draw(_single), draw(_single)
    form = draw(st.sampled_from(["one", "both", "from", "to"]))
    if form == "one":
        return one, _named(one)
    if form == "from":
        return f"{one}{separator}{'' if separator == '..' else '..'}", {
            day for day in DAYS if day >= min(_named(one))
        }
    if form == "to":
        return f"{'' if separator == '..' else '..'}{separator}{one}", {
            day for day in DAYS if day <= max(_named(one))
        }
    if min(_named(one)) > max(_named(other)):
        one, other = other, one
    return f"{one}{separator}{other}", {
        day for day in DAYS if min(_named(one)) <= day <= max(_named(other))
    }


@given(
    _ranges("/"), st.sampled_from(["", "~", "?"]), st.lists(_ranges(".."), min_size=1, max_size=3)
)
def test_certain_and_possible_equal_a_count_over_enumerated_days(
    date: tuple[str, Days], mark: str, wanted: list[tuple[str, Days]]
) -> None:
    """Open ends reach beyond the days enumerated, so both sides are open alike only where the
    condition is."""
    text, days = date
    if mark and "/.." not in text and "../" not in text:
        text += mark
    qualified = text.endswith(("~", "?"))
    allowed = frozenset[datetime.date]().union(*(part for _, part in wanted))
    condition = ",".join(part for part, _ in wanted)
    open_start, open_end = text.startswith("../"), text.endswith("/..")
    starts = any(part.startswith("..") for part, _ in wanted)
    ends = any(part.endswith("..") for part, _ in wanted)
    inside = days <= allowed and (not open_start or starts) and (not open_end or ends)
    touches = bool(days & allowed) or (open_start and starts) or (open_end and ends)
    expected = (
        Match.CERTAIN if inside and not qualified else Match.POSSIBLE if touches else Match.NO
    )
    assert date_match(text, dates.parse_condition(condition)) is expected


@given(_single, _single)
def test_since_and_until_hold_the_whole_period_that_they_name(date: str, limit: str) -> None:
    days = _named(date)
    for condition, kept in (
        (dates.since(limit), {day for day in days if day >= min(_named(limit))}),
        (dates.until(limit), {day for day in days if day <= max(_named(limit))}),
    ):
        expected = Match.CERTAIN if kept == days else Match.POSSIBLE if kept else Match.NO
        assert date_match(date, condition) is expected


def test_an_undated_claim_never_matches() -> None:
    assert date_match(None, dates.parse_condition("2024")) is Match.NO


@given(
    st.one_of(
        st.dates(datetime.date(1000, 1, 1), datetime.date(2999, 12, 31)).map(
            lambda day: day.isoformat()
        ),
        st.dates(datetime.date(1000, 1, 1), datetime.date(2999, 12, 31)).map(
            lambda day: day.isoformat()[:7]
        ),
        st.integers(1000, 2999).map(str),
        st.integers(100, 299).map(lambda decade: f"{decade}X"),
        st.integers(10, 29).map(lambda century: f"{century}XX"),
    )
)
def test_another_reader_of_edtf_finds_the_same_days(text: str) -> None:
    """`edtf` is held against ours where it is right: it widens `~` and fails on `2024-1X`."""
    import edtf

    read = edtf.parse_edtf(text)
    first, last = dates.bounds(text)
    assert first == "-".join(f"{part:02d}" for part in read.lower_strict()[:3]).zfill(10)
    assert last == "-".join(f"{part:02d}" for part in read.upper_strict()[:3]).zfill(10)
