"""A store's file, of which lines are read by their places."""

from __future__ import annotations

import io
import os
import weakref
from collections.abc import Iterator
from typing import Any

from factcli.store.lines import BUFFER, claim_lines

_PAGE = 4096


class File:
    """A file that stays open, and is read at any place: whoever reads it from end to end is not disturbed."""

    def __init__(self, descriptor: int) -> None:
        self.descriptor = descriptor
        weakref.finalize(self, os.close, descriptor)

    def line_at(self, place: int) -> bytes:
        """The rest of the line at a place."""
        parts = [os.pread(self.descriptor, _PAGE, place)]
        while parts[-1] and b"\n" not in parts[-1]:
            parts.append(os.pread(self.descriptor, _PAGE, place + len(parts) * _PAGE))
        line, _, _ = b"".join(parts).partition(b"\n")
        return line + b"\n"

    def claims(self, start: int) -> Iterator[tuple[int, bytes]]:
        """The lines of the claims, of which the first is at `start`, each with its place.

        Raises:
            NotCanonical: at a line that is not as expected.
        """
        with io.BufferedReader(_Reading(self.descriptor, start), BUFFER) as stream:
            yield from claim_lines(stream, start)


class _Reading(io.RawIOBase):
    """A file from a place on, by a position of its own."""

    def __init__(self, descriptor: int, place: int) -> None:
        self._descriptor, self._place = descriptor, place

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        data = os.pread(self._descriptor, len(buffer), self._place)
        buffer[: len(data)] = data
        self._place += len(data)
        return len(data)
