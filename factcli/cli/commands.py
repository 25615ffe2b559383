"""The tree of commands, each imported and built when it is called; a declared topic is a command too."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable
from importlib import import_module
from types import ModuleType
from typing import Annotated, Any

import typer
from typer._click.core import Command, Context
from typer.core import TyperCommand, TyperGroup, TyperOption
from typer.main import get_command
from typer.models import CommandInfo

from factcli.cli.catalogue import COMMANDS, TOPICS
from factcli.cli.direct import print_version
from factcli.cli.session import session
from factcli.errors import FactcliError
from factcli.text import nearest, visible


class _Helpful(Command):
    """A command whose help goes the way of all output, so that a closed pipe or a full disk is handled."""

    def get_help_option(self, ctx: Context) -> TyperOption | None:
        option = super().get_help_option(ctx)
        if option is not None:
            option.callback = _print_help
        return option

    def format_help(self, ctx: Context, formatter: Any) -> None:
        import io
        import os
        from contextlib import redirect_stdout

        rich_utils = _rich_utils()
        wanted = not (ctx.find_root().params.get("no_color") or os.environ.get("NO_COLOR"))
        rich_utils.FORCE_TERMINAL = wanted and os.isatty(1) and os.environ.get("TERM") != "dumb"
        drawn = io.StringIO()
        with redirect_stdout(drawn):
            super().format_help(ctx, formatter)
        formatter.write(drawn.getvalue().rstrip("\n"))


def _rich_utils() -> Any:
    """Typer's drawing of help, without Rich's Markdown and tracebacks, which it imports, we never use, and take a third of the time."""
    spared = {name: ModuleType(name) for name in ("rich.markdown", "rich.traceback") if name not in sys.modules}
    for module, needed in (("rich.markdown", "Markdown"), ("rich.traceback", "Traceback")):
        if module in spared:
            setattr(spared[module], needed, type(needed, (), {}))
    sys.modules.update(spared)
    try:
        from typer import rich_utils
    finally:
        for name in spared:
            del sys.modules[name]
    return rich_utils


def _print_help(ctx: Context, param: Any, value: bool) -> None:
    if value and not ctx.resilient_parsing:
        from factcli.output.sink import output_encoding, standard_output

        with standard_output(output_encoding()) as stream:
            stream.write(ctx.get_help().strip("\n") + "\n")
        raise typer.Exit()


class _Lookup(_Helpful, TyperCommand):
    """A command that looks something up."""


class _Root(_Helpful, TyperGroup):
    """The commands by name: the fixed ones, then the topics of the store."""

    _listing = False

    def list_commands(self, ctx: Context) -> list[str]:
        return [*COMMANDS, *(topic for topic in _topics(ctx) if topic not in COMMANDS)]

    def get_command(self, ctx: Context, cmd_name: str) -> Command | None:
        if entry := COMMANDS.get(cmd_name):
            if self._listing:
                return _Lookup(cmd_name, help=entry.summary, rich_help_panel=entry.panel)
            module = import_module(f"factcli.cli.{entry.module}")
            return _build(cmd_name, getattr(module, entry.function))
        if (topic := session(ctx).store.vocabulary.topics.get(cmd_name)) is None:
            return None
        if self._listing:
            return _Lookup(cmd_name, help=_plain_markup(topic.title), rich_help_panel=TOPICS)
        from factcli.cli.listing import of_topic

        return _build(cmd_name, of_topic(cmd_name), help=_plain_markup(_topic_help(topic.id, topic.title, topic.about)))

    def resolve_command(self, ctx: Context, args: list[str]) -> Any:
        if " ".join(args[:2]) in COMMANDS:
            args = [" ".join(args[:2]), *args[2:]]  # `actor add` is a command; `actor WHO` another
        found = self.get_command(ctx, args[0])
        if found is None and not ctx.resilient_parsing and not args[0].startswith("-"):
            near = nearest(args[0], self.list_commands(ctx))
            hint = f" Did you mean {' or '.join(map(repr, near))}?" if near else ""
            ctx.fail(f"No such command {args[0]!r}.{hint}")
        return super().resolve_command(ctx, args)

    def format_help(self, ctx: Context, formatter: Any) -> None:
        self._listing = True
        super().format_help(ctx, formatter)

    def shell_complete(self, ctx: Context, incomplete: str) -> Any:
        self._listing = True
        return super().shell_complete(ctx, incomplete)


def root_command() -> TyperGroup:
    """The whole command line, with nothing but its root built."""
    app = typer.Typer(cls=_Root, rich_markup_mode="rich", context_settings={"help_option_names": ["-h", "--help"]})
    app.callback(invoke_without_command=True)(_root)
    command = get_command(app)
    assert isinstance(command, TyperGroup), "an app with a callback is a group"
    return command


ROOT_OPTIONS = ("--store", "--version", "--no-color")


def _version(value: bool) -> None:
    if value:
        print_version()
        raise typer.Exit()


def _root(
    context: typer.Context,
    store: Annotated[
        str | None,
        typer.Option(
            "--store",
            metavar="PATH",
            is_eager=True,
            help="The store to read; else FACTCLI_STORE, else the one shipped.",
        ),
    ] = None,
    no_color: Annotated[
        bool, typer.Option("--no-color", is_eager=True, help="No colour; so do NO_COLOR and TERM=dumb.")
    ] = False,
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    """Who said or did what, when, according to which source, how sure, and where sources disagree.

    Without a command: what the store holds. Each command has its own help, which ends in an example.

    Example: factcli deployments --since 2025
    """
    if context.invoked_subcommand is None:
        from factcli.cli.overview import overview

        overview(session(context))


def _build(name: str, function: Callable[..., None], help: str | None = None) -> Command:
    from typer.main import get_command_from_info

    info = CommandInfo(
        name=name, callback=function, cls=_Lookup, help=help, context_settings={"help_option_names": ["-h", "--help"]}
    )
    return get_command_from_info(info, pretty_exceptions_short=False, rich_markup_mode="rich")


def _topics(ctx: Context) -> list[str]:
    try:
        return list(session(ctx).store.vocabulary.topics)
    except FactcliError:
        return []  # help and completion work without a store


def _topic_help(ident: str, title: str, about: str) -> str:
    return f"{title}.\n\n{about}\n\nThe same as `factcli list --topic {ident}`.\n\nExample: factcli {ident} --limit 5"


_MARKUP = re.compile(r"[\[\]\\]|:\S+:")
"""What Rich may read as markup or as the name of an emoji."""


def _plain_markup(text: str) -> str:
    """Store text for Typer's help, which reads Rich markup: shown as it is, or with its brackets rounded."""
    shown = "\n".join(map(visible, text.split("\n")))
    if not _MARKUP.search(shown):
        return shown
    from rich.errors import MarkupError
    from rich.markup import escape
    from rich.text import Text

    escaped = escape(shown)
    try:
        faithful = Text.from_markup(escaped).plain == shown
    except MarkupError:
        faithful = False
    return escaped if faithful else shown.translate(str.maketrans("[]:\\", "();/"))
