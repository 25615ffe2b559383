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
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Literal, NamedTuple

import msgspec

from factcli import dates, model, query
from factcli.model import Claim
from factcli.store.lines import NotCanonical, read_lines
from factcli.store.reading import read_tables
from factcli.store.store import Store
from factcli.vocabulary import same_actors

VERSION = 3
INDEXED = ("topic", "actor", "origin", "source")
"""Facets that are worth a posting; the others are left to the conditions."""
OPEN = 4 * 10**15
"""Stands for infinity among days."""
_GRAIN = 2.0
"""Seconds within which two writes may bear the same time on a coarse file system."""
_BATCH = 2000
_LONG = 20_000_000
"""Bytes from which building takes long enough to say so."""

_SCHEMA = (
    "CREATE TABLE about (name TEXT PRIMARY KEY, value) WITHOUT ROWID",
    "CREATE TABLE records (place TEXT, number INTEGER, id TEXT, doc BLOB, PRIMARY KEY (place, number)) WITHOUT ROWID",
    "CREATE TABLE claims (n INTEGER PRIMARY KEY, id TEXT NOT NULL, low INTEGER, high INTEGER, doc BLOB NOT NULL)",
    "CREATE TABLE facets (v INTEGER PRIMARY KEY, facet TEXT, value TEXT, n INTEGER, UNIQUE (facet, value))",
    "CREATE TABLE postings (v INTEGER, n INTEGER, low INTEGER, high INTEGER, PRIMARY KEY (v, n)) WITHOUT ROWID",
    "CREATE VIRTUAL TABLE words USING fts5(statement, names, notes, content='', tokenize='unicode61 remove_diacritics 0')",
    "CREATE VIRTUAL TABLE vocabulary USING fts5vocab(words, 'row')",
)


_SORTED = (
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
    temporary = place.with_suffix(f".{os.getpid()}.tmp")
    with contextlib.suppress(OSError):
        temporary.unlink()
    try:
        if os.stat(path).st_size > _LONG:
            notice(f"indexing {path}, until it changes again …")
        _build(temporary, path)
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
        if schema != {*_SCHEMA, *_SORTED[:2]} or connection.execute("PRAGMA user_version").fetchone()[0] != VERSION:
            raise sqlite3.DatabaseError("of another version")
        about = dict(connection.execute("SELECT name, value FROM about"))
        now = stamp(path)
        same = (about["size"], about["modified"], about["inode"]) == now
        if about["path"] != os.path.realpath(path) or (not same and about["size"] != now.size):
            raise sqlite3.DatabaseError("stale")
        if (
            not same or about["doubtful"]
        ):  # touched, checked out again, or written within the clock's grain: what does it hold?
            if about["digest"] != _digest(path) or stamp(path) != now:
                raise sqlite3.DatabaseError("stale")
            _restamp(place, now)
    except (sqlite3.Error, KeyError, TypeError, OSError, IndexError):
        connection.close()
        return None
    return connection


def _restamp(place: Path, now: Stamp) -> None:
    """Note the stat of a store whose digest was found to be right; once the clock has moved on, that alone is enough."""
    doubtful = time.time() - now.modified / 1e9 <= _GRAIN
    with (
        contextlib.suppress(sqlite3.Error),
        contextlib.closing(sqlite3.connect(place, isolation_level=None)) as connection,
    ):
        about = {"doubtful": doubtful, **now._asdict()}
        connection.executemany(
            "UPDATE about SET value = ? WHERE name = ?", [(value, name) for name, value in about.items()]
        )


def _digest(path: Path) -> str:
    with open(path, "rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _build(target: Path, path: Path) -> None:
    """Write the index of a store as it is now; a store that changes meanwhile makes it stale at once.

    Raises:
        StoreError: when the store is not one.
    """
    os.close(os.open(target, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600))
    connection = sqlite3.connect(target, isolation_level=None)
    try:
        for pragma in ("journal_mode = OFF", "synchronous = OFF", "cache_size = -64000", "temp_store = FILE"):
            connection.execute(f"PRAGMA {pragma}")
        for statement in (*_SCHEMA, "CREATE TEMP TABLE unsorted (v INTEGER, n INTEGER, low INTEGER, high INTEGER)"):
            connection.execute(statement)
        before, digest, begun = stamp(path), _digest(path), time.time()
        connection.execute("BEGIN")
        try:
            _Filling(connection, path).fill(_canonical(path))
        except NotCanonical:
            _empty(connection)
            _Filling(connection, path).fill(_whole(path))
        doubtful = begun - before.modified / 1e9 < _GRAIN
        about = {"path": os.path.realpath(path), "digest": digest, "doubtful": doubtful, **before._asdict()}
        connection.executemany("INSERT OR REPLACE INTO about VALUES (?, ?)", about.items())
        connection.execute(f"PRAGMA user_version = {VERSION}")
        connection.execute("COMMIT")
    finally:
        connection.close()


def _empty(connection: sqlite3.Connection) -> None:
    for table in ("about", "records", "claims", "facets", "postings", "temp.unsorted"):
        connection.execute(f"DELETE FROM {table}")
    for name in ("records_by_id", "claims_by_id"):
        connection.execute(f"DROP INDEX IF EXISTS {name}")
    connection.execute("INSERT INTO words (words) VALUES ('delete-all')")


Entry = tuple[str, int, bytes, Any]
"""A record's table, number, canonical JSON, and itself once decoded."""


def _canonical(path: Path) -> Iterator[Entry]:
    """Decoded strictly: a line that is not byte for byte what its record is written as is left to the slower reading."""
    decoders = {name: msgspec.json.Decoder(kind) for name, kind in model.TABLES.items()}
    with open(path, "rb") as stream:
        for line in read_lines(stream):
            try:
                record = decoders[line.table].decode(line.data)
            except (KeyError, msgspec.MsgspecError, UnicodeDecodeError):
                raise NotCanonical from None
            if msgspec.json.encode(record) != line.data:
                raise NotCanonical
            yield line.table, line.number, line.data, record


def _whole(path: Path) -> Iterator[Entry]:
    """The same from any layout, by reading the store whole, with its errors."""
    tables = read_tables(path)
    store = Store(
        path, {name: {int(number): record for number, record in records.items()} for name, records in tables.items()}
    )
    for name, kind in model.TABLES.items():
        if name == "claims":
            _ = store.claims  # with its references
        for number, record in store.numbered(name, kind).items():
            yield name, number, msgspec.json.encode(record), record


class _Filling:
    """Fills an index from records in the order of the file; the vocabulary comes before the claims."""

    def __init__(self, connection: sqlite3.Connection, path: Path) -> None:
        self._connection, self._path = connection, path
        self._tables: dict[str, dict[int, Any]] = {}
        self._facets: dict[tuple[str, str], int] = {}
        self._counts: Counter[int] = Counter()
        self._store: Store | None = None
        self._n = 0
        self._length = 0
        self._visible: list[Any] = [0, None, None]

    def fill(self, entries: Iterator[Entry]) -> None:
        claims: list[Any] = []
        postings: list[Any] = []
        words: list[Any] = []
        for table, number, data, record in entries:
            if table != "claims":
                if self._n and table != "log":
                    raise NotCanonical  # claims before what they refer to
                if table != "log":
                    row = (table, number, getattr(record, "id", None), data)
                    self._connection.execute("INSERT INTO records VALUES (?, ?, ?, ?)", row)
                    self._tables.setdefault(table, {})[number] = msgspec.to_builtins(record)
                continue
            self._n += 1
            row, found, text = self._claim(record, data)
            claims.append(row)
            postings += found
            words.append(text)
            if len(claims) >= _BATCH:
                self._write(claims, postings, words)
        self._write(claims, postings, words)
        self._connection.executemany(
            "INSERT INTO facets VALUES (?, ?, ?, ?)", ((v, *key, self._counts[v]) for key, v in self._facets.items())
        )
        same = same_actors(
            self._known.vocabulary.actors.values()
        )  # even without a claim, the small tables must make a store
        about = {
            "same": msgspec.json.encode({actor: sorted(others) for actor, others in same.items()}),
            "count": self._n,
            "length": self._length,
            "visible": self._visible[0],
            "first": self._visible[1],
            "last": self._visible[2],
        }
        self._connection.executemany("INSERT INTO about VALUES (?, ?)", about.items())
        try:
            for statement in _SORTED:
                self._connection.execute(statement)
        except sqlite3.IntegrityError:
            raise NotCanonical from None  # an id stands twice: the slower reading says which

    @property
    def _known(self) -> Store:
        if self._store is None:
            self._store = Store(self._path, {**self._tables, "claims": {}})
        return self._store

    def _claim(self, claim: Claim, data: bytes) -> tuple[Any, list[Any], Any]:
        store = self._known
        store.check_references(claim)
        low, high = -OPEN, OPEN
        if claim.date is not None:
            start, end = dates.parse(claim.date).span
            low, high = max(start, -OPEN), min(end, OPEN)
        found = []
        keys = {(facet, value) for facet in INDEXED for value in query.FACETS[facet](claim) if value is not None}
        if claim.question:
            keys.add(("question", claim.question))
        keys |= {("opposes", relation.target) for relation in claim.relations if relation.type == "contradicts"}
        for key in keys:
            v = self._facets.setdefault(key, len(self._facets) + 1)
            self._counts[v] += 1
            found.append((v, self._n, low, high))
        text = query.searched_text(claim, store.vocabulary)
        self._length += sum(len(part.split()) for part in text)
        if claim.status not in model.HIDDEN_STATUSES:
            self._extend(claim)
        return (self._n, claim.id, low, high, data), found, (self._n, *text)

    def _extend(self, claim: Claim) -> None:
        self._visible[0] += 1
        for day in dates.bounds(claim.date):
            if day is not None:
                self._visible[1] = min(self._visible[1] or day, day)
                self._visible[2] = max(self._visible[2] or day, day)

    def _write(self, claims: list[Any], postings: list[Any], words: list[Any]) -> None:
        self._connection.executemany("INSERT INTO claims VALUES (?, ?, ?, ?, ?)", claims)
        self._connection.executemany("INSERT INTO temp.unsorted VALUES (?, ?, ?, ?)", postings)
        self._connection.executemany("INSERT INTO words (rowid, statement, names, notes) VALUES (?, ?, ?, ?)", words)
        claims.clear()
        postings.clear()
        words.clear()
