"""Text, folded for comparison and made visible for terminals."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from functools import lru_cache

# Letters that Unicode does not decompose into a base letter and a mark.
_LETTERS = str.maketrans({"ł": "l", "ø": "o", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i", "ħ": "h"})
_APOSTROPHES = re.compile("['`´ʹʻʼʽʾʿˈ‘’‚‛′＇]")
_WORD = re.compile(r"\w+")
_ASCII = {
    code: None if char in "'`" else char.lower() if char.isalnum() else " "
    for code in range(128)
    if (char := chr(code))
}
"""The same for text that holds nothing else, in a third of the time."""

_UNSAFE_CATEGORIES = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
_JOINERS = "\u200c\u200d"  # needed to write Persian, Hindi and many emoji
_MARKS_IN_A_ROW = 4


def folded(text: str) -> str:
    """Text as it is compared: no case, no diacritics, no apostrophes, words parted by single spaces."""
    if text.isascii():
        return " ".join(text.translate(_ASCII).split())
    decomposed = unicodedata.normalize("NFKD", _APOSTROPHES.sub("", text)).casefold()
    bare = "".join(c for c in decomposed.translate(_LETTERS) if not unicodedata.combining(c))
    return " ".join(_WORD.findall(bare.replace("_", " ")))


fold = lru_cache(maxsize=1024)(folded)
"""The same, kept: for names, which come again."""


def nearest(word: str, candidates: Iterable[str], count: int = 3) -> list[str]:
    """The candidates that look most like a word, best first: for "did you mean"."""
    from heapq import nsmallest

    from rapidfuzz.distance.Indel import normalized_similarity as likeness

    wanted = fold(word)

    def scored() -> Iterator[tuple[float, float, str]]:
        for candidate in candidates:
            name = folded(candidate)
            whole = likeness(wanted, name)
            best = max((likeness(wanted, part) for part in name.split()), default=0.0)
            yield -max(whole, best), -whole, candidate

    near = nsmallest(count, scored(), key=lambda found: found[:2])
    least = max(0.6, -near[0][0] - 0.2) if near else 1.0
    return [candidate for score, _, candidate in near if -score >= least]


def did_you_mean(word: str, candidates: Iterable[str]) -> str:
    """The end of an error sentence: `` Did you mean 'ruto'?``, or nothing when nothing is near."""
    near = nearest(word, candidates)
    return f" Did you mean {' or '.join(map(repr, near))}?" if near else ""


def visible(text: str) -> str:
    """Text that cannot act on a terminal: control, format and unassigned characters become ``\\xNN`` or ``\\uNNNN``.

    Zero-width joiners stay, since scripts need them; of combining marks in a row the first four stay.
    """
    if text.isascii() and text.isprintable():
        return text
    safe: list[str] = []
    marks = 0
    for char in text:
        category = unicodedata.category(char)
        marks = marks + 1 if category in ("Mn", "Me") else 0
        if (category in _UNSAFE_CATEGORIES and char not in _JOINERS) or marks > _MARKS_IN_A_ROW:
            safe.append(escape_char(char))
        else:
            safe.append(char)
    return "".join(safe)


def escape_char(char: str) -> str:
    code = ord(char)
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"
