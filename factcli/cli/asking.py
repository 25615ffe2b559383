"""Asking a curator for a claim: field by field on a terminal, with the store's names on the Tab
key, or as JSON in an editor."""

from __future__ import annotations

import json
import os
import shlex
import subprocess
import tempfile
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, get_args

import typer

from factcli import dates, model, quantity
from factcli.cli.messages import say
from factcli.errors import FactcliError, UsageError, WriteRefused
from factcli.importing import parse
from factcli.opening import Store
from factcli.text import visible

Read = Callable[[str], Any]


def ask_claim(store: Store) -> dict[str, Any]:
    """A partial document from answers; after a wrong answer the question is repeated.

    Raises:
        typer.Abort: at the end of input.
    """
    names = store.names
    given: dict[str, Any] = {
        "source": _ask("source", names.source, store.sources, needed=True),
        "paragraph": _ask("paragraph (of the archived text)", _whole),
        "statement": _ask("statement (in your own words)", str, needed=True),
        "kind": _choose("kind", get_args(model.Kind), needed=True),
        "topics": _ask("topics (comma between)", _several(names.topic), store.topics, needed=True),
        "question": _ask("question that it answers", names.question, store.questions),
        "date": _ask("date (EDTF)", lambda text: dates.parse(text).text),
        "date_text": _ask("the source's words for the date", str),
        "date_basis": _ask("how the date was worked out", str),
    }
    speaker = _ask("said by", names.actor, store.actors)
    given["actors"] = [{"id": speaker, "role": "speaker"}] if speaker else []
    for role in [role for role in get_args(model.Role) if role != "speaker"]:
        idents = _ask(f"{role} (comma between)", _several(names.actor), store.actors)
        given["actors"] += [{"id": ident, "role": role} for ident in idents or []]
    given["quantity"] = _quantity()
    note = _ask("curator's note", str)
    given["note"] = f"Curator: {note}" if note and not note.startswith("Curator:") else note
    if speaker:
        outlet = store.sources[given["source"]].container_title
        given["attribution"] = [
            {"actor": speaker, "mode": "said"},
            {"actor": names.actor(outlet) if outlet else None, "mode": "paraphrased"},
        ]
    return {name: value for name, value in given.items() if value is not None}


def _quantity() -> dict[str, Any] | None:
    amount = _ask("figure (a plain number)", _amount)
    if amount is None:
        return None
    bound = _choose("its bound", get_args(model.Bound)) or "exact"
    found: dict[str, Any] = {"amount": amount, "bound": bound}
    if bound == "range":
        found["upper"] = _ask("its upper end", _amount, needed=True)
    found["unit"] = _ask("its unit (money, officers, …)", str, needed=True)
    if found["unit"] == "money":
        found["currency"] = _ask("its currency (ISO 4217)", str.upper, needed=True)
    found["status"] = _choose("its status", get_args(model.QuantityStatus)) or "actual"
    found["text"] = _ask("the source's words for it", str, needed=True)
    return found


def _ask(label: str, read: Read, offered: Iterable[str] = (), *, needed: bool = False) -> Any:
    names = list(offered)
    while True:
        _offer(names)
        text = _line(f"{label}: ").strip()
        if not text and not needed:
            return None
        try:
            if text:
                return read(text)
            typer.echo("  this one is needed", err=True)
        except UsageError as error:
            typer.echo(f"  {visible(str(error))}", err=True)


def _choose(label: str, values: tuple[str, ...], *, needed: bool = False) -> Any:
    def read(text: str) -> str:
        if text not in values:
            raise UsageError(f"{text!r} is none of {', '.join(values)}")
        return text

    return _ask(label, read, values, needed=needed)


def _line(prompt: str) -> str:
    try:
        return input(prompt)
    except EOFError:
        raise typer.Abort from None


def _offer(names: list[str]) -> None:
    """Offer names on the Tab key, where the terminal can do that."""
    try:
        import readline
    except ImportError:
        return

    def offer(text: str, state: int) -> str | None:
        found = [name for name in names if name.startswith(text)]
        return found[state] if state < len(found) else None

    readline.set_completer(offer)
    readline.set_completer_delims(", ")
    readline.parse_and_bind("tab: complete")


def _several(read: Read) -> Read:
    return lambda text: [read(part.strip()) for part in text.split(",") if part.strip()]


def _whole(text: str) -> int:
    if not (text.isascii() and text.isdigit() and int(text[:9]) > 0):
        raise UsageError(f"{text!r} is not the number of a paragraph")
    return int(text[:9])


def _amount(text: str) -> str:
    (condition,) = quantity.parse_condition(f"={text}")
    return f"{condition.allowed[0][0]:f}"


def edit_until_saved(
    prefix: str, document: dict[str, Any], save: Callable[[dict[str, Any]], None]
) -> None:
    """Open the editor on a document until it can be saved; else keep the file, and say where."""
    path = _write_draft(prefix, json.dumps(document, ensure_ascii=False, indent=2) + "\n")
    while True:
        _run_editor(path)
        try:
            found = parse(path.read_bytes(), "json", "claims", {}, str(path))
            if len(found) != 1:
                raise UsageError(f"{path} must hold one claim, not {len(found)}")
            save(found[0].document)
        except FactcliError as error:
            if os.isatty(0) and os.isatty(2):
                say(f"error: {error}")
                if _line("Edit again? [Y/n] ").strip().casefold() in ("", "y", "yes"):
                    continue
            say(f"what you wrote is in {path}")
            raise
        path.unlink()
        return


def _write_draft(prefix: str, text: str) -> Path:
    name = ""
    try:
        descriptor, name = tempfile.mkstemp(prefix=prefix, suffix=".json")
        with open(descriptor, "w", encoding="utf-8") as stream:
            stream.write(text)
    except OSError as error:
        if name:
            os.unlink(name)
        raise WriteRefused(
            f"the record to edit could not be written ({error.strerror or error}): set TMPDIR to a"
            " directory that has room"
        ) from None
    return Path(name)


def _run_editor(path: Path) -> None:
    command = os.environ.get("VISUAL") or os.environ.get("EDITOR") or "vi"
    try:
        done = subprocess.run([*shlex.split(command), str(path)], check=False)
    except (OSError, ValueError) as error:
        raise UsageError(
            f"the editor {command!r} could not be run ({error}): set VISUAL or EDITOR"
        ) from None
    if done.returncode:
        raise UsageError(
            f"the editor {command!r} ended with {done.returncode}: nothing was changed; the"
            f" record is in {path}"
        )
