"""Standard output, through a buffer that reports every failure.

Imports next to nothing: a plain lookup needs this.
"""

from __future__ import annotations

import io
import sys

from factcli.errors import ReaderGone, WriteRefused

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import IO, Any

_BUFFER = 1 << 18


class _Descriptor(io.FileIO):
    """Standard output, which notes that something was written there.

    It raises ReaderGone itself: Rich would turn a broken pipe into an exit of its own.
    """

    is_used = False

    def write(self, data: Any, /) -> int:
        try:
            written = super().write(data)
        except BrokenPipeError:
            raise ReaderGone from None
        _Descriptor.is_used = True
        return written


def has_written() -> bool:
    """Whether any byte was written to standard output in this run."""
    return _Descriptor.is_used


class standard_output:  # a context manager, used like a function
    """Text to descriptor 1: all of it is written, or an error is raised.

    Python's own stream drops a short write on a full disk when it is unbuffered, and reports others
    only at exit.

    Raises:
        WriteRefused: when not everything could be written.
        ReaderGone: when nobody reads the pipe any more.
    """

    def __init__(self, encoding: str = "utf-8") -> None:
        self._encoding = encoding

    def __enter__(self) -> IO[str]:
        try:
            raw = _Descriptor(1, "w", closefd=False)
        except OSError as error:
            raise _refusal(error) from None
        buffer = io.BufferedWriter(raw, _BUFFER)
        self._stream = io.TextIOWrapper(buffer, self._encoding, "backslashreplace", newline="\n")
        return self._stream

    def __exit__(self, kind: object, error: BaseException | None, where: object) -> None:
        try:
            self._stream.flush()
            self._stream.detach()
        except OSError as refused:
            raise _refusal(refused) from None
        if isinstance(error, OSError):
            raise _refusal(error) from None


def _refusal(error: OSError) -> WriteRefused:
    return WriteRefused(f"standard output could not be written: {error.strerror}")


def output_encoding() -> str:
    """The encoding of the terminal, for what people read there."""
    return getattr(sys.stdout, "encoding", None) or "utf-8"
