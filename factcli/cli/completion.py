"""What the shell offers for an argument: values from the store with their titles."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import typer

from factcli.cli.session import session
from factcli.errors import FactcliError
from factcli.output.options import FORMATS
from factcli.query import KINDS, POLARITIES, QUANTITY_STATUSES, STATUSES
from factcli.text import visible

Items = list[tuple[str, str]]
_FEW = 300


def _of_kind(kind: str) -> Callable[[typer.Context, str], Items]:
    def complete(ctx: typer.Context, incomplete: str) -> Items:
        """After a comma the next name is completed; a store that cannot be read offers nothing."""
        head, comma, last = incomplete.rpartition(",")
        try:
            found = session(ctx).store.table(kind).beginning(last)
            return [(head + comma + record.id, visible(_title(record))) for record in found]
        except FactcliError:
            return []

    return complete


def _fixed(values: Iterable[str]) -> Callable[[str], list[str]]:
    known = list(values)

    def complete(incomplete: str) -> list[str]:
        return [value for value in known if value.startswith(incomplete)]

    return complete


topics = _of_kind("topics")
actors = _of_kind("actors")
sources = _of_kind("sources")
questions = _of_kind("questions")
series = _of_kind("series")


def ids(ctx: typer.Context, incomplete: str) -> Items:
    """Ids that begin so, with their statements where they are few enough to be read."""
    try:
        store = session(ctx).store
        found = list(store.ids_beginning(incomplete))
        few = len(found) <= _FEW
        return [(one, visible(store.by_id(one).statement) if few else "") for one in found]
    except FactcliError:
        return []


def _title(record: Any) -> str:
    """What is shown beside an id: the first of name, title and text that there is."""
    fields = ("name", "title", "text")
    return next((text for field in fields if (text := getattr(record, field, None))), "")


kinds = _fixed(KINDS)
polarities = _fixed(POLARITIES)
statuses = _fixed((*STATUSES, "any"))
quantity_statuses = _fixed((*QUANTITY_STATUSES, "any"))
relations = _fixed(("contradicts", "refines", "corroborates", "supersedes", "corrects"))
conflict_kinds = _fixed(
    ("numeric", "date", "attribution", "arithmetic", "anachronism", "overclaim")
)
formats = _fixed(FORMATS)
