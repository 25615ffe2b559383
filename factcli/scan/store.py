"""A large store without an index: every lookup reads the file from end to end, a line at a time, and keeps places, not claims.

Only the layout of `factcli.store.layout` is read so. A claim that a filter passes over is told by its bytes where these leave no doubt,
and is not looked at further: what is wrong with it is for `factcli check` to tell.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

from factcli import search
from factcli.disk import laid_aside
from factcli.errors import StoreError
from factcli.index.entry import recorded
from factcli.model import HIDDEN_STATUSES, TABLES, Claim, LogEntry
from factcli.query import Condition, Query, conditions
from factcli.scan.answer import ScannedAnswer
from factcli.scan.file import File
from factcli.scan.passing import checks_of
from factcli.scan.placed import ById, Lines, data_of, decoded, glimpse, ident_of, number_of
from factcli.scan.rivals import ScannedRivals
from factcli.spans import Match
from factcli.store.answer import Answer, Extent, extent
from factcli.store.lines import BUFFER, NotCanonical, read_small
from factcli.store.opening import is_large, open_whole
from factcli.store.store import Store
from factcli.vocabulary import Vocabulary

_HEAD = 96
"""Bytes within which a line has its number and its claim's id: 15 digits, 40 characters."""
_HELD = 100_000_000
"""Bytes up to which a store that is asked much is held in memory, which takes seven times as much."""


def open_scanned(path: Path) -> ScannedStore | None:
    """A store that is read line by line; None where it is laid out in another way."""
    try:
        file = File(os.open(path, os.O_RDONLY | os.O_CLOEXEC))
    except OSError:
        return None
    small = {name: Lines(path, name, file) for name in TABLES}
    try:
        with open(file.descriptor, "rb", buffering=BUFFER, closefd=False) as stream:
            for line in read_small(stream):
                small[line.table].add(line.number, stream.tell() - len(line.data) - len(",\n"), line.data)
            return ScannedStore(path, file, small, stream.tell())
    except NotCanonical:
        return None


class ScannedStore(Store):
    """Claims are found by their places in the file; all of them at once, and the log, come from the whole store."""

    def __init__(self, path: Path, file: File, small: dict[str, Lines], start: int) -> None:
        self.file, self.small, self.start = file, small, start
        self._places: dict[str, int] = {}
        """The place of the claim that was last looked up by its id."""
        super().__init__(path, small)

    @cached_property
    def vocabulary(self) -> Vocabulary:
        return Vocabulary(*(ById(self.small[name]) for name in ("topics", "actors", "sources", "questions")))

    def lines(self) -> Iterator[tuple[int, bytes]]:
        """The lines of the claims, each with its place in the file."""
        return self.file.claims(self.start)

    @cached_property
    def whole(self) -> Store:
        """The store read whole."""
        return open_whole(self.path)

    @cached_property
    def claims(self) -> tuple[Claim, ...]:
        return self.whole.claims

    @cached_property
    def log(self) -> tuple[LogEntry, ...]:
        return self.whole.log

    def numbered(self, table: str, kind: Any) -> Mapping[int, Any]:
        return self.whole.numbered(table, kind) if table in ("claims", "log") else super().numbered(table, kind)

    def recorded_by(self, when: str) -> Store:
        from factcli.scan.former import FormerStore
        from factcli.store.history import is_changed_since, last_moment

        if not is_changed_since(self.path, last_moment(when)):
            return self
        try:
            return FormerStore(self, when)
        except StoreError:
            return self.whole.recorded_by(when)

    def prepare(self) -> None:
        if not is_large(self.path, _HELD):
            self.whole.prepare()

    def find(self, wanted: Query | None = None) -> Answer:
        wanted = wanted or Query()
        if wanted.recorded_by:
            return super().find(wanted)
        if "whole" in self.__dict__:
            return self.whole.find(wanted)
        try:
            return self._found(wanted)
        except NotCanonical:  # further on it is laid out in another way
            return self.whole.find(wanted)

    def _found(self, wanted: Query) -> Answer:
        held = conditions(wanted, self.vocabulary)
        if not wanted.search:
            return ScannedAnswer(self, held, None, strict=wanted.strict)
        corpus = search.Scan(self._texts, laid_aside)
        read = search.read(corpus, wanted.search)

        def test(claim: Claim) -> Match:
            return Match.CERTAIN if search.meets(read, search.columns(claim, self.vocabulary)) else Match.NO

        held.append(Condition(f"the words {wanted.search}", test))
        return ScannedAnswer(self, held, corpus.scores(read), strict=wanted.strict, corrections=read.corrections)

    def candidates(self, conditions: Sequence[Condition]) -> Iterable[Claim]:
        return (claim for _, claim in self.scan(conditions))

    def scan(self, conditions: Sequence[Condition]) -> Iterator[tuple[int, Claim]]:
        """The claims that may meet conditions, or be told to lack what they ask for, each with its place in the file."""
        checks = checks_of(conditions)
        for place, line in self.lines():
            if b"\\" not in line:
                for check in checks:
                    if not check(line):
                        break
                else:
                    yield place, self.decoded_line(line)
            else:
                yield place, self.decoded_line(line)

    def _texts(self) -> Iterator[tuple[int, search.Columns]]:
        """The words of the claims by their places."""
        for place, line in self.lines():
            try:
                yield place, search.columns(glimpse(data_of(line), search.Searched), self.vocabulary)
            except KeyError:  # of an actor who is not declared
                self.decoded_line(line)
                raise

    def at(self, place: int) -> Claim:
        """The claim at a place; what is being read goes on undisturbed."""
        return self.decoded_line(self.file.line_at(place))

    def record_bytes(self, place: int) -> bytes:
        """A claim by its place as it is shown, in JSON."""
        return self._record_of(self.at(place))

    def by_id(self, ident: str) -> tuple[int, Claim] | None:
        if ident not in self._places:
            needle = f'": {{"id":"{ident}",'.encode()
            found = [place for place, line in self.lines() if line.find(needle, 0, _HEAD) > 0]
            if not found:  # it may be written in another way
                found = [place for place, line in self.lines() if ident_of(line) == ident]
            if not found:
                return None
            self._places = {ident: found[0]}
        return self._places[ident], self.at(self._places[ident])

    def ids(self) -> Iterator[str]:
        return (ident_of(line) for _, line in self.lines())

    def ids_beginning(self, prefix: str) -> Iterator[str]:
        is_first = True
        for place, line in self.lines():
            if (ident := ident_of(line)).startswith(prefix):
                if is_first or ident == prefix:  # and may be asked for next
                    self._places = {ident: place}
                is_first = False
                yield ident

    @property
    def size(self) -> int:
        return sum(1 for _ in self.lines())

    def extent(self) -> Extent:
        return extent(claim for claim in self._all() if claim.status not in HIDDEN_STATUSES)

    def tallied(self, facet: str) -> dict[str, int]:
        return self.tally(facet, self._all())

    @cached_property
    def rivals(self) -> ScannedRivals:
        return ScannedRivals(self)

    @cached_property
    def _record_of(self) -> Callable[[Claim], bytes]:
        return recorded(self)

    def _all(self) -> Iterator[Claim]:
        return (claim for _, claim in self.scan(()))

    def decoded_line(self, line: bytes) -> Claim:
        claim = decoded(self.path, "claims", number_of(line), data_of(line))
        assert isinstance(claim, Claim), "the table of claims holds claims"
        self.check_references(claim)
        return claim
