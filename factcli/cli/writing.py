"""What the writing commands share: their options, how a record is given, added and set, and the
way from a change to its report."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Annotated, Any, NamedTuple

import msgspec

from factcli.cli.catalogue import COMMANDS
from factcli.cli.messages import say
from factcli.cli.session import Session
from factcli.cli.typer_options import WRITING, Command, answers, argument
from factcli.drafting import claim_ids, fill_defaults, record
from factcli.errors import UsageError
from factcli.importing import decode_json, parse, set_path
from factcli.output.report import Report
from factcli.rows.changes import change_rows
from factcli.transaction import Transaction, transaction

_ASSIGNMENT = "A field path and text, as in quantity.amount=217; or FIELD:=JSON, as in note:=null."
Fields = Annotated[list[str], argument("FIELD=VALUE…", _ASSIGNMENT)]


class Intent(NamedTuple):
    """How to write; each field is the option of the same name."""

    dry_run: bool
    why: str | None


def writes(command: Command) -> Command:
    """Give a command the writing options, as the argument `intent`, and the output options."""
    return answers(command, "intent", Intent, WRITING)


def write(session: Session, intent: Intent, act: Callable[[Transaction], None]) -> None:
    """Change the store in use, then report what changed."""
    commands = frozenset(COMMANDS)
    with transaction(
        session.path, why=intent.why, commands=commands, dry_run=intent.dry_run, notice=say
    ) as change:
        act(change)
        rows = change_rows(change)
    session.answer(Report(rows, "changes"))
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


def read_record(table: str, noun: str) -> dict[str, Any]:
    """The one record on standard input.

    Raises:
        UsageError: for more than one, or one of another table.
    """
    found = parse(standard_input(), "json", table, {}, "standard input")
    if len(found) != 1 or found[0].table != table:
        raise UsageError(f"standard input holds more than one {noun}: use `factcli import -`")
    return found[0].document


def add_record(change: Transaction, table: str, given: dict[str, Any]) -> None:
    """Add a record unless it is there already; a claim without an id gets one.

    Raises:
        UsageError: when it does not fit the model, or its id is in use, or was once.
    """
    document = fill_defaults(table, given, change.store)
    if table == "claims" and "id" not in document:
        document["id"] = next(
            ident
            for ident in claim_ids(document)
            if not change.was_used(table, ident)
            or change.find(table, ident) == record(table, document | {"id": ident})
        )
    new = record(table, document)
    ident = document["id"]
    there = change.find(table, ident)
    if there is not None and there != new:
        raise UsageError(
            f"{ident} is in the store already, with another content: change it with `set` or `edit`"
        )
    if there is None and change.was_used(table, ident):
        raise UsageError(
            f"{ident} was in the store once, and ids are never used again: give another"
        )
    change.put(table, new)


def set_record(change: Transaction, table: str, ident: str, assignments: list[str]) -> None:
    """Set fields of a record as the command line says.

    Raises:
        UsageError: for a malformed assignment, an unknown field, or a change of the id.
    """
    document = msgspec.to_builtins(change.get(table, ident))
    for assignment in assignments:
        path, sign, text = assignment.partition("=")
        if not sign or not path.rstrip(":"):
            raise UsageError(f"{assignment!r} sets nothing: write FIELD=TEXT or FIELD:=JSON")
        value = text
        if path.endswith(":"):
            path = path[:-1]
            value = decode_json(text.encode(errors="surrogateescape"), f"the value of {path}")
        set_path(document, path, value)
    if document.get("id") != ident:
        raise UsageError("an id stays what it is: add a new record and supersede the old one")
    change.put(table, record(table, fill_defaults(table, document, change.store)))
