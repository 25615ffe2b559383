"""From arguments to an exit code: the one place that turns an error into a sentence.

Imports next to nothing: a plain lookup needs this.
"""

from __future__ import annotations

import os
import sys

from factcli.cli import argv
from factcli.cli.messages import say
from factcli.errors import Damaged, FactcliError, StoreError, UsageError
from factcli.output.interrupts import raise_interrupts

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from typer._click.exceptions import ClickException

USAGE = 2
REFUSED = 4
INTERRUPTED = 130
FAULT = 70


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command line and return its exit code; errors are one sentence on standard error."""
    _drop_odd_sizes()
    words = list(sys.argv[1:] if arguments is None else arguments)
    try:
        _refuse_empty_values(words)
        return _run_again_if_damaged(lambda: 0 if argv.run(words) else _through_typer(words))
    except FactcliError as error:
        _complain(str(error))
        return error.exit_code
    except KeyboardInterrupt:
        return INTERRUPTED
    except UnicodeEncodeError:
        _complain(
            "an argument or a text holds a byte or a half character that is no UTF-8: write it anew"
        )
        return USAGE
    except OSError as error:  # from Typer's own commands, such as installing completion
        place = f": {error.filename}" if error.filename else ""
        _complain(f"the system refused: {error.strerror or error}{place}")
        return REFUSED
    except Exception as error:  # nobody at a prompt is helped by a traceback
        kind = type(error).__name__
        _complain(f"this is a fault of factcli itself, please report it: {kind}: {error}")
        return FAULT


def _refuse_empty_values(words: Sequence[str]) -> None:
    """Refuse empty options and arguments: they come from a variable of a script that is not set.

    Raises:
        UsageError: for the first one.
    """
    before, are_options = "", True
    for word in words:
        are_options = are_options and word != "--"
        named = word[:-1] if word.startswith("--") and word.find("=") == len(word) - 1 else before
        if not word or (are_options and named is not before):
            what = named[:40] if named.startswith("-") else "an argument"
            raise UsageError(f"{what} is empty: give a value, or leave it out")
        before = word


def _run_again_if_damaged(run: Callable[[], int]) -> int:
    """Run a command; once more, with a new cache, when the cache was found damaged.

    An answer of which a part was already written cannot be repeated: that is an error.
    """
    try:
        return run()
    except Damaged as damage:
        from factcli.database.cache import delete_damaged
        from factcli.output.sink import has_written

        delete_damaged(damage)
        if has_written():
            raise StoreError(
                "the cache was found damaged and is deleted, and the answer is cut off: ask again"
            ) from None
    return run()


def _through_typer(words: list[str]) -> int:
    import typer
    from typer._click.exceptions import ClickException

    from factcli.cli.commands import root_command

    raise_interrupts()
    try:
        code = root_command().main(words, prog_name="factcli", standalone_mode=False)
    except ClickException as error:
        _complain(_usage_sentence(error))
        return USAGE
    except typer.Abort:
        return INTERRUPTED
    except SystemExit as end:  # how completion ends
        return end.code if isinstance(end.code, int) else 0
    return code if isinstance(code, int) else 0


def _drop_odd_sizes() -> None:
    """Remove malformed screen sizes from the environment: Rich would fail on them."""
    for name in ("COLUMNS", "LINES", "TERMINAL_WIDTH"):
        size = os.environ.get(name, "1")
        if not (size.isascii() and size.isdigit() and 0 < len(size) < 5 and int(size)):
            del os.environ[name]


def _complain(message: str) -> None:
    if message:
        say(f"error: {message}")


def _usage_sentence(error: ClickException) -> str:
    from typer._click.exceptions import NoSuchOption, UsageError

    from factcli.cli.commands import ROOT_OPTIONS

    message = error.format_message().strip()
    message = message if message.endswith((".", "?", ")")) else f"{message}."
    if isinstance(error, NoSuchOption) and error.option_name in ROOT_OPTIONS:
        option = error.option_name
        return f"{option} goes before the command: factcli {option} …"
    context = error.ctx if isinstance(error, UsageError) else None
    if "Did you mean" in message or context is None:
        return message
    return f"{message} See `{context.command_path} --help`."
