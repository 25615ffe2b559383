"""The cache file of a store's database: where it is, whether it is fresh, and whether it is whole.

It lives in the user's cache directory, named by the store's real path. It is fresh while the store
has the size, times and inode that are noted in it; otherwise the lines of the store are compared
with their checksums (`factcli.database.refresh`).

One policy for damage. The checksum of a record is checked whenever it is read. A cache of up to
16 MB is checked whole when it is opened, by a checksum of the file. A cache whose size or time is
not what its writer noted is made again, and so is one that SQLite finds damaged.

Only what a plain lookup needs is imported at once.
"""

from __future__ import annotations

import os
import time
from binascii import crc32

from factcli.database import dialect, schema
from factcli.database.dialect import Database
from factcli.errors import Damaged, WriteRefused

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Literal

    Notice = Callable[[str], None]
    Progress = Callable[[int], None]

CHECKED_WHOLE = 16_000_000
"""Bytes up to which a cache is checked whole."""
_GRAIN = 2.0
"""Seconds within which two writes may bear the same time on a coarse file system."""
_LONGEST_NAME = 180
_CHECKSUM = slice(68, 72)
"""The application id in the header of a SQLite file, which SQLite does not use
(https://sqlite.org/fileformat2.html#application_id)."""


def file_key(path: str) -> str:
    """What tells one version of a file from another: its size, times and inode; "" without one."""
    try:
        found = os.stat(path)
    except OSError:
        return ""
    return f"{found.st_size} {found.st_mtime_ns} {found.st_ctime_ns} {found.st_ino}"


def is_racy(path: str) -> bool:
    """Whether a file is so young that a later write could leave it the same key (git's term)."""
    found, now = os.stat(path), time.time()
    return min(abs(now - found.st_mtime), abs(now - found.st_ctime)) <= _GRAIN


def place_of(path: str) -> str:
    """Where the cache of a store is: the user's cache directory (XDG Base Directory).

    "" for a user who has none.
    """
    base = _user_cache()
    if not base:
        return ""
    name = os.path.realpath(path).replace("!", "!1").replace("/", "!2")
    if len(os.fsencode(name)) > _LONGEST_NAME:
        import hashlib

        name = hashlib.sha256(os.fsencode(name)).hexdigest()
    return os.path.join(base, "factcli", f"{name}.db")


def _user_cache() -> str:
    cache, home = os.environ.get("XDG_CACHE_HOME", ""), os.environ.get("HOME", "")
    if cache.startswith("/"):
        return cache
    if not home.startswith("/"):
        import pwd

        try:
            home = pwd.getpwuid(os.getuid()).pw_dir
        except KeyError:  # as in containers
            return ""
    return os.path.join(home, ".cache")


def open_fresh(path: str) -> Database | None:
    """Open the cache of a store if it is whole and fresh beyond doubt."""
    database = _open(place_of(path), path)
    if database is None:
        return None
    noted = _snapshot(database)
    if noted.get("key") == file_key(path) and noted.get("racy") == "0":
        return database
    database.close()
    return None


def open_or_build(
    path: str,
    notice: Notice,
    progress: Progress = lambda done: None,
    *,
    rebuild: bool = False,
) -> Database | None:
    """Open the cache of a store, fresh: build it or bring it up to date if need be.

    None where none can be kept.

    Raises:
        StoreError: when the store is not one.
    """
    if not rebuild and (database := open_fresh(path)) is not None:
        return database
    import fcntl

    place = place_of(path)
    lock = _lock(place)
    if lock is None:
        where = os.path.dirname(place) or "a home directory, which you have not got"
        notice(f"no cache can be kept in {where}: the store is read each time")
        return None
    try:
        fcntl.flock(lock, fcntl.LOCK_EX)  # a second process waits, and finds what the first made
        if not rebuild:
            if (database := open_fresh(path)) is not None:
                return database
            if (database := _refreshed(place, path)) is not None:
                return database
        return _built(place, path, notice, progress)
    finally:
        os.close(lock)


def clear(path: str) -> None:
    """Delete the cache of a store."""
    _delete(place_of(path))


def delete_damaged(damage: Damaged) -> None:
    """Delete the cache that was found damaged."""
    if os.path.isabs(damage.place):
        _delete(damage.place)


def state(path: str) -> Literal["fresh", "stale", "none"]:
    """``fresh``; ``stale``, damaged or of another version; or ``none``."""
    place = place_of(path)
    if not os.path.exists(place):
        return "none"
    database = _open(place, path)
    if database is None:
        return "stale"
    noted = _snapshot(database)
    database.close()
    return "fresh" if noted.get("key") == file_key(path) else "stale"


def _open(place: str, path: str, mode: str = "ro") -> Database | None:
    """Open a cache that is ours, whole, of this version and of this store; else None."""
    try:
        if not _is_private(os.path.dirname(place)):
            return None
        found = os.lstat(place)
        if found.st_mode & 0o170000 != 0o100000 or found.st_uid != os.geteuid():
            return None
        if found.st_mode & 0o022 or not _is_whole(place, found.st_size):
            return None
        database = Database(place, mode)
    except (OSError, dialect.Error):
        return None
    try:
        database.change("PRAGMA trusted_schema = OFF")
        noted = _snapshot(database)
        is_ours = (noted["version"], noted["path"]) == (str(schema.VERSION), _path_text(path))
        if is_ours and noted["sealed"] == str(found.st_mtime_ns):
            return database
    except (Damaged, KeyError):
        pass
    database.close()
    return None


def _is_whole(place: str, size: int) -> bool:
    """Whether a file is as long as its header says, and, if it is small, what was written."""
    with open(place, "rb", buffering=0) as stream:
        content = bytearray(stream.read(size if size <= CHECKED_WHOLE else 100))
    if len(content) < 100:
        return False
    page = int.from_bytes(content[16:18], "big")
    pages = int.from_bytes(content[28:32], "big")
    if size != pages * (65536 if page == 1 else page):
        return False
    noted = int.from_bytes(content[_CHECKSUM], "big")
    content[_CHECKSUM] = bytes(4)
    return size > CHECKED_WHOLE or crc32(content) == noted


def _snapshot(database: Database) -> dict[str, str]:
    return dict(database.rows("SELECT key, value FROM snapshot"))


def _note_snapshot(database: Database, path: str, key: str, racy: bool) -> int:
    """Note which version of a store the database is of; the time that its file has to bear."""
    # A time that any file system keeps: whole even seconds, from 1970 to 2038.
    sealed = os.stat(path).st_mtime_ns // 2_000_000_000 * 2 % 2**31 * 1_000_000_000
    values = {
        "version": schema.VERSION, "path": _path_text(path), "key": key, "racy": int(racy),
        "sealed": sealed,
    }  # fmt: skip
    sql = (
        "INSERT INTO snapshot VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value"
    )
    database.insert(sql, [(name, str(value)) for name, value in values.items()])
    return sealed


def _seal(place: str, sealed: int) -> None:
    """Write the checksum of a cache into its header, and set its time last.

    Raises:
        OSError: when the place keeps no times.
    """
    size = os.path.getsize(place)
    if size <= CHECKED_WHOLE:
        with open(place, "r+b", buffering=0) as stream:
            content = bytearray(stream.read(size))
            content[_CHECKSUM] = bytes(4)
            stream.seek(_CHECKSUM.start)
            stream.write(crc32(content).to_bytes(4, "big"))
    os.utime(place, ns=(sealed, sealed))
    if os.stat(place).st_mtime_ns != sealed:
        raise OSError("times of files are not kept there")


def _refreshed(place: str, path: str) -> Database | None:
    """Bring the cache of an earlier version of the store up to date; None when it has to be built.

    Whatever is wrong with the store or the cache, a whole loading says it.
    """
    from factcli.database.refresh import refresh

    database = _open(place, path, "rw")
    if database is None:
        return None
    try:
        key, racy = file_key(path), is_racy(path)  # before reading: a write meanwhile is noticed
        database.change("PRAGMA busy_timeout = 1000")  # ms: longer readers keep the old file
        database.change("PRAGMA synchronous = OFF")
        database.change("BEGIN IMMEDIATE")
        refresh(database, path)
        if file_key(path) != key:
            return None
        sealed = _note_snapshot(database, path, key, racy)
        database.change("COMMIT")
        database.close()
        _seal(place, sealed)
    except Exception:  # a damaged cache may lead to any
        return None
    finally:
        database.close()
    return _open(place, path)


def _built(place: str, path: str, notice: Notice, progress: Progress) -> Database | None:
    from factcli.database.refresh import build

    directory, name = os.path.split(place)
    for other in os.listdir(directory):  # of a process that was killed: we hold the lock
        if other.startswith(f"{name}.") and other.endswith(".tmp"):
            _unlink(os.path.join(directory, other))
    temporary = f"{place}.{os.getpid()}.tmp"
    try:
        key, racy = file_key(path), is_racy(path)
        database = build(temporary, path, progress)
        sealed = _note_snapshot(database, path, key, racy)
        database.close()
        os.chmod(temporary, 0o600)
        _seal(temporary, sealed)
        _unlink(f"{place}-journal")
        os.replace(temporary, place)
    except (OSError, dialect.Error, Damaged, WriteRefused) as error:
        notice(f"no cache could be written ({error}): the store is read each time")
        return None
    finally:
        _unlink(temporary)
    return _open(place, path)


def _path_text(path: str) -> str:
    return ascii(os.path.realpath(path))


def _lock(place: str) -> int | None:
    """Open the lock file of a cache, and make its directory; None where that is not possible."""
    directory = os.path.dirname(place)
    try:
        os.makedirs(directory, mode=0o700, exist_ok=True)
        if not _is_private(directory):
            return None
        flags = os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW
        return os.open(f"{place}.lock", flags, 0o600)
    except OSError:
        return None


def _is_private(directory: str) -> bool:
    """Whether a directory is ours, and nobody else's to write."""
    try:
        found = os.lstat(directory)
    except OSError:
        return False
    is_directory = found.st_mode & 0o170000 == 0o040000
    return is_directory and found.st_uid == os.geteuid() and not found.st_mode & 0o022


def _delete(place: str) -> None:
    _unlink(place)
    _unlink(f"{place}-journal")  # after it: a journal of the old file must not meet a new one


def _unlink(path: str) -> None:
    try:
        os.unlink(path)
    except OSError:
        return
