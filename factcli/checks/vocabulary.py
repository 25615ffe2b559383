"""Rules about what a store declares, and what refers to it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from factcli import dates
from factcli.checks.draft import Draft
from factcli.checks.registry import Location, Records, record_rule, store_rule
from factcli.database.names import NOUNS
from factcli.model import Actor, Claim, Part, Series, Source, Topic
from factcli.text import fold

_UNUSED = (
    ("topics", "no claim is on it", "SELECT topic FROM claim_topic"),
    ("actors", "no claim names it", "SELECT actor FROM claim_actor"),
    ("sources", "no claim comes from it", "SELECT source FROM claim"),
    ("questions", "no claim answers it", "SELECT question FROM claim"),
)


def references(record: Part) -> Iterator[tuple[str, str]]:
    """The table and id of each declared record that a record refers to."""
    fields: list[tuple[str, Iterable[str | None]]] = []
    if isinstance(record, Claim):
        fields = [
            ("topics", record.topics),
            ("questions", [record.question]),
            ("actors", [part.id for part in record.actors]),
            ("actors", [hop.actor for hop in record.attribution]),
            ("sources", [record.source]),
        ]
    elif isinstance(record, Actor):
        fields = [
            ("actors", [*record.affiliation, *record.same_as]),
            ("sources", [office.source for office in record.offices]),
        ]
    elif isinstance(record, Series):
        fields = [("questions", [*record.questions, record.target])]
    for table, used in fields:
        yield from ((table, ident) for ident in dict.fromkeys(used) if ident is not None)


@record_rule(
    "V201", "declared", "error",
    "Every topic, actor, source and question that a record refers to is declared in its table.",
    tables=("claims", "actors", "series"), looks_at=tuple(NOUNS),
)  # fmt: skip
def declared(record: Part, records: Records) -> Iterator[str]:
    for table, ident in references(record):
        if records.find(table, ident) is None:
            yield f"{NOUNS[table]} {ident!r} is not declared"


@record_rule(
    "V202", "topic-name", "error", "No topic is called like a command: it could not be called.",
    tables=("topics",),
)  # fmt: skip
def topic_name(topic: Topic, records: Records) -> Iterator[str]:
    if topic.id in records.commands:
        yield f"`factcli {topic.id}` is a command already"


@store_rule(
    "V203", "unused", "warning",
    "Every topic, actor, source and question is used by a claim, an affiliation or a series.",
)  # fmt: skip
def unused(draft: Draft) -> Iterator[Location]:
    for table, message, sql in _UNUSED:
        used: set[str | None] = {ident for (ident,) in draft.database.rows(f"{sql} GROUP BY 1")}
        if table == "questions":
            used |= {ident for s in draft.table("series") for ident in (*s.questions, s.target)}
        if table == "actors":
            sql = "SELECT member, organisation FROM affiliation"
            while (
                more := {group for member, group in draft.database.rows(sql) if member in used}
                - used
            ):
                used |= more
        yield from ((table, one.id, message) for one in draft.table(table) if one.id not in used)


@record_rule(
    "V204", "issued-basis", "warning",
    "A publication date that is unknown or an interval says how it is known (`issued_basis`).",
    tables=("sources",),
)  # fmt: skip
def issued_basis(source: Source, records: Records) -> Iterator[str]:
    if (source.issued is None or "/" in source.issued) and not source.issued_basis:
        yield f"issued is {source.issued or 'unknown'}, without a basis"


@record_rule(
    "V205", "office-dates", "error", "Nobody leaves an office before taking it.",
    tables=("actors",),
)  # fmt: skip
def office_dates(actor: Actor, records: Records) -> Iterator[str]:
    for office in actor.offices:
        if (
            office.from_
            and office.until
            and dates.parse(office.until).span[1] <= dates.parse(office.from_).span[0]
        ):
            yield f"office {office.title!r} ends {office.until}, before {office.from_}"


@store_rule(
    "V206", "ambiguous-name", "warning",
    "No two actors bear the same name or alias, once folded: looking it up would name both.",
)  # fmt: skip
def ambiguous_name(draft: Draft) -> Iterator[Location]:
    bearers: dict[str, str] = {}
    for actor in draft.table("actors"):
        for name in dict.fromkeys(map(fold, (actor.id, actor.name, *actor.aliases))):
            other = bearers.setdefault(name, actor.id)
            if other != actor.id and other not in actor.same_as:
                yield "actors", actor.id, f"{name!r} is a name of {other} too"
