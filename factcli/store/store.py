"""A store held in memory: typed records, and the claims that meet a query."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any, TypeVar

import msgspec

from factcli import model, query
from factcli.agreement import Rivals
from factcli.errors import NotFound, StoreError
from factcli.model import Claim
from factcli.query import Condition, Query
from factcli.spans import Match
from factcli.store.answer import Answer, Extent, extent
from factcli.store.records import Fault, decode
from factcli.text import did_you_mean
from factcli.vocabulary import Vocabulary

_NAMED = 6
"""Ids that are named where a text begins more than one."""

RecordT = TypeVar("RecordT", bound=model.Part)
Documents = Mapping[str, Mapping[int, Any]]
"""The tables of a store: documents by their internal number."""


class Store:
    """The records of a store, and what is found in them. Each table is decoded when first asked for.

    Its properties raise StoreError, naming the record and field that break the model.
    """

    def __init__(self, path: Path, tables: Documents) -> None:
        self.path = path
        self._tables = tables
        self._decoded: dict[str, dict[int, Any]] = {}
        self._postings: Mapping[tuple[str, str | None], set[int]] | None = None
        self._former: tuple[str, Store] | None = None
        self._check_tables(set(tables))
        self.meta = self._meta()

    @cached_property
    def vocabulary(self) -> Vocabulary:
        """What claims may refer to."""
        return Vocabulary(
            lambda: {record.id: record for record in self._records("topics", model.Topic)},
            lambda: {record.id: record for record in self._records("actors", model.Actor)},
            lambda: {record.id: record for record in self._records("sources", model.Source)},
            lambda: {record.id: record for record in self._records("questions", model.Question)},
        )

    @cached_property
    def series(self) -> tuple[model.Series, ...]:
        """Figures that may be added."""
        return self._records("series", model.Series)

    @cached_property
    def claims(self) -> tuple[Claim, ...]:
        """Every claim, in the order of the file; what they refer to is declared."""
        found = self._records("claims", Claim)
        for claim in found:
            self.check_references(claim)
        return found

    @cached_property
    def rivals(self) -> Rivals:
        """How the claims stand to each other."""
        return Rivals(self.claims, self.vocabulary.questions)

    def extent(self) -> Extent:
        """How many claims are not hidden, and from when to when they are dated."""
        return extent([claim for claim in self.claims if claim.status not in model.HIDDEN_STATUSES])

    @cached_property
    def log(self) -> tuple[model.LogEntry, ...]:
        """Every change that was made to the store by factcli, in order."""
        return self._records("log", model.LogEntry)

    def recorded_by(self, when: str) -> Store:
        """The store as it was at the end of a day, month or year (UTC), worked out by walking the log backwards.

        Raises:
            UsageError: for a malformed date.
        """
        from factcli.store.history import former, last_moment

        return Store(self.path, former(self._tables, self.log, last_moment(when)))

    def _as_recorded(self, when: str) -> Store:
        """The store as it was, kept until another time is asked for."""
        if self._former is None or self._former[0] != when:
            self._former = (when, self.recorded_by(when))
        return self._former[1]

    def find(self, wanted: Query | None = None) -> Answer:
        """The claims that meet a query, in time order, or by rank when it holds search words.

        Raises:
            UsageError: for a name that the store does not declare, or a malformed expression.
        """
        wanted = wanted or Query()
        if wanted.recorded_by:
            return self._as_recorded(wanted.recorded_by).find(msgspec.structs.replace(wanted, recorded_by=None))
        conditions = query.conditions(wanted, self.vocabulary)
        if not wanted.search:
            return Answer(self, conditions, strict=wanted.strict)
        from factcli import search

        rows = [(claim.id, search.columns(claim, self.vocabulary)) for claim in self.claims]
        corpus = search.Scan(lambda: rows)
        read = search.read(corpus, wanted.search)
        scores = dict(corpus.scores(read))
        conditions.append(
            Condition(f"the words {wanted.search}", lambda claim: Match.CERTAIN if claim.id in scores else Match.NO)
        )
        return Answer(self, conditions, strict=wanted.strict, scores=scores, corrections=read.corrections)

    def prepare(self) -> None:
        """Make many queries fast: claims are looked up by their facets from here on, at the price of one pass now."""
        postings: dict[tuple[str, str | None], set[int]] = defaultdict(set)
        for position, claim in enumerate(self.claims):
            for facet, values in query.FACETS.items():
                for value in values(claim):
                    postings[facet, value].add(position)
        self._postings = postings

    def candidates(self, conditions: Sequence[Condition]) -> Iterable[Claim]:
        """Claims that may meet conditions, or be told to lack what they ask for, in the order of the file: all or fewer."""
        if self._postings is None:
            return self.claims
        looked_up = [
            set().union(*(self._postings.get((condition.facet, value), ()) for value in condition.wanted))
            for condition in conditions
            if condition.facet
        ]
        if not looked_up:
            return self.claims
        looked_up.sort(key=len)
        return [self.claims[position] for position in sorted(looked_up[0].intersection(*looked_up[1:]))]

    def get(self, prefix: str) -> Claim:
        """The claim whose id begins with the text, if it is the only one.

        Raises:
            NotFound: when there is none, or more than one.
        """
        number, first, meant = 0, [], None
        for ident in self.ids_beginning(prefix) if prefix else ():
            number += 1
            if number <= _NAMED:
                first.append(ident)
            if ident == prefix or number == 1:
                meant = ident
        found = self.by_id(meant) if meant is not None and (number == 1 or meant == prefix) else None
        if found:
            return found[1]
        if number:
            raise NotFound(f"{prefix!r} begins {number} ids: {', '.join(first)}; give more of it")
        near = did_you_mean(prefix, self.ids())
        raise NotFound(f"no claim {prefix!r} in {self.path}.{near or ' See `factcli list` for the ids.'}")

    def ids(self) -> Iterator[str]:
        """The ids of all claims, in the order of the file."""
        return (claim.id for claim in self.claims)

    def ids_beginning(self, prefix: str) -> Iterator[str]:
        """The ids that begin with a text, in the order of the file."""
        return (claim.id for claim in self.claims if claim.id.startswith(prefix))

    def by_id(self, ident: str) -> tuple[int, Claim] | None:
        """A claim by its whole id, with its place in the file."""
        return next(((n, claim) for n, claim in enumerate(self.claims, 1) if claim.id == ident), None)

    @property
    def size(self) -> int:
        """How many claims there are, hidden ones too."""
        return len(self.claims)

    def tallied(self, facet: str) -> dict[str, int]:
        """How many claims that are not hidden each value of a facet has."""
        return self.tally(facet, self.claims)

    @staticmethod
    def tally(facet: str, claims: Iterable[Claim]) -> dict[str, int]:
        """The same of some claims."""
        shown = (claim for claim in claims if claim.status not in model.HIDDEN_STATUSES)
        return Counter(value for claim in shown for value in set(query.FACETS[facet](claim)) if value is not None)

    def _check_tables(self, names: set[str]) -> None:
        if unknown := sorted(names - model.TABLES.keys()):
            raise StoreError(f"{self.path} has a table {unknown[0]!r}: a store has only {', '.join(model.TABLES)}")
        if missing := [name for name in ("meta", "claims") if name not in names]:
            raise StoreError(f"{self.path} is not a store: it has no table {missing[0]!r}")

    def _meta(self) -> model.StoreMeta:
        found = self._records("meta", model.StoreMeta)
        if len(found) != 1:
            raise StoreError(f"{self.path}: table meta holds {len(found)} records, and must hold one")
        return found[0]

    def _records(self, table: str, kind: type[RecordT]) -> tuple[RecordT, ...]:
        return tuple(self.numbered(table, kind).values())

    def numbered(self, table: str, kind: type[RecordT]) -> Mapping[int, RecordT]:
        """A table's records by their internal number; decoded when first asked for.

        Raises:
            StoreError: naming the record and field that break the model.
        """
        if table not in self._decoded:
            self._decoded[table] = self._decode(table)
        return self._decoded[table]

    def _decode(self, table: str) -> dict[int, Any]:
        found = {}
        seen: set[str] = set()
        for number, record in decode(table, self._tables.get(table, {})):
            if isinstance(record, Fault):
                raise StoreError(f"{self.path}: {record}")
            ident = getattr(record, "id", "") if table != "log" else ""
            if ident and ident in seen:
                raise StoreError(f"{self.path}: {table}, record {ident}: the id stands twice")
            seen.add(ident)
            found[number] = record
        return found

    def check_references(self, claim: Claim) -> None:
        """See that what a claim refers to is declared.

        Raises:
            StoreError: naming the record, the field and the name.
        """
        names = self.vocabulary
        actors = names.actors
        for topic in claim.topics:
            if topic not in names.topics:
                raise self._undeclared(claim, "topics", topic)
        if claim.question is not None and claim.question not in names.questions:
            raise self._undeclared(claim, "question", claim.question)
        for part in claim.actors:
            if part.id not in actors:
                raise self._undeclared(claim, "actors", part.id)
        for hop in claim.attribution:
            if hop.actor is not None and hop.actor not in actors:
                raise self._undeclared(claim, "attribution", hop.actor)
        if claim.source not in names.sources:
            raise self._undeclared(claim, "source", claim.source)

    def _undeclared(self, claim: Claim, field: str, ident: str) -> StoreError:
        return StoreError(f"{self.path}: claims, record {claim.id}, field {field}: {ident!r} is not declared")
