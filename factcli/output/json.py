"""JSON and JSON Lines, with one record a line. Imports nothing: a plain lookup needs this."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator


def array(rows: Iterable[str]) -> Iterator[str]:
    """Write encoded rows as a JSON array, one a line; ``[]`` when there are none."""
    lead = "["
    for row in rows:
        yield f"{lead}{row}"
        lead = ",\n "
    yield "[]\n" if lead == "[" else "]\n"


def lines(rows: Iterable[str]) -> Iterator[str]:
    """Write encoded rows as JSON Lines; nothing at all when there are none."""
    for row in rows:
        yield f"{row}\n"
