"""What is said on standard error. Imports next to nothing: a plain lookup needs this."""

from __future__ import annotations

import os
import sys

from factcli.errors import shorten

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections import Counter
    from collections.abc import Iterable, Iterator
    from typing import Any


def say(message: str) -> None:
    """Write one line to standard error; nothing where that is closed or full."""
    message = shorten(message)
    if not (message.isascii() and message.isprintable()):
        from factcli.text import visible

        message = visible(message)
    try:
        encoding = getattr(sys.stderr, "encoding", None) or "utf-8"
        data = f"factcli: {message}\n".encode(encoding, "backslashreplace")
        if sys.stderr is not None:
            sys.stderr.flush()
        os.write(2, data)
    except (OSError, ValueError):
        pass


def counted(rows: Iterable[Any], field: str, counts: Counter[str]) -> Iterator[Any]:
    """Pass rows on, and count them by the value of a field, for a message at the end."""
    for row in rows:
        counts[getattr(row, field)] += 1
        yield row
