"""What a rule is: small, named, in a registry; and how it looks up the records that it names."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import Any, Literal, NamedTuple

from factcli.model import Actor, Claim, Question, Source

Severity = Literal["error", "warning"]
Location = tuple[str, str, str]
"""The table and id of a record at fault (empty for the whole store), and what is wrong with it."""

_REMEMBERED = 1 << 13
"""Records kept in memory that rules look up."""


class Rule(NamedTuple):
    """A demand on a store.

    A rule about single records names their `tables`, in the order of its findings, and the tables
    that it looks at besides. `find` takes a record and `Records`, and gives messages; that of a
    rule about a whole store takes a `factcli.checks.draft.Draft`, and gives locations.
    """

    code: str
    name: str
    severity: Severity
    about: str
    find: Callable[..., Iterator[Any]]
    tables: tuple[str, ...] = ()
    looks_at: tuple[str, ...] = ()


class Finding(NamedTuple):
    """What a rule found: the table and id of the record at fault, and what is wrong with it."""

    rule: Rule
    table: str
    ident: str
    message: str


RULES: dict[str, Rule] = {}
"""Every rule by its code, in the order in which they are run."""


class Records:
    """Looks up records by table and id, for rules; the last ones found are remembered.

    `commands` are names that no topic may take. `ends` holds, for each type of relation, claims
    from which no circle of such relations is reached.
    """

    def __init__(
        self, find: Callable[[str, str | None], Any], commands: frozenset[str] = frozenset()
    ) -> None:
        self.find = lru_cache(_REMEMBERED)(find)
        self.commands = commands
        self.ends: dict[str, set[str]] = defaultdict(set)

    def actor(self, ident: str | None) -> Actor | None:
        """An actor; None when there is none."""
        found: Actor | None = self.find("actors", ident)
        return found

    def source(self, ident: str) -> Source | None:
        """A source; None when there is none."""
        found: Source | None = self.find("sources", ident)
        return found

    def question(self, ident: str | None) -> Question | None:
        """A question; None when there is none."""
        found: Question | None = self.find("questions", ident)
        return found

    def claim(self, ident: str) -> Claim | None:
        """A claim; None when there is none."""
        found: Claim | None = self.find("claims", ident)
        return found


def record_rule(
    code: str,
    name: str,
    severity: Severity,
    about: str,
    *,
    tables: tuple[str, ...] = ("claims",),
    looks_at: tuple[str, ...] = (),
) -> Callable[[Callable[[Any, Records], Iterator[str]]], Callable[[Any, Records], Iterator[str]]]:
    """Register a rule about single records; `about` is what ``check --explain`` prints."""

    def register(
        find: Callable[[Any, Records], Iterator[str]],
    ) -> Callable[[Any, Records], Iterator[str]]:
        _add(Rule(code, name, severity, about, find, tables, looks_at))
        return find

    return register


def store_rule(
    code: str, name: str, severity: Severity, about: str
) -> Callable[[Callable[..., Iterator[Location]]], Callable[..., Iterator[Location]]]:
    """Register a rule about a whole store."""

    def register(find: Callable[..., Iterator[Location]]) -> Callable[..., Iterator[Location]]:
        _add(Rule(code, name, severity, about, find))
        return find

    return register


def _add(rule: Rule) -> None:
    assert rule.code not in RULES, f"two rules are called {rule.code}"
    RULES[rule.code] = rule
