"""The shared options, as Typer reads them."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from functools import wraps
from typing import Annotated, Any, get_args

import typer

from factcli.cli import completion, options
from factcli.cli.options import Option
from factcli.cli.session import session
from factcli.output.options import Options

_TYPES: dict[str, Any] = {
    "flag": bool,
    "text": str | None,
    "list": list[str] | None,
    "number": int | None,
    "path": str | None,
}


def _options(group: dict[str, Option], panel: str) -> dict[str, Any]:
    return {
        field: Annotated[_TYPES[option.takes], _option(option, panel)]
        for field, option in group.items()
    }


def _option(option: Option, panel: str) -> Any:
    settings: dict[str, Any] = {"min": 0} if option.takes == "number" else {}
    complete = getattr(completion, option.complete) if option.complete else None
    return typer.Option(
        *option.names,
        metavar=option.metavar,
        help=option.help,
        autocompletion=complete,
        rich_help_panel=panel,
        **settings,
    )


FILTERS_PANEL = "Filters (repeat to narrow; a comma inside widens)"
OUTPUT_PANEL = "Output"
FILTERS = _options(options.FILTERS, FILTERS_PANEL)
OUTPUT = _options(options.OUTPUT, OUTPUT_PANEL)


def extended(
    command: Callable[..., None], groups: dict[str, tuple[Callable[..., Any], dict[str, Any]]]
) -> Callable[..., None]:
    """Add a parameter for each option of some groups to a command's signature, for Typer."""

    @wraps(command)
    def run(**given: Any) -> None:
        for name, (build, group) in groups.items():
            values = {field: given.pop(field) for field in group}
            given[name] = build(**values)
        if options := given.get("options"):
            session(given["context"]).no_index = options.no_index
        command(**given)

    own = [
        p
        for p in inspect.signature(command, eval_str=True).parameters.values()
        if p.name not in groups
    ]
    added = [
        inspect.Parameter(
            field,
            inspect.Parameter.KEYWORD_ONLY,
            default=_default(annotation),
            annotation=annotation,
        )
        for _, group in groups.values()
        for field, annotation in group.items()
    ]
    signature = inspect.Signature(
        [*(p.replace(kind=inspect.Parameter.KEYWORD_ONLY) for p in own), *added]
    )
    run.__signature__ = signature  # type: ignore[attr-defined]  # what inspect.signature reads
    run.__annotations__ = {p.name: p.annotation for p in signature.parameters.values()}
    return run


def answers(command: Callable[..., None]) -> Callable[..., None]:
    """Give a command the output options; it receives them as one `options`."""
    return extended(command, {"options": (Options, OUTPUT)})


def lists_claims(command: Callable[..., None]) -> Callable[..., None]:
    """Give a command the filters and output options, as `filters` (for `Query`) and `options`."""
    return extended(command, {"filters": (dict, FILTERS), "options": (Options, OUTPUT)})


def _default(annotation: Any) -> bool | None:
    """A flag that is not given is false; of anything else nothing is known."""
    return False if get_args(annotation)[0] is bool else None
