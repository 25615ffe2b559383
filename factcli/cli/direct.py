"""Plain lookups, read without Typer: it takes longer to import than the lookup takes.

Only what is beyond doubt is read here: a lookup command, its words, and declared options with values, each once unless it may
be repeated. For anything else (help, a slip, another command, completion) the answer is None, and Typer reads the arguments.
Both go by the same declarations, and a test holds them against each other. What is asked for in JSON of a store with a fresh index
is answered without the rest of factcli being imported (`factcli.cli.quick`).
"""

from __future__ import annotations

import os

from factcli.cli import quick
from factcli.cli.catalogue import COMMANDS
from factcli.cli.declared import FILTERS, OUTPUT, Declared
from factcli.cli.interrupts import raise_interrupts

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

_OPTIONS: dict[str, tuple[str, Declared]] = {
    name: (field, option) for group in (FILTERS, OUTPUT) for field, option in group.items() for name in option.names
}


def run(words: Sequence[str]) -> bool:
    """Run a command line that is beyond doubt; False, and nothing done, when it is not.

    Raises:
        FactcliError: as the command would.
    """
    if "_FACTCLI_COMPLETE" in os.environ or not words:
        return False
    if list(words) == ["--version"]:
        print_version()
        return True
    store, words = (words[1], words[2:]) if words[0] == "--store" and len(words) > 2 else (None, words)
    command, *rest = words
    read = None if command.startswith("-") or (" ".join(words[:2]) in COMMANDS and len(words) > 1) else _read(rest)
    if read is None:
        return False
    positional, given = read
    return quick.answered(store, command, positional, given) or _look_up(store, command, positional, given)


def _look_up(store: str | None, command: str, positional: list[str], given: dict[str, Any]) -> bool:
    from pathlib import Path

    from factcli.cli.lookups import claims, query, records
    from factcli.cli.session import Session
    from factcli.output import Options

    raise_interrupts()
    session = Session(store, False)
    filters = {field: given[field] for field in FILTERS if field in given}
    output = {field: given[field] for field in OUTPUT if field in given}
    options = Options(**(output | ({"output": Path(output["output"])} if "output" in output else {})))
    session.no_index = options.no_index
    if command == "list" and not positional:
        claims(session, query(filters), options)
    elif command in ("topic", "actor", "date") and len(positional) == 1:
        claims(session, query(filters, **{command: positional[0]}), options)
    elif command == "search" and positional:
        claims(session, query(filters, search=" ".join(positional)), options)
    elif command == "show" and positional and not filters:
        records(session, positional, options)
    elif command not in COMMANDS and not positional and command in session.store.vocabulary.topics:
        claims(session, query(filters, topic=command), options)
    else:
        return False
    return True


def print_version() -> None:
    from factcli import __version__

    quick.write(f"factcli {__version__}\n".encode())


def _read(words: Sequence[str]) -> tuple[list[str], dict[str, Any]] | None:
    """Positional words and options by field; None where there is any doubt."""
    positional: list[str] = []
    given: dict[str, Any] = {}
    waiting = list(reversed(words))
    while waiting:
        word = waiting.pop()
        if not word.startswith("-"):
            positional.append(word)
            continue
        name, sign, value = word.partition("=")
        if name not in _OPTIONS or (sign and not name.startswith("--")):
            return None
        field, option = _OPTIONS[name]
        if field in given and option.takes != "list":
            return None
        if option.takes == "flag":
            if sign:
                return None
            given[field] = True
            continue
        if not sign:
            if not waiting:
                return None
            value = waiting.pop()
        if value.startswith("-") or (
            option.takes == "number" and not (value.isascii() and value.isdigit() and len(value) < 10)
        ):
            return None
        if option.takes == "list":
            given.setdefault(field, []).append(value)
        else:
            given[field] = int(value) if option.takes == "number" else value
    return positional, given
