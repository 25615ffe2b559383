"""A derived SQLite file that answers lookups without reading the store: disposable, and never able to change an answer.

It holds every claim as it is shown, with its rivals and the names of those it names, in JSON; what claims are looked up by
(postings: facet values with the span of the claim's date, in time order); their folded words (FTS5); and the records of the
small tables. It lives in the user's cache directory, named by the store's real path, and is as fresh as the store's size, modification
time and inode; where these differ, or are too young to tell, the blocks of the store are held to their digests
(`factcli.index.renewing`). The file bears the time of its store: one that bears another was written to by something else.

Only what a lookup needs is imported here: it is on the shortest way to an answer.
"""

from __future__ import annotations

import fcntl
import os
import time

from factcli.index import sqlite

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Literal

VERSION = 9
Damage = sqlite.Error
"""What a damaged index raises."""
_GRAIN = 2.0
"""Seconds within which two writes may bear the same time on a coarse file system."""
_LONGEST_NAME = 180

SCHEMA = (
    "CREATE TABLE about (name TEXT PRIMARY KEY, value) WITHOUT ROWID",
    "CREATE TABLE records (place TEXT, number INTEGER, id TEXT, doc BLOB, PRIMARY KEY (place, number)) WITHOUT ROWID",
    "CREATE TABLE same (id TEXT, other TEXT, PRIMARY KEY (id, other)) WITHOUT ROWID",
    "CREATE TABLE names (place TEXT, folded TEXT, id TEXT, PRIMARY KEY (place, folded, id)) WITHOUT ROWID",
    "CREATE TABLE blocks (place TEXT, block INTEGER, digest BLOB, PRIMARY KEY (place, block)) WITHOUT ROWID",
    "CREATE TABLE claims (n INTEGER PRIMARY KEY, id TEXT NOT NULL, low INTEGER, high INTEGER, flags INTEGER, record BLOB NOT NULL)",
    "CREATE TABLE facets (v INTEGER PRIMARY KEY, facet TEXT, value TEXT, UNIQUE (facet, value))",
    "CREATE TABLE counts (v INTEGER, status INTEGER, claims INTEGER, PRIMARY KEY (v, status)) WITHOUT ROWID",
    "CREATE TABLE postings (v INTEGER, low INTEGER, high INTEGER, n INTEGER, flags INTEGER, PRIMARY KEY (v, low, high, n)) WITHOUT ROWID",
    "CREATE TABLE figures (n INTEGER PRIMARY KEY, low REAL, high REAL)",
    "CREATE VIRTUAL TABLE words USING fts5(statement, names, notes, content='', tokenize='ascii')",
    "CREATE VIRTUAL TABLE vocabulary USING fts5vocab(words, 'row')",
)
SORTED = (
    "CREATE INDEX records_by_id ON records (place, id)",
    "CREATE UNIQUE INDEX claims_by_id ON claims (id)",
    "CREATE INDEX figures_by_low ON figures (low)",
    "CREATE INDEX figures_wide ON figures (low, high) WHERE high > low",
)
"""What is quicker once everything is there."""


def stamp(path: str) -> tuple[int, int, int]:
    """What tells one version of a file from another: its size, modification time and inode."""
    found = os.stat(path)
    return found.st_size, found.st_mtime_ns, found.st_ino


def is_doubtful(modified: int) -> bool:
    """Whether a modification time is so young that a later write could bear the same."""
    return time.time() - modified / 1e9 <= _GRAIN


def index_path(path: str) -> str:
    """Where the index of a store is: the user's cache directory (XDG Base Directory), by the store's real path."""
    cache = os.environ.get("XDG_CACHE_HOME", "")
    base = cache if cache.startswith("/") else os.path.join(os.path.expanduser("~"), ".cache")
    name = os.path.realpath(path).replace("!", "!1").replace("/", "!2")
    if len(os.fsencode(name)) > _LONGEST_NAME:
        import hashlib

        name = hashlib.sha256(os.fsencode(name)).hexdigest()
    return os.path.join(base, "factcli", f"{name}.db")


def fresh(path: str) -> sqlite.Connection | None:
    """The index of a store when it is whole, and the store's stat leaves no doubt that it is as fresh."""
    place = index_path(path)
    if not _is_private(os.path.dirname(place)):
        return None
    connection, is_fresh = _open(place, path)
    if is_fresh:
        return connection
    _close(connection)
    return None


def ready(
    path: str,
    notice: Callable[[str], None],
    *,
    rebuild: bool = False,
    progress: Callable[[int, int], None] = lambda done, of: None,
) -> sqlite.Connection | None:
    """A fresh index of a store, built or renewed if need be; None where none can be kept.

    `progress` is told how many bytes of how many have been read.

    Raises:
        StoreError: when the store is not one.
    """
    place = index_path(path)
    if not rebuild and (found := fresh(path)) is not None:
        return found
    if not _made_private(os.path.dirname(place)) or (lock := _lock(place)) is None:
        notice(f"no index can be kept in {os.path.dirname(place)}: the whole store is read each time")
        return None
    try:
        fcntl.flock(lock, fcntl.LOCK_EX)  # a second process waits, and finds the index of the first
        if not rebuild:
            if (found := fresh(path)) is not None:
                return found
            if (renewed := _renewed(place, path)) is not None:
                return renewed
        return _built(place, path, notice, progress)
    finally:
        os.close(lock)


def renew_after(path: str, before: tuple[int, int, int], change: Callable[[sqlite.Connection], bool]) -> None:
    """Bring an index that was fresh before a write of ours up to date, by what was written; where it cannot be, nothing.

    Under the store's lock: what is there now is what was written. Nothing is waited for: an index that is left as it was is stale, and
    renewed by the next lookup.
    """
    place = index_path(path)
    if not os.path.exists(place) or (lock := _lock(place)) is None:
        return
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        connection, _ = _open(place, path, before, writable=True)
        if connection is None:
            return
        try:
            connection.execute("PRAGMA busy_timeout = 100")
            connection.execute("BEGIN IMMEDIATE")
            now = stamp(path)
            doubtful = is_doubtful(now[1])
            if change(connection):
                restamp(connection, now, doubtful)
                connection.execute("COMMIT")
                date(place, now)
        finally:
            connection.close()
    except (OSError, sqlite.Error):
        pass
    finally:
        os.close(lock)


def clear(path: str) -> bool:
    """Delete the index of a store; whether there was one."""
    place = index_path(path)
    found = _unlink(place)
    _unlink(f"{place}-journal")  # after it: what it says of the old file must never be believed of a new one
    return found


def state(path: str) -> Literal["fresh", "stale", "none"]:
    """``fresh``, ``stale`` (or damaged, or of another version), or ``none``."""
    if not os.path.exists(index_path(path)):
        return "none"
    found = fresh(path)
    if found is None:
        return "stale" if not _is_unchanged(path) else "fresh"
    found.close()
    return "fresh"


def _is_unchanged(path: str) -> bool:
    """Whether the store holds what its index was made of, whatever its stat says."""
    from factcli.index.renewing import is_unchanged

    connection, _ = _open(index_path(path), path)
    if connection is None:
        return False
    try:
        return is_unchanged(connection, path)
    except (OSError, sqlite.Error):
        return False
    finally:
        connection.close()


def _renewed(place: str, path: str) -> sqlite.Connection | None:
    """The index of an earlier version of the store, brought up to date; None when it has to be built anew."""
    from factcli.index.renewing import renew

    connection, _ = _open(place, path, writable=True)
    if connection is None:
        return None
    try:
        now = stamp(path)
        doubtful = is_doubtful(now[1])  # before the reading: a write during it may bear the same time
        connection.execute("BEGIN IMMEDIATE")
        if not renew(connection, path) or stamp(path) != now:
            connection.close()
            return None
        restamp(connection, now, doubtful)
        connection.execute("COMMIT")
        date(place, now)
    except (OSError, sqlite.Error):
        connection.close()
        return None
    connection.close()
    return _open(place, path)[0]


def restamp(connection: sqlite.Connection, now: tuple[int, int, int], doubtful: bool) -> None:
    """Note the stat of the store that an index is of; unless it is doubtful, that alone is enough from here on."""
    values = (*zip(("size", "modified", "inode"), now, strict=True), ("doubtful", doubtful))
    connection.executemany("INSERT OR REPLACE INTO about VALUES (?, ?)", values)


def date(place: str, of: tuple[int, int, int]) -> None:
    """Give an index the time of its store, by the even second that any file system can keep: what else writes to it gives it another.

    Raises:
        OSError: when times are not kept.
    """
    even = _even(of[1])
    os.utime(place, ns=(even, even))
    if os.stat(place).st_mtime_ns != even:
        raise OSError("times of files are not kept there")


def _even(modified: int) -> int:
    return modified - modified % 2_000_000_000


def _built(
    place: str, path: str, notice: Callable[[str], None], progress: Callable[[int, int], None]
) -> sqlite.Connection | None:
    from factcli.index.filling import build

    temporary = f"{place}.{os.getpid()}.tmp"
    directory, name = os.path.split(place)
    for other in os.listdir(directory):
        if other.startswith(f"{name}.") and other.endswith(".tmp"):  # of a process that was killed: we hold the lock
            _unlink(os.path.join(directory, other))
    try:
        build(temporary, path, progress)
        _unlink(f"{place}-journal")
        os.replace(temporary, place)
    except (OSError, sqlite.Error) as error:
        notice(f"no index could be written ({error}): the whole store is read each time")
        return None
    finally:
        _unlink(temporary)
    return _open(place, path)[0]


def _lock(place: str) -> int | None:
    try:
        return os.open(f"{place}.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
    except OSError:
        return None


def _made_private(directory: str) -> bool:
    """Whether the cache directory is there by now, ours, and nobody else's to write."""
    try:
        os.makedirs(directory, mode=0o700, exist_ok=True)
    except OSError:
        return False
    return _is_private(directory)


def _is_private(directory: str) -> bool:
    try:
        found = os.lstat(directory)
    except OSError:
        return False
    is_directory = found.st_mode & 0o170000 == 0o040000
    return is_directory and found.st_uid == os.geteuid() and not found.st_mode & 0o022


def _open(
    place: str, path: str, now: tuple[int, int, int] | None = None, *, writable: bool = False
) -> tuple[sqlite.Connection | None, bool]:
    """An index that is whole, of this version and of this store; and whether it is fresh beyond doubt by the store's stat.

    `now`: the stat that it has to be of, else none is given back.
    """
    try:
        found = os.lstat(place)
        if found.st_mode & 0o170000 != 0o100000 or found.st_uid != os.geteuid() or found.st_mode & 0o022:
            return None, False
        mode = "rw" if writable else "ro"
        connection = sqlite.connect(f"{uri(place)}?mode={mode}", uri=True, isolation_level=None, timeout=5.0)
    except (OSError, sqlite.Error):
        return None, False
    try:
        connection.execute("PRAGMA trusted_schema = OFF")
        named = "SELECT sql FROM sqlite_master WHERE sql NOT NULL AND name NOT GLOB 'words_*'"
        schema = {row[0] for row in connection.execute(named)}
        about = dict(connection.execute("SELECT name, value FROM about").fetchall())
        stamped = (about["size"], about["modified"], about["inode"])
        right = about["path"] == os.fsencode(os.path.realpath(path)) and about["version"] == VERSION
        right = right and found.st_mtime_ns == _even(about["modified"])  # else something else wrote to it
        if not right or schema != {*SCHEMA, *SORTED} or (now is not None and (stamped != now or about["doubtful"])):
            connection.close()
            return None, False
        return connection, stamped == stamp(path) and not about["doubtful"]
    except (sqlite.Error, KeyError, OSError, TypeError, ValueError):
        connection.close()
        return None, False


def uri(place: str) -> str:
    """A path as SQLite takes it with parameters behind it."""
    quoted = (chr(byte) if 32 < byte < 127 and byte not in b"%?#" else f"%{byte:02x}" for byte in os.fsencode(place))
    return f"file:{''.join(quoted)}"


def _close(connection: sqlite.Connection | None) -> None:
    if connection is not None:
        connection.close()


def _unlink(path: str) -> bool:
    try:
        os.unlink(path)
    except OSError:
        return False
    return True
