"""Opening a store for reading: by its index, a line at a time, or whole."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable
from pathlib import Path

from factcli.store.places import PACKAGED, place
from factcli.store.store import Store

_LARGE = 100_000
"""Bytes (about a hundred claims) from which an index has paid for itself at the second lookup."""
_HUGE = 3_000_000
"""Bytes from which a store is read a line at a time instead of held in memory."""
_SLOW = 1_000_000
"""Bytes from which it is worth saying that a store has to be read without one."""


def open_store(
    path: str | os.PathLike[str] | None = None,
    *,
    indexed: bool = False,
    notice: Callable[[str], None] = lambda message: None,
    progress: Callable[[int, int], None] = lambda done, of: None,
) -> Store:
    """Open a store for reading: the path given, else ``FACTCLI_STORE``, else the one shipped with the package.

    `indexed`: find claims of a large store by way of an index in the user's cache directory, which is built if need be; the
    answers are the same. `notice` is told when none can be kept, `progress` how much of how much has been indexed.

    Raises:
        StoreError: naming the file, and the record and field where a record breaks the model.
    """
    found = Path(place(path))
    if indexed and is_large(found):
        from factcli.index.store import open_indexed

        if (store := open_indexed(found, notice if is_large(found, _SLOW) else _silent, progress)) is not None:
            return store
    if is_large(found, _HUGE):
        from factcli.scan.store import open_scanned

        if (scanned := open_scanned(found)) is not None:
            return scanned
    return open_whole(found)


def _silent(message: str) -> None:
    """For stores that are soon read."""


def open_whole(path: Path) -> Store:
    """A store with all its records in memory.

    Raises:
        StoreError: as `open_store`.
    """
    from tinydb import TinyDB

    from factcli.store.storage import ReadOnlyStorage

    db = TinyDB(path, storage=ReadOnlyStorage)
    return Store(path, {name: {record.doc_id: record for record in db.table(name)} for name in db.tables()})


def is_large(path: Path, size: int | None = None) -> bool:
    """Whether a store is past the size from which an index pays."""
    try:
        found = os.stat(path)
    except (OSError, ValueError):
        return False
    return stat.S_ISREG(found.st_mode) and found.st_size >= (_LARGE if size is None else size)


def is_packaged(path: Path) -> bool:
    """Whether a real path is the store inside the installed package, which is not to be written."""
    return path == Path(os.path.realpath(PACKAGED))
