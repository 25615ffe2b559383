"""The progress of loading a large store: a bar on a terminal, else one line."""

from __future__ import annotations

import os

from factcli.cli.messages import say

TYPE_CHECKING = False
if TYPE_CHECKING:
    from rich.progress import Progress, TaskID

_LONG = 20_000_000
"""Bytes from which loading takes more than a second or two."""


class Loading:
    """Shows the progress: call it with the number of bytes read. A small store shows nothing."""

    def __init__(self, path: str) -> None:
        self._path = path
        self._bar: tuple[Progress, TaskID] | None = None
        self._size = 0

    def __enter__(self) -> Loading:
        return self

    def __call__(self, done: int) -> None:
        if not self._size:
            self._size = os.path.getsize(self._path)
            if self._size >= _LONG:
                self._begin()
        if self._bar:
            progress, task = self._bar
            progress.update(task, completed=done, total=self._size, refresh=True)

    def __exit__(self, *error: object) -> None:
        if self._bar:
            self._bar[0].stop()

    def _begin(self) -> None:
        if os.isatty(2) and os.environ.get("TERM") != "dumb":
            self._bar = _bar(self._path)
        else:
            say(f"indexing {self._path}: the next lookups need not wait")


def _bar(path: str) -> tuple[Progress, TaskID]:
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn
    from rich.text import Text

    from factcli.text import visible

    no_color = bool(os.environ.get("NO_COLOR"))
    console = Console(stderr=True, no_color=no_color, legacy_windows=False)
    label = Text(f"indexing {visible(os.path.basename(path))}").plain
    columns = (TextColumn("{task.description}", markup=False), BarColumn(), TimeRemainingColumn())
    progress = Progress(*columns, console=console, transient=True, auto_refresh=False)
    progress.start()
    return progress, progress.add_task(label, total=None)
