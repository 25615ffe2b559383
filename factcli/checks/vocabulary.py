"""Rules about what a store declares, and what refers to it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from factcli import dates
from factcli.checks.findings import Draft
from factcli.checks.registry import Location, Records, rule
from factcli.database.names import NOUNS
from factcli.model import Actor, Claim, Part, Series, Source, Topic
from factcli.text import fold

_UNUSED = {
    "topics": ("no claim is on it", "SELECT DISTINCT topic FROM claim_topic"),
    "actors": (
        "no claim names it",
        "WITH RECURSIVE used(id) AS (SELECT DISTINCT actor FROM claim_actor"
        " UNION SELECT organisation FROM affiliation JOIN used ON member = used.id)"
        " SELECT id FROM used",
    ),
    "sources": ("no claim comes from it", "SELECT DISTINCT source FROM claim"),
    "questions": ("no claim answers it", "SELECT DISTINCT question FROM claim"),
}
"""What is wrong with an unused record of a table, and which ids of the table are used."""
RESERVED = frozenset(
    ["help", "read", "capture", "propose", "review", "merge", "watch", "upgrade", "purge", "cite",
     "export", "replay", "mcp", "site"]
)  # fmt: skip
"""Names that topics had better not take: later versions may have commands of these names."""


def references(record: Part) -> Iterator[tuple[str, str]]:
    """The table and id of each declared record that a record refers to."""
    fields: list[tuple[str, Iterable[str | None]]] = []
    match record:
        case Claim():
            fields = [
                ("topics", record.topics),
                ("questions", [record.question]),
                ("actors", [part.id for part in record.actors]),
                ("actors", [hop.actor for hop in record.attribution]),
                ("sources", [record.source]),
            ]
        case Actor():
            offices = [office.source for office in record.offices]
            fields = [("actors", [*record.affiliation, *record.same_as]), ("sources", offices)]
        case Series():
            fields = [("questions", [*record.questions, record.target])]
    for table, used in fields:
        yield from ((table, ident) for ident in dict.fromkeys(used) if ident is not None)


@rule("V201", "error", "claims", "actors", "series")
def declared(record: Part, records: Records) -> Iterator[str]:
    """Every topic, actor, source and question that a record refers to is declared in its table."""
    for table, ident in references(record):
        if records.find(table, ident) is None:
            yield f"{NOUNS[table]} {ident!r} is not declared"


@rule("V202", "error", "topics")
def topic_name(topic: Topic, records: Records) -> Iterator[str]:
    """No topic is called like a command: it could not be called."""
    if topic.id in records.commands:
        yield f"`factcli {topic.id}` is a command already"


@rule("V203", "warning")
def unused(draft: Draft) -> Iterator[Location]:
    """Every topic, actor, source and question is used by a claim, an affiliation or a series."""
    for table, (message, sql) in _UNUSED.items():
        used = {ident for (ident,) in draft.database.rows(sql)}
        if table == "questions":
            used |= {ident for s in draft.table("series") for ident in (*s.questions, s.target)}
        yield from ((table, one.id, message) for one in draft.table(table) if one.id not in used)


@rule("V204", "warning", "sources")
def issued_basis(source: Source, records: Records) -> Iterator[str]:
    """A publication date that is unknown or an interval says how it is known (`issued_basis`)."""
    if (source.issued is None or "/" in source.issued) and not source.issued_basis:
        yield f"issued is {source.issued or 'unknown'}, without a basis"


@rule("V205", "error", "actors")
def office_dates(actor: Actor, records: Records) -> Iterator[str]:
    """Nobody leaves an office before taking it."""
    for office in actor.offices:
        start, end = office.from_, office.until
        if start and end and dates.parse(end).span[1] <= dates.parse(start).span[0]:
            yield f"office {office.title!r} ends {end}, before {start}"


@rule("V206", "warning")
def ambiguous_name(draft: Draft) -> Iterator[Location]:
    """No two actors bear the same name or alias, once folded: looking it up would name both."""
    bearers: dict[str, str] = {}
    for actor in draft.table("actors"):
        for name in dict.fromkeys(map(fold, (actor.id, actor.name, *actor.aliases))):
            other = bearers.setdefault(name, actor.id)
            if other != actor.id and other not in actor.same_as:
                yield "actors", actor.id, f"{name!r} is a name of {other} too"


@rule("V207", "warning", "topics")
def reserved_name(topic: Topic, records: Records) -> Iterator[str]:
    """No topic has a name that a later version may give to a command; `factcli topic` finds it."""
    if topic.id in RESERVED:
        yield f"{topic.id!r} is kept for a command to come: see `factcli topic {topic.id}`"
