"""A derived SQLite file that finds claims without reading the whole store: disposable, and never able to change an answer.

It holds each claim's own bytes, what they are looked up by (postings: facet values with the span of the claim's date), their folded
words (FTS5), and the records of the small tables. It gives *candidates*; whether a claim meets a query is decided by the same
conditions as without it. It lives in the user's cache directory, named by the store's real path, and is as fresh as the store's
size, modification time and inode; a store that was written within the clock's grain of its stat is held to its digest.
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import os
import sqlite3
import stat
import time
from collections.abc import Callable
from pathlib import Path
from typing import Literal, NamedTuple

VERSION = 3
INDEXED = ("topic", "actor", "origin", "source")
"""Facets that are worth a posting; the others are left to the conditions."""
OPEN = 4 * 10**15
"""Stands for infinity among days."""
_GRAIN = 2.0
"""Seconds within which two writes may bear the same time on a coarse file system."""
_LONG = 20_000_000
"""Bytes from which building takes long enough to say so."""

SCHEMA = (
    "CREATE TABLE about (name TEXT PRIMARY KEY, value) WITHOUT ROWID",
    "CREATE TABLE records (place TEXT, number INTEGER, id TEXT, doc BLOB, PRIMARY KEY (place, number)) WITHOUT ROWID",
    "CREATE TABLE claims (n INTEGER PRIMARY KEY, id TEXT NOT NULL, low INTEGER, high INTEGER, doc BLOB NOT NULL)",
    "CREATE TABLE facets (v INTEGER PRIMARY KEY, facet TEXT, value TEXT, n INTEGER, UNIQUE (facet, value))",
    "CREATE TABLE postings (v INTEGER, n INTEGER, low INTEGER, high INTEGER, PRIMARY KEY (v, n)) WITHOUT ROWID",
    "CREATE VIRTUAL TABLE words USING fts5(statement, names, notes, content='', tokenize='unicode61 remove_diacritics 0')",
    "CREATE VIRTUAL TABLE vocabulary USING fts5vocab(words, 'row')",
)


SORTED = (
    "CREATE INDEX records_by_id ON records (place, id)",
    "CREATE UNIQUE INDEX claims_by_id ON claims (id)",
    "INSERT INTO postings SELECT v, n, low, high FROM temp.unsorted ORDER BY v, n",
)
"""What is quicker once everything is there."""


class Stamp(NamedTuple):
    """What tells one version of a file from another."""

    size: int
    modified: int
    inode: int


def stamp(path: Path) -> Stamp:
    found = os.stat(path)
    return Stamp(found.st_size, found.st_mtime_ns, found.st_ino)


def is_doubtful(found: Stamp) -> bool:
    """Whether a stat is so young that a later write could bear the same time."""
    return time.time() - found.modified / 1e9 <= _GRAIN


def index_path(path: Path) -> Path:
    """Where the index of a store is: the user's cache directory (XDG Base Directory), by the store's real path."""
    cache = os.environ.get("XDG_CACHE_HOME", "")
    base = Path(cache) if cache.startswith("/") else Path(os.path.expanduser("~")) / ".cache"
    name = hashlib.sha256(os.fsencode(os.path.realpath(path))).hexdigest()[:32]
    return base / "factcli" / f"{name}.db"


def ready(path: Path, notice: Callable[[str], None], *, rebuild: bool = False) -> sqlite3.Connection | None:
    """A fresh index of a store, built if need be; None where none can be kept.

    Raises:
        StoreError: when the store is not one.
    """
    place = index_path(path)
    if not _private(place.parent):
        notice(f"no index can be kept in {place.parent}: the whole store is read each time")
        return None
    if not rebuild and (found := _open(place, path)) is not None:
        return found
    try:
        lock = os.open(place.with_suffix(".lock"), os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
    except OSError:
        notice(f"no index can be kept in {place.parent}: the whole store is read each time")
        return None
    try:
        fcntl.flock(lock, fcntl.LOCK_EX)  # a second process waits, and finds the index of the first
        if not rebuild and (found := _open(place, path)) is not None:
            return found
        return _built(place, path, notice)
    finally:
        os.close(lock)


def _built(place: Path, path: Path, notice: Callable[[str], None]) -> sqlite3.Connection | None:
    from factcli.store.filling import build

    temporary = place.with_suffix(f".{os.getpid()}.tmp")
    with contextlib.suppress(OSError):
        temporary.unlink()
    try:
        if os.stat(path).st_size > _LONG:
            notice(f"indexing {path}, until it changes again …")
        build(temporary, path)
        os.replace(temporary, place)
    except (OSError, sqlite3.Error) as error:
        notice(f"no index could be written ({error}): the whole store is read each time")
        return None
    finally:
        with contextlib.suppress(OSError):
            temporary.unlink()
    return _open(place, path)


def clear(path: Path) -> bool:
    """Delete the index of a store; whether there was one."""
    try:
        index_path(path).unlink()
    except OSError:
        return False
    return True


def state(path: Path) -> Literal["fresh", "stale", "none"]:
    """``fresh``, ``stale`` (or damaged, or of another version), or ``none``."""
    place = index_path(path)
    if not place.exists():
        return "none"
    found = _open(place, path)
    if found is None:
        return "stale"
    found.close()
    return "fresh"


def _private(directory: Path) -> bool:
    """Whether the cache directory is there, ours, and nobody else's to write."""
    try:
        directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        found = os.lstat(directory)
    except OSError:
        return False
    return stat.S_ISDIR(found.st_mode) and found.st_uid == os.geteuid() and not found.st_mode & 0o022


def _open(place: Path, path: Path) -> sqlite3.Connection | None:
    """The index when it is whole and of this version of the store."""
    try:
        found = os.lstat(place)
        if not stat.S_ISREG(found.st_mode) or found.st_uid != os.geteuid():
            return None
        connection = sqlite3.connect(f"{place.as_uri()}?mode=ro", uri=True, isolation_level=None)
    except (OSError, sqlite3.Error):
        return None
    try:
        connection.execute("PRAGMA trusted_schema = OFF")
        schema = {
            row[0]
            for row in connection.execute(
                "SELECT sql FROM sqlite_master WHERE sql NOT NULL AND name NOT GLOB 'words_*'"
            )
        }
        if schema != {*SCHEMA, *SORTED[:2]} or connection.execute("PRAGMA user_version").fetchone()[0] != VERSION:
            raise sqlite3.DatabaseError("of another version")
        about = dict(connection.execute("SELECT name, value FROM about"))
        now = stamp(path)
        same = (about["size"], about["modified"], about["inode"]) == now
        if about["path"] != os.path.realpath(path) or (not same and about["size"] != now.size):
            raise sqlite3.DatabaseError("stale")
        if (
            not same or about["doubtful"]
        ):  # touched, checked out again, or written within the clock's grain: what does it hold?
            doubtful = is_doubtful(now)  # before the reading: a write during it may bear the same time
            if about["digest"] != digest_of(path) or stamp(path) != now:
                raise sqlite3.DatabaseError("stale")
            _restamp(place, now, doubtful)
    except (sqlite3.Error, KeyError, TypeError, OSError, IndexError):
        connection.close()
        return None
    return connection


def _restamp(place: Path, now: Stamp, doubtful: bool) -> None:
    """Note the stat of a store whose digest was found to be right; once the clock has moved on, that alone is enough."""
    with (
        contextlib.suppress(sqlite3.Error),
        contextlib.closing(sqlite3.connect(place, isolation_level=None)) as connection,
    ):
        about = {"doubtful": doubtful, **now._asdict()}
        connection.executemany(
            "UPDATE about SET value = ? WHERE name = ?", [(value, name) for name, value in about.items()]
        )


def digest_of(path: Path) -> str:
    """The SHA-256 of a store's bytes."""
    with open(path, "rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
