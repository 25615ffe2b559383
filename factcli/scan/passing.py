"""Which lines of a store a filter may pass over, told by their bytes."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from factcli import dates
from factcli.errors import UsageError
from factcli.index.selection import POSTED
from factcli.query import Condition
from factcli.spans import Match, Spans

_NEEDLES = 8
"""More alternatives than this are not looked for one by one."""


def checks_of(conditions: Sequence[Condition]) -> list[Callable[[bytes], bool]]:
    """What the bytes of a line that is not odd must hold if its claim is to meet the conditions."""
    checks = []
    for condition in conditions:
        if condition.facet in POSTED and len(condition.wanted) <= _NEEDLES:
            checks.append(_holding([f'"{ident}"'.encode() for ident in condition.wanted]))
        elif condition.facet in ("kind", "status"):
            key = f'"{condition.facet}":"'
            checks.append(_holding([f'{key}{value}"'.encode() for value in condition.wanted], key.encode()))
        elif condition.days is not None:
            checks.append(_dated(condition.days))
    return checks


def _holding(needles: Sequence[bytes], key: bytes = b"") -> Callable[[bytes], bool]:
    """Whether a line holds one of the needles; a line in which the key is not written as it should be is to be looked at."""
    if len(needles) == 1 and not key:
        (needle,) = needles
        return lambda line: needle in line
    return lambda line: any(needle in line for needle in needles) or key not in line


def _dated(days: Spans) -> Callable[[bytes], bool]:
    """The date is the first that a record names, if it comes before the attribution; none, and it is to be told of."""

    def check(line: bytes) -> bool:
        at = line.find(b'"date":"')
        if at < 0 or at > line.find(b'"attribution":'):
            return True
        text = line[at + 8 : line.index(b'"', at + 8)].decode()
        try:
            return dates.match(text, days) is not Match.NO
        except UsageError:
            return True  # to be told of when it is decoded

    return check
