"""The commands that write claims."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

import msgspec
import typer

from factcli.cli import completion
from factcli.cli.intent import Intent, standard_input, write, writes
from factcli.cli.session import session
from factcli.drafting import claim_ids, fill_defaults, locate, record
from factcli.errors import UsageError
from factcli.importing import decode_json, parse, set_path
from factcli.model import Claim
from factcli.output.options import Options
from factcli.transaction import Transaction

Id = Annotated[
    str,
    typer.Argument(
        metavar="ID",
        help="A claim, or as much of its id as is unique.",
        autocompletion=completion.ids,
    ),
]
Assignments = Annotated[
    list[str],
    typer.Argument(
        metavar="FIELD=VALUE…",
        help="A field path and text, as in quantity.amount=217; or FIELD:=JSON, as in note:=null.",
    ),
]


@writes
def add(
    context: typer.Context,
    paragraph: Annotated[
        int | None,
        typer.Option(
            "--paragraph", metavar="N", help="Its paragraph in the archived text of its source."
        ),
    ] = None,
    texts: Annotated[
        Path | None,
        typer.Option(
            "--texts", metavar="DIR", help="Where the archived texts are; else FACTCLI_SOURCES."
        ),
    ] = None,
    *,
    intent: Intent,
    options: Options,
) -> None:
    """Add a claim: asked for on a terminal, else JSON from standard input.

    Of the fields, statement, kind, topics and source must be given; the id is made from them. What
    is there already is not added twice. The result must keep every rule of `factcli check` of error
    level.

    Example: echo '{"statement": "A test.", "kind": "event", "topics": ["funding"], "source":
    "singoei-undated"}' | factcli add --dry-run
    """
    run = session(context)
    options.chosen_format()
    if os.isatty(0):
        from factcli.cli.asking import ask_claim

        given = ask_claim(run.store)
        paragraph = given.pop("paragraph", paragraph)
    else:
        found = parse(standard_input(), "json", "claims", {}, "standard input")
        if len(found) != 1 or found[0].table != "claims":
            raise UsageError("standard input holds more than one claim: use `factcli import -`")
        given = found[0].document
    if paragraph is not None:
        given["locator"] = _locator(run.store.sources, str(given.get("source")), paragraph, texts)
    write(context, intent, options, lambda change: add_claim(change, given))


@writes
def set_fields(
    context: typer.Context, ident: Id, assignments: Assignments, intent: Intent, options: Options
) -> None:
    """Set fields of a claim.

    Example: factcli set hhbrgk note='Curator: a test.' --dry-run
    """

    def act(change: Transaction) -> None:
        document = msgspec.to_builtins(_claim(change, ident))
        change.put("claims", record("claims", assigned("claims", document, assignments, change)))

    write(context, intent, options, act)


@writes
def retract(context: typer.Context, ident: Id, intent: Intent, options: Options) -> None:
    """Retract a claim: it stays in the store, and is shown only when asked for. Say --why.

    Example: factcli retract hhbrgk --why 'the outlet withdrew it' --dry-run
    """
    if not intent.why:
        raise UsageError("why is the claim retracted? Give --why")

    def act(change: Transaction) -> None:
        claim = _claim(change, ident)
        change.put(
            "claims", msgspec.structs.replace(claim, status="retracted", status_reason=intent.why)
        )

    write(context, intent, options, act)


@writes
def supersede(
    context: typer.Context,
    ident: Id,
    by: Annotated[
        str,
        typer.Option(
            "--by",
            metavar="NEW",
            help="The claim that takes its place.",
            autocompletion=completion.ids,
        ),
    ],
    intent: Intent,
    options: Options,
) -> None:
    """Replace a claim by another; the old one stays in the store, hidden.

    Example: factcli supersede hhbrgk --by gfvvbl --dry-run
    """

    def act(change: Transaction) -> None:
        old, new = _claim(change, ident), _claim(change, by)
        reason = intent.why or f"superseded by {new.id}"
        change.put(
            "claims", msgspec.structs.replace(old, status="superseded", status_reason=reason)
        )
        _relate(change, new, {"type": "supersedes", "target": old.id})

    write(context, intent, options, act)


@writes
def relate(
    context: typer.Context,
    one: Id,
    relation: Annotated[
        str,
        typer.Argument(
            metavar="RELATION",
            help="contradicts, refines, corroborates, supersedes or corrects.",
            autocompletion=completion.relations,
        ),
    ],
    other: Annotated[
        str, typer.Argument(metavar="OTHER", help="The other claim.", autocompletion=completion.ids)
    ],
    kind: Annotated[
        str | None,
        typer.Option(
            "--kind",
            metavar="KIND",
            help="Of a contradiction: numeric, date, attribution, arithmetic, anachronism or"
            " overclaim.",
            autocompletion=completion.conflict_kinds,
        ),
    ] = None,
    note: Annotated[
        str | None, typer.Option("--note", metavar="TEXT", help="What the relation is.")
    ] = None,
    reconciliation: Annotated[
        str | None, typer.Option("--reconciliation", metavar="TEXT", help="How both can be right.")
    ] = None,
    *,
    intent: Intent,
    options: Options,
) -> None:
    """Relate a claim to another, where no arithmetic shows how they compare.

    Example: factcli relate hhbrgk refines gfvvbl --dry-run
    """

    def act(change: Transaction) -> None:
        target = _claim(change, other)
        part = {
            "type": relation,
            "target": target.id,
            "kind": kind,
            "note": note,
            "reconciliation": reconciliation,
        }
        _relate(change, _claim(change, one), part)

    write(context, intent, options, act)


def _claim(change: Transaction, prefix: str) -> Claim:
    """The claim that an id, or as much of it as is unique, means."""
    found: Claim = change.get("claims", change.store.claim_id(prefix))
    return found


def add_claim(change: Transaction, given: dict[str, Any]) -> None:
    """Add a claim unless it is there already; without an id it gets one."""
    document = fill_defaults("claims", given, change.store)
    if "id" not in document:
        for ident in claim_ids(document):
            there = change.find("claims", ident)
            new = record("claims", document | {"id": ident})
            if there == new or not change.was_used("claims", ident):
                document["id"] = ident
                break
    add_new(change, "claims", document)


def add_new(change: Transaction, table: str, document: dict[str, Any]) -> None:
    """Add a record of any table unless it is there already.

    Raises:
        UsageError: when it does not fit the model, or its id stands for another record.
    """
    new = record(table, document)
    there = change.find(table, document["id"])
    if there is not None and there != new:
        raise UsageError(
            f"{document['id']} is in the store already, with another content: change it with"
            " `set` or `edit`"
        )
    if there is None and change.was_used(table, document["id"]):
        raise UsageError(
            f"{document['id']} was in the store once, and ids are never used again: give another"
        )
    change.put(table, new)


def assigned(
    table: str, document: dict[str, Any], fields: list[str], change: Transaction
) -> dict[str, Any]:
    """A document with fields set as the command line says.

    Raises:
        UsageError: for a malformed assignment, an unknown field, or a change of the id.
    """
    ident = document.get("id")
    for assignment in fields:
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
    return fill_defaults(table, document, change.store)


def _relate(change: Transaction, claim: Claim, part: dict[str, Any]) -> None:
    document = msgspec.to_builtins(change.get("claims", claim.id))
    document["relations"] = (
        [*document["relations"], part]
        if part not in document["relations"]
        else document["relations"]
    )
    change.put("claims", record("claims", fill_defaults("claims", document, change.store)))


def _locator(
    sources: Mapping[str, Any], source: str, paragraph: int, texts: Path | None
) -> dict[str, Any]:
    from factcli.archive import Archive

    place = texts or (
        Path(os.environ["FACTCLI_SOURCES"]) if os.environ.get("FACTCLI_SOURCES") else None
    )
    if place is None:
        raise UsageError(
            "--paragraph needs the archived texts: name their directory with --texts, or set"
            " FACTCLI_SOURCES"
        )
    if source not in sources:
        raise UsageError(f"no source {source!r} in this store: add it first")
    text = Archive(place).text_of(sources[source])
    if text is None:
        raise UsageError(f"no text in {place} is that of {source}")
    return locate(text, paragraph)
