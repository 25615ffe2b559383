"""Rivals: the other answers to a claim's question, and the claims that curators set against it.

They are worked out when a store is loaded, and again for the claims that a change concerns.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cache
from typing import NamedTuple

import msgspec

from factcli.agreement import Label, Value, label, worst
from factcli.database import schema
from factcli.database.dialect import Database
from factcli.model import Question
from factcli.quantity import GREATEST_KEY, LEAST_KEY
from factcli.query import HIDDEN_STATUSES
from factcli.record.compose import checksum
from factcli.record.shape import Corroboration, RecordRival, Standing, encode_members

_COLUMNS = (
    "n, id, status, origin, source, question, first, last, approximate, low, high, about,"
    " measure, description, state, note"
)
_WITH_RIVALS = """
SELECT n FROM claim WHERE n IN (
  SELECT n FROM claim WHERE question IN (
    SELECT question FROM claim WHERE question IS NOT NULL GROUP BY question HAVING count(*) > 1)
  UNION SELECT n FROM contradiction
  UNION SELECT c.n FROM contradiction x JOIN claim c ON c.id = x.target)
ORDER BY question, n
"""


class _Claim(NamedTuple):
    """What rivals are worked out from."""

    n: int
    id: str
    status: str
    origin: str | None
    source: str
    question: str | None
    first: int
    last: int
    approximate: int
    low: str | None
    high: str | None
    about: int | None
    measure: str | None
    description: str
    state: str
    note: str

    @property
    def is_visible(self) -> bool:
        """Retracted and superseded claims are nobody's rivals."""
        return self.status not in HIDDEN_STATUSES

    def value(self, unit: str | None) -> Value | None:
        """The comparable part of an answer; None where only a reader can compare."""
        if unit == "date":
            if self.first == schema.UNDATED:
                return None
            bounded = self.first > -schema.OPEN and self.last < schema.OPEN
            return Value((self.first, self.last), bool(self.approximate), bounded, "date")
        if unit is None or self.low is None or self.measure is None:
            return None
        bounded = self.low != LEAST_KEY and self.high != GREATEST_KEY
        return Value((self.low, self.high), bool(self.about), bounded, self.measure)


def update_rivals(database: Database, numbers: Iterable[int] | None = None) -> None:
    """Work out the standing of claims anew: of those with these numbers, or of every one."""
    wanted = [n for (n,) in database.rows(_WITH_RIVALS)] if numbers is None else sorted(numbers)
    rivals = _Rivals(database)
    for claim in map(rivals.claim, wanted):
        found = rivals.of(claim)
        is_compared = claim.question is not None or found
        agreement = worst(label for _, label in found) if is_compared else None
        standing = encode_members(rivals.standing(claim, found))
        total = checksum((claim.description, standing, claim.state, agreement, claim.note))
        sql = "UPDATE claim SET standing = ?, agreement = ?, checksum = ? WHERE n = ?"
        database.change(sql, (standing, agreement, total, claim.n))


class _Rivals:
    """Finds the rivals of one claim after the other; the answers to a question are kept."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._same = cache(self._same_actors)
        self._question: str | None = None
        self._unit: str | None = None
        self._answers: list[tuple[_Claim, Value | None]] = []

    def claim(self, n: int) -> _Claim:
        """A claim by its record number."""
        return _Claim(*self._database.row(f"SELECT {_COLUMNS} FROM claim WHERE n = ?", (n,)))

    def of(self, claim: _Claim) -> list[tuple[_Claim, Label]]:
        """The rivals of a claim: first other answers in the order of the store, then the others.

        A curated contradiction counts as a conflict.
        """
        opposed = {other.id: other for other in self._opposed(claim)}
        found: list[tuple[_Claim, Label]] = []
        if claim.question is not None:
            self._read_question(claim.question)
            mine = claim.value(self._unit)
            for other, theirs in self._answers:
                if other.id == claim.id:
                    continue
                if opposed.pop(other.id, None):
                    found.append((other, "conflicts"))
                elif mine and theirs:
                    found.append((other, label(mine, theirs)))
        return found + [(other, "conflicts") for other in opposed.values()]

    def standing(self, claim: _Claim, rivals: list[tuple[_Claim, Label]]) -> Standing:
        """How a claim stands to its rivals.

        Origins are counted, not outlets: two articles that rest on one official are one origin.
        """
        agreeing = (other for other, found in rivals if found in ("agrees", "refines"))
        supporting = [claim, *agreeing]
        named = {self._same(one.origin) for one in supporting if one.origin}
        unnamed = {one.source for one in supporting if not one.origin}
        return Standing(
            rivals=tuple([RecordRival(id=other.id, agreement=found) for other, found in rivals]),
            corroboration=Corroboration(origins=len(named), unnamed=len(unnamed)),
        )

    def _opposed(self, claim: _Claim) -> Iterator[_Claim]:
        """The claims that a curator set against this one, in the order of their records."""
        if not claim.is_visible:
            return
        sql = (
            "SELECT x.n, x.position, c.n FROM contradiction x JOIN claim c ON c.id = x.target"
            " WHERE x.n = ? UNION SELECT x.n, x.position, x.n FROM contradiction x WHERE"
            " x.target = ?"
            " ORDER BY 1, 2"
        )
        for _, _, n in list(self._database.rows(sql, (claim.n, claim.id))):
            if (other := self.claim(n)).is_visible:
                yield other

    def _read_question(self, question: str) -> None:
        if question == self._question:
            return
        sql = "SELECT json FROM declared WHERE kind = 'questions' AND id = ?"
        asked = self._database.value(sql, (question,))
        unit = msgspec.json.decode(asked, type=Question).unit if asked else None
        sql = f"SELECT {_COLUMNS} FROM claim WHERE question = ? ORDER BY n"
        answers = [_Claim(*row) for row in self._database.rows(sql, (question,))]
        self._answers = [(one, one.value(unit)) for one in answers if one.is_visible]
        self._question, self._unit = question, unit

    def _same_actors(self, ident: str) -> frozenset[str]:
        sql = "SELECT other FROM same_actor WHERE id = ?"
        return frozenset({ident, *(other for (other,) in self._database.rows(sql, (ident,)))})
