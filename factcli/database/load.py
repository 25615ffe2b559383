"""Loading a store's lines into the database: one pass, in batches, in one process."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache
from typing import Any

try:
    from _blake2 import blake2b  # `hashlib` loads OpenSSL, which takes longer than a small store
except ImportError:
    from hashlib import blake2b

from factcli import dates, quantity
from factcli.database import dialect, schema
from factcli.database.declared import DeclaredNames, TableById
from factcli.database.dialect import Database
from factcli.database.rivals import update_rivals
from factcli.errors import StoreError
from factcli.model import Actor, Claim, LogEntry, Part, Source
from factcli.query import HIDDEN_STATUSES
from factcli.record.compose import checksum
from factcli.record.shape import record_parts
from factcli.store.lines import Line, by_table
from factcli.store.records import Fault, read_leniently
from factcli.text import fold

Progress = Callable[[int], None]
"""Called with the number of bytes read so far."""

_BATCH = 500
_LINKS = ("claim_topic", "claim_actor")
_COLUMNS = {"line": 3, "declared": 5, "name": 4, "publication": 4, "claim": 25, "claim_text": 4}
_COLUMNS |= {"claim_topic": 7, "claim_actor": 7, "contradiction": 3, "log": 6}
"""How many columns each table has."""
_MAY_REPEAT = ("name", "publication")
_CLAIM_IDS = "'claims' AS kind, id, n AS number FROM claim"


def load(
    database: Database,
    path: str,
    lines: Iterable[Line],
    progress: Progress = lambda done: None,
    faults: list[Fault] | None = None,
) -> None:
    """Fill an empty database from the lines of a store.

    With `faults`, records that break the model are left out and noted there, and what claims refer
    to need not be declared: for `factcli check`.

    Raises:
        StoreError: naming the record and the field that break the model.
        NotCanonical: when a line is not one JSON object.
    """
    database.change("BEGIN")
    database.script(schema.TABLES)
    database.script(dialect.SEARCH_TABLES)
    for table in _LINKS:
        database.change(f"CREATE TEMP TABLE unsorted_{table} AS SELECT * FROM {table}")
    rows = RowMaker(database, path, faults, links="temp.unsorted_{}")
    done = 0
    for table, group in by_table(lines):
        if table == "claims":  # which look up what they name
            rows.flush()
            _index(database, path, schema.DECLARED_INDEX, faults)
            if faults is not None:  # the index is not unique then, and is not used unless analyzed
                database.change("ANALYZE declared")
        for line in group:
            rows.add(line)
            done += len(line.data)
            if rows.is_full:
                rows.flush()
                progress(done)
    rows.flush()
    for table in _LINKS:
        unsorted = f"temp.unsorted_{table}"
        database.change(f"INSERT INTO {table} SELECT * FROM {unsorted} ORDER BY 1, 2, 3, 4, 5")
        database.change(f"DROP TABLE {unsorted}")
    for index in schema.INDEXES.split(";"):
        _index(database, path, index, faults)
    database.change(dialect.FILL_SEARCH)
    number = database.value("SELECT count(*) FROM declared WHERE kind = 'meta'")
    if number != 1 and faults is None:
        raise StoreError(f"{path}: table meta holds {number} records, and must hold one")
    relate_actors(database)
    update_rivals(database)
    database.change("COMMIT")


class RowMaker:
    """Makes the rows of the database for the lines of a store, and inserts them in batches.

    `links` names the tables that take the rows of the link tables.
    """

    def __init__(
        self, database: Database, path: str, faults: list[Fault] | None = None, links: str = "{}"
    ) -> None:
        self._database, self._path, self._faults = database, path, faults
        self._names = DeclaredNames(database, is_lenient=faults is not None)
        self._rows: dict[str, list[tuple[Any, ...]]] = {table: [] for table in _COLUMNS}
        self._insert = {
            table: _insert(table, links if table in _LINKS else "{}") for table in _COLUMNS
        }
        self._known: dict[str, set[str]] = {}

    @property
    def is_full(self) -> bool:
        """Whether enough rows wait to be inserted together."""
        return len(self._rows["line"]) >= _BATCH

    def add(self, line: Line) -> None:
        """Make the rows of one line.

        Raises:
            StoreError: when the record breaks the model, or refers to what is not declared.
        """
        self._rows["line"].append((line.table, line.number, line_checksum(line.data)))
        if line.table == "log":
            self._rows["log"].append(_log_row(line))
            return
        record, data = read_leniently(line)
        if isinstance(record, Fault):
            if self._faults is None:
                raise StoreError(f"{self._path}: {record}")
            self._faults.append(record)
        elif isinstance(record, Claim):
            if not self._known:
                self._begin_claims()
            self._add_claim(line.number, record)
        else:
            self._declare(line.table, line.number, record, data.decode())

    def flush(self) -> None:
        """Insert the rows that wait."""
        for table, rows in self._rows.items():
            if rows:
                try:
                    self._database.insert(self._insert[table], rows)
                except dialect.IntegrityError:
                    raise _twice(self._path, table, rows) from None
                rows.clear()

    def _begin_claims(self) -> None:
        """Note which names are declared, and let claims find them."""
        self.flush()
        for table in ("topics", "actors", "questions", "sources"):
            sql = "SELECT id FROM declared WHERE kind = ?"
            self._known[table] = {ident for (ident,) in self._database.rows(sql, (table,))}

    def _declare(self, table: str, number: int, record: Part, text: str) -> None:
        ident = str(getattr(record, "id", table))
        self._rows["declared"].append((table, number, ident, text, checksum([text])))
        if isinstance(record, Source):
            self._rows["publication"].append((ident, *_span(record.issued)))
        for written in names_of(record):
            if folded := fold(written):
                self._rows["name"].append((table, folded, ident, written))

    def _add_claim(self, n: int, claim: Claim) -> None:
        if self._faults is None:
            self._check_references(claim)
        rows, names = self._rows, self._names
        first, last, approximate = _span(claim.date)
        hidden = int(claim.status in HIDDEN_STATUSES)
        parts = record_parts(claim, names)
        rows["claim"].append(
            (
                n, claim.id, hidden, first, last, approximate, claim.status, claim.kind,
                claim.polarity, claim.origin, claim.source, claim.question, *_figure_columns(claim),
                parts.agreement, checksum(parts),
                parts.description, parts.standing, parts.state, parts.note,
            )
        )  # fmt: skip
        figure = claim.quantity.text if claim.quantity else None
        notes = [claim.note, claim.date_text, figure]
        folded_names = " ".join([names.folded(actor.id) for actor in claim.actors])
        folded_notes = fold(" ".join(filter(None, notes)))
        rows["claim_text"].append((n, fold(claim.statement), folded_names, folded_notes))
        linked = (hidden, first, last, n, approximate, claim.status)
        rows["claim_topic"] += [(topic, *linked) for topic in set(claim.topics)]
        actors = {*(actor.id for actor in claim.actors), *(hop.actor for hop in claim.attribution)}
        rows["claim_actor"] += [(actor, *linked) for actor in actors if actor is not None]
        rows["contradiction"] += [
            (n, position, relation.target)
            for position, relation in enumerate(claim.relations)
            if relation.type == "contradicts"
        ]

    def _check_references(self, claim: Claim) -> None:
        known = self._known
        for field, table, used in (
            ("topics", "topics", claim.topics),
            ("question", "questions", (claim.question,)),
            ("actors", "actors", [part.id for part in claim.actors]),
            ("attribution", "actors", [hop.actor for hop in claim.attribution]),
            ("source", "sources", (claim.source,)),
        ):
            for ident in used:
                if ident is not None and ident not in known[table]:
                    where = f"{self._path}: claims, record {claim.id}, field {field}"
                    raise StoreError(f"{where}: {ident!r} is not declared")


def relate_actors(database: Database) -> None:
    """Write down which actors are the same, on either's record, and who is affiliated with whom."""
    for table in ("same_actor", "affiliation"):
        database.change(f"DELETE FROM {table}")
    actors: TableById[Actor] = TableById(database, "actors")
    for actor in list(actors.records()):
        for other in actor.same_as:
            sql = "INSERT INTO same_actor VALUES (?, ?) ON CONFLICT DO NOTHING"
            database.insert(sql, [(actor.id, other), (other, actor.id)])
        sql = "INSERT INTO affiliation VALUES (?, ?) ON CONFLICT DO NOTHING"
        database.insert(sql, [(actor.id, group) for group in actor.affiliation])


def names_of(record: Part) -> Iterator[str]:
    """The words by which a record is found: its id, and its name, title or text."""
    if not hasattr(record, "id"):
        return
    yield record.id
    for field in ("name", "title", "text"):
        if written := getattr(record, field, None):
            yield written
    if isinstance(record, Actor):
        yield from record.aliases
    if isinstance(record, Source) and record.container_title:
        yield record.container_title


def line_checksum(data: bytes) -> bytes:
    """Work out the checksum of a line: eight bytes of BLAKE2b, so that no change is missed."""
    return blake2b(data, digest_size=8).digest()


@lru_cache(1 << 15)  # some 8 MB: the days of a century
def _span(date: str | None) -> tuple[int, int, int]:
    if date is None:
        return schema.UNDATED, schema.UNDATED, 0
    read = dates.parse(date)
    return schema.day(read.span[0]), schema.day(read.span[1]), int(read.qualified)


def _figure_columns(claim: Claim) -> tuple[Any, ...]:
    found = claim.quantity
    if found is None:
        return (None,) * 7
    low, high = quantity.span(found.bound, found.amount, found.upper)
    measure = found.currency or found.unit
    return (
        quantity.cut_key(low), quantity.cut_key(high), int(found.bound == "about"), found.status,
        found.unit.casefold(), measure.casefold(), measure,
    )  # fmt: skip


def _log_row(line: Line) -> tuple[Any, ...]:
    """Make the row of a log entry; one that breaks the model is an error only for who reads it."""
    entry, _ = read_leniently(line)
    text = line.data.decode()
    if isinstance(entry, LogEntry):
        return line.number, with_fraction(entry.at), entry.table, entry.id, text, checksum([text])
    return line.number, None, None, None, text, checksum([text])


def with_fraction(at: str) -> str:
    """A time of the log with its fraction, so that times compare as text."""
    return at if "." in at else at.replace("Z", ".000000Z")


def _insert(table: str, into: str) -> str:
    marks = ", ".join("?" * _COLUMNS[table])
    unless = " ON CONFLICT DO NOTHING" if table in _MAY_REPEAT else ""
    return f"INSERT INTO {into.format(table)} VALUES ({marks}){unless}"


def _index(database: Database, path: str, sql: str, faults: list[Fault] | None) -> None:
    try:
        database.change(sql if faults is None else sql.replace("UNIQUE ", ""))
    except dialect.IntegrityError:
        numbered = "kind, id, number FROM declared" if "declared" in sql else _CLAIM_IDS
        twice = "GROUP BY kind, id HAVING count(*) > 1 ORDER BY min(number)"
        kind, ident = database.row(f"SELECT kind, id FROM (SELECT {numbered}) x {twice}")
        raise StoreError(f"{path}: {kind}, record {ident}: the id stands twice") from None


def _twice(path: str, table: str, rows: list[tuple[Any, ...]]) -> StoreError:
    place = f"{table}, {rows[0][0]} …"
    return StoreError(f"{path}: a record number stands twice in its table ({place})")
