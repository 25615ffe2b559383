"""What is shown while a large store is indexed: a bar on a terminal, else one line."""

from __future__ import annotations

import os
from types import TracebackType
from typing import TYPE_CHECKING

from factcli.cli.saying import say

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID

_LONG = 20_000_000
"""Bytes from which indexing takes more than a second or two."""


class Waiting:
    """Call it with how much is done of how much; nothing is shown of what is soon done. Leave it to clear the bar."""

    def __init__(self, path: object) -> None:
        self._path = path
        self._bar: tuple[Progress, TaskID] | None = None
        self._told = False

    def __enter__(self) -> Waiting:
        return self

    def __call__(self, done: int, of: int) -> None:
        if of < _LONG:
            return
        if not self._told:
            self._told = True
            if os.isatty(2) and os.environ.get("TERM") != "dumb":
                self._bar = _bar(str(self._path))
            else:
                say(f"indexing {self._path}: the next lookups need not wait")
        if self._bar:
            progress, task = self._bar
            progress.update(task, completed=done, total=of, refresh=True)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, where: TracebackType | None
    ) -> None:
        if self._bar:
            self._bar[0].stop()


def _bar(path: str) -> tuple[Progress, TaskID]:
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn
    from rich.text import Text

    from factcli.text import visible

    console = Console(stderr=True, no_color=bool(os.environ.get("NO_COLOR")), legacy_windows=False)
    label = Text(f"indexing {visible(os.path.basename(path))}").plain
    columns = (TextColumn("{task.description}", markup=False), BarColumn(), TimeRemainingColumn())
    progress = Progress(*columns, console=console, transient=True, auto_refresh=False)  # no thread: others are forked
    progress.start()
    return progress, progress.add_task(label, total=None)
