"""Rules about what a store declares, and what refers to it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from factcli import dates
from factcli.checks.registry import Draft, Location, rule


@rule(
    "V201", "declared", "error",
    "Every topic, actor, source and question that a record refers to is declared in its table.",
)  # fmt: skip
def declared(draft: Draft) -> Iterator[Location]:
    topics = {topic.id for topic in draft.topics}
    for claim in draft.claims:
        yield from _undeclared("claims", claim.id, "topic", claim.topics, topics)
        yield from _undeclared("claims", claim.id, "question", [claim.question], draft.questions)
        yield from _undeclared("claims", claim.id, "actor", [part.id for part in claim.actors], draft.actors)
        yield from _undeclared("claims", claim.id, "actor", [hop.actor for hop in claim.attribution], draft.actors)
        yield from _undeclared("claims", claim.id, "source", [claim.source], draft.sources)
    for actor in draft.actors.values():
        yield from _undeclared("actors", actor.id, "actor", [*actor.affiliation, *actor.same_as], draft.actors)
        yield from _undeclared("actors", actor.id, "source", [office.source for office in actor.offices], draft.sources)
    for series in draft.series:
        yield from _undeclared("series", series.id, "question", [*series.questions, series.target], draft.questions)


@rule("V202", "topic-name", "error", "No topic is called like a command: it could not be called.")
def topic_name(draft: Draft) -> Iterator[Location]:
    for topic in draft.topics:
        if topic.id in draft.commands:
            yield "topics", topic.id, f"`factcli {topic.id}` is a command already"


@rule(
    "V203",
    "unused",
    "warning",
    "Every topic, actor, source and question is used by a claim, an affiliation or a series.",
)
def unused(draft: Draft) -> Iterator[Location]:
    claims = draft.claims
    topics = {topic for claim in claims for topic in claim.topics}
    actors = {part.id for claim in claims for part in claim.actors} | {
        hop.actor for claim in claims for hop in claim.attribution
    }
    while more := {i for a in draft.actors.values() if a.id in actors for i in a.affiliation} - actors:
        actors |= more
    sources = {claim.source for claim in claims}
    questions = {claim.question for claim in claims} | {
        ident for s in draft.series for ident in (*s.questions, s.target)
    }
    yield from (("topics", topic.id, "no claim is on it") for topic in draft.topics if topic.id not in topics)
    yield from (("actors", ident, "no claim names it") for ident in draft.actors if ident not in actors)
    yield from (("sources", ident, "no claim comes from it") for ident in draft.sources if ident not in sources)
    yield from (("questions", ident, "no claim answers it") for ident in draft.questions if ident not in questions)


@rule(
    "V204", "issued-basis", "warning",
    "A publication date that is unknown or an interval says how it is known (`issued_basis`).",
)  # fmt: skip
def issued_basis(draft: Draft) -> Iterator[Location]:
    for source in draft.sources.values():
        if (source.issued is None or "/" in source.issued) and not source.issued_basis:
            yield "sources", source.id, f"issued is {source.issued or 'unknown'}, without a basis"


@rule("V205", "office-dates", "error", "Nobody leaves an office before taking it.")
def office_dates(draft: Draft) -> Iterator[Location]:
    for actor in draft.actors.values():
        for office in actor.offices:
            if office.from_ and office.until and dates.parse(office.until).span[1] <= dates.parse(office.from_).span[0]:
                yield "actors", actor.id, f"office {office.title!r} ends {office.until}, before {office.from_}"


@rule(
    "V206",
    "ambiguous-name",
    "warning",
    "No two actors bear the same name or alias, once folded: looking it up would name both.",
)
def ambiguous_name(draft: Draft) -> Iterator[Location]:
    from factcli.text import fold

    bearers: dict[str, str] = {}
    for actor in draft.actors.values():
        for name in {fold(name) for name in (actor.id, actor.name, *actor.aliases)}:
            other = bearers.setdefault(name, actor.id)
            if other != actor.id and other not in actor.same_as:
                yield "actors", actor.id, f"{name!r} is a name of {other} too"


def _undeclared(
    table: str, ident: str, what: str, used: Iterable[str | None], known: Iterable[str]
) -> Iterator[Location]:
    for name in dict.fromkeys(used):
        if name is not None and name not in known:
            yield table, ident, f"{what} {name!r} is not declared"
