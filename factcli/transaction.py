"""A change to a store, made under its lock: read, changed, held against the rules, written whole, and logged."""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, nullcontext
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Literal

import msgspec

from factcli.checks import Draft, Finding, run
from factcli.errors import NotFound, WriteRefused
from factcli.index import keeping, sqlite
from factcli.model import TABLES, LogEntry, Part
from factcli.store import durable
from factcli.store.history import ident_of, revert, to_undo
from factcli.store.opening import is_packaged
from factcli.store.store import Store
from factcli.text import did_you_mean

Tables = dict[str, dict[int, Part]]


@contextmanager
def editing(
    path: Path,
    *,
    by: str | None = None,
    why: str | None = None,
    commands: frozenset[str] = frozenset(),
    dry_run: bool = False,
    notice: Callable[[str], None] = lambda message: None,
) -> Iterator[Edition]:
    """Change a store: what the block does to the edition is written when it ends, all of it or nothing.

    The store is read under the lock, so that no other writer's change is lost. `commands` are names that no topic may
    take; `dry_run` does everything but write.

    Raises:
        StoreError: when the store cannot be read; a bad store is never repaired by a write.
        WriteRefused: when the result would break a rule of `factcli.checks`, or cannot be written.
    """
    from tinydb import TinyDB

    from factcli.store.writable import DurableStorage

    real = Path(os.path.realpath(path))
    if is_packaged(real) and not dry_run:
        raise WriteRefused(
            "the store shipped with factcli is read-only: make one of your own with `factcli init PATH`, then name it in FACTCLI_STORE"
        )
    with nullcontext() if dry_run or not real.is_file() else durable.locked(real, notice):
        before = keeping.stamp(str(real)) if real.is_file() else None
        db = TinyDB(real, storage=DurableStorage)
        store = Store(real, {name: {record.doc_id: record for record in db.table(name)} for name in db.tables()})
        edition = Edition(store, by or _user(), why, commands)
        yield edition
        if edition.entries:
            edition.hold_against_rules()
            if not dry_run:
                db.storage.write(
                    {name: {str(n): r for n, r in records.items()} for name, records in edition.tables.items()}
                )
                if before:
                    keeping.renew_after(str(real), before, edition.index)


class Edition:
    """The tables of a store while they are changed, and the log entries for what was changed.

    `store` is as it was before.
    """

    def __init__(self, store: Store, by: str, why: str | None, commands: frozenset[str]) -> None:
        self.tables: Tables = {name: dict(store.numbered(name, kind)) for name, kind in TABLES.items()}
        self.store = store
        self._last = {name: max(records, default=0) for name, records in self.tables.items()}
        self._log = list(store.log)
        self._logged = len(self._log)
        self._by, self._why, self._commands = by, why, commands
        self._before = Draft(b"", {name: dict(records) for name, records in self.tables.items()}, [], [], commands)
        self._numbers = {
            name: {
                ident_of(name, msgspec.structs.asdict(record)) if name != "log" else str(n): n
                for n, record in records.items()
            }
            for name, records in self.tables.items()
        }
        self._touched: dict[str, set[int]] = defaultdict(set)
        self._at = _after([entry.at for entry in self._log[-1:]])

    @property
    def entries(self) -> list[LogEntry]:
        """What was changed, in order."""
        return self._log[self._logged :]

    def get(self, table: str, ident: str) -> Any:
        """A record by its whole id.

        Raises:
            NotFound: with the nearest ids.
        """
        number = self._numbers[table].get(ident)
        if number is None:
            near = did_you_mean(ident, self._numbers[table])
            raise NotFound(f"no {ident!r} among the {table} of this store.{near}")
        return self.tables[table][number]

    def find(self, table: str, ident: str) -> Any:
        """A record by its whole id; None when there is none."""
        number = self._numbers[table].get(ident)
        return None if number is None else self.tables[table][number]

    def ids(self, table: str) -> set[str]:
        """Every id of a table that is or ever was in use."""
        return {*self._numbers[table], *(entry.id for entry in self._log if entry.table == table)}

    def put(self, table: str, record: Part) -> None:
        """Add a record, or put it in the place of the one with its id; nothing happens when it is that one."""
        ident = ident_of(table, msgspec.structs.asdict(record))
        number = self._numbers[table].get(ident)
        if number is None:
            number = self._next(table)
            self._enter("add", table, ident, None, None)
        elif was := _difference(self.tables[table][number], record):
            self._enter("set", table, ident, was, None)
        self.tables[table][number] = record
        self._numbers[table][ident] = number
        self._touched[table].add(number)

    def remove(self, table: str, ident: str) -> None:
        """Take a record out; the log keeps it whole. Claims are never removed: they are retracted."""
        record = self.get(table, ident)
        number = self._numbers[table].pop(ident)
        del self.tables[table][number]
        self._touched[table].add(number)
        self._last[table] = max(self.tables[table], default=0)
        self._enter("remove", table, ident, msgspec.to_builtins(record), number)

    def undo(self, upto: int | None = None) -> None:
        """Take back the last command that stands, or everything from an entry of the log on; itself logged.

        Raises:
            NotFound: when there is nothing to take back.
        """
        found = to_undo(self._log, upto)
        if not found or (upto is not None and found[-1].seq != upto):
            raise NotFound(
                "nothing to undo" if upto is None else f"no entry {upto} that could be undone: see `factcli log`"
            )
        for entry in found:
            self._take_back(entry)

    def hold_against_rules(self) -> None:
        """See that the result breaks no rule of error level that was not broken before.

        Raises:
            WriteRefused: with the first faults.
        """
        after = Draft(b"", self.tables, [], [], self._commands)
        found = run(after, "error")
        if found:
            known = set(run(self._before, "error"))
            new = [finding for finding in found if finding not in known]
            if new:
                raise WriteRefused(f"not written: {'; '.join(map(_sentence, new[:3]))}{' …' if len(new) > 3 else ''}")

    def index(self, connection: sqlite.Connection) -> bool:
        """Bring the index of the store as it was before up to date; False when it has to be built anew."""
        from factcli.index.blocks import CLAIMS
        from factcli.index.renewing import apply
        from factcli.store.lines import row_of

        changed: dict[tuple[str, int], list[bytes]] = {}
        for table, touched in self._touched.items():
            records = self.tables[table]
            numbers: Iterable[int] = sorted(records)
            if table == "claims":
                blocks = {n // CLAIMS for n in touched}
                changed |= {(table, block): [] for block in blocks}
                numbers = (n for block in blocks for n in range(block * CLAIMS, (block + 1) * CLAIMS) if n in records)
            for n in numbers:
                block = n // CLAIMS if table == "claims" else 0
                changed.setdefault((table, block), []).append(row_of(n, msgspec.json.encode(records[n])))
        return apply(connection, str(self.store.path), changed)

    def _take_back(self, entry: LogEntry) -> None:
        records, numbers, kind = self.tables[entry.table], self._numbers[entry.table], TABLES[entry.table]
        number = numbers.get(entry.id)
        before = records.get(number or 0)
        documents = {number: msgspec.to_builtins(before)} if number and before else {}
        revert(documents, {entry.id: number} if number else {}, entry)
        self._touched[entry.table].add(number or entry.number or 0)
        if not documents:
            del records[numbers.pop(entry.id)]
            self._last[entry.table] = max(records, default=0)
            self._enter("undo", entry.table, entry.id, msgspec.to_builtins(before), number)
            return
        ((number, document),) = documents.items()
        record = msgspec.convert(document, kind)
        records[number], numbers[entry.id] = record, number
        self._touched[entry.table].add(number)
        self._last[entry.table] = max(self._last[entry.table], number)
        self._enter("undo", entry.table, entry.id, _difference(before, record) if before else None, None)

    def _next(self, table: str) -> int:
        self._last[table] += 1
        return self._last[table]

    def _enter(
        self, op: Literal["add", "set", "remove", "undo"], table: str, ident: str, was: Any, number: int | None
    ) -> None:
        seq = self._log[-1].seq + 1 if self._log else 1
        entry = LogEntry(
            seq=seq, at=self._at, by=self._by, op=op, table=table, id=ident, was=was, number=number, why=self._why
        )
        self._log.append(entry)
        self.tables["log"][self._next("log")] = entry


def create(path: Path, meta: Part) -> None:
    """Make a new store that holds its title page only.

    Raises:
        WriteRefused: when something stands there already, or it cannot be written.
    """
    from factcli.store.layout import dump

    real = Path(os.path.realpath(path))
    with durable.locked(real):
        if os.path.lexists(path):
            raise WriteRefused(f"{path} exists already: name a new file")
        durable.replace(real, dump({"meta": {1: meta}}))


def _difference(old: Part, new: Part) -> dict[str, Any]:
    """The former values of the fields that differ."""
    before, after = msgspec.to_builtins(old), msgspec.to_builtins(new)
    return {name: value for name, value in before.items() if value != after[name]}


def _sentence(finding: Finding) -> str:
    rule = finding.rule
    return f"{finding.table} {finding.ident}: {finding.message} ({rule.code} {rule.name})"


def _after(earlier: list[str]) -> str:
    """Now, as the log writes it; later than the entry before it, even when the clock was set back."""
    now = datetime.now(UTC)
    if earlier:
        now = max(now, datetime.fromisoformat(earlier[0]) + timedelta(microseconds=1))
    return now.strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def _user() -> str:
    """Who is writing: ``FACTCLI_BY``, else the login name."""
    import getpass

    given = os.environ.get("FACTCLI_BY")
    if given:
        return given
    try:
        return getpass.getuser()
    except (OSError, KeyError):  # a user without a name, as in containers
        return f"uid {os.getuid()}"
