"""Reading a store's bytes: strict, bounded, and never creating or changing a file."""

from __future__ import annotations

import errno
import json
import os
import re
import stat
from contextlib import suppress
from pathlib import Path
from typing import Any

from factcli.errors import StoreError

MAX_BYTES = 2_000_000_000
_MAX_DIGITS = 100
_CHUNK = 1 << 20
_NUMBER = re.compile(r"[1-9][0-9]{0,14}")  # TinyDB takes "01" for 1, and then loses one of the two

Tables = dict[str, dict[str, Any]]


def read_tables(path: Path) -> Tables:
    """The tables of a store in TinyDB's layout: names to documents by their internal number.

    Raises:
        StoreError: naming the file and what is wrong with it.
    """
    return parse_tables(read_bytes(path), path)


def parse_tables(content: bytes, path: Path) -> Tables:
    """The same from bytes that were read already."""
    data = decode(content, path)
    if not isinstance(data, dict):
        raise StoreError(f'{path} is not a store: expected tables such as "claims" at its top, found {_kind(data)}')
    for name, table in data.items():
        if not isinstance(table, dict):
            raise StoreError(f"{path} is not a store: table {name!r} is {_kind(table)}, not records by number")
        for number, record in table.items():
            if not _NUMBER.fullmatch(number):
                raise StoreError(f"{path}: table {name!r} numbers a record {number[:20]!r}: only 1, 2, 3 … are read")
            if not isinstance(record, dict):
                raise StoreError(f"{path}: record {number} of table {name!r} is {_kind(record)}, not an object")
    return data


def read_bytes(path: Path) -> bytes:
    """A regular file, whole. Opening does not block, so a FIFO or a device is refused and never waited for."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | getattr(os, "O_CLOEXEC", 0))
    except OSError as error:
        raise StoreError(_cannot_open(path, error)) from None
    except ValueError:  # a NUL in the name
        raise StoreError(f"no store at {str(path)!r}: a path holds no NUL character") from None
    try:
        found = os.fstat(descriptor)
        if not stat.S_ISREG(found.st_mode):
            kind = "a directory" if stat.S_ISDIR(found.st_mode) else "not a regular file"
            raise StoreError(f"{path} is {kind}: name the store's JSON file")
        if found.st_size > MAX_BYTES:
            raise StoreError(f"{path} is {found.st_size:,} bytes long: stores of up to {MAX_BYTES:,} are read")
        chunks = []
        while chunk := os.read(descriptor, _CHUNK):
            chunks.append(chunk)
        return b"".join(chunks)
    except OSError as error:
        raise StoreError(f"{path} cannot be read: {error.strerror}") from None
    finally:
        with suppress(OSError):
            os.close(descriptor)


def decode(data: bytes, path: Path) -> Any:
    """JSON as RFC 8259 has it: UTF-8, no NaN, no number beyond range; and no key twice in one object."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise StoreError(f"{path} is not UTF-8 (byte {error.start}): save it as UTF-8 text") from None
    if not text.strip():
        raise StoreError(f"{path} is empty: a store holds at least its meta table")
    try:
        decoded = json.loads(
            text, object_pairs_hook=_unique, parse_constant=_no_constant, parse_int=_short_int, parse_float=_finite
        )
        text.encode()  # lone surrogates, if written raw, are refused by the decoding above; escaped ones here
        if "\\ud" in text or "\\uD" in text:
            json.dumps(decoded, ensure_ascii=False).encode()
    except json.JSONDecodeError as error:
        raise StoreError(f"{path} is not JSON: {error.msg} (line {error.lineno}, column {error.colno})") from None
    except RecursionError:
        raise StoreError(f"{path} nests lists or objects too deeply to be a store") from None
    except UnicodeEncodeError:
        raise StoreError(f"{path} holds half of a surrogate pair (\\ud800 to \\udfff), which is no character") from None
    except ValueError as error:
        raise StoreError(f"{path} is not a store: {error}") from None
    return decoded


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
    if len(digits) > _MAX_DIGITS:
        raise ValueError(f"a number has {len(digits):,} digits")
    return int(digits)


def _finite(digits: str) -> float:
    value = float(digits) if len(digits) <= _MAX_DIGITS else float("inf")
    if value in (float("inf"), float("-inf")):
        raise ValueError(f"the number {digits[:20]} is out of range")
    return value


def _kind(value: Any) -> str:
    names = {list: "a list", str: "text", bool: "a truth value", int: "a number", float: "a number", dict: "an object"}
    return names.get(type(value), "null")


def _cannot_open(path: Path, error: OSError) -> str:
    if error.errno == errno.ENOENT:
        return f"no store at {path}: check the path"
    if error.errno == errno.ENXIO:
        return f"{path} is not a regular file: name the store's JSON file"
    return f"{path} cannot be opened: {error.strerror}"
