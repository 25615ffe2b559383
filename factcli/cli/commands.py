"""The tree of commands, each imported and built when it is called; a declared topic is a command
too."""

from __future__ import annotations

import os
from collections.abc import Callable
from importlib import import_module
from typing import Annotated, Any

import typer
from typer._click.core import Command, Context
from typer.core import TyperCommand, TyperGroup, TyperOption
from typer.main import get_command, get_command_from_info
from typer.models import CommandInfo

from factcli.cli import shells
from factcli.cli.argv import print_version
from factcli.cli.catalogue import COMMANDS, PANELS, TOPICS
from factcli.cli.session import session_of
from factcli.errors import FactcliError
from factcli.text import did_you_mean

_SETTINGS = {"help_option_names": ["-h", "--help"]}


class _Helpful(Command):
    """A command whose help goes the way of all output: a closed pipe or a full disk is an error."""

    def get_help_option(self, ctx: Context) -> TyperOption | None:
        option = super().get_help_option(ctx)
        if option is not None:
            option.callback = _print_help
        return option


def _print_help(ctx: Context, param: Any, value: bool) -> None:
    if not value or ctx.resilient_parsing:
        return
    from factcli.cli.help import draw_help
    from factcli.output.sink import output_encoding, standard_output

    color = os.isatty(1) and not ctx.find_root().params.get("no_color")
    if isinstance(ctx.command, _Root):
        ctx.command.is_listing = True
    with standard_output(output_encoding()) as stream:
        draw_help(ctx.command, ctx, stream, color=color)
    raise typer.Exit()


class _Leaf(_Helpful, TyperCommand):
    """A command that is no group."""


class _Root(_Helpful, TyperGroup):
    """The commands by name: the fixed ones, then the topics of the store."""

    is_listing = False
    """Whether commands are only named, with their summaries, and not run."""

    def list_commands(self, ctx: Context) -> list[str]:
        try:
            topics = list(session_of(ctx).store.topics)
        except FactcliError:
            topics = []  # help and completion work without a store
        return list(dict.fromkeys([*COMMANDS, *topics]))

    def get_command(self, ctx: Context, cmd_name: str) -> Command | None:
        if cmd_name in COMMANDS:
            module, summary = COMMANDS[cmd_name]
            if self.is_listing:
                return _Leaf(cmd_name, help=summary, rich_help_panel=PANELS[module])
            return _build(cmd_name, function_of(cmd_name))
        if (topic := session_of(ctx).store.topics.get(cmd_name)) is None:
            return None
        if self.is_listing:
            return _Leaf(cmd_name, help=topic.title, rich_help_panel=TOPICS)
        from factcli.cli.listing import topic_command_of

        return _build(cmd_name, topic_command_of(topic))

    def resolve_command(self, ctx: Context, args: list[str]) -> Any:
        if " ".join(args[:2]) in COMMANDS:
            args = [" ".join(args[:2]), *args[2:]]  # `actor add` is a command; `actor WHO` another
        found = self.get_command(ctx, args[0])
        if found is None and not ctx.resilient_parsing and not args[0].startswith("-"):
            hint = did_you_mean(args[0], self.list_commands(ctx))
            ctx.fail(f"No such command {args[0]!r}.{hint}")
        return super().resolve_command(ctx, args)

    def _main_shell_completion(
        self, ctx_args: Any, prog_name: str, complete_var: str | None = None
    ) -> None:
        if instruction := os.environ.get("_FACTCLI_COMPLETE"):
            from factcli.output.sink import standard_output

            with standard_output() as stream:
                stream.writelines(f"{line}\n" for line in shells.answer_shell(self, instruction))
            raise SystemExit(0)

    def shell_complete(self, ctx: Context, incomplete: str) -> Any:
        self.is_listing = True
        return super().shell_complete(ctx, incomplete)


def function_of(name: str) -> Callable[..., None]:
    """The function of a fixed command, imported when it is needed."""
    module = import_module(f"factcli.cli.{COMMANDS[name][0]}")
    function: Callable[..., None] = getattr(module, f"{name.replace(' ', '_')}_command")
    return function


def root_command() -> TyperGroup:
    """The whole command line, with nothing but its root built."""
    app = typer.Typer(cls=_Root, rich_markup_mode=None, context_settings=_SETTINGS)
    app.callback(invoke_without_command=True)(_root)
    command = get_command(app)
    assert isinstance(command, TyperGroup), "an app with a callback is a group"
    return command


def _build(name: str, function: Callable[..., None]) -> Command:
    info = CommandInfo(name=name, callback=function, cls=_Leaf, context_settings=_SETTINGS)
    return get_command_from_info(info, pretty_exceptions_short=False, rich_markup_mode=None)


def _version(value: bool) -> None:
    if value:
        print_version()
        raise typer.Exit()


ROOT_OPTIONS = ("--store", "--version", "--no-color")
_STORE = "The store to read; else FACTCLI_STORE, else the one shipped."
_NO_COLOR = "No colour; so do NO_COLOR and TERM=dumb."
Store = Annotated[str | None, typer.Option("--store", metavar="PATH", is_eager=True, help=_STORE)]
NoColor = Annotated[bool, typer.Option("--no-color", is_eager=True, help=_NO_COLOR)]
Version = Annotated[
    bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version.")
]


def _root(
    context: typer.Context, store: Store = None, no_color: NoColor = False, version: Version = False
) -> None:
    """Who said or did what, when, according to which source, how sure, and where sources disagree.

    Without a command: what the store holds. Each command has its own help, which ends in an
    example.

    Example: factcli deployments --since 2025
    """
    if context.invoked_subcommand is None:
        from factcli.cli.inventory import overview

        overview(session_of(context))
