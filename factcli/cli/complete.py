"""What the shell offers for an argument: values from the store with their titles."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import get_args

import typer

from factcli import model
from factcli.cli.session import session
from factcli.errors import FactcliError
from factcli.output import FORMATS
from factcli.store import Store
from factcli.text import visible

Items = list[tuple[str, str]]


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


def _claims(store: Store) -> Iterator[tuple[str, str]]:
    yield from ((claim.id, claim.statement) for claim in store.claims)


topics = _from_store(lambda store: ((t.id, t.title) for t in store.vocabulary.topics.values()))
actors = _from_store(lambda store: ((a.id, a.name) for a in store.vocabulary.actors.values()))
sources = _from_store(lambda store: ((s.id, s.title or "") for s in store.vocabulary.sources.values()))
questions = _from_store(lambda store: ((q.id, q.text) for q in store.vocabulary.questions.values()))
series = _from_store(lambda store: ((s.id, s.title) for s in store.series))
ids = _from_store(_claims)
kinds = _fixed(get_args(model.Kind))
statuses = _fixed((*get_args(model.Status), "any"))
quantity_statuses = _fixed((*get_args(model.QuantityStatus), "any"))
relations = _fixed(get_args(model.RelationType))
conflict_kinds = _fixed(get_args(model.ConflictKind))
formats = _fixed(FORMATS)
