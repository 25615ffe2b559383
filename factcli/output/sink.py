"""Where output goes: standard output through a buffer of our own, or a file that appears whole or not at all."""

from __future__ import annotations

import io
import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, TYPE_CHECKING

from factcli.errors import ReaderGone, WriteRefused

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer

_BUFFER = 1 << 16


class _Descriptor(io.FileIO):
    """A descriptor that says ReaderGone itself: Rich would turn a broken pipe into an exit of its own."""

    def write(self, data: ReadableBuffer, /) -> int:
        try:
            return super().write(data)
        except BrokenPipeError:
            raise ReaderGone from None


@contextmanager
def standard_output(encoding: str = "utf-8") -> Iterator[IO[str]]:
    """Text to descriptor 1, all of it written or an error raised.

    Python's own stream drops a short write on a full disk when it is unbuffered, and reports others only at exit.

    Raises:
        WriteRefused: when not everything could be written.
        ReaderGone: when nobody reads the pipe any more.
    """
    try:
        raw = _Descriptor(1, "w", closefd=False)
        stream = io.TextIOWrapper(
            io.BufferedWriter(raw, _BUFFER), encoding=encoding, errors="backslashreplace", newline="\n"
        )
        try:
            yield stream
        finally:
            stream.flush()
            stream.detach()
    except OSError as error:
        raise WriteRefused(f"standard output could not be written: {error.strerror}") from None


@contextmanager
def paging() -> Iterator[IO[str]]:
    """Text to ``$PAGER``, else to less, which shows it on the terminal; without either, to standard output.

    Raises:
        ReaderGone: when its reader has seen enough.
    """
    import shlex
    import shutil
    import subprocess

    words = shlex.split(os.environ.get("PAGER", "less"))
    if not words or shutil.which(words[0]) is None:
        with standard_output(output_encoding()) as stream:
            yield stream
        return
    handler = signal.signal(signal.SIGINT, signal.SIG_IGN)  # an interrupt is for the pager
    pager = subprocess.Popen(words, stdin=subprocess.PIPE, env={"LESS": "FRX", **os.environ})
    assert pager.stdin is not None, "it was asked for"
    try:
        with io.TextIOWrapper(pager.stdin, output_encoding(), "backslashreplace", newline="\n") as stream:
            yield stream
    except BrokenPipeError:
        raise ReaderGone from None
    finally:
        pager.wait()
        signal.signal(signal.SIGINT, handler)


@contextmanager
def whole_file(path: Path) -> Iterator[IO[str]]:
    """Text to a file, by way of a temporary one beside it, renamed when all of it is on disk.

    Raises:
        WriteRefused: naming the file; what stood there before is untouched.
    """
    import tempfile

    target = Path(os.path.realpath(path))
    try:
        mode = target.stat().st_mode & 0o7777 if target.exists() else 0o666 & ~_umask()
        if target.exists() and not target.is_file():
            raise WriteRefused(f"{path} is not a regular file: name a file to write to")
        descriptor, name = tempfile.mkstemp(prefix=f".{target.name}.", suffix=".tmp", dir=target.parent)
        try:
            with open(descriptor, "w", encoding="utf-8", newline="\n") as stream:
                yield stream
                stream.flush()
                os.fchmod(descriptor, mode)
                os.fsync(descriptor)
            os.replace(name, target)
        except BaseException:
            with suppress(OSError):
                os.unlink(name)
            raise
    except OSError as error:
        raise WriteRefused(f"{path} could not be written: {error.strerror}") from None


def output_encoding() -> str:
    """The encoding of the terminal, for what people read there."""
    return getattr(sys.stdout, "encoding", None) or "utf-8"


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
