"""What every writing command shares: the options, and the way from a change to its report."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Annotated, Any

import msgspec
import typer

from factcli.cli.messages import say
from factcli.cli.session import session
from factcli.cli.typer_options import OUTPUT, extended
from factcli.errors import UsageError
from factcli.output.options import Options
from factcli.output.report import Report
from factcli.rows.changes import change_rows
from factcli.transaction import Transaction, transaction

PANEL = "Writing"


class Intent(msgspec.Struct, frozen=True, kw_only=True):
    """How to write; each field is the option of the same name."""

    dry_run: bool = False
    why: str | None = None


INTENT: dict[str, Any] = {
    "dry_run": Annotated[
        bool,
        typer.Option(
            "--dry-run", help="Show what would change, and write nothing.", rich_help_panel=PANEL
        ),
    ],
    "why": Annotated[
        str | None,
        typer.Option(
            "--why", metavar="TEXT", help="The reason, for the log.", rich_help_panel=PANEL
        ),
    ],
}


def writes(command: Callable[..., None]) -> Callable[..., None]:
    """Give a command the writing and output options; it receives `intent` and `options`."""
    return extended(command, {"intent": (Intent, INTENT), "options": (Options, OUTPUT)})


def write(
    context: typer.Context, intent: Intent, options: Options, act: Callable[[Transaction], None]
) -> None:
    """Change the store in use, then report what changed."""
    from factcli.cli.catalogue import COMMANDS

    run = session(context)
    options.chosen_format()
    commands = frozenset(COMMANDS)
    with transaction(
        run.path, why=intent.why, commands=commands, dry_run=intent.dry_run, notice=say
    ) as change:
        act(change)
        rows = change_rows(change)
    run.answer(Report(rows, "changes"), options)
    if not rows:
        say("nothing to change: the store holds this already")
    elif intent.dry_run:
        say("dry run: nothing was written")


def standard_input() -> bytes:
    """All of standard input.

    Raises:
        UsageError: when it is closed.
    """
    if sys.stdin is None:
        raise UsageError("standard input is closed: give JSON there")
    return sys.stdin.buffer.read()
