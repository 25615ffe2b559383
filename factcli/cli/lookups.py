"""What the lookup commands do once their arguments are read.

Imports next to nothing: a plain lookup in JSON needs this.
"""

from __future__ import annotations

from factcli.output.report import Report
from factcli.query import Query

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from typing import IO, Any

    from factcli.cli.session import Session
    from factcli.output.options import Options


def query(filters: dict[str, Any], **first: Any) -> Query:
    """Make the query of a command line; `first` is the filter that the command stands for."""
    given = {name: value for name, value in filters.items() if value}
    for name, value in first.items():
        given[name] = value if name == "search" else [value, *given.get(name, [])]
    return Query(**given)


def claims(run: Session, wanted: Query, options: Options) -> None:
    """List the claims that meet a query."""
    options.chosen_format()  # a slip in the options is an error before the store is read
    found = run.store.find(wanted)
    run.answer(Report(found, "claims"), options, found)


def records(run: Session, ids: Sequence[str], options: Options) -> None:
    """Show whole claims, by any unique beginning of their ids."""
    options.chosen_format()
    found = [run.store.record_json(run.store.claim_id(ident)) for ident in ids]

    def page(rows: Iterable[Any], stream: IO[str], color: bool) -> None:
        from factcli.output.page import draw_records

        draw_records(rows, run.store, stream, color=color)

    run.answer(Report(found, "claims", page=page), options)
