"""JSON in which no character can act on a terminal."""

from __future__ import annotations

import re
from typing import Any

import msgspec

# Blocks of printable, assigned characters; other text is checked character by character.
_PLAIN = re.compile(
    r"[\x20-\x7e\xa0-\xac\xae-\u0377\u0400-\u052f\u1e00-\u1eff\u2010-\u2027\u2030-\u205e"
    r"\u20a0-\u20c0\u2190-\u23ff\u4e00-\u9fff]*"
)


def encode(value: Any) -> str:
    """Encode a value on one line; control, format and unassigned characters as escapes."""
    return safe(msgspec.json.encode(value).decode())


def safe(text: str) -> str:
    """Escape control, format and unassigned characters in JSON."""
    if (text.isascii() and "\x7f" not in text) or _PLAIN.fullmatch(text):
        return text
    import json

    from factcli.text import visible

    return "".join(char if visible(char) == char else json.dumps(char)[1:-1] for char in text)
