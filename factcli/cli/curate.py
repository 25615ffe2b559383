"""The commands that write claims."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated, Any

import msgspec
from msgspec.structs import replace

from factcli.cli.session import Session
from factcli.cli.typer_options import argument, option
from factcli.cli.writing import Fields, Intent, add_record, read_record, set_record, write, writes
from factcli.drafting import fill_defaults, locate, record
from factcli.errors import UsageError, WriteRefused
from factcli.model import Claim
from factcli.opening import Store
from factcli.record.shape import claim_of
from factcli.transaction import Transaction

Id = Annotated[str, argument("ID", "A claim, or as much of its id as is unique.", "claims")]
_PARAGRAPH = "Its paragraph in the archived text of its source."
_TEXTS = "Where the archived texts are; else FACTCLI_SOURCES."
_RELATIONS = "contradicts, refines, corroborates, supersedes or corrects."
_KINDS = "Of a contradiction: numeric, date, attribution, arithmetic, anachronism or overclaim."


@writes
def add_command(
    session: Session,
    intent: Intent,
    paragraph: Annotated[int | None, option("--paragraph", "N", _PARAGRAPH)] = None,
    texts: Annotated[
        Path | None, option("--texts", "DIR", _TEXTS, envvar="FACTCLI_SOURCES")
    ] = None,
) -> None:
    """Add a claim: asked for on a terminal, else JSON from standard input.

    Of the fields, statement, kind, topics and source must be given; the id is made from them. What
    is there already is not added twice. The result must keep every rule of `factcli check` of error
    level.

    Example: echo '{"statement": "A test.", "kind": "event", "topics": ["funding"], "source":
    "singoei-undated"}' | factcli add --dry-run
    """
    if os.isatty(0):
        from factcli.cli.asking import ask_claim

        given = ask_claim(session.store)
        paragraph = given.pop("paragraph", paragraph)
    else:
        given = read_record("claims", "claim")
    if paragraph is not None:
        given["locator"] = _locator(session.store, str(given.get("source")), paragraph, texts)
    write(session, intent, lambda change: add_record(change, "claims", given))


@writes
def set_command(session: Session, intent: Intent, ident: Id, assignments: Fields) -> None:
    """Set fields of a claim.

    Example: factcli set hhbrgk note='Curator: a test.' --dry-run
    """

    def act(change: Transaction) -> None:
        set_record(change, "claims", change.store.claim_id(ident), assignments)

    write(session, intent, act)


@writes
def edit_command(session: Session, intent: Intent, ident: Id) -> None:
    """Edit a claim as JSON in $VISUAL or $EDITOR.

    The record is checked when the editor ends. While it is wrong, the editor can be opened again.
    What you typed is never lost.

    Example: EDITOR='sed -i s/active/disputed/' factcli edit hhbrgk --dry-run
    """
    from factcli.cli.asking import edit_until_saved

    claim = claim_of(session.store.get(ident))

    def save(edited: dict[str, Any]) -> None:
        write(session, intent, lambda change: _replace(change, claim, edited))

    edit_until_saved(f"factcli-{claim.id}-", msgspec.to_builtins(claim), save)


@writes
def retract_command(session: Session, intent: Intent, ident: Id) -> None:
    """Retract a claim: it stays in the store, and is shown only when asked for. Say --why.

    Example: factcli retract hhbrgk --why 'the outlet withdrew it' --dry-run
    """
    if not intent.why:
        raise UsageError("why is the claim retracted? Give --why")

    def act(change: Transaction) -> None:
        claim = _claim(change, ident)
        change.put("claims", replace(claim, status="retracted", status_reason=intent.why))

    write(session, intent, act)


@writes
def supersede_command(
    session: Session,
    intent: Intent,
    ident: Id,
    by: Annotated[str, option("--by", "NEW", "The claim that takes its place.", "claims")],
) -> None:
    """Replace a claim by another; the old one stays in the store, hidden.

    Example: factcli supersede hhbrgk --by gfvvbl --dry-run
    """

    def act(change: Transaction) -> None:
        old, new = _claim(change, ident), _claim(change, by)
        reason = intent.why or f"superseded by {new.id}"
        change.put("claims", replace(old, status="superseded", status_reason=reason))
        _relate(change, new.id, "supersedes", old.id)

    write(session, intent, act)


@writes
def relate_command(
    session: Session,
    intent: Intent,
    one: Id,
    relation: Annotated[str, argument("RELATION", _RELATIONS, "relations")],
    other: Annotated[str, argument("OTHER", "The other claim.", "claims")],
    kind: Annotated[str | None, option("--kind", "KIND", _KINDS, "conflicts")] = None,
    note: Annotated[str | None, option("--note", "TEXT", "What the relation is.")] = None,
    reconciliation: Annotated[
        str | None, option("--reconciliation", "TEXT", "How both can be right.")
    ] = None,
) -> None:
    """Relate a claim to another, where no arithmetic shows how they compare.

    Example: factcli relate hhbrgk refines gfvvbl --dry-run
    """

    def act(change: Transaction) -> None:
        target, claim = (change.store.claim_id(ident) for ident in (other, one))
        notes = {"kind": kind, "note": note, "reconciliation": reconciliation}
        _relate(change, claim, relation, target, **notes)

    write(session, intent, act)


def _claim(change: Transaction, prefix: str) -> Claim:
    """The claim with an id, or with the only id that begins so."""
    found: Claim = change.get("claims", change.store.claim_id(prefix))
    return found


def _replace(change: Transaction, claim: Claim, edited: dict[str, Any]) -> None:
    """Replace a claim by its edited record, unless it was changed meanwhile."""
    if change.get("claims", claim.id) != claim:
        raise WriteRefused(
            f"{claim.id} was changed by somebody else meanwhile: begin again from what it is now"
        )
    document = fill_defaults("claims", edited, change.store)
    if document.get("id") != claim.id:
        raise UsageError("an id stays what it is: add a new record and supersede this one")
    change.put("claims", record("claims", document))


def _relate(
    change: Transaction, ident: str, relation: str, target: str, **notes: str | None
) -> None:
    part = {"type": relation, "target": target, "kind": None, "note": None, "reconciliation": None}
    document = msgspec.to_builtins(change.get("claims", ident))
    if part | notes not in document["relations"]:
        document["relations"] = [*document["relations"], part | notes]
    change.put("claims", record("claims", document))


def _locator(store: Store, source: str, paragraph: int, texts: Path | None) -> dict[str, Any]:
    from factcli.archive import Archive

    if texts is None:
        raise UsageError(
            "--paragraph needs the archived texts: name their directory with --texts, or set"
            " FACTCLI_SOURCES"
        )
    if source not in store.sources:
        raise UsageError(f"no source {source!r} in this store: add it first")
    text = Archive(texts).text_of(store.sources[source])
    if text is None:
        raise UsageError(f"no text in {texts} is that of {source}")
    return locate(text, paragraph)
