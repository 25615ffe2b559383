"""Filling an index from a store: every line decoded once, in bounded memory where the layout is canonical."""

from __future__ import annotations

import os
import sqlite3
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec

from factcli import dates, model, query
from factcli.model import Claim
from factcli.store.index import INDEXED, OPEN, SCHEMA, SORTED, VERSION, digest_of, is_doubtful, stamp
from factcli.store.lines import NotCanonical, read_lines
from factcli.store.reading import read_tables
from factcli.store.store import Store
from factcli.vocabulary import same_actors

_BATCH = 2000


def build(target: Path, path: Path) -> None:
    """Write the index of a store as it is now; a store that changes meanwhile makes it stale at once.

    Raises:
        StoreError: when the store is not one.
    """
    os.close(os.open(target, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600))
    connection = sqlite3.connect(target, isolation_level=None)
    try:
        for pragma in ("journal_mode = OFF", "synchronous = OFF", "cache_size = -64000", "temp_store = FILE"):
            connection.execute(f"PRAGMA {pragma}")
        for statement in (*SCHEMA, "CREATE TEMP TABLE unsorted (v INTEGER, n INTEGER, low INTEGER, high INTEGER)"):
            connection.execute(statement)
        before = stamp(path)
        doubtful, digest = is_doubtful(before), digest_of(path)
        connection.execute("BEGIN")
        try:
            _Filling(connection, path).fill(_canonical(path))
        except NotCanonical:
            _empty(connection)
            _Filling(connection, path).fill(_whole(path))
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
            for statement in SORTED:
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
