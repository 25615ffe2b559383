"""What the lookup commands do once their arguments are read."""

from __future__ import annotations

from collections.abc import Sequence
from typing import IO, Any

from factcli.cli.session import Session
from factcli.output import Options, Report
from factcli.output.layouts.claims import RECORDS
from factcli.query import Query
from factcli.view import View


def query(filters: dict[str, Any], **first: Any) -> Query:
    """The filters of a command line as a `Query`; `first` is what the command itself stands for, as a filter."""
    given = {name: value for name, value in filters.items() if value}
    for name, value in first.items():
        given[name] = value if name == "search" else [value, *given.get(name, [])]
    return Query(**given)


def claims(run: Session, wanted: Query, options: Options) -> None:
    """List the claims that meet a query."""
    options.chosen_format()  # a slip in the options is told before the store is read
    found = run.store.find(wanted)
    run.answer(Report(View(found.store).records(found), RECORDS), options, found)


def records(run: Session, ids: Sequence[str], options: Options) -> None:
    """Show whole claims, by any unique beginning of their ids."""
    options.chosen_format()
    found = [run.store.get(ident) for ident in ids]
    rivals = {claim.id: run.view.rivals.of(claim) for claim in found}

    def page(rows: Sequence[Any], stream: IO[str], color: bool) -> None:
        from factcli.output.page import draw_records

        draw_records([(row, rivals[row.id]) for row in rows], run.store.vocabulary, stream, color=color)

    run.answer(Report([run.view.record(claim) for claim in found], RECORDS, page=page), options)
