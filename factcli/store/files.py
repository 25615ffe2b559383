"""Opening the file of a store: bounded, and never creating or changing it."""

from __future__ import annotations

import errno
import os
import stat
from typing import IO

from factcli.errors import StoreError

StorePath = str | os.PathLike[str]

MAX_BYTES = 2_000_000_000
_BUFFER = 1 << 16
_REASONS = {
    errno.ENOENT: "no store at {}: check the path",
    errno.ENXIO: "{} is not a regular file: name the store's JSON file",
}


def open_file(path: StorePath) -> IO[bytes]:
    """Open a regular file for reading.

    Opening does not block, so that a FIFO or a device is refused and never waited for.

    Raises:
        StoreError: naming the file, and why it cannot be read.
    """
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError as error:
        reason = _REASONS.get(error.errno or 0, "{} cannot be opened: {}")
        raise StoreError(reason.format(path, error.strerror)) from None
    except ValueError:  # a NUL in the name
        raise StoreError(f"no store at {str(path)!r}: a path holds no NUL character") from None
    found = os.fstat(descriptor)
    if stat.S_ISREG(found.st_mode) and found.st_size <= MAX_BYTES:
        return open(descriptor, "rb", buffering=_BUFFER)
    os.close(descriptor)
    if stat.S_ISREG(found.st_mode):
        size = f"{found.st_size:,} bytes long: stores of up to {MAX_BYTES:,} are read"
        raise StoreError(f"{path} is {size}")
    kind = "a directory" if stat.S_ISDIR(found.st_mode) else "not a regular file"
    raise StoreError(f"{path} is {kind}: name the store's JSON file")


def read_bytes(path: StorePath) -> bytes:
    """Read a regular file, whole.

    Raises:
        StoreError: as `open_file`.
    """
    with open_file(path) as stream:
        try:
            return stream.read()
        except OSError as error:
            raise StoreError(f"{path} cannot be read: {error.strerror}") from None
