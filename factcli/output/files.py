"""Output to a pager, and to files that appear whole or not at all."""

from __future__ import annotations

import hashlib
import os
import shlex
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

import msgspec  # noqa: F401  # before interrupts: its set-up must not be interrupted

from factcli.database import cache
from factcli.errors import ReaderGone, UsageError, WriteRefused
from factcli.output.interrupts import raise_interrupts
from factcli.output.sink import output_encoding, standard_output
from factcli.store import durable


@contextmanager
def paging() -> Iterator[IO[str]]:
    """Open ``$PAGER``, else less, for text that it shows on the terminal.

    Without either, open standard output.

    Raises:
        ReaderGone: when the pager ends before the text does.
    """
    words = shlex.split(os.environ.get("PAGER", "less"))
    if not words or shutil.which(words[0]) is None:
        with standard_output(output_encoding()) as stream:
            yield stream
        return
    handler = signal.signal(signal.SIGINT, signal.SIG_IGN)  # an interrupt is for the pager
    encoding, errors, env = output_encoding(), "backslashreplace", {"LESS": "FRX", **os.environ}
    pager = subprocess.Popen(
        words, stdin=subprocess.PIPE, encoding=encoding, errors=errors, env=env
    )
    assert pager.stdin is not None, "Popen was given a pipe"
    try:
        with pager.stdin as stream:
            yield stream
    except BrokenPipeError:
        raise ReaderGone from None
    finally:
        pager.wait()
        signal.signal(signal.SIGINT, handler)


def refuse_own(
    name: str,
    stores: Iterable[str],
    read: Iterable[Path],
    text_digests: Callable[[], Collection[str]],
) -> None:
    """Refuse to write onto a file that factcli keeps or reads, by whatever name or link.

    `stores` are refused with their lock files and caches, `read` with the archived texts in it. An
    archived text is known anywhere by its SHA-256.

    Raises:
        UsageError: saying what the file is.
    """
    target = Path(os.path.realpath(name))
    real = [Path(os.path.realpath(store)) for store in stores]
    own = _own_files(real, read)
    found = next((what for what, path in own if _is_same(target, path)), "")
    if any(durable.is_temporary(target, store) for store in real):
        found = "a temporary file of a store"
    elif target.parent == Path(os.path.realpath(cache.place_of(""))).parent:
        found = "in the directory of the caches"
    elif not found and target.is_file():
        with suppress(OSError), target.open("rb") as stream:
            if hashlib.file_digest(stream, "sha256").hexdigest() in text_digests():
                found = "an archived text"
    if found:
        raise UsageError(f"--output {name} is {found}: name another file")


def _own_files(stores: Iterable[Path], read: Iterable[Path]) -> Iterator[tuple[str, Path]]:
    for store in stores:
        yield "a store", store
        yield "the lock file of a store", durable.lock_of(store)
    archive = os.environ.get("FACTCLI_SOURCES")
    for place in [*read, *([Path(archive)] if archive else [])]:
        yield "a file that this command reads", place
        yield from (("an archived text", text) for text in place.glob("*.txt"))


def _is_same(one: Path, other: Path) -> bool:
    try:
        return one == Path(os.path.realpath(other)) or one.samefile(other)
    except OSError:  # one of them is not there
        return False


@contextmanager
def whole_file(path: Path) -> Iterator[IO[str]]:
    """Open a file for text, through a temporary one that is renamed when all of it is on disk.

    Raises:
        WriteRefused: naming the file; its former content is untouched.
    """
    raise_interrupts()  # so that an interrupt removes the temporary file
    target = Path(os.path.realpath(path))
    try:
        mode = target.stat().st_mode & 0o7777 if target.exists() else 0o666 & ~_umask()
        if target.exists() and not target.is_file():
            raise WriteRefused(f"{path} is not a regular file: name a file to write to")
        descriptor, name = tempfile.mkstemp(
            prefix=f".{target.name}.", suffix=".tmp", dir=target.parent
        )
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


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
