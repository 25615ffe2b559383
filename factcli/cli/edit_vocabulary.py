"""The commands that write what a store declares: topics, actors, sources and questions, by the
same few verbs."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any

import msgspec
import typer

from factcli.cli import completion
from factcli.cli.curate import Assignments, add_new, assigned
from factcli.cli.intent import Intent, standard_input, write, writes
from factcli.database import records
from factcli.database.claims import NAMING
from factcli.drafting import fill_defaults, record
from factcli.errors import UsageError
from factcli.importing import parse
from factcli.model import Actor
from factcli.output.options import Options
from factcli.transaction import Transaction

Record = Annotated[str, typer.Argument(metavar="ID", help="The record's id.")]
Who = Annotated[
    str,
    typer.Argument(
        metavar="WHO", help="A name, an alias or an id.", autocompletion=completion.actors
    ),
]


def _add(
    table: str, text: Path | None, context: typer.Context, intent: Intent, options: Options
) -> None:
    found = parse(standard_input(), "json", table, {}, "standard input")
    if len(found) != 1 or found[0].table != table:
        raise UsageError("standard input holds more than one record: use `factcli import -`")
    given = found[0].document
    if text is not None:
        from factcli.archive import read_text

        archived = read_text(text)
        given |= {"text_sha256": archived.sha256, "paragraphs": len(archived.paragraphs)}

    def act(change: Transaction) -> None:
        add_new(change, table, fill_defaults(table, given))

    write(context, intent, options, act)


def _set(
    table: str,
    ident: str,
    assignments: list[str],
    context: typer.Context,
    intent: Intent,
    options: Options,
) -> None:
    def act(change: Transaction) -> None:
        document = msgspec.to_builtins(change.get(table, ident))
        change.put(table, record(table, assigned(table, document, assignments, change)))

    write(context, intent, options, act)


def _verbs(
    table: str, noun: str, example: str, assignment: str
) -> tuple[Callable[..., None], Callable[..., None]]:
    """``NOUN add`` and ``NOUN set`` of a table."""

    def add(context: typer.Context, intent: Intent, options: Options) -> None:
        _add(table, None, context, intent, options)

    def set_fields(
        context: typer.Context,
        ident: Record,
        assignments: Assignments,
        intent: Intent,
        options: Options,
    ) -> None:
        _set(table, ident, assignments, context, intent, options)

    article = "an" if noun[0] in "aeiou" else "a"
    add.__doc__ = f"""Declare {article} {noun}: JSON from standard input.

    Example: echo '{example}' | factcli {noun} add --dry-run
    """
    set_fields.__doc__ = f"""Set fields of {article} {noun}.

    Example: factcli {noun} set {assignment} --dry-run
    """
    return writes(add), writes(set_fields)


topic_add, topic_set = _verbs(
    "topics", "topic", '{"id": "elections", "title": "Elections"}', "funding about='Who pays.'"
)
question_add, question_set = _verbs(
    "questions",
    "question",
    '{"id": "who-voted", "text": "Who voted?"}',
    "kenya-spending text='What has Kenya spent?'",
)
actor_add, actor_set = _verbs(
    "actors",
    "actor",
    '{"id": "jane-doe", "name": "Jane Doe", "kind": "person"}',
    "william-ruto name='W. Ruto'",
)


@writes
def source_add(
    context: typer.Context,
    text: Annotated[
        Path | None,
        typer.Option(
            "--text", metavar="FILE", help="Its archived text: gives text_sha256 and paragraphs."
        ),
    ] = None,
    *,
    intent: Intent,
    options: Options,
) -> None:
    """Declare a source: JSON from standard input, in CSL-JSON names.

    Example: echo '{"id": "a-test", "title": "A test", "issued": "2025"}' | factcli source add
    --text README.md --dry-run
    """
    _add("sources", text, context, intent, options)


@writes
def source_set(
    context: typer.Context,
    ident: Record,
    assignments: Assignments,
    intent: Intent,
    options: Options,
) -> None:
    """Set fields of a source.

    Example: factcli source set singoei-undated note='Curator: a test.' --dry-run
    """
    _set("sources", ident, assignments, context, intent, options)


@writes
def actor_alias(
    context: typer.Context,
    who: Who,
    aliases: Annotated[
        list[str], typer.Argument(metavar="ALIAS…", help="Other spellings and names.")
    ],
    intent: Intent,
    options: Options,
) -> None:
    """Give an actor more names to be found by.

    Example: factcli actor alias ruto 'W. Ruto' --dry-run
    """

    def act(change: Transaction) -> None:
        actor = change.get("actors", change.store.names.actor(who))
        new = [
            alias for alias in dict.fromkeys(aliases) if alias not in (actor.name, *actor.aliases)
        ]
        change.put(
            "actors",
            record("actors", msgspec.to_builtins(actor) | {"aliases": [*actor.aliases, *new]}),
        )

    write(context, intent, options, act)


@writes
def actor_merge(
    context: typer.Context, who: Who, into: Who, intent: Intent, options: Options
) -> None:
    """Make two actors one: what refers to the first refers to the second.

    The second takes over the names of the first.

    Example: factcli actor merge viv-ansanm haitian-gangs --dry-run
    """

    def act(change: Transaction) -> None:
        names = change.store.names
        old, new = (change.get("actors", names.actor(name)) for name in (who, into))
        if old.id == new.id:
            raise UsageError(f"{old.id} is one actor already")
        merge(change, old, new)

    write(context, intent, options, act)


def merge(change: Transaction, old: Actor, new: Actor) -> None:
    """Rewrite every reference to one actor into one to another, and take the first out."""
    database = change.store.database
    naming = records.claims_where(database, NAMING["actors"], (old.id,))
    others = (actor for _, actor in records.numbered(database, "actors"))
    for table, found in (("actors", others), ("claims", naming)):
        for document in map(msgspec.to_builtins, found):
            changed = _renamed(document, old.id, new.id)
            if document["id"] not in (old.id, new.id) and changed != document:
                change.put(table, record(table, changed))
    document = _renamed(msgspec.to_builtins(new), old.id, new.id)
    for field in ("aliases", "offices", "affiliation", "same_as"):
        theirs = [
            part
            for part in _renamed(msgspec.to_builtins(old), old.id, new.id)[field]
            if part not in document[field]
        ]
        document[field] = [part for part in (*document[field], *theirs) if part != new.id]
    if old.name not in (new.name, *document["aliases"]):
        document["aliases"].append(old.name)
    change.put("actors", record("actors", document))
    change.remove("actors", old.id)


def _renamed(document: dict[str, Any], old: str, new: str) -> dict[str, Any]:
    """A claim or an actor that refers to the new id; a reference is not doubled."""
    changed = dict(document)
    for field in ("affiliation", "same_as"):
        if field in changed:
            changed[field] = list(
                dict.fromkeys(new if ident == old else ident for ident in changed[field])
            )
    if "attribution" in changed:
        changed["attribution"] = [
            hop | {"actor": new} if hop["actor"] == old else hop for hop in changed["attribution"]
        ]
        parts = [part | {"id": new} if part["id"] == old else part for part in changed["actors"]]
        changed["actors"] = [part for at, part in enumerate(parts) if part not in parts[:at]]
    return changed
