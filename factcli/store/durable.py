"""Writing a store so that nothing acknowledged is lost: one writer at a time, and the old file or
the new one, whole.

A temporary file beside the store is written and synced, renamed over it, and the directory synced;
only then is a write done. Writers hold an advisory lock on a file beside the store, which stays:
deleting it would let two in.
"""

from __future__ import annotations

import fcntl
import os
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from factcli.errors import WriteRefused
from factcli.store.files import MAX_BYTES

PATIENCE = 60.0
"""Seconds that a writer waits for another one."""
_NOTICE = 1.0


def lock_of(path: Path) -> Path:
    """The lock file of a store (its real path)."""
    return path.parent / f".{path.name}.lock"


def is_temporary(other: Path, path: Path) -> bool:
    """Whether a file bears the name of a temporary file of a store (its real path)."""
    return other.parent == path.parent and other.name.startswith(_prefix(path))


@contextmanager
def locked(
    path: Path, notice: Callable[[str], None] = lambda message: None, patience: float = PATIENCE
) -> Iterator[None]:
    """Hold the lock of a store (its real path), and clear away what a killed writer left behind.

    Raises: WriteRefused: when the place cannot be written, the store is read-only, or another
    writer holds the lock for too long.
    """
    _check_writable(path)
    lock = lock_of(path)
    try:
        descriptor = _open_lock(lock, path)
    except OSError as error:
        raise WriteRefused(
            f"{path} cannot be written: no lock file {lock}: {error.strerror}"
        ) from None
    try:
        _wait(descriptor, path, notice, patience)
        _clear(path)
        yield
    finally:
        with suppress(OSError):  # what was written is safe, and the lock ends with the process
            os.close(descriptor)


def replace(path: Path, pieces: Iterable[bytes]) -> None:
    """Put new content in the place of a file (its real path), mode and owner kept. Hold the lock.

    Raises:
        WriteRefused: what stood there before is untouched, unless the message says otherwise.
    """
    temporary = path.parent / f"{_prefix(path)}{os.getpid()}"
    fate = "nothing was changed"
    try:
        _write(temporary, path, pieces)
        os.replace(temporary, path)
        fate = "the new store is in place, but might not survive a power cut"
        _sync_directory(path.parent)
    except OSError as error:
        raise WriteRefused(f"{path} could not be written ({error.strerror}): {fate}") from None
    finally:
        with suppress(OSError):  # it is gone once it has replaced the store
            os.unlink(temporary)


def _check_writable(path: Path) -> None:
    """See that the mode of a store lets us write it: a rename does not ask for that.

    Raises:
        WriteRefused: also to root, when nobody may write.
    """
    try:
        found = os.stat(path)
    except OSError:  # a new store
        return
    if not (found.st_mode & 0o222 and os.access(path, os.W_OK, effective_ids=True)):
        raise WriteRefused(f"{path} is read-only: its owner can allow writing with `chmod`")


def _open_lock(lock: Path, path: Path) -> int:
    """Open the lock file of a store, or make it; it gets the store's mode and group.

    So whoever may write the store can take its lock. Whoever may only read the file can, too, where
    the file system allows that.
    """
    flags = os.O_CLOEXEC | os.O_NOFOLLOW
    try:
        descriptor = os.open(lock, flags | os.O_RDWR | os.O_CREAT, 0o666)
    except PermissionError:
        return os.open(lock, flags | os.O_RDONLY)
    with suppress(OSError):  # somebody else's file stays as it is
        if os.fstat(descriptor).st_nlink == 1:
            _copy_mode(descriptor, path)
    return descriptor


def _write(temporary: Path, path: Path, pieces: Iterable[bytes]) -> None:
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC | os.O_NOFOLLOW
    descriptor = os.open(temporary, flags, 0o600)
    size = 0
    try:
        _copy_mode(descriptor, path)
        for piece in pieces:
            size += len(piece)
            if size > MAX_BYTES:
                raise WriteRefused(f"not written: {path} would be longer than {MAX_BYTES:,} bytes")
            view = memoryview(piece)
            while view:
                view = view[os.write(descriptor, view) :]
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _copy_mode(descriptor: int, path: Path) -> None:
    try:
        found = os.stat(path)
    except FileNotFoundError:
        mask = os.umask(0)
        os.umask(mask)
        os.fchmod(descriptor, 0o666 & ~mask)
        return
    if (found.st_uid, found.st_gid) != (os.geteuid(), os.getegid()):
        for owner in (found.st_uid, -1):  # only root may give a file away, members to a group
            with suppress(PermissionError):  # the content matters more
                os.fchown(descriptor, owner, found.st_gid)
                break
    os.fchmod(descriptor, found.st_mode & 0o7777)


def _sync_directory(directory: Path) -> None:
    descriptor = os.open(directory, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _wait(descriptor: int, path: Path, notice: Callable[[str], None], patience: float) -> None:
    begun = time.monotonic()
    notice_at = _NOTICE
    while True:
        try:
            return fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            waited = time.monotonic() - begun
        except OSError as error:
            raise WriteRefused(f"{path} cannot be locked: {error.strerror}") from None
        if waited > patience:
            raise WriteRefused(
                f"another process has been writing {path} for {patience:.0f} s: try again"
            )
        if waited > notice_at:
            notice(f"waiting for another process that is writing {path}")
            notice_at = patience
        time.sleep(0.005)


def _clear(path: Path) -> None:
    """Temporary files of writers that were killed: whoever holds the lock knows that no other
    writer is alive."""
    with suppress(OSError):
        for name in os.listdir(path.parent):
            if name.startswith(_prefix(path)):
                os.unlink(path.parent / name)


def _prefix(path: Path) -> str:
    return f".{path.name}.writing-"
