"""Claims found by reading a store from end to end: their places are kept, and the claims read again when they are asked for."""

from __future__ import annotations

from array import array
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from factcli.index.answer import StoredAnswer
from factcli.index.ordering import order
from factcli.index.selection import days_of
from factcli.spans import Match
from factcli.store.answer import time_key

if TYPE_CHECKING:
    from factcli.scan.store import ScannedStore


class ScannedAnswer(StoredAnswer):
    """Claims found by reading the file."""

    store: ScannedStore

    def _find(self, scores: Mapping[str, int] | None) -> None:
        places, possible = array("q"), bytearray()

        def keys() -> Iterator[tuple[Any, ...]]:
            for place, claim in self.store.scan(self._conditions):
                match = self._held(claim)
                if match is not Match.NO:
                    places.append(place)
                    possible.append(match is Match.POSSIBLE)
                    yield (-scores[claim.id], 0) if scores is not None else days_of(*time_key(claim))

        found = order(keys(), 2)
        self._numbers = array("q", (places[at] for at in found)), bytearray(possible[at] for at in found)
