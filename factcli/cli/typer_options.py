"""Arguments and options as Typer reads them, and the commands that share them."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Sequence
from functools import partial, wraps
from pathlib import Path
from typing import Annotated, Any

import typer

from factcli.cli import options
from factcli.cli.completion import COMPLETERS
from factcli.cli.session import session_of
from factcli.output.options import Options

Command = Callable[..., None]
Parameters = Sequence[inspect.Parameter]

FILTERS_PANEL = "Filters (repeat to narrow; a comma inside widens)"
OUTPUT_PANEL = "Output"
_keyword = partial(inspect.Parameter, kind=inspect.Parameter.KEYWORD_ONLY)
_TYPES: dict[str, Any] = {
    "flag": bool,
    "text": str | None,
    "list": list[str] | None,
    "number": int | None,
}


def argument(metavar: str, help: str, complete: str = "", **settings: Any) -> Any:
    """Describe a positional argument; `complete` is a key of `COMPLETERS`."""
    settings["autocompletion"] = COMPLETERS.get(complete)
    return typer.Argument(metavar=metavar, help=help, **settings)


def option(
    name: str, metavar: str | None, help: str, complete: str = "", *short: str, **settings: Any
) -> Any:
    """Describe an option; `complete` is a key of `COMPLETERS`."""
    settings["autocompletion"] = COMPLETERS.get(complete)
    return typer.Option(name, *short, metavar=metavar, help=help, **settings)


def _parameters(declared: dict[str, options.Option], panel: str) -> Parameters:
    found = []
    for field, one in declared.items():
        settings = {"min": 0 if one.takes == "number" else None, "rich_help_panel": panel}
        name, *short = one.names
        described = option(name, one.metavar, one.help, one.complete, *short, **settings)
        kind, default = _TYPES[one.takes], False if one.takes == "flag" else None
        found.append(_keyword(field, default=default, annotation=Annotated[kind, described]))
    return found


WRITING = _parameters(options.WRITING, "Writing")
_CONTEXT = _keyword("context", annotation=typer.Context)
_FILTERS = _parameters(options.FILTERS, FILTERS_PANEL)
_OUTPUT = _parameters(options.OUTPUT, OUTPUT_PANEL)


def answers(
    command: Command, name: str = "", build: Callable[..., Any] = dict, more: Parameters = ()
) -> Command:
    """Give a command the output options, as `session.options`, and a `session` for Typer's context.

    The options in `more` become one argument `name` of the command, made by `build`.
    """

    @wraps(command)
    def run(context: typer.Context, **given: Any) -> None:
        session = session_of(context)
        no_color = session.options.no_color
        session.options = Options(**{p.name: given.pop(p.name) for p in _OUTPUT})
        session.options.no_color |= no_color
        if more:
            given[name] = build(**{p.name: given.pop(p.name) for p in more})
        if name != "filters":  # else `lookups.claims` does it, as for `argv`
            session.check_output(*(path for path in given.values() if isinstance(path, Path)))
        command(session, **given)

    own = inspect.signature(command, eval_str=True).parameters.values()
    kept = [p.replace(kind=p.KEYWORD_ONLY) for p in own if p.name not in ("session", name)]
    signature = inspect.Signature([_CONTEXT, *kept, *more, *_OUTPUT])
    run.__signature__ = signature  # type: ignore[attr-defined]  # what inspect.signature reads
    return run


def lists_claims(command: Command) -> Command:
    """Give a command the filters too, as the argument `filters`."""
    return answers(command, "filters", dict, _FILTERS)
