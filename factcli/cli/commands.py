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
from typer.main import get_command
from typer.models import CommandInfo

from factcli.cli.argv import print_version
from factcli.cli.catalogue import COMMANDS, TOPICS
from factcli.cli.session import session
from factcli.errors import FactcliError
from factcli.model import Topic
from factcli.text import nearest


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


class _Lookup(_Helpful, TyperCommand):
    """A command that looks something up."""


class _Root(_Helpful, TyperGroup):
    """The commands by name: the fixed ones, then the topics of the store."""

    is_listing = False
    """Whether commands are only named, with their summaries, and not run."""

    def list_commands(self, ctx: Context) -> list[str]:
        return [*COMMANDS, *(topic for topic in _topics(ctx) if topic not in COMMANDS)]

    def get_command(self, ctx: Context, cmd_name: str) -> Command | None:
        if entry := COMMANDS.get(cmd_name):
            if self.is_listing:
                return _Lookup(cmd_name, help=entry.summary, rich_help_panel=entry.panel)
            module = import_module(f"factcli.cli.{entry.module}")
            return _build(cmd_name, getattr(module, entry.function))
        if (topic := session(ctx).store.topics.get(cmd_name)) is None:
            return None
        if self.is_listing:
            return _Lookup(cmd_name, help=topic.title, rich_help_panel=TOPICS)
        from factcli.cli.listing import of_topic

        return _build(cmd_name, of_topic(cmd_name), help=_topic_help(topic))

    def resolve_command(self, ctx: Context, args: list[str]) -> Any:
        if " ".join(args[:2]) in COMMANDS:
            args = [" ".join(args[:2]), *args[2:]]  # `actor add` is a command; `actor WHO` another
        found = self.get_command(ctx, args[0])
        if found is None and not ctx.resilient_parsing and not args[0].startswith("-"):
            near = nearest(args[0], self.list_commands(ctx))
            hint = f" Did you mean {' or '.join(map(repr, near))}?" if near else ""
            ctx.fail(f"No such command {args[0]!r}.{hint}")
        return super().resolve_command(ctx, args)

    def shell_complete(self, ctx: Context, incomplete: str) -> Any:
        self.is_listing = True
        return super().shell_complete(ctx, incomplete)


def root_command() -> TyperGroup:
    """The whole command line, with nothing but its root built."""
    app = typer.Typer(
        cls=_Root, rich_markup_mode=None, context_settings={"help_option_names": ["-h", "--help"]}
    )
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
        bool,
        typer.Option("--no-color", is_eager=True, help="No colour; so do NO_COLOR and TERM=dumb."),
    ] = False,
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    """Who said or did what, when, according to which source, how sure, and where sources disagree.

    Without a command: what the store holds. Each command has its own help, which ends in an
    example.

    Example: factcli deployments --since 2025
    """
    if context.invoked_subcommand is None:
        from factcli.cli.overview import overview

        overview(session(context))


def _build(name: str, function: Callable[..., None], help: str | None = None) -> Command:
    from typer.main import get_command_from_info

    info = CommandInfo(
        name=name,
        callback=function,
        cls=_Lookup,
        help=help,
        context_settings={"help_option_names": ["-h", "--help"]},
    )
    return get_command_from_info(info, pretty_exceptions_short=False, rich_markup_mode=None)


def _topics(ctx: Context) -> list[str]:
    try:
        return list(session(ctx).store.topics)
    except FactcliError:
        return []  # help and completion work without a store


def _topic_help(topic: Topic) -> str:
    return (
        f"{topic.title}.\n\n{topic.about}\n\nThe same as `factcli list --topic {topic.id}`.\n\n"
        f"Example: factcli {topic.id} --limit 5"
    )
