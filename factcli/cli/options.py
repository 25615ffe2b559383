"""Every shared option, declared once: the filters, and how to answer."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import fields as dataclass_fields
from functools import wraps
from pathlib import Path
from typing import Annotated, Any

import typer

from factcli.cli import complete
from factcli.output import FORMATS, Options
from factcli.query import Query

FILTERS_PANEL = "Filters (repeat to narrow; a comma inside widens)"
OUTPUT_PANEL = "Output"


def _filter(option: str, metavar: str, help: str, completion: Callable[..., Any] | None = None) -> Any:
    info = typer.Option(option, metavar=metavar, help=help, autocompletion=completion, rich_help_panel=FILTERS_PANEL)
    return Annotated[list[str] | None, info]


def _output(*names: str, **settings: Any) -> Any:
    return typer.Option(*names, rich_help_panel=OUTPUT_PANEL, **settings)


FILTERS: dict[str, Any] = {
    "topic": _filter("--topic", "TOPIC", "On a topic (see `factcli topics`).", complete.topics),
    "actor": _filter("--actor", "WHO", "Naming somebody in any role; names, aliases, any spelling.", complete.actors),
    "said_by": _filter("--said-by", "WHO", "Whose origin is WHO: who said it, not who passed it on.", complete.actors),
    "with_group": _filter("--with", "GROUP", "Said by GROUP or by anyone affiliated with it.", complete.actors),
    "source": _filter("--source", "SOURCE", "From a source, by id, title or outlet.", complete.sources),
    "kind": _filter("--kind", "KIND", "event, figure, statement, position, forecast or background.", complete.kinds),
    "status": _filter(
        "--status", "STATUS", "active, disputed, corrected, retracted, superseded, or any; without it the last two are hidden.",
        complete.statuses,
    ),
    "date": _filter("--date", "WHEN", "When it happened: 2024, 2024-06, 2024-06-24, A..B, ..B, or EDTF."),
    "since": _filter("--since", "WHEN", "Happened in or after WHEN."),
    "until": _filter("--until", "WHEN", "Happened by the end of WHEN: 2024-07 holds all of July."),
    "as_of": _filter("--as-of", "WHEN", "Published by the end of WHEN, whatever day it speaks of."),
    "value": _filter("--value", "CONDITION", "Whose figure meets '>=400', '<1000', '=217' or '200..600'; a unit or currency may follow."),
    "quantity_status": _filter(
        "--quantity-status", "STATUS", "Whose figure is actual (what --value assumes), planned, pledged, target, required, estimate, or any.",
        complete.quantity_statuses,
    ),
    "match": _filter("--match", "TEXT", "Holding TEXT in statement, names or notes."),
    "recorded_by": Annotated[str | None, typer.Option("--recorded-by", metavar="WHEN", help="As the store was at the end of WHEN, by its log.", rich_help_panel=FILTERS_PANEL)],
    "strict": Annotated[bool, typer.Option("--strict", help="Certain matches only; leave out the possible ones.", rich_help_panel=FILTERS_PANEL)],
}  # fmt: skip
"""Fields of `Query` and the options that fill them."""

OUTPUT: dict[str, Any] = {
    "format": Annotated[str | None, _output("--format", "-f", metavar="FORMAT", help=f"{', '.join(FORMATS)}. Without it: a table on a terminal, JSON in a pipe.", autocompletion=complete.formats)],
    "json": Annotated[bool, _output("--json", help="Short for --format json.")],
    "output": Annotated[Path | None, _output("--output", "-o", metavar="FILE", help="Write to FILE, whole or not at all; the format goes by its ending.")],
    "fields": Annotated[str | None, _output("--fields", metavar="FIELDS", help="Only these fields, as in id,date,source.outlet (see `factcli schema`).")],
    "sort": Annotated[str | None, _output("--sort", metavar="FIELDS", help="Order by fields; empty ones come last.")],
    "reverse": Annotated[bool, _output("--reverse", help="The other way round.")],
    "limit": Annotated[int | None, _output("--limit", "-n", min=0, metavar="N", help="The first N only.")],
    "count": Annotated[bool, _output("--count", help="Only how many.")],
    "raw": Annotated[bool, _output("--raw", help="CSV and TSV: leave cells that a spreadsheet would run as formulas as they are.")],
    "no_color": Annotated[bool, _output("--no-color", help="No colour; so do NO_COLOR and TERM=dumb.")],
    "exit_status": Annotated[bool, _output("--exit-status", "-e", help="Exit 1 when nothing is found.")],
}  # fmt: skip
"""Fields of `factcli.output.Options` and the options that fill them."""


def extended(
    command: Callable[..., None], groups: dict[str, tuple[Callable[..., Any], dict[str, Any]]]
) -> Callable[..., None]:
    """A command whose signature, which Typer reads, has a parameter for each option of the groups."""

    @wraps(command)
    def run(**given: Any) -> None:
        for name, (build, declared) in groups.items():
            values = {field: given.pop(field) for field in declared}
            given[name] = build(**values)
        command(**given)

    own = [p for p in inspect.signature(command, eval_str=True).parameters.values() if p.name not in groups]
    added = [
        inspect.Parameter(field, inspect.Parameter.KEYWORD_ONLY, default=_default(build, field), annotation=annotation)
        for build, declared in groups.values()
        for field, annotation in declared.items()
    ]
    signature = inspect.Signature([*(p.replace(kind=inspect.Parameter.KEYWORD_ONLY) for p in own), *added])
    run.__signature__ = signature  # type: ignore[attr-defined]  # what inspect.signature reads
    run.__annotations__ = {p.name: p.annotation for p in signature.parameters.values()}
    return run


def answers(command: Callable[..., None]) -> Callable[..., None]:
    """Give a command the output options; it receives them as one `options`."""
    return extended(command, {"options": (Options, OUTPUT)})


def lists_claims(command: Callable[..., None]) -> Callable[..., None]:
    """Give a command the filters and the output options; it receives `filters` (for `Query`) and `options`."""
    return extended(command, {"filters": (dict, FILTERS), "options": (Options, OUTPUT)})


def query(filters: dict[str, Any], **first: Any) -> Query:
    """The filters of a command line as a `Query`; `first` is what the command itself stands for, as a filter."""
    given = {name: value for name, value in filters.items() if value}
    for name, value in first.items():
        given[name] = value if name == "search" else [value, *given.get(name, [])]
    return Query(**given)


def _default(build: Callable[..., Any], field: str) -> Any:
    """None for what may be repeated, since Typer gives None then; else the dataclass's own default."""
    kind = Query if build is dict else build
    default = next(f.default for f in dataclass_fields(kind) if f.name == field)  # type: ignore[arg-type]  # a dataclass
    return None if default == () else default
