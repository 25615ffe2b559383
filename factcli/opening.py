"""A store that is open for reading: what it declares, and the claims that meet a query.

Imports next to nothing: a plain lookup in JSON needs this.
"""

from __future__ import annotations

import os

from factcli.database import cache, claims
from factcli.database.answer import Answer
from factcli.database.names import Names
from factcli.errors import NotFound, UsageError
from factcli.query import Query

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path
    from typing import Any

    from factcli.database.declared import TableById
    from factcli.database.dialect import Database
    from factcli.model import Actor, LogEntry, Question, Series, Source, StoreMeta, Topic
    from factcli.record.shape import Record

    Notice = Callable[[str], None]

PACKAGED = os.path.join(os.path.dirname(os.path.abspath(__file__)), "data", "facts.json")
"""The store in the installed package."""
_SMALL = 100_000
"""Bytes (about a hundred claims) up to which a store is loaded into memory at every lookup."""
_MIDDLE = 3_000_000
"""Bytes up to which it is loaded into memory, not a temporary file, where no cache is kept."""
_SLOW = 1_000_000
"""Bytes from which it is worth a notice that no cache can be kept."""
_NAMED = 6
"""How many ids an ambiguity error lists."""


def store_path(path: str | os.PathLike[str] | None = None) -> str:
    """The store in use: the path given, else ``FACTCLI_STORE``, else the one shipped.

    Raises:
        UsageError: for an empty path, as a script with an unset variable gives it.
    """
    if path == "":
        raise UsageError("the path of the store is empty: name a store's JSON file")
    return os.fspath(path or os.environ.get("FACTCLI_STORE") or shipped_store())


def shipped_store() -> str:
    """The store in the package, or beside it in a source checkout."""
    top = os.path.dirname(os.path.dirname(os.path.dirname(PACKAGED)))
    checkout = os.path.join(top, "data", "facts.json")
    return PACKAGED if os.path.exists(PACKAGED) or not os.path.exists(checkout) else checkout


def open_store(
    path: str | os.PathLike[str] | None = None,
    *,
    keep: str | None = None,
    notice: Notice = lambda message: None,
    progress: Callable[[int], None] = lambda done: None,
) -> Store:
    """Open a store for reading: the path given, else ``FACTCLI_STORE``, else the one shipped.

    `keep` says where its database is kept: "cache" (a file in the user's cache directory), "memory"
    or "temporary" (a file without a name); by default what suits its size. The answers are the
    same. `notice` is called with a sentence when no cache can be kept, `progress` with the number
    of bytes loaded so far.

    Raises:
        StoreError: naming the file, and the record and field where a record breaks the model.
    """
    found = store_path(path)
    size = _size(found)
    keep = keep or ("memory" if size < _SMALL else "cache")
    database = None
    if keep == "cache":
        quiet = notice if size >= _SLOW else lambda message: None
        database = cache.open_or_build(found, quiet, progress)
    if database is None:
        from factcli.database.refresh import build

        in_memory = size < _MIDDLE if keep == "cache" else keep == "memory"
        database = build(":memory:" if in_memory else "", found, progress)
    return Store(found, database)


def place_without_cache(path: str | os.PathLike[str] | None = None) -> str:
    """Where a database is kept when no cache file is to be used, as `open_store` takes it."""
    return "memory" if _size(store_path(path)) < _MIDDLE else "temporary"


class Store:
    """The records of a store, and what is found in them."""

    def __init__(self, path: str, database: Database) -> None:
        self._path, self.database = path, database
        self.names = Names(database)
        self._as_of: Store | None = None
        self._present: Store | None = None
        self._moment = ""

    @property
    def path(self) -> Path:
        """The store's file."""
        from pathlib import Path

        return Path(self._path)

    @property
    def meta(self) -> StoreMeta:
        """What the store is."""
        meta: StoreMeta = self.table("meta")["meta"]
        return meta

    @property
    def topics(self) -> TableById[Topic]:
        """The topics by id."""
        return self.table("topics")

    @property
    def actors(self) -> TableById[Actor]:
        """Everyone who acts, speaks or is spoken of, by id."""
        return self.table("actors")

    @property
    def sources(self) -> TableById[Source]:
        """The published texts by id."""
        return self.table("sources")

    @property
    def questions(self) -> TableById[Question]:
        """The questions that rival claims answer, by id."""
        return self.table("questions")

    @property
    def series(self) -> TableById[Series]:
        """Figures that may be added, by id."""
        return self.table("series")

    def has_topic(self, ident: str) -> bool:
        """Whether a text is the id of a topic."""
        sql = "SELECT 1 FROM declared WHERE kind = 'topics' AND id = ?"
        return self.database.row(sql, (ident,)) is not None

    def find(self, query: Query | None = None) -> Answer:
        """The claims that meet a query, in time order, or by rank when it holds free words.

        Raises:
            UsageError: for a name that the store does not declare, or a malformed expression.
        """
        query = query or Query()
        if query.recorded_by:
            return self.recorded_by(query.recorded_by).find(query.without("recorded_by"))
        return Answer(self.database, query, self.names)

    def claim_id(self, prefix: str) -> str:
        """The whole id of the claim whose id begins with a text, if it is the only one.

        Raises:
            NotFound: when there is none, or more than one.
        """
        found = list(claims.ids_beginning(self.database, prefix)) if prefix else []
        if prefix in found or len(found) == 1:
            return prefix if prefix in found else found[0]
        if found:
            some = ", ".join(found[:_NAMED])
            raise NotFound(f"{prefix!r} begins {len(found)} ids: {some}; give more of it")
        from factcli.text import did_you_mean

        near = did_you_mean(prefix, claims.ids_beginning(self.database, ""))
        raise NotFound(
            f"no claim {prefix!r} in {self._path}.{near or ' See `factcli list` for the ids.'}"
        )

    def get(self, prefix: str) -> Record:
        """The claim whose id begins with a text, if it is the only one.

        Raises:
            NotFound: when there is none, or more than one.
        """
        return self.by_id(self.claim_id(prefix))

    def record_json(self, ident: str) -> str:
        """The record of a claim as JSON, by its whole id.

        Raises:
            NotFound: when there is none.
        """
        text = claims.record_json(self.database, ident)
        if text is None:
            raise NotFound(f"no claim {ident!r} in {self._path}")
        return text

    def ids_beginning(self, prefix: str) -> Iterator[str]:
        """The ids of claims that begin with a text, in the order of the store."""
        return claims.ids_beginning(self.database, prefix)

    def by_id(self, ident: str) -> Record:
        """A claim by its whole id.

        Raises:
            NotFound: when there is none.
        """
        from factcli.record.shape import decoder

        return decoder()(self.record_json(ident))

    def answers(self, question: str) -> list[Record]:
        """The claims that answer a question, in the order of the store, hidden ones left out."""
        return list(self.each_answer(question))

    def each_answer(self, question: str) -> Iterator[Record]:
        """The same claims one by one: each names its rivals, which may be as many again."""
        return self._claims(claims.OF_QUESTION, (question,))

    def answer_ids(self, question: str) -> set[str]:
        """The ids of the claims that answer a question, hidden ones left out."""
        return set(claims.ids_where(self.database, claims.OF_QUESTION, (question,)))

    def contradicting(self) -> Iterator[Record]:
        """The claims on which a curator noted a contradiction, in the order of the store."""
        return self._claims(claims.CONTRADICTING)

    def all_claims(self) -> Iterator[Record]:
        """Every claim, hidden ones too, in the order of the store."""
        return self._claims("TRUE")

    def by_source(self) -> Iterator[Record]:
        """Every claim, hidden ones too, source by source."""
        return self._claims("TRUE", order="c.source, c.n")

    @property
    def size(self) -> int:
        """How many claims there are, hidden ones too."""
        return claims.number_of_claims(self.database)

    def counts(self, of: str) -> dict[str, int]:
        """How many claims that are not hidden each topic, actor, source or question has."""
        return claims.counts(self.database, of)

    def agreements(self) -> dict[str, dict[str, int]]:
        """For each question the labels of its answers, with their numbers."""
        return claims.agreements(self.database)

    def log(self, ident: str = "", *, newest_first: bool = False) -> Iterator[LogEntry]:
        """The entries of the log, or those about records whose id begins with a text.

        Raises:
            StoreError: for an entry that breaks the model.
        """
        from factcli.database.history import entries

        return entries(self.database, self._path, ident, newest_first=newest_first)

    def log_entry(self, number: int) -> LogEntry:
        """An entry of the log by its record number.

        Raises:
            StoreError: when it breaks the model, or is not there.
        """
        from factcli.database.history import entry_at

        return entry_at(self.database, self._path, number)

    def recorded_by(self, when: str) -> Store:
        """The store as it was at the end of a day, month or year (UTC), by its log.

        Raises:
            UsageError: for a malformed date.
            StoreError: when the log does not fit the records.
        """
        from factcli.database.history import build_as_of, last_moment

        moment = last_moment(when)
        if self._present is not None:
            return self if moment >= self._moment else self._present.recorded_by(when)
        if self._as_of is None or self._as_of._moment != moment:
            self._as_of = Store(self._path, build_as_of(self.database, self._path, moment))
            self._as_of._present, self._as_of._moment = self, moment
        return self._as_of

    def close(self) -> None:
        """Close the store; a database that is no cache goes with it."""
        self.database.close()

    def table(self, kind: str) -> TableById[Any]:
        """A small table by id: topics, actors, sources, questions, series or meta."""
        from factcli.database.declared import TableById

        return TableById(self.database, kind)

    def _claims(self, condition: str, values: Sequence[str] = (), **order: str) -> Iterator[Record]:
        from factcli.record.shape import decoder

        return map(decoder(), claims.records_where(self.database, condition, values, **order))


def _size(path: str) -> int:
    try:
        return os.stat(path).st_size
    except (OSError, ValueError):
        return 0
