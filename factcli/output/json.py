"""JSON and JSON Lines: a record a line, UTF-8."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from factcli.view.encoding import encode


def array(rows: Iterable[Any]) -> Iterator[str]:
    """A JSON array with one row a line; ``[]`` when there are none."""
    lead = "["
    for row in rows:
        yield lead + encode(row)
        lead = ",\n "
    yield "[]\n" if lead == "[" else "]\n"


def lines(rows: Iterable[Any]) -> Iterator[str]:
    """One row a line; nothing at all when there are none."""
    for row in rows:
        yield encode(row) + "\n"


__all__ = ["array", "encode", "lines"]
