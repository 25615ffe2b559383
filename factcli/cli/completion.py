"""What the shell offers to complete an argument: values from the store with their titles."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import typer

from factcli.cli.session import session_of
from factcli.errors import FactcliError
from factcli.output.options import FORMATS
from factcli.query import KINDS, POLARITIES, QUANTITY_STATUSES, STATUSES
from factcli.text import visible

Items = list[tuple[str, str]]
_FEW = 300
"""Ids up to which each is offered with its statement."""
_RELATIONS = ("contradicts", "refines", "corroborates", "supersedes", "corrects")
_CONFLICTS = ("numeric", "date", "attribution", "arithmetic", "anachronism", "overclaim")


def _ids_of(table: str) -> Callable[[typer.Context, str], Items]:
    def complete(ctx: typer.Context, incomplete: str) -> Items:
        """After a comma the next name is completed; a store that cannot be read offers nothing."""
        head, comma, last = incomplete.rpartition(",")
        try:
            found = session_of(ctx).store.table(table).beginning(last)
            return [(head + comma + record.id, visible(_title(record))) for record in found]
        except FactcliError:
            return []

    return complete


def _claims(ctx: typer.Context, incomplete: str) -> Items:
    """Ids of claims, with their statements where they are few enough to be read."""
    try:
        store = session_of(ctx).store
        found = list(store.ids_beginning(incomplete))
        few = len(found) <= _FEW
        return [(one, visible(store.by_id(one).statement) if few else "") for one in found]
    except FactcliError:
        return []


def _title(record: Any) -> str:
    """What is shown beside an id: the first of name, title and text that there is."""
    fields = ("name", "title", "text")
    return next((text for field in fields if (text := getattr(record, field, None))), "")


def _fixed(values: Sequence[str]) -> Callable[[str], list[str]]:
    def complete(incomplete: str) -> list[str]:
        return [value for value in values if value.startswith(incomplete)]

    return complete


COMPLETERS: dict[str, Callable[..., Any]] = {
    **{table: _ids_of(table) for table in ("topics", "actors", "sources", "questions", "series")},
    "claims": _claims,
    "kinds": _fixed(KINDS),
    "polarities": _fixed(POLARITIES),
    "statuses": _fixed((*STATUSES, "any")),
    "quantity_statuses": _fixed((*QUANTITY_STATUSES, "any")),
    "relations": _fixed(_RELATIONS),
    "conflicts": _fixed(_CONFLICTS),
    "formats": _fixed(FORMATS),
}
"""The functions that complete arguments, by the name in the declaration of an argument."""
