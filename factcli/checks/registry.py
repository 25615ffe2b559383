"""The registry of rules: what a rule is, and how it looks up other records."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import Any, Literal, NamedTuple, TypeVar

Severity = Literal["error", "warning"]
Location = tuple[str, str, str]
"""The table and id of a record at fault (empty for the whole store), and what is wrong with it."""
Lookup = Callable[[str, str | None], Any]
"""Finds a record by its table and id; None when there is none."""
Find = TypeVar("Find", bound=Callable[..., Iterator[Any]])

_REMEMBERED = 1 << 13
"""How many records found by rules are kept in memory."""


class Rule(NamedTuple):
    """A demand on a store; `about` is what ``check --explain`` prints.

    A rule about single records names their `tables`, in the order of its findings: `find` takes a
    record and `Records`, and gives messages. A rule about the whole store has no tables: `find`
    takes a `factcli.checks.findings.Draft`, and gives locations.
    """

    code: str
    name: str
    severity: Severity
    about: str
    find: Callable[..., Iterator[Any]]
    tables: tuple[str, ...]


class Finding(NamedTuple):
    """What a rule found: the table and id of the record at fault, and what is wrong with it."""

    rule: Rule
    table: str
    ident: str
    message: str

    def __str__(self) -> str:
        return f"{self.table} {self.ident}: {self.message} ({self.rule.code} {self.rule.name})"


RULES: dict[str, Rule] = {}
"""Every rule by its code, in the order in which they are run."""


def rule(code: str, severity: Severity, *tables: str) -> Callable[[Find], Find]:
    """Register a function as a rule, which gets its name and its docstring.

    A rule without tables is about the whole store.
    """

    def register(find: Find) -> Find:
        assert code not in RULES, f"two rules are called {code}"
        name, about = find.__name__.replace("_", "-"), " ".join((find.__doc__ or "").split())
        RULES[code] = Rule(code, name, severity, about, find, tables)
        return find

    return register


class Records:
    """What rules about single records look up; `find` takes a table and an id, and caches.

    `commands` are names that no topic may take. `ends` holds, for each type of relation, claims
    from which no circle of such relations is reached.
    """

    def __init__(self, find: Lookup, commands: frozenset[str]) -> None:
        self.find = lru_cache(_REMEMBERED)(find)
        self.commands = commands
        self.ends: dict[str, set[str]] = defaultdict(set)
