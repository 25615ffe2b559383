"""Strict JSON (RFC 8259) of a file, with a sentence for what is wrong.

Imported only where lines are not as factcli writes them: `json` takes as long as a small store.
"""

from __future__ import annotations

import codecs
import json
from collections.abc import Iterator
from typing import IO, Any

from factcli.errors import StoreError
from factcli.store.files import StorePath

_MAX_DIGITS = 100
_PIECE = 1 << 20


class NotJson(StoreError):
    """Bytes that are not JSON: the reason, and the byte at which it shows."""

    def __init__(self, path: StorePath, error: json.JSONDecodeError, text: str) -> None:
        self.reason = error.msg
        self.offset = len(text[: error.pos].encode())
        super().__init__(
            f"{path} is not JSON: {error.msg} (line {error.lineno}, column {error.colno})"
        )


def utf8(data: bytes, path: StorePath, place: int = 0, *, cut: bool = False) -> str:
    """Decode UTF-8 that begins at a place of a file; a byte order mark at its start is dropped.

    `cut`: the last character may be cut off.

    Raises:
        StoreError: naming the first byte that is not UTF-8.
    """
    try:
        return data.decode("utf-8-sig" if place == 0 else "utf-8")
    except UnicodeDecodeError as error:
        if cut and error.end == len(data) and error.reason == "unexpected end of data":
            return ""
        raise _not_utf8(path, place + error.start) from None


def utf8_pieces(stream: IO[bytes], path: StorePath, end: int) -> Iterator[str]:
    """Decode a file from its start to a place, piece by piece; a byte order mark is dropped.

    Raises:
        StoreError: naming the first byte that is not UTF-8.
    """
    decoder = codecs.getincrementaldecoder("utf-8")()
    place = 0
    while piece := stream.read(min(_PIECE, end - place)):
        waiting, _ = decoder.getstate()
        try:
            text = decoder.decode(piece, final=place + len(piece) == end)
        except UnicodeDecodeError as error:
            raise _not_utf8(path, place - len(waiting) + error.start) from None
        yield text if place else text.removeprefix("\ufeff")
        place += len(piece)


def _not_utf8(path: StorePath, place: int) -> StoreError:
    return StoreError(f"{path} is not UTF-8 (byte {place}): save it as UTF-8 text")


def decode(data: bytes, path: StorePath) -> Any:
    """Decode strict JSON (RFC 8259): UTF-8, no NaN, no number out of range, no key twice.

    Raises:
        StoreError: naming the file and what is wrong; NotJson where the syntax is.
    """
    text = utf8(data, path)
    if not text.strip():
        raise StoreError(f"{path} is empty: a store holds at least its meta table")
    try:
        decoded = _DECODER.decode(text)
        if "\\ud" in text or "\\uD" in text:  # a raw half of a pair is no UTF-8; escaped ones here
            json.dumps(decoded, ensure_ascii=False).encode()
    except json.JSONDecodeError as error:
        raise NotJson(path, error, text) from None
    except RecursionError:
        raise too_deep(path) from None
    except UnicodeEncodeError:
        raise StoreError(
            f"{path} holds half of a surrogate pair (\\ud800 to \\udfff), which is no character"
        ) from None
    except ValueError as error:
        raise StoreError(f"{path} is not valid: {error}") from None
    return decoded


def too_deep(path: StorePath) -> StoreError:
    """The error for JSON that nests further than can be read."""
    return StoreError(f"{path} nests lists or objects too deeply to be a store")


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        keys = [key for key, _ in pairs]
        twice = next(key for key in keys if keys.count(key) > 1)
        raise ValueError(f"the key {twice[:40]!r} stands twice in one object")
    return found


def _no_constant(name: str) -> float:
    raise ValueError(f"{name} is not a number in JSON")


def _short_int(digits: str) -> int:
    if len(digits.lstrip("-")) > _MAX_DIGITS:
        raise ValueError(f"a number has {len(digits):,} digits")
    return int(digits)


def _finite(digits: str) -> float:
    value = float(digits) if len(digits) <= _MAX_DIGITS else float("inf")
    if value in (float("inf"), float("-inf")):
        raise ValueError(f"the number {digits[:20]} is out of range")
    return value


_DECODER = json.JSONDecoder(
    object_pairs_hook=_unique,
    parse_constant=_no_constant,
    parse_int=_short_int,
    parse_float=_finite,
)
