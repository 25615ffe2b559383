"""Plain lookups, read without Typer, which takes longer to import than the lookup takes.

Only an unambiguous command line is read here: a lookup command, its words, and declared options
with values, each once unless it may be repeated. Everything else goes to Typer. Both readers are
made from `factcli.cli.options`, and a test compares them.
"""

from __future__ import annotations

import os

from factcli.cli.catalogue import COMMANDS
from factcli.cli.options import FILTERS, OUTPUT, Option

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

_OPTIONS: dict[str, tuple[str, Option]] = {
    name: (field, option)
    for group in (FILTERS, OUTPUT)
    for field, option in group.items()
    for name in option.names
}


def run(words: Sequence[str]) -> bool:
    """Run an unambiguous command line; of another, do nothing and return False.

    Raises:
        FactcliError: as the command would.
    """
    if "_FACTCLI_COMPLETE" in os.environ or not words:
        return False
    if list(words) == ["--version"]:
        print_version()
        return True
    store = None
    if words[0] == "--store" and len(words) > 2:
        store, words = words[1], words[2:]
    command, *rest = words
    if command.startswith("-") or (len(words) > 1 and " ".join(words[:2]) in COMMANDS):
        return False
    read = _read(rest)
    return read is not None and _look_up(store, command, *read)


def print_version() -> None:
    """Print the version, for people and for scripts."""
    from factcli import __version__
    from factcli.output.sink import standard_output

    with standard_output() as stream:
        stream.write(f"factcli {__version__}\n")


def _look_up(store: str | None, command: str, words: list[str], given: dict[str, Any]) -> bool:
    from factcli.cli.lookups import claims, records
    from factcli.cli.session import Session
    from factcli.output.options import Options

    filters = {field: given[field] for field in FILTERS if field in given}
    options = Options(**{field: given[field] for field in OUTPUT if field in given})
    session = Session(store, options)
    if command == "list" and not words:
        claims(session, filters)
    elif command in ("topic", "actor", "date") and len(words) == 1:
        claims(session, filters, **{command: words[0]})
    elif command == "search" and words:
        claims(session, filters, search=" ".join(words))
    elif command == "show" and words and not filters:
        records(session, words)
    elif command not in COMMANDS and not words and session.store.has_topic(command):
        claims(session, filters, topic=command)
    else:
        return False
    return True


def _read(words: Sequence[str]) -> tuple[list[str], dict[str, Any]] | None:
    """Positional words and options by field; None when the words are ambiguous."""
    positional: list[str] = []
    given: dict[str, Any] = {}
    waiting = iter(words)
    for word in waiting:
        if not word.startswith("-"):
            positional.append(word)
            continue
        name, sign, value = word.partition("=")
        if name not in _OPTIONS or (sign and not name.startswith("--")):
            return None
        field, option = _OPTIONS[name]
        if (field in given and option.takes != "list") or (sign and option.takes == "flag"):
            return None
        if option.takes == "flag":
            given[field] = True
            continue
        if not sign:
            value = next(waiting, "-")
        is_number = value.isascii() and value.isdigit() and len(value) < 10
        if value.startswith("-") or (option.takes == "number" and not is_number):
            return None
        if option.takes == "list":
            given.setdefault(field, []).append(value)
        else:
            given[field] = int(value) if option.takes == "number" else value
    return positional, given
