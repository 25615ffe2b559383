"""The commands that look claims up: most take the same filters, and put one of them first."""

from __future__ import annotations

from typing import IO, Annotated, Any

from factcli.cli.session import Session
from factcli.cli.typer_options import Command, answers, argument, lists_claims
from factcli.model import Topic


@lists_claims
def list_command(session: Session, filters: dict[str, Any]) -> None:
    """Every claim that meets all filters given.

    In time order. A claim whose date or figure is uncertain meets a filter *possibly*, and is
    marked so.

    Example: factcli list --said-by singoei --kind forecast
    """
    _answer(session, filters)


@lists_claims
def topic_command(
    session: Session,
    subject: Annotated[str, argument("TOPIC", "A topic's id or title.", "topics")],
    filters: dict[str, Any],
) -> None:
    """The claims on a topic.

    Example: factcli topic funding --value '>0'
    """
    _answer(session, filters, topic=subject)


@lists_claims
def actor_command(
    session: Session,
    who: Annotated[str, argument("WHO", "A name, an alias or an id.", "actors")],
    filters: dict[str, Any],
) -> None:
    """The claims that name somebody, in any role.

    Names are compared without case, accents and apostrophes, and part of a name is enough where it
    is the only one.

    Example: factcli actor ruto --since 2025
    """
    _answer(session, filters, actor=who)


@lists_claims
def date_command(
    session: Session,
    when: Annotated[str, argument("WHEN", "2024, 2024-06, 2024-06-24, A..B, ..B, A.., or EDTF.")],
    filters: dict[str, Any],
) -> None:
    """What happened on a day, in a month, a year or a range.

    A claim that is dated only roughly matches *possibly* where its span reaches beyond WHEN;
    --strict leaves it out.

    Example: factcli date 2024-06..2024-07
    """
    _answer(session, filters, date=when)


@lists_claims
def search_command(
    session: Session,
    words: Annotated[
        list[str], argument("WORDS…", 'Words, or one quoted text: bridge "first section" -crane.')
    ],
    filters: dict[str, Any],
) -> None:
    """Free text over statements, names and notes, best first.

    Every word must be found, as the beginning of a word. Quote the whole where it holds a phrase or
    an excluded word.

    Example: factcli search 'funding -trust'
    """
    _answer(session, filters, search=" ".join(words))


@lists_claims
def timeline_command(session: Session, filters: dict[str, Any]) -> None:
    """Claims in time order, drawn along an axis.

    Grouped by the month in which they begin. A day is a dot, a span a block or a bar, an open end
    an arrow; what is only approximate is drawn with tildes. In a pipe it is JSON, as `factcli list`
    gives it.

    Example: factcli timeline --topic deployments
    """

    def page(records: Any, stream: IO[str], color: bool) -> None:
        from factcli.output.timeline import draw

        draw(records, stream, color=color)

    _answer(session, filters, page)


@answers
def show_command(
    session: Session,
    ids: Annotated[list[str], argument("ID…", "Ids, or as much of them as is unique.", "claims")],
) -> None:
    """Whole records: the chain, the source, the rivals, the note.

    Example: factcli show $(factcli deployments --fields id --format tsv --limit 1 | tail -1)
    """
    from factcli.cli.lookups import records

    records(session, ids)


def topic_command_of(topic: Topic) -> Command:
    """The command of a declared topic."""

    def run(session: Session, filters: dict[str, Any]) -> None:
        _answer(session, filters, topic=topic.id)

    run.__doc__ = f"""{topic.title}.

    {topic.about}

    The same as `factcli list --topic {topic.id}`.

    Example: factcli {topic.id} --limit 5
    """
    return lists_claims(run)


def _answer(session: Session, filters: dict[str, Any], page: Any = None, **first: Any) -> None:
    from factcli.cli.lookups import claims  # here: completion builds a command and runs none

    claims(session, filters, page, **first)
