"""Rivals of claims in a store that is read line by line: their places are kept."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING

import msgspec

from factcli.agreement import Rivals, contradicted
from factcli.disk import filed
from factcli.model import Claim
from factcli.scan.placed import data_of, glimpse, ident_of

if TYPE_CHECKING:
    from factcli.scan.store import ScannedStore

_KEPT = 16
"""Questions whose answers are kept in memory."""


class Places:
    """The places of the answers to each question, and of the claims that oppose a claim."""

    def __init__(self, lines: Iterable[tuple[int, bytes]]) -> None:
        self.opposing: dict[str, array[int]] = {}
        self.answering = filed(self._read(lines))

    def _read(self, lines: Iterable[tuple[int, bytes]]) -> Iterator[tuple[str, int]]:
        for place, line in lines:
            if b'"question":null' in line and line.rfind(b'"relations":[]') > 0 and b"\\" not in line:
                continue  # most, told by their bytes
            claim = glimpse(data_of(line), _Answering)
            if claim.question:
                yield claim.question, place
            for target in {r.target for r in claim.relations if r.type == "contradicts"}:
                self.opposing.setdefault(target, array("q")).append(place)


class _Opposing(msgspec.Struct):
    type: str
    target: str


class _Answering(msgspec.Struct):
    question: str | None
    relations: list[_Opposing]


class ScannedRivals(Rivals):
    """Rivals by their places, which are noted when they are first asked for."""

    def __init__(self, store: ScannedStore) -> None:
        super().__init__((), store.vocabulary.questions)
        self._store = store
        self._kept = lru_cache(_KEPT)(self._read)

    def answers(self, question: str) -> list[Claim]:
        return self._kept(question)

    @cached_property
    def _places(self) -> Places:
        return Places(self._store.lines())

    @cached_property
    def _targets(self) -> dict[str, int]:
        """The places of the claims that others oppose."""
        opposing = self._places.opposing
        return {ident: place for place, line in self._store.lines() if (ident := ident_of(line)) in opposing}

    def _read(self, question: str) -> list[Claim]:
        claims = (self._store.at(place) for place in self._places.answering(question))
        return [claim for claim in claims if self.takes_part(claim)]

    def contradicting(self) -> Iterator[Claim]:
        places = sorted({place for saying in self._places.opposing.values() for place in saying})
        return filter(self.takes_part, map(self._store.at, places))

    def opposed(self, claim: Claim) -> list[Claim]:
        """In the order of the records that say so, as in memory."""
        opposing = self._places.opposing
        targets = contradicted(claim)
        if not self.takes_part(claim) or not (targets or claim.id in opposing):
            return []
        said = [(place, place) for place in opposing.get(claim.id, ())]
        own = next(
            (place for target in targets for place in opposing[target] if self._store.at(place).id == claim.id), 0
        )
        said = [pair for pair in said if pair[1] != own] + [
            (own, self._targets[t]) for t in targets if t in self._targets
        ]
        found = (self._store.at(place) for _, place in sorted(said, key=lambda pair: pair[0]))
        return list({other.id: other for other in found if self.takes_part(other)}.values())
