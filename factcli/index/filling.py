"""Filling an index from a store: every line decoded once, in bounded memory where a record begins on a line of its own."""

from __future__ import annotations

import gc
import marshal
import os
import signal
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import chain
from pathlib import Path
from typing import Any

import msgspec

from factcli import model
from factcli.errors import StoreError
from factcli.index import keeping, sqlite
from factcli.index.blocks import Block, Rows, blocks, digest, digest_of, grouped, parted
from factcli.index.entry import Entries, Entry
from factcli.index.keeping import SCHEMA, SORTED, VERSION, is_doubtful, stamp
from factcli.index.selection import ALL
from factcli.index.ties import tie, tied
from factcli.store.lines import Line, NotCanonical
from factcli.store.reading import decode, read_tables
from factcli.store.store import Store
from factcli.vocabulary import same_actors

_BATCH = 1000
_LARGE = 20_000_000
"""Bytes from which other processes help."""

Documents = dict[str, dict[int, Any]]
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
            "page_size = 8192",
            "journal_mode = OFF",
            "synchronous = OFF",
            "cache_size = -16000",
            "temp_store = FILE",
        ):
            connection.execute(f"PRAGMA {pragma}")
        _fill(connection, path, found, strict=strict)
        if not strict:
            connection.execute("DELETE FROM blocks")
            connection.execute("INSERT INTO blocks VALUES ('whole', 0, ?)", (digest_of(path),))
        about = (("path", os.fsencode(os.path.realpath(path))), ("version", VERSION))
        connection.executemany("INSERT INTO about VALUES (?, ?)", about)
        keeping.restamp(connection, before, doubtful)
        connection.execute("COMMIT")
        os.fsync(descriptor)  # a power cut must not leave an index that is there in part only
    finally:
        connection.close()
        os.close(descriptor)


def _blocks(path: str, progress: Callable[[int], None]) -> Iterator[Group]:
    with open(path, "rb") as stream:
        for number, block in enumerate(blocks(stream)):
            if number % 64 == 0:
                progress(stream.tell())
            yield block


def _whole(path: str) -> Iterator[Line]:
    """The same from any layout, by reading the store whole, with its errors; numbered by place, since any order will do."""
    tables = read_tables(Path(path))
    numbered = {name: {int(n): record for n, record in records.items()} for name, records in tables.items()}
    store = Store(Path(path), numbered)
    _ = store.claims  # with its references
    for name, kind in model.TABLES.items():
        records = store.numbered(name, kind) if name not in ASIDE else numbered.get(name, {})
        for place, record in enumerate(records.values(), 1):
            yield Line(name, place, msgspec.json.encode(record))


ASIDE = ("series", "log")
"""Tables that no lookup of claims decodes: a fault in them must not show there either."""


def _fill(connection: sqlite.Connection, path: str, found: Iterator[Group], *, strict: bool) -> None:
    """From records in the order of the file; the vocabulary comes before the claims, the log after them."""
    for statement in SCHEMA:
        connection.execute(statement)
    connection.execute("INSERT INTO words (words, rank) VALUES ('hashsize', 16777216)")
    connection.execute("CREATE TEMP TABLE unsorted (v INTEGER, low INTEGER, high INTEGER, n INTEGER, flags INTEGER)")
    connection.execute("BEGIN")
    digests: list[tuple[str, int, bytes]] = []
    small, claims = _parted(found, digests)
    tables = _small_tables(connection, small, strict=strict)
    numbers = Numbers(connection)
    for entries in _entries(path, tables, claims, helped=os.path.getsize(path) > _LARGE):
        _write(connection, entries, numbers)
    connection.executemany("INSERT INTO blocks VALUES (?, ?, ?)", digests)
    connection.execute(
        "INSERT INTO postings SELECT * FROM temp.unsorted"
        f" UNION ALL SELECT {ALL}, low, high, n, flags FROM claims ORDER BY 1, 2, 3, 4"
    )
    connection.execute("DROP TABLE temp.unsorted")
    connection.execute("INSERT INTO counts SELECT v, flags & 7, count(*) FROM postings GROUP BY 1, 2")
    try:
        for statement in SORTED:
            connection.execute(statement)
    except sqlite.IntegrityError:
        raise NotCanonical from None  # an id stands twice: the slower reading says which
    tie(connection, path, tied(connection))


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


def _small_tables(connection: sqlite.Connection, lines: Iterable[Line], *, strict: bool) -> Documents:
    """What claims refer to, written and given back."""
    tables: Documents = {}
    for table, number, data in lines:
        document = msgspec.json.decode(data) if table in ASIDE and not strict else None
        record, data = (document, data) if document is not None else decoded(table, data)
        ident = document.get("id") if document is not None else getattr(record, "id", None)
        connection.execute("INSERT INTO records VALUES (?, ?, ?, ?)", (table, number, ident, data))
        tables.setdefault(table, {})[number] = msgspec.to_builtins(record)
    write_names(connection, Store(Path(), {**tables, "claims": {}}))  # even without a claim, they must make a store
    return tables


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


def decoded(table: str, data: bytes) -> tuple[Any, bytes]:
    """A record, and its canonical JSON.

    Raises:
        NotCanonical: when it breaks the model, or is no strict JSON: the slower reading says how.
    """
    try:
        record = _DECODERS[table](data)
        written = msgspec.json.encode(record)
        if written != data:  # in another order, or spaced: a key that stands twice must not go unnoticed
            record = msgspec.convert(decode(data, Path()), model.TABLES[table])
    except (KeyError, msgspec.MsgspecError, UnicodeDecodeError, StoreError):
        raise NotCanonical from None
    return record, written


_DECODERS = {name: msgspec.json.Decoder(kind).decode for name, kind in model.TABLES.items()}


def _entries(
    path: str, tables: Documents, batches: Iterator[list[bytes]], *, helped: bool
) -> Iterator[Sequence[Entry]]:
    """The entries of claims, in batches and in order; made by other processes where there are many."""
    if not helped:
        maker = _Maker(path, tables)
        yield from map(maker.entries, batches)
        return
    from collections import deque
    from concurrent.futures import ProcessPoolExecutor
    from multiprocessing import get_context

    helpers = min(os.cpu_count() or 1, 4)
    pool = ProcessPoolExecutor(helpers, get_context("fork"), _prepare, (path, tables))
    try:
        waiting: deque[Any] = deque()
        for batch in batches:
            waiting.append(pool.submit(_help, batch))
            tables.clear()  # the helpers have them by now
            if len(waiting) > 2 * helpers:
                yield marshal.loads(waiting.popleft().result())
        for future in waiting:
            yield marshal.loads(future.result())
    finally:
        pool.shutdown(cancel_futures=True)


class _Maker:
    """Makes the entries of rows."""

    def __init__(self, path: str, tables: Documents) -> None:
        self._make = Entries(Store(Path(path), {**tables, "claims": {}}))

    def entries(self, rows: Rows) -> list[Entry]:
        return [self._make.of(n, decoded("claims", data)[0]) for n, data in parted(rows)]


_maker: _Maker


def _prepare(path: str, tables: Documents) -> None:
    global _maker
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the process that is helped ends its helpers
    gc.disable()
    _maker = _Maker(path, tables)


def _help(rows: Rows) -> bytes:
    """The entries, as `marshal` has them: it takes a third of the time that pickling takes."""
    return marshal.dumps([tuple(entry) for entry in _maker.entries(rows)])


class Numbers(dict[tuple[str, str], int]):
    """The numbers of facet values; a new one for a value that has none."""

    def __init__(self, connection: sqlite.Connection) -> None:
        self._connection = connection

    def __missing__(self, key: tuple[str, str]) -> int:
        row = self._connection.execute("SELECT v FROM facets WHERE facet = ? AND value = ?", key).fetchone()
        if row is None:
            self._connection.execute("INSERT INTO facets (facet, value) VALUES (?, ?)", key)
            row = self._connection.execute("SELECT last_insert_rowid()").fetchone()
        self[key] = row[0]
        return self[key]


def _write(connection: sqlite.Connection, entries: Sequence[Entry], numbers: Numbers) -> None:
    postings = [
        (v, low, high, n, flags)
        for n, _, low, high, flags, _, keys, _ in entries
        for v in [numbers[key] for key in keys]
    ]
    connection.executemany("INSERT INTO claims VALUES (?, ?, ?, ?, ?, ?)", [entry[:6] for entry in entries])
    connection.executemany("INSERT INTO temp.unsorted VALUES (?, ?, ?, ?, ?)", postings)
    connection.executemany(
        "INSERT INTO words (rowid, statement, names, notes) VALUES (?, ?, ?, ?)",
        [(entry[0], *entry[7]) for entry in entries],
    )
