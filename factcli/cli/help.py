"""Help as panels of options and commands.

Typer would draw it too, but imports Markdown and tracebacks for that, and reads help as markup.
"""

from __future__ import annotations

import inspect
from collections.abc import Sequence
from typing import IO

from rich.box import ROUNDED
from rich.padding import Padding
from rich.panel import Panel
from rich.table import Table
from rich.text import Text
from typer._click.core import Command, Context, Parameter
from typer.core import TyperArgument, TyperGroup

from factcli.output.table import console
from factcli.text import visible

Cells = tuple[str, ...]


def draw_help(command: Command, context: Context, stream: IO[str], *, color: bool) -> None:
    """Write the help of a command: its usage, what it does, its arguments, options and commands."""
    screen = console(stream, color=color)
    usage = " ".join(command.get_usage(context).split())
    screen.print(Padding(Text(usage, "bold"), (1, 1)))
    for paragraph in inspect.cleandoc(command.help or "").split("\n\n"):
        screen.print(Padding(Text(visible(" ".join(paragraph.split()))), (0, 1, 1, 1)))
    panels: dict[str, list[Cells]] = {}
    for parameter in command.get_params(context):
        is_argument = isinstance(parameter, TyperArgument)
        default = "Arguments" if is_argument else "Options"
        panel = getattr(parameter, "rich_help_panel", None) or default
        if not getattr(parameter, "hidden", False):
            panels.setdefault(panel, []).append(_parameter(parameter, context))
    for title in sorted(panels, key=["Arguments", "Options", *panels].index):
        screen.print(_panel(title, panels[title]))
    if isinstance(command, TyperGroup):
        listed = _commands(command, context)
        longest = max((len(name) for rows in listed.values() for name, _ in rows), default=0)
        for title, rows in listed.items():
            screen.print(_panel(title, rows, longest))


def _parameter(parameter: Parameter, context: Context) -> Cells:
    metavar = parameter.make_metavar(context)
    is_flag = getattr(parameter, "is_flag", False)
    text = getattr(parameter, "help", None) or ""
    if isinstance(parameter, TyperArgument):
        return ("*" if parameter.required else "", metavar, "", "", text)
    long = ", ".join(name for name in parameter.opts if name.startswith("--"))
    short = ", ".join(name for name in parameter.opts if not name.startswith("--"))
    return ("", long, short, "" if is_flag else metavar, text)


def _commands(group: TyperGroup, context: Context) -> dict[str, list[Cells]]:
    """The names and summaries of the commands, by panel."""
    panels: dict[str, list[Cells]] = {}
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        if command is not None:
            panel = getattr(command, "rich_help_panel", None) or "Commands"
            text = (command.help or "").strip().split("\n\n")[0]
            panels.setdefault(str(panel), []).append((name, " ".join(text.split())))
    return panels


def _panel(title: str, rows: Sequence[Cells], least: int = 0) -> Panel:
    """A box with a table, whose empty columns are left out; the last column folds.

    The others, with names and metavars, are at least `least` wide.
    """
    *names, text = [at for at in range(len(rows[0])) if any(row[at] for row in rows)]
    table = Table.grid(padding=(0, 2, 0, 0), expand=True)
    for at in names:
        style = "bold cyan" if at < 2 else "bold yellow"
        table.add_column(no_wrap=True, style=style, min_width=least)
    table.add_column(ratio=1)
    for row in rows:
        table.add_row(*(Text(visible(row[at])) for at in (*names, text)))
    return Panel(table, title=title, title_align="left", box=ROUNDED, border_style="dim")
