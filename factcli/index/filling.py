"""Filling an index from a store: every line decoded once, in bounded memory where a record begins on a line of its own."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, nullcontext
from itertools import chain
from pathlib import Path
from typing import Any

import msgspec

from factcli import model
from factcli.errors import StoreError
from factcli.index import keeping, postings, sqlite, ties
from factcli.index.blocks import Block, Rows, blocks, digest, digest_of, grouped, parted
from factcli.index.entry import Key
from factcli.index.keeping import SCHEMA, SORTED, VERSION, is_doubtful, stamp
from factcli.index.making import Made, decoded, made
from factcli.store.lines import BUFFER, Line, NotCanonical
from factcli.store.reading import read_tables
from factcli.store.store import Store
from factcli.vocabulary import same_actors

_BATCH = 128
"""Claims whose rows are made at once: few enough for a processor's cache."""
_LARGE = 20_000_000
"""Bytes from which other processes help."""

Group = tuple[Block, Rows]


def build(target: str, path: str, progress: Callable[[int, int], None]) -> None:
    """Write the index of a store as it is now; a store that changes meanwhile makes it stale at once.

    Raises:
        StoreError: when the store is not one.
    """
    before = stamp(path)
    doubtful = is_doubtful(before[1])
    try:
        found = _blocks(path, lambda done: progress(done * 3 // 4, before[0]))  # the rest of the time goes into sorting
        _build(target, path, found, before, doubtful, strict=True)
    except (NotCanonical, StoreError):  # which fault is told first must not depend on the way of reading
        _build(target, path, grouped(_whole(path)), before, doubtful, strict=False)


def _build(
    target: str, path: str, found: Iterator[Group], before: tuple[int, int, int], doubtful: bool, *, strict: bool
) -> None:
    flags = os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW | (os.O_EXCL if strict else os.O_TRUNC)
    descriptor = os.open(target, flags, 0o600)
    connection = sqlite.connect(target, isolation_level=None)
    try:
        for pragma in (
            "page_size = 16384",
            "journal_mode = OFF",
            "synchronous = OFF",
            "cache_size = -4000",  # what fits a processor's cache is sorted sooner
            "temp_store = FILE",
            "threads = 2",  # beside this one, for sorting
        ):
            connection.execute(f"PRAGMA {pragma}")
        _fill(connection, target, path, found, strict=strict)
        if not strict:
            connection.execute("DELETE FROM blocks")
            connection.execute("INSERT INTO blocks VALUES ('whole', 0, ?)", (digest_of(path),))
        about = (("path", os.fsencode(os.path.realpath(path))), ("version", VERSION))
        connection.executemany("INSERT INTO about VALUES (?, ?)", about)
        keeping.restamp(connection, before, doubtful)
        connection.execute("COMMIT")
        keeping.date(target, before)
        os.fsync(descriptor)  # a power cut must not leave an index that is there in part only
    finally:
        connection.close()
        os.close(descriptor)


def _blocks(path: str, progress: Callable[[int], None]) -> Iterator[Group]:
    with open(path, "rb", buffering=BUFFER) as stream:
        for number, block in enumerate(blocks(stream)):
            if number % 64 == 0:
                progress(stream.tell())
            yield block


def _whole(path: str) -> Iterator[Line]:
    """The same from any layout, by reading the store whole, with its errors; numbered by place, since any order will do. The log is
    left out: nothing of it is kept, and it was found to be JSON."""
    tables = read_tables(Path(path))
    numbered = {name: {int(n): record for n, record in records.items()} for name, records in tables.items()}
    store = Store(Path(path), numbered)
    _ = store.claims  # with its references
    for name, kind in model.TABLES.items():
        if name == "log":
            continue
        records = store.numbered(name, kind) if name != _ASIDE else numbered.get(name, {})
        for place, record in enumerate(records.values(), 1):
            yield Line(name, place, msgspec.json.encode(record))


_ASIDE = "series"
"""No lookup of claims decodes them: a fault in one must not show there either."""


def _fill(connection: sqlite.Connection, target: str, path: str, found: Iterator[Group], *, strict: bool) -> None:
    """From records in the order of the file; the vocabulary comes before the claims, the log after them."""
    for statement in (*SCHEMA, *ties.SCHEMA, postings.SCHEMA):
        connection.execute(statement)
    connection.execute("INSERT INTO words (words, rank) VALUES ('hashsize', 16777216)")
    connection.execute("INSERT INTO words (words, rank) VALUES ('automerge', 0)")  # few parts, and each is written once
    connection.execute("BEGIN")
    digests: list[tuple[str, int, bytes]] = []
    small, claims = _parted(found, digests)
    store = _small_tables(connection, path, small, strict=strict)
    helpers = _helpers(path)
    for rows in made(store, _number(connection, store), claims, helpers):
        _write(connection, rows)
    connection.execute("INSERT INTO words (words, rank) VALUES ('automerge', 4)")  # as FTS5 has it, for later writes
    connection.executemany("INSERT INTO blocks VALUES (?, ?, ?)", digests)
    try:
        for statement in SORTED:
            connection.execute(statement)
    except sqlite.IntegrityError:
        raise NotCanonical from None  # an id stands twice: the slower reading says which
    noted = ties.noted(connection)
    with (
        _beside(connection, target, store, noted)
        if helpers
        else nullcontext(ties.updated(connection, store.vocabulary, noted)) as updated
    ):
        postings.sort(connection)
        for records in updated:
            ties.update(connection, records)


def _helpers(path: str) -> int:
    """How many processes help with a store of this size."""
    if os.path.getsize(path) <= _LARGE:
        return 0
    from factcli.index.workers import spare

    return spare()


@contextmanager
def _beside(
    connection: sqlite.Connection, target: str, store: Store, noted: ties.Ties
) -> Iterator[Iterator[ties.Updated]]:
    """What ties tell of claims, worked out by another process: what is written from here on does not touch what it reads."""
    from factcli.index.workers import meanwhile

    def made() -> Iterator[ties.Updated]:
        reading = sqlite.connect(f"{keeping.uri(target)}?immutable=1", uri=True, isolation_level=None)
        return ties.updated(reading, store.vocabulary, noted)

    connection.execute("COMMIT")
    with meanwhile(made, os.path.dirname(target)) as found:
        connection.execute("BEGIN")
        yield found


def _parted(groups: Iterator[Group], digests: list[tuple[str, int, bytes]]) -> tuple[list[Line], Iterator[list[bytes]]]:
    """The lines before the claims, and the claims in batches; what comes after them is read and left."""
    small: list[Line] = []
    for block, rows in groups:
        if block[0] in ("claims", "log"):
            return small, _claims(chain(((block, rows),), groups), digests)
        digests.append((*block, digest(rows)))
        small += (Line(block[0], number, data) for number, data in parted(rows))
    return small, iter(())


def _claims(groups: Iterable[Group], digests: list[tuple[str, int, bytes]]) -> Iterator[list[bytes]]:
    batch: list[bytes] = []
    for block, rows in groups:
        if block[0] == "claims":
            digests.append((*block, digest(rows)))
            batch += rows
            if len(batch) > _BATCH:
                yield batch
                batch = []
        else:
            checked(rows)
    yield batch


def checked(log: Rows) -> None:
    """See that rows of the log are JSON.

    Raises:
        NotCanonical: when one is not.
    """
    for _, data in parted(log):
        decoded("log", data)


def _small_tables(connection: sqlite.Connection, path: str, lines: Iterable[Line], *, strict: bool) -> Store:
    """What claims refer to, written and given back."""
    tables: dict[str, dict[int, Any]] = {"claims": {}}
    for table, number, data in lines:
        document = msgspec.json.decode(data) if table == _ASIDE and not strict else None
        record, data = (document, data) if document is not None else decoded(table, data)
        ident = document.get("id") if document is not None else getattr(record, "id", None)
        connection.execute("INSERT INTO records VALUES (?, ?, ?, ?)", (table, number, ident, data))
        tables.setdefault(table, {})[number] = record
    store = _Declared(Path(path), tables)
    write_names(connection, store)
    return store


class _Declared(Store):
    """What claims refer to: even without a claim, it must make a store. Its records are decoded already."""

    def _decode(self, table: str) -> dict[int, Any]:
        found = dict(self._tables.get(table, {}))
        if len({getattr(record, "id", number) for number, record in found.items()}) < len(found):
            raise NotCanonical
        return found


def write_names(connection: sqlite.Connection, store: Store) -> None:
    """What topics, actors and sources are called, folded, and who is recorded as the same as whom."""
    vocabulary = store.vocabulary
    same = same_actors(vocabulary.actors.values())
    rows = ((ident, other) for ident, others in same.items() for other in sorted(others))
    connection.execute("DELETE FROM same")
    connection.executemany("INSERT INTO same VALUES (?, ?)", rows)
    connection.execute("DELETE FROM names")
    for place, names in (
        ("topics", vocabulary.topic_names), ("actors", vocabulary.actor_names), ("sources", vocabulary.source_names)
    ):  # fmt: skip
        called = ((place, folded, ident) for folded, bearers in names.items() for ident in bearers)
        connection.executemany("INSERT INTO names VALUES (?, ?, ?)", called)


class Numbers(dict[Key, int]):
    """The numbers of facet values; a new one for a value that has none."""

    def __init__(self, connection: sqlite.Connection) -> None:
        self._connection = connection

    def __missing__(self, key: Key) -> int:
        row = self._connection.execute("SELECT v FROM facets WHERE facet = ? AND value = ?", key).fetchone()
        if row is None:
            self._connection.execute("INSERT INTO facets (facet, value) VALUES (?, ?)", key)
            row = self._connection.execute("SELECT last_insert_rowid()").fetchone()
        self[key] = row[0]
        return self[key]


def _number(connection: sqlite.Connection, store: Store) -> dict[Key, int]:
    """Numbers for all facet values that are declared; those that no claim has go when all claims are there."""
    declared = store.vocabulary
    keys = [
        *(("topic", ident) for ident in declared.topics),
        *((facet, ident) for ident in declared.actors for facet in ("actor", "origin")),
        *(("source", ident) for ident in declared.sources),
        *(("question", ident) for ident in declared.questions),
    ]
    connection.executemany("INSERT INTO facets VALUES (?, ?, ?)", ((v, *key) for v, key in enumerate(keys, 1)))
    return {key: v for v, key in enumerate(keys, 1)}


def _write(connection: sqlite.Connection, found: Made) -> None:
    numbers = Numbers(connection)
    connection.executemany("INSERT INTO claims VALUES (?, ?, ?, ?, ?, ?)", found.claims)
    postings.note(connection, found.posted)
    for target, low, high, n, flags in found.opposing:
        postings.note(connection, postings.rows(low, high, n, flags, (numbers["opposes", target],)))
        connection.execute("INSERT INTO temp.opposing VALUES (?, ?)", (target, n))
    connection.executemany("INSERT INTO temp.asked VALUES (?, ?)", found.asked)
    connection.executemany("INSERT INTO figures VALUES (?, ?, ?)", found.figures)
    connection.executemany("INSERT INTO words (rowid, statement, names, notes) VALUES (?, ?, ?, ?)", found.words)
