"""Help as panels of options and commands.

Typer would draw it too, but imports Markdown and tracebacks for that, and reads help as markup.
"""

from __future__ import annotations

import inspect
from collections.abc import Iterable, Iterator
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
        for title, rows in _commands(command, context):
            screen.print(_panel(title, rows, least=_longest_name(command, context)))


def _parameter(parameter: Parameter, context: Context) -> Cells:
    metavar = parameter.make_metavar(context)
    is_flag = getattr(parameter, "is_flag", False)
    text = getattr(parameter, "help", None) or ""
    if isinstance(parameter, TyperArgument):
        return ("*" if parameter.required else "", metavar, "", "", text)
    long = ", ".join(name for name in parameter.opts if name.startswith("--"))
    short = ", ".join(name for name in parameter.opts if not name.startswith("--"))
    return ("", long, short, "" if is_flag else metavar, text)


def _commands(group: TyperGroup, context: Context) -> Iterator[tuple[str, list[Cells]]]:
    panels: dict[str, list[Cells]] = {}
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        if command is not None:
            panel = getattr(command, "rich_help_panel", None) or "Commands"
            text = (command.help or "").strip().split("\n\n")[0]
            panels.setdefault(str(panel), []).append((name, " ".join(text.split())))
    yield from panels.items()


def _longest_name(group: TyperGroup, context: Context) -> int:
    return max((len(name) for name in group.list_commands(context)), default=0)


def _panel(title: str, rows: Iterable[Cells], least: int = 0) -> Panel:
    """A box with a table, whose empty columns are left out; the last column folds."""
    lines = list(rows)
    used = [at for at in range(len(lines[0])) if any(line[at] for line in lines)]
    table = Table.grid(padding=(0, 2, 0, 0), expand=True)
    for at in used:
        is_last = at == used[-1]
        name = lines[0][0] == "" or at > 0
        style = "" if is_last else "bold cyan" if at <= int(name) else "bold yellow"
        table.add_column(
            ratio=1 if is_last else None, no_wrap=not is_last, style=style, min_width=least
        )
        least = 0
    for line in lines:
        table.add_row(*(Text(visible(line[at])) for at in used))
    return Panel(table, title=title, title_align="left", box=ROUNDED, border_style="dim")
