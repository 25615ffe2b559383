"""What the shell offers for an argument: values from the store with their titles."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

import typer

from factcli.cli.session import session
from factcli.errors import FactcliError
from factcli.index.selection import KINDS, QUANTITY_STATUSES, STATUSES
from factcli.output import FORMATS
from factcli.text import visible

if TYPE_CHECKING:
    from factcli.store import Store

Items = list[tuple[str, str]]
_FEW = 300


def _from_store(values: Callable[[Store], Iterable[tuple[str, str]]]) -> Callable[[typer.Context, str], Items]:
    def complete(ctx: typer.Context, incomplete: str) -> Items:
        """After a comma the next name is completed; a store that cannot be read offers nothing."""
        head, comma, last = incomplete.rpartition(",")
        try:
            return [(head + comma + v, visible(title)) for v, title in values(session(ctx).store) if v.startswith(last)]
        except FactcliError:
            return []

    return complete


def _fixed(values: Iterable[str]) -> Callable[[str], list[str]]:
    known = list(values)

    def complete(incomplete: str) -> list[str]:
        return [value for value in known if value.startswith(incomplete)]

    return complete


topics = _from_store(lambda store: ((t.id, t.title) for t in store.vocabulary.topics.values()))
actors = _from_store(lambda store: ((a.id, a.name) for a in store.vocabulary.actors.values()))
sources = _from_store(lambda store: ((s.id, s.title or "") for s in store.vocabulary.sources.values()))
questions = _from_store(lambda store: ((q.id, q.text) for q in store.vocabulary.questions.values()))
series = _from_store(lambda store: ((s.id, s.title) for s in store.series))


def ids(ctx: typer.Context, incomplete: str) -> Items:
    """Ids that begin so, with their statements where they are few enough to be read."""
    try:
        store = session(ctx).store
        found = list(store.ids_beginning(incomplete))
        few = len(found) <= _FEW
        return [(ident, visible(pair[1].statement) if few and (pair := store.by_id(ident)) else "") for ident in found]
    except FactcliError:
        return []


kinds = _fixed(KINDS)
statuses = _fixed((*STATUSES, "any"))
quantity_statuses = _fixed((*QUANTITY_STATUSES, "any"))
relations = _fixed(("contradicts", "refines", "corroborates", "supersedes", "corrects"))
conflict_kinds = _fixed(("numeric", "date", "attribution", "arithmetic", "anachronism", "overclaim"))
formats = _fixed(FORMATS)
