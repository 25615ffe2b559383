"""The claims that meet a query, and what is to be said about them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, Literal, NamedTuple, overload

from factcli import dates
from factcli.model import Claim
from factcli.query import Condition
from factcli.spans import Match

if TYPE_CHECKING:
    from factcli.search import Ranking
    from factcli.store.store import Store


class Extent(NamedTuple):
    """How many claims there are, and the first and last day (ISO) that they are dated to."""

    number: int
    first: str | None
    last: str | None


class Answer(Sequence[Claim]):
    """The claims that meet a query, and what is to be said about them.

    `store` is what was asked, in its former state where the query said so; `possible` holds the ids that match only possibly; `left_out` counts claims that could not be held against a filter, by
    the reason ("undated"); `corrections` are words of a search that no claim holds, with those looked for instead.
    """

    def __init__(
        self,
        store: Store,
        conditions: list[Condition],
        *,
        strict: bool,
        ranking: Ranking | None = None,
    ) -> None:
        self.store = store
        self._conditions = conditions
        self._found: list[Claim] = []
        self.possible: set[str] = set()
        self.left_out: Counter[str] = Counter()
        self.corrections = ranking.corrections if ranking else {}
        for claim in store.candidates(conditions):
            self._hold(claim, strict)
        self._found.sort(key=(lambda c: -ranking.scores[c.id]) if ranking else _time)

    def _hold(self, claim: Claim, strict: bool) -> None:
        results = [(condition, condition.test(claim)) for condition in self._conditions]
        least = min((match for _, match in results), default=Match.CERTAIN)
        if least is Match.NO:
            lacks = [condition.aside(claim) for condition, match in results if match is Match.NO]
            if lacks and all(lacks):
                self.left_out[" and ".join(filter(None, lacks))] += 1
        elif least is Match.CERTAIN or not strict:
            self._found.append(claim)
            if least is Match.POSSIBLE:
                self.possible.add(claim.id)

    def match(self, claim: Claim) -> Literal["certain", "possible"]:
        """``certain`` or ``possible``."""
        return "possible" if claim.id in self.possible else "certain"

    def why_empty(self) -> str:
        """Which filter left nothing, and what there was before it."""
        hidden = [condition for condition in self._conditions if condition.name == "status"]
        asked = [condition for condition in self._conditions if condition.name != "status"]
        before = self.store.extent() if hidden else extent(self.store.claims)
        if not before.number:
            return "the store holds no claims that are not hidden" if hidden else "the store holds no claims"
        passed: list[str] = []
        for number, condition in enumerate(asked, 1):
            held = [*hidden, *asked[:number]]
            after = extent([c for c in self.store.candidates(held) if all(one.test(c) is not Match.NO for one in held)])
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


def _time(claim: Claim) -> tuple[bool, Any, Any]:
    """Earliest day, then latest; undated claims come last."""
    span = dates.parse(claim.date).span if claim.date else (0, 0)
    return claim.date is None, *span


def extent(claims: Sequence[Claim]) -> Extent:
    """How many claims there are, and from when to when they are dated (ISO days)."""
    days = [day for claim in claims for day in dates.bounds(claim.date) if day]
    return Extent(len(claims), min(days, default=None), max(days, default=None))


def _the(passed: list[str], found: Extent) -> str:
    """``12 claims that match --actor ruto (dated 2024-02 to 2025-01-26)``."""
    number = f"{found.number} claim{'s' if found.number != 1 else ''}"
    dated = f" (dated {found.first} to {found.last})" if found.first else ""
    return f"{number} that match {' '.join(passed)}{dated}" if passed else number + dated
