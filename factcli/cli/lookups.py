"""What the lookup commands do once their arguments are read.

Imports next to nothing: a plain lookup in JSON needs this.
"""

from __future__ import annotations

from factcli.output.report import Report
from factcli.query import Query

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from factcli.cli.session import Session
    from factcli.output.report import Page


def claims(
    session: Session, filters: dict[str, Any], page: Page | None = None, /, **first: Any
) -> None:
    """List the claims that meet all filters; `first` is the filter that the command stands for."""
    given = {name: value for name, value in filters.items() if value or value == ""}
    for name, value in first.items():
        given[name] = value if name == "search" else [value, *given.get(name, [])]
    query = Query(**given)
    session.check_output()  # an error in the options comes before the store is read
    found = session.store.find(query)
    session.answer(Report(found, "claims", page=page), found)


def records(session: Session, ids: Sequence[str]) -> None:
    """Show whole claims, by any unique beginning of their ids."""
    session.check_output()
    store = session.store
    found = [store.record_json(store.claim_id(ident)) for ident in ids]

    def page(rows: Any, stream: Any, color: bool) -> None:
        from factcli.output.page import draw_records

        draw_records(rows, store, stream, color=color)

    session.answer(Report(found, "claims", page=page))
