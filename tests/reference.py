"""The reference of all commands, written from the live command tree: ``python
tests/reference.py`` renews it."""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from factcli.cli.catalogue import COMMANDS
from factcli.cli.commands import root_command
from factcli.cli.typer_options import FILTERS_PANEL, OUTPUT_PANEL

TARGET = Path(__file__).parent.parent / "docs" / "reference.md"
SHARED = {FILTERS_PANEL: "filters", OUTPUT_PANEL: "output options"}

HEAD = """# Reference

Every command and every option. This page is written from the program
(`python tests/reference.py`), and a test holds it to that.
A declared topic is a command as well: `factcli deployments` is `factcli list --topic deployments`.
"""


def reference() -> str:
    """The whole page."""
    root: Any = root_command()
    context: Any = root.make_context("factcli", [], resilient_parsing=True)
    parts = [HEAD, "## factcli\n", _help(root), *_options(root, context, set())]
    for panel in dict.fromkeys(SHARED):
        owner = root.get_command(context, "list")
        parts += [
            f"## {SHARED[panel].capitalize()}\n",
            f"{panel}.\n" if panel == FILTERS_PANEL else "",
        ]
        parts += _options(owner, context, set(), only=panel)
    for name in COMMANDS:
        command = root.get_command(context, name)
        parts += [
            f"## factcli {name}\n",
            _usage(command),
            _help(command),
            *_options(command, context, set(SHARED)),
        ]
        shared = [
            word
            for panel, word in SHARED.items()
            if any(p.rich_help_panel == panel for p in command.params)
        ]
        if shared:
            parts.append(f"Also takes the {' and the '.join(shared)}.\n")
    return "\n".join(part for part in parts if part)


def _usage(command: Any) -> str:
    arguments = [p for p in command.params if p.param_type_name == "argument"]
    words = [
        p.make_metavar(ctx=None) if p.required else f"[{p.make_metavar(ctx=None)}]"
        for p in arguments
    ]
    return f"    factcli {' '.join([command.name, *words])} [OPTIONS]\n"


def _help(command: Any) -> str:
    text, _, example = inspect.cleandoc(command.help).partition("Example: ")
    example = " ".join(example.split())
    return f"{text.strip()}\n" + (f"\n    {example}\n" if example else "")


def _options(
    command: Any, context: Any, without: set[str], only: str | None = None
) -> Iterator[str]:
    rows = []
    for param in command.params:
        panel = getattr(param, "rich_help_panel", None)
        if panel in without or (only is not None and panel != only):
            continue
        if param.param_type_name == "argument":
            names = param.make_metavar(ctx=context)
        else:
            takes = "" if param.is_flag else f" {param.make_metavar(ctx=context)}"
            names = ", ".join(f"`{name}`" for name in sorted(param.opts, key=len)) + takes
        rows.append(f"| {names} | {(param.help or '').replace('|', '&#124;')} |")
    if rows:
        yield "\n".join(["| | |", "| --- | --- |", *rows]) + "\n"


if __name__ == "__main__":
    TARGET.write_text(reference(), encoding="utf-8")
