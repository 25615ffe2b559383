"""Text, folded for comparison and made visible for terminals.

Imports nothing at once, so that a plain lookup starts quickly.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

# Letters that Unicode does not decompose into a base letter and a mark.
_LETTERS = str.maketrans(
    {"ł": "l", "ø": "o", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i", "ħ": "h"}
)
_APOSTROPHES = str.maketrans(dict.fromkeys("'`´ʹʻʼʽʾʿˈ‘’‚‛′＇"))
_ASCII = {ord(char): char.lower() if char.isalnum() else " " for char in map(chr, range(128))}
_ASCII |= dict.fromkeys(map(ord, "'`"), "")
"""The rules of `fold` for ASCII text: a table takes a third of the time."""

_FORMULA = "=+-@＝＋－＠﹦﹢﹣﹫−"
_TAKEN_OFF = "'\"\u200c\u200d"
_UNSAFE_CATEGORIES = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
_JOINERS = "\u200c\u200d"  # needed to write Persian, Hindi and many emoji
_MARKS_IN_A_ROW = 4


def fold(text: str) -> str:
    """Fold text for comparison: no case, diacritics or apostrophes; single spaces between words."""
    if text.isascii():
        return " ".join(text.translate(_ASCII).split())
    import unicodedata

    decomposed = unicodedata.normalize("NFKD", text.translate(_APOSTROPHES)).casefold()
    bare = "".join(c for c in decomposed.translate(_LETTERS) if not unicodedata.combining(c))
    return " ".join("".join(c if c.isalnum() else " " for c in bare).split())


def nearest(word: str, candidates: Iterable[str], count: int = 3) -> list[str]:
    """Find the candidates that resemble a word most, best first."""
    from heapq import nlargest

    from rapidfuzz.distance.Indel import normalized_similarity as likeness

    folded = fold(word)

    def score(candidate: str) -> tuple[float, float]:
        name = fold(candidate)
        whole = likeness(folded, name)
        return max([whole, *(likeness(folded, part) for part in name.split())]), whole

    scored = ((score(candidate), candidate) for candidate in candidates)
    near = nlargest(count, scored, key=lambda found: found[0])
    least = max(0.6, near[0][0][0] - 0.2) if near else 1.0
    return [candidate for (best, _), candidate in near if best >= least]


def did_you_mean(word: str, candidates: Iterable[str]) -> str:
    """Write the end of an error: `` Did you mean 'ruto'?``, or nothing when nothing is near."""
    near = nearest(word, candidates)
    return f" Did you mean {' or '.join(map(repr, near))}?" if near else ""


def is_formula(text: str) -> bool:
    """Whether a spreadsheet may run a text as a formula.

    It may take quotes and white space off the beginning first.
    """
    for char in text:
        if char in _FORMULA:
            return True
        if char not in _TAKEN_OFF and not char.isspace():
            return False
    return False


def visible(text: str) -> str:
    r"""Make text harmless on a terminal.

    Control, format and unassigned characters become ``\xNN`` or ``\uNNNN``. Zero-width joiners
    remain, since scripts need them. Of combining marks in a row the first four remain.
    """
    if text.isascii() and text.isprintable():
        return text
    import unicodedata

    safe: list[str] = []
    marks = 0
    for char in text:
        category = unicodedata.category(char)
        marks = marks + 1 if category in ("Mn", "Me") else 0
        is_unsafe = category in _UNSAFE_CATEGORIES and char not in _JOINERS
        safe.append(_escape(char) if is_unsafe or marks > _MARKS_IN_A_ROW else char)
    return "".join(safe)


def _escape(char: str) -> str:
    """Write one character as an escape of Python's string literals."""
    code = ord(char)
    if code < 0x100:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"
