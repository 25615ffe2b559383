"""Rivals of claims by way of an index."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import TYPE_CHECKING

from factcli.agreement import Rivals, contradicted
from factcli.model import Claim, Question

if TYPE_CHECKING:
    from factcli.index.store import IndexedStore

_KEPT = 32
"""Questions whose answers are kept in memory."""


class IndexedRivals(Rivals):
    """Rivals that are looked up when they are asked for."""

    def __init__(self, store: IndexedStore, questions: Mapping[str, Question]) -> None:
        super().__init__((), questions)
        self._store = store
        self._kept = lru_cache(_KEPT)(self._looked_up)

    def answers(self, question: str) -> list[Claim]:
        return self._kept(question)

    def _looked_up(self, question: str) -> list[Claim]:
        return [claim for _, claim in self._store.looked_up("question", question) if self.takes_part(claim)]

    def contradicting(self) -> Iterator[Claim]:
        sql = (
            "SELECT c.record FROM (SELECT DISTINCT p.n FROM facets f CROSS JOIN postings p ON p.v = f.v"
            " WHERE f.facet = 'opposes') o CROSS JOIN claims c ON c.n = o.n ORDER BY o.n"
        )
        store = self._store
        found = store.listed(
            sql, (), store.claim_of, lambda: (claim for claim in store.whole.claims if contradicted(claim))
        )
        return filter(self.takes_part, found)

    def opposed(self, claim: Claim) -> list[Claim]:
        """In the order of the records that say so, as in memory."""
        if not self.takes_part(claim):
            return []
        said = self._store.looked_up("opposes", claim.id)
        targets = contradicted(claim)
        if targets and (own := self._store.by_id(claim.id)):
            found = (self._store.by_id(target) for target in targets)
            said = [pair for pair in said if pair[1].id != claim.id] + [(own[0], pair[1]) for pair in found if pair]
        unique = {c.id: c for _, c in sorted(said, key=lambda pair: pair[0]) if self.takes_part(c)}
        return list(unique.values())
