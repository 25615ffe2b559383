"""The claims that meet a query, and what is to be said about them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from math import inf
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Literal, NamedTuple, overload

from factcli import dates
from factcli.model import Claim
from factcli.query import Condition
from factcli.spans import Match

if TYPE_CHECKING:
    from factcli.store.store import Store
    from factcli.view import Record, View


class Extent(NamedTuple):
    """How many claims there are, and the first and last day (ISO) that they are dated to."""

    number: int
    first: str | None
    last: str | None


class Answer(Sequence[Claim]):
    """The claims that meet a query, and what is to be said about them.

    `store` is what was asked, in its former state where the query said so; `left_out` counts claims that could not be held against a filter, by
    the reason ("undated"); `corrections` are words of a search that no claim holds, with those looked for instead.
    """

    def __init__(
        self,
        store: Store,
        conditions: list[Condition],
        *,
        strict: bool,
        scores: Mapping[str, int] | None = None,
        corrections: Mapping[str, tuple[str, ...]] = MappingProxyType({}),
    ) -> None:
        self.store = store
        self._conditions = conditions
        self._strict = strict
        self._found: list[Claim] = []
        self._possible: set[str] = set()
        self.left_out: dict[str, int] = {}
        self.corrections = corrections
        self._find(scores)

    def _find(self, scores: Mapping[str, int] | None) -> None:
        for claim in self.store.candidates(self._conditions):
            match = self._held(claim)
            if match is not Match.NO:
                self._found.append(claim)
            if match is Match.POSSIBLE:
                self._possible.add(claim.id)
        self._found.sort(key=(lambda c: -scores[c.id]) if scores is not None else time_key)

    def _held(self, claim: Claim) -> Match:
        """How a claim meets the conditions; one that cannot be held against them is counted."""
        results = [(condition, condition.test(claim)) for condition in self._conditions]
        least = min((match for _, match in results), default=Match.CERTAIN)
        if least is Match.NO:
            lacks = [condition.aside(claim) for condition, match in results if match is Match.NO]
            if lacks and all(lacks):
                reason = " and ".join(filter(None, lacks))
                self.left_out[reason] = self.left_out.get(reason, 0) + 1
        return Match.NO if least is Match.POSSIBLE and self._strict else least

    @property
    def possible(self) -> set[str]:
        """The ids of the claims that match only possibly."""
        return self._possible

    def records(self, view: View) -> Sequence[Record]:
        """The claims as they are shown, each made when it is asked for."""
        return _Records(view, self)

    def match(self, claim: Claim) -> Literal["certain", "possible"]:
        """``certain`` or ``possible``."""
        return "possible" if claim.id in self.possible else "certain"

    def why_empty(self) -> str:
        """Which filter left nothing, and what there was before it."""
        hidden = [condition for condition in self._conditions if condition.name == "status"]
        asked = [condition for condition in self._conditions if condition.name != "status"]
        before = self.store.extent() if hidden else extent(self.store.candidates([]))
        if not before.number:
            return "the store holds no claims that are not hidden" if hidden else "the store holds no claims"
        passed: list[str] = []
        for number, condition in enumerate(asked, 1):
            held = [*hidden, *asked[:number]]
            after = extent(c for c in self.store.candidates(held) if all(one.test(c) is not Match.NO for one in held))
            if not after.number:
                return f"{condition.name} leaves none of the {_the(passed, before)}"
            if after.number < before.number:
                passed.append(condition.name)
            before = after
        return f"--strict leaves none of the {_the(passed, before)}, which match only possibly"

    @overload
    def __getitem__(self, index: int) -> Claim: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[Claim]: ...
    def __getitem__(self, index: int | slice) -> Claim | Sequence[Claim]:
        return self._found[index]

    def __len__(self) -> int:
        return len(self._found)

    def __iter__(self) -> Iterator[Claim]:
        return iter(self._found)


def time_key(claim: Claim) -> tuple[bool, Any, Any]:
    """Earliest day, then latest; undated claims come last."""
    span = dates.parse(claim.date).span if claim.date else (0, 0)
    return claim.date is None, *span


def extent(claims: Iterable[Claim]) -> Extent:
    """How many claims there are, and from when to when they are dated (ISO days)."""
    number, first, last = 0, inf, -inf
    for claim in claims:
        number += 1
        if claim.date is not None:
            start, end = dates.parse(claim.date).span
            days = [day for day in (start, end - 1) if abs(day) != inf]
            first, last = min(first, *days), max(last, *days)
    return Extent(number, *(None if abs(day) == inf else dates.day_text(int(day)) for day in (first, last)))


def _the(passed: list[str], found: Extent) -> str:
    """``12 claims that match --actor ruto (dated 2024-02 to 2025-01-26)``."""
    number = f"{found.number} claim{'s' if found.number != 1 else ''}"
    dated = f" (dated {found.first} to {found.last})" if found.first else ""
    return f"{number} that match {' '.join(passed)}{dated}" if passed else number + dated


class _Records(Sequence["Record"]):
    def __init__(self, view: View, answer: Answer) -> None:
        self._view, self._answer = view, answer

    @overload
    def __getitem__(self, index: int) -> Record: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[Record]: ...
    def __getitem__(self, index: int | slice) -> Record | Sequence[Record]:
        found = self._answer[index]
        if isinstance(found, Claim):
            return self._view.record(found, self._answer.match(found))
        return [self._view.record(claim, self._answer.match(claim)) for claim in found]

    def __len__(self) -> int:
        return len(self._answer)
