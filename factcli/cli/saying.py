"""The way to speak on standard error, and what is said of an answer there."""

from __future__ import annotations

import os
import sys


def say(message: str) -> None:
    """One line on standard error; where that is closed or full, nothing."""
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


def left_out_remark(number: int, reason: str) -> str:
    return f"left out: {number} {reason}"


def shown_remark(shown: int, found: int) -> str:
    return f"{shown} of {found} shown (--limit)"
