"""What to look for, as one plain value, and the words that some filters choose from.

Imports nothing: a plain lookup needs this.
"""

from __future__ import annotations

from factcli.errors import UsageError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    Terms = str | Sequence[str]

ANY = "any"
MOST, LONGEST = 1_200, 100_000
"""How often a filter may be given, and how long each expression may be."""

KINDS = ("event", "figure", "statement", "position", "forecast", "background")
POLARITIES = ("asserted", "denied")
STATUSES = ("active", "disputed", "corrected", "retracted", "superseded")
QUANTITY_STATUSES = ("actual", "planned", "pledged", "target", "required", "estimate")
"""As in `factcli.model`, which a plain lookup does not import."""
HIDDEN_STATUSES = ("retracted", "superseded")
"""A lookup leaves out claims of these statuses unless `--status` names them."""


class Query:
    """Filters over claims; all that are given must hold.

    Each takes what the option of the same name takes: one expression or several. Several narrow
    (and); a comma inside one widens (or). `with_group` is ``--with``. `search` holds free words,
    which rank the answer. `recorded_by` queries the store as it was at the end of a date. `strict`
    leaves out the claims that match only possibly.

    Raises:
        UsageError: for a value that is no text, empty or too long.
        TypeError: for a filter that does not exist.
    """

    topic: Terms = ()
    actor: Terms = ()
    said_by: Terms = ()
    with_group: Terms = ()
    source: Terms = ()
    kind: Terms = ()
    polarity: Terms = ()
    status: Terms = ()
    date: Terms = ()
    since: Terms = ()
    until: Terms = ()
    as_of: Terms = ()
    value: Terms = ()
    quantity_status: Terms = ()
    match: Terms = ()
    search: str = ""
    recorded_by: str | None = None
    strict: bool = False

    def __init__(self, **filters: Any) -> None:
        for name, value in filters.items():
            if name not in FIELDS:
                raise TypeError(f"a query has no filter {name!r}")
            setattr(self, name, _checked(name, value))

    def __repr__(self) -> str:
        return f"Query({', '.join(f'{name}={value!r}' for name, value in vars(self).items())})"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Query) and self._values() == other._values()

    def __hash__(self) -> int:
        return hash(self._values())

    def _values(self) -> tuple[Any, ...]:
        return tuple(getattr(self, name) for name in FIELDS)

    def terms(self, name: str) -> tuple[str, ...]:
        """The expressions of a filter."""
        value = getattr(self, name)
        return (value,) if isinstance(value, str) else tuple(value)

    def without(self, name: str) -> Query:
        """The same query without one of its filters."""
        return Query(**{field: value for field, value in vars(self).items() if field != name})


FIELDS = tuple(Query.__annotations__)


def _checked(name: str, value: Any) -> Any:
    if name == "strict" and not isinstance(value, bool):
        raise UsageError(f"{name} is true or false, not {value!r}")
    if name == "strict" or (name == "recorded_by" and value is None):
        return value
    takes_several = name not in ("search", "recorded_by")
    is_list = takes_several and isinstance(value, (list, tuple))
    parts = value if is_list else [value]
    if len(parts) > MOST:
        raise UsageError(f"{name} is given {len(parts):,} times: {MOST:,} are the most")
    for part in parts:
        if not isinstance(part, str):
            raise UsageError(f"{name} takes text, not {repr(part)[:60]}")
        if not part:
            raise UsageError(f"{name} is empty: give a value, or leave it out")
        if len(part) > LONGEST:
            raise UsageError(f"{name} has {len(part):,} characters: {LONGEST:,} are the most")
    return tuple(parts) if is_list else value


def alternatives(expression: str, option: str) -> list[str]:
    """Split a comma list.

    Raises:
        UsageError: for an empty part, which is a typing error.
    """
    parts = [part.strip() for part in expression.split(",")]
    if not all(parts):
        raise UsageError(
            f"{option} {expression!r} has an empty part: name something on both sides of each comma"
        )
    return parts
