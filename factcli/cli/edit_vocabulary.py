"""The commands that write what a store declares: topics, actors, sources and questions, by the
same few verbs."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import msgspec

from factcli.cli.session import Session
from factcli.cli.typer_options import Command, argument, option
from factcli.cli.writing import Fields, Intent, add_record, read_record, set_record, write, writes
from factcli.database import records
from factcli.database.claims import NAMING
from factcli.drafting import record
from factcli.errors import UsageError
from factcli.model import Actor
from factcli.transaction import Transaction

Record = Annotated[str, argument("ID", "The record's id.")]
Who = Annotated[str, argument("WHO", "A name, an alias or an id.", "actors")]
_TEXT = "Its archived text: gives text_sha256 and paragraphs."


def _add(noun: str, example: str) -> Command:
    """The command ``NOUN add``."""

    def add(session: Session, intent: Intent) -> None:
        given = read_record(f"{noun}s", "record")
        write(session, intent, lambda change: add_record(change, f"{noun}s", given))

    add.__doc__ = f"""Declare {_with_article(noun)}: JSON from standard input.

    Example: echo '{example}' | factcli {noun} add --dry-run
    """
    return writes(add)


def _set(noun: str, example: str) -> Command:
    """The command ``NOUN set``."""

    def set_fields(session: Session, intent: Intent, ident: Record, assignments: Fields) -> None:
        write(session, intent, lambda change: set_record(change, f"{noun}s", ident, assignments))

    set_fields.__doc__ = f"""Set fields of {_with_article(noun)}.

    Example: factcli {noun} set {example} --dry-run
    """
    return writes(set_fields)


def _with_article(noun: str) -> str:
    return f"an {noun}" if noun == "actor" else f"a {noun}"


topic_add_command = _add("topic", '{"id": "elections", "title": "Elections"}')
topic_set_command = _set("topic", "funding about='Who pays.'")
question_add_command = _add("question", '{"id": "who-voted", "text": "Who voted?"}')
question_set_command = _set("question", "kenya-spending text='What has Kenya spent?'")
actor_add_command = _add("actor", '{"id": "jane-doe", "name": "Jane Doe", "kind": "person"}')
actor_set_command = _set("actor", "william-ruto name='W. Ruto'")
source_set_command = _set("source", "singoei-undated note='Curator: a test.'")


@writes
def source_add_command(
    session: Session,
    intent: Intent,
    text: Annotated[Path | None, option("--text", "FILE", _TEXT)] = None,
) -> None:
    """Declare a source: JSON from standard input, in CSL-JSON names.

    Example: echo '{"id": "a-test", "title": "A test", "issued": "2025"}' | factcli source add
    --text README.md --dry-run
    """
    given = read_record("sources", "record")
    if text is not None:
        from factcli.archive import read_text

        archived = read_text(text)
        given |= {"text_sha256": archived.sha256, "paragraphs": len(archived.paragraphs)}
    write(session, intent, lambda change: add_record(change, "sources", given))


@writes
def actor_alias_command(
    session: Session,
    intent: Intent,
    who: Who,
    aliases: Annotated[list[str], argument("ALIAS…", "Other spellings and names.")],
) -> None:
    """Give an actor more names to be found by.

    Example: factcli actor alias ruto 'W. Ruto' --dry-run
    """

    def act(change: Transaction) -> None:
        actor = change.get("actors", change.store.names.actor(who))
        known = (actor.name, *actor.aliases)
        new = [alias for alias in dict.fromkeys(aliases) if alias not in known]
        changed = msgspec.to_builtins(actor) | {"aliases": [*actor.aliases, *new]}
        change.put("actors", record("actors", changed))

    write(session, intent, act)


@writes
def actor_merge_command(session: Session, intent: Intent, who: Who, into: Who) -> None:
    """Make two actors one: what refers to the first refers to the second.

    The second takes over the names of the first.

    Example: factcli actor merge viv-ansanm haitian-gangs --dry-run
    """

    def act(change: Transaction) -> None:
        names = change.store.names
        old, new = (change.get("actors", names.actor(name)) for name in (who, into))
        if old.id == new.id:
            raise UsageError(f"{old.id} is one actor already")
        _merge(change, old, new)

    write(session, intent, act)


def _merge(change: Transaction, old: Actor, new: Actor) -> None:
    """Rewrite every reference to one actor into one to another, and take the first out."""
    database = change.store.database
    naming = records.claims_where(database, NAMING["actors"], (old.id,))
    others = (actor for _, actor in records.numbered(database, "actors"))
    for table, found in (("actors", others), ("claims", naming)):
        for document in map(msgspec.to_builtins, found):
            if document["id"] not in (old.id, new.id):
                change.put(table, record(table, _renamed(document, old.id, new.id)))
    kept, theirs = (_renamed(msgspec.to_builtins(actor), old.id, new.id) for actor in (new, old))
    for field in ("aliases", "offices", "affiliation", "same_as"):
        more = [part for part in theirs[field] if part not in kept[field]]
        kept[field] = [part for part in [*kept[field], *more] if part != new.id]
    if old.name not in (new.name, *kept["aliases"]):
        kept["aliases"].append(old.name)
    change.put("actors", record("actors", kept))
    change.remove("actors", old.id)


def _renamed(document: dict[str, Any], old: str, new: str) -> dict[str, Any]:
    """A claim or an actor that refers to the new id; a reference is not doubled."""
    changed = dict(document)
    for field in ("affiliation", "same_as"):
        if field in changed:
            idents = (new if ident == old else ident for ident in changed[field])
            changed[field] = list(dict.fromkeys(idents))
    if "attribution" in changed:
        changed["attribution"] = [
            hop | {"actor": new} if hop["actor"] == old else hop for hop in changed["attribution"]
        ]
        parts = [part | {"id": new} if part["id"] == old else part for part in changed["actors"]]
        changed["actors"] = [part for at, part in enumerate(parts) if part not in parts[:at]]
    return changed
