"""An index brought up to date with a store that was changed: only what changed is read closely and indexed again."""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

import msgspec

from factcli.errors import StoreError
from factcli.index import sqlite
from factcli.index.blocks import CLAIMS, Block, Rows, blocks, digest, digest_of, parted
from factcli.index.entry import Entries, figure
from factcli.index.filling import Numbers, checked, write_names
from factcli.index.making import decoded
from factcli.index.store import Damaged, over
from factcli.index.ties import tie
from factcli.model import Claim
from factcli.store.lines import BUFFER, NotCanonical

_MOST = 20_000
"""Claims that are indexed again one by one; for more, all are."""

_REFERRED = {"topics": "topic", "actors": "actor", "sources": "source", "questions": "question"}
"""The tables that claims refer to, and the facet by which those that do are found."""

Changed = Mapping[Block, Rows]
"""Blocks that are not as they were, as they are now; those that are gone are empty."""


def is_unchanged(connection: sqlite.Connection, path: str) -> bool:
    """Whether a store holds what its index was made of."""
    try:
        changed = _changed(connection, path)
    except NotCanonical:
        return False
    return changed is not None and not changed


def renew(connection: sqlite.Connection, path: str) -> bool:
    """Bring an index up to date with its store, in a transaction; False when it has to be built anew."""
    try:
        changed = _changed(connection, path)
        return changed is not None and apply(connection, path, changed)
    except NotCanonical:
        return False


def apply(connection: sqlite.Connection, path: str, changed: Changed) -> bool:
    """Index what changed, in a transaction; False, and the transaction to be rolled back, when all has to be indexed anew."""
    try:
        _Change(connection, path, changed).make()
    except (StoreError, NotCanonical, Damaged, _TooMuch, KeyError, TypeError, sqlite.IntegrityError):
        return False  # what is wrong with the store is told by whoever reads all of it
    return True


def _changed(connection: sqlite.Connection, path: str) -> Changed | None:
    """The blocks that differ; None when they cannot be told apart or are too many."""
    known = {(place, block): found for place, block, found in connection.execute("SELECT * FROM blocks")}
    if ("whole", 0) in known:
        return {} if known["whole", 0] == digest_of(path) else None
    changed: dict[Block, Rows] = {}
    with open(path, "rb", buffering=BUFFER) as stream:
        for block, lines in blocks(stream):
            if block[0] == "log":
                checked(lines)
            elif known.pop(block, None) != digest(lines):
                changed[block] = lines
                if len(changed) * CLAIMS > 10 * _MOST:
                    return None
    return changed | {block: [] for block in known}


class _TooMuch(Exception):
    """More depends on a change than is worth doing one by one."""


class _Change:
    """What has to be done to an index so that it is what it would be if it were built anew."""

    def __init__(self, connection: sqlite.Connection, path: str, changed: Changed) -> None:
        self._connection, self._path, self._changed = connection, path, changed
        self._before = over(path, connection)
        self._old: dict[int, Claim] = {}
        self._new: dict[int, Claim] = {}
        self._small: dict[str, list[tuple[int, str | None, bytes]]] = {}

    def make(self) -> None:
        for block, lines in self._changed.items():
            if block[0] == "claims":
                self._compare(block[1], lines)
            else:
                self._compare_small(block[0], lines)
        if len(self._old) + len(self._new) > _MOST:
            raise _TooMuch
        numbers = Numbers(self._connection)
        self._take_out(Entries(self._before, numbers), numbers)
        for table, rows in self._small.items():
            self._connection.execute("DELETE FROM records WHERE place = ?", (table,))
            self._connection.executemany(f"INSERT INTO records VALUES ('{table}', ?, ?, ?)", rows)
        after = over(self._path, self._connection)
        if self._small.keys() & _REFERRED:
            write_names(self._connection, after)
        for claim in self._new.values():
            after.check_references(claim)
        self._put_in(Entries(after, numbers), numbers)
        self._connection.executemany(
            "DELETE FROM facets WHERE v = ? AND NOT EXISTS (SELECT 1 FROM counts c WHERE c.v = facets.v)",
            [(v,) for v in numbers.values()],
        )
        tie(after, self._rivals())
        self._connection.executemany(
            "DELETE FROM blocks WHERE place = ? AND block = ?",
            [block for block, lines in self._changed.items() if not lines],
        )
        self._connection.executemany(
            "INSERT OR REPLACE INTO blocks VALUES (?, ?, ?)",
            [(*block, digest(lines)) for block, lines in self._changed.items() if lines],
        )

    def _compare(self, block: int, rows: Rows) -> None:
        """Find what differs between a block of claims and what is known of it."""
        stored = self._connection.execute(
            "SELECT n, record FROM claims WHERE n >= ? AND n < ?", (block * CLAIMS, (block + 1) * CLAIMS)
        )
        known = {n: self._before.claim_of(record) for n, record in stored}
        found = {n: decoded("claims", data)[0] for n, data in parted(rows)}
        for n in known.keys() | found.keys():
            if known.get(n) != found.get(n):
                if n in known:
                    self._old[n] = known[n]
                if n in found:
                    self._new[n] = found[n]
                else:
                    self._new.pop(n, None)  # noted because of what it refers to, and gone all the same

    def _compare_small(self, table: str, lines: Rows) -> None:
        """Note a small table as it is now; claims that refer to a record that changed are indexed again."""
        rows = self._connection.execute("SELECT id, doc FROM records WHERE place = ?", (table,))
        known: dict[str | None, bytes] = dict(rows.fetchall())
        found: dict[str | None, bytes] = {}
        self._small[table] = []
        for number, raw in parted(lines):
            record, data = decoded(table, raw)
            ident = getattr(record, "id", None)
            if ident in found:
                raise NotCanonical
            found[ident] = data
            self._small[table].append((number, ident, data))
        touched = [ident for ident in known.keys() | found.keys() if known.get(ident) != found.get(ident)]
        for ident in touched if table in _REFERRED else ():
            if table == "actors" and _same(known.get(ident)) != _same(found.get(ident)):
                raise _TooMuch  # on whom a value rests has changed, wherever they are named
            for n, claim in self._before.looked_up(_REFERRED[table], ident or ""):
                self._old.setdefault(n, claim)
                self._new.setdefault(n, claim)
                if len(self._old) > _MOST:
                    raise _TooMuch

    def _take_out(self, entries: Entries, numbers: Numbers) -> None:
        counts = Counter[tuple[int, int]]()
        for n, claim in self._old.items():
            entry = entries.of(n, claim, msgspec.json.encode(claim))
            self._connection.execute("DELETE FROM claims WHERE n = ?", (n,))
            self._connection.execute("DELETE FROM figures WHERE n = ?", (n,))
            self._connection.execute(
                "INSERT INTO words (words, rowid, statement, names, notes) VALUES ('delete', ?, ?, ?, ?)",
                (n, *entry.words),
            )
            for v in (*entry.facets, *[numbers["opposes", target] for target in entry.opposes]):
                key = (v, entry.low, entry.high, n)
                self._connection.execute("DELETE FROM postings WHERE v = ? AND low = ? AND high = ? AND n = ?", key)
                counts[v, entry.flags & 7] -= 1
        self._count(counts)

    def _put_in(self, entries: Entries, numbers: Numbers) -> None:
        counts = Counter[tuple[int, int]]()
        for n, claim in self._new.items():
            entry = entries.of(n, claim, msgspec.json.encode(claim))
            self._connection.execute("INSERT INTO claims VALUES (?, ?, ?, ?, ?, ?)", entry[:6])
            if claim.quantity is not None:
                self._connection.execute("INSERT INTO figures VALUES (?, ?, ?)", (n, *figure(claim.quantity)))
            self._connection.execute(
                "INSERT INTO words (rowid, statement, names, notes) VALUES (?, ?, ?, ?)", (n, *entry.words)
            )
            for v in (*entry.facets, *[numbers["opposes", target] for target in entry.opposes]):
                row = (v, entry.low, entry.high, n, entry.flags)
                self._connection.execute("INSERT INTO postings VALUES (?, ?, ?, ?, ?)", row)
                counts[v, entry.flags & 7] += 1
        self._count(counts)

    def _count(self, changes: Counter[tuple[int, int]]) -> None:
        self._connection.executemany(
            "INSERT INTO counts VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET claims = claims + excluded.claims",
            ((*key, number) for key, number in changes.items() if number),
        )
        self._connection.executemany("DELETE FROM counts WHERE v = ? AND status = ? AND claims = 0", changes)

    def _rivals(self) -> Iterable[int]:
        """The claims whose rivals may have changed: those that answer, oppose or are opposed by what was changed."""
        claims = [*self._old.values(), *self._new.values()]
        found = set(self._new)
        for question in {claim.question for claim in claims if claim.question}:
            found.update(self._posted("question", question))
        for ident in {claim.id for claim in claims}:
            found.update(self._posted("opposes", ident))
        targets = {r.target for claim in claims for r in claim.relations if r.type == "contradicts"}
        for target in targets:
            found.update(row[0] for row in self._connection.execute("SELECT n FROM claims WHERE id = ?", (target,)))
        return array("q", sorted(found))

    def _posted(self, facet: str, value: str) -> list[int]:
        sql = "SELECT p.n FROM facets f JOIN postings p USING (v) WHERE f.facet = ? AND f.value = ?"
        return [row[0] for row in self._connection.execute(sql, (facet, value))]


def _same(actor: bytes | None) -> Any:
    return msgspec.json.decode(actor)["same_as"] if actor else []
