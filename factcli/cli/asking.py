"""Asking for a claim on a terminal, field by field, with the names that the store knows on the
Tab key."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from typing import Any, get_args

import typer

from factcli import dates, model, quantity
from factcli.errors import UsageError
from factcli.opening import Store
from factcli.text import visible

Read = Callable[[str], Any]


def ask_claim(store: Store) -> dict[str, Any]:
    """A partial document from answers; a bad answer is told and asked for again.

    Raises:
        typer.Abort: at the end of input.
    """
    names = store.names
    given: dict[str, Any] = {}
    given["source"] = _ask("source", names.source, store.sources, needed=True)
    given["paragraph"] = _ask("paragraph (of the archived text)", _whole)
    given["statement"] = _ask("statement (in your own words)", str, needed=True)
    given["kind"] = _ask("kind", _one_of(get_args(model.Kind)), get_args(model.Kind), needed=True)
    given["topics"] = _ask(
        "topics (comma between)", _several(names.topic), store.topics, needed=True
    )
    given["question"] = _ask("question that it answers", names.question, store.questions)
    given["date"] = _ask("date (EDTF)", _date)
    given["date_text"] = _ask("the source's words for the date", str)
    given["date_basis"] = _ask("how the date was worked out", str)
    speaker = _ask("said by", names.actor, store.actors)
    given["actors"] = [{"id": speaker, "role": "speaker"}] if speaker else []
    for role in [role for role in get_args(model.Role) if role != "speaker"]:
        for ident in _ask(f"{role} (comma between)", _several(names.actor), store.actors) or []:
            given["actors"].append({"id": ident, "role": role})
    given["quantity"] = _quantity()
    given["note"] = _ask(
        "curator's note", lambda text: text if text.startswith("Curator:") else f"Curator: {text}"
    )
    given = {name: value for name, value in given.items() if value is not None}
    if speaker:
        outlet = store.sources[given["source"]].container_title
        given["attribution"] = [
            {"actor": speaker, "mode": "said"},
            {"actor": names.actor(outlet) if outlet else None, "mode": "paraphrased"},
        ]
    return given


def confirm(question: str) -> bool:
    """Yes or no, on the terminal; yes when nothing is typed."""
    return _line(f"{question} [Y/n] ").strip().casefold() in ("", "y", "yes")


def _quantity() -> dict[str, Any] | None:
    amount = _ask("figure (a plain number)", _amount)
    if amount is None:
        return None
    bounds = get_args(model.Bound)
    found: dict[str, Any] = {
        "amount": amount,
        "bound": _ask("its bound", _one_of(bounds), bounds) or "exact",
    }
    if found["bound"] == "range":
        found["upper"] = _ask("its upper end", _amount, needed=True)
    found["unit"] = _ask("its unit (money, officers, …)", str, needed=True)
    if found["unit"] == "money":
        found["currency"] = _ask("its currency (ISO 4217)", str.upper, needed=True)
    statuses = get_args(model.QuantityStatus)
    found["status"] = _ask("its status", _one_of(statuses), statuses) or "actual"
    found["text"] = _ask("the source's words for it", str, needed=True)
    return found


def _ask(label: str, read: Read, offered: Iterable[str] = (), *, needed: bool = False) -> Any:
    while True:
        with _offering(list(offered)):
            text = _line(f"{label}: ").strip()
        if not text and not needed:
            return None
        try:
            if text:
                return read(text)
            typer.echo("  this one is needed", err=True)
        except UsageError as error:
            typer.echo(f"  {visible(str(error))}", err=True)


def _line(prompt: str) -> str:
    try:
        return input(prompt)
    except EOFError:
        raise typer.Abort from None


@contextmanager
def _offering(names: list[str]) -> Iterator[None]:
    """Names on the Tab key, where the terminal can do that."""
    with suppress(ImportError):
        import readline

        def offer(text: str, state: int) -> str | None:
            found = [name for name in names if name.startswith(text)]
            return found[state] if state < len(found) else None

        readline.set_completer(offer)
        readline.set_completer_delims(", ")
        readline.parse_and_bind("tab: complete")
    yield


def _several(read: Read) -> Read:
    return lambda text: [read(part.strip()) for part in text.split(",") if part.strip()]


def _one_of(values: Iterable[str]) -> Read:
    known = list(values)

    def read(text: str) -> str:
        if text not in known:
            raise UsageError(f"{text!r} is none of {', '.join(known)}")
        return text

    return read


def _date(text: str) -> str:
    return dates.parse(text).text


def _whole(text: str) -> int:
    if not (text.isascii() and text.isdigit() and int(text[:9]) > 0):
        raise UsageError(f"{text!r} is not the number of a paragraph")
    return int(text[:9])


def _amount(text: str) -> str:
    (condition,) = quantity.parse_condition(f"={text}")
    return f"{condition.allowed[0][0]:f}"
