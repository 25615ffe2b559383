"""The commands that show what a store holds: its declared records, its cache, and an overview."""

from __future__ import annotations

import os
from typing import Annotated

from factcli.cli.messages import say
from factcli.cli.progress import Loading
from factcli.cli.session import Session
from factcli.cli.typer_options import answers, argument, option
from factcli.errors import UsageError
from factcli.output.report import Report
from factcli.output.schema import KINDS, schema_of
from factcli.rows import vocabulary

_KINDS = f"{', '.join(KINDS[:-1])} or {KINDS[-1]}."


@answers
def topics_command(session: Session) -> None:
    """The topics, each a command of its own.

    Example: factcli topics --sort claims --reverse
    """
    session.answer(Report(vocabulary.topic_rows(session.store), "topics"))


@answers
def actors_command(session: Session) -> None:
    """Everyone the claims name, with their spellings.

    Example: factcli actors --sort claims --reverse --limit 10
    """
    session.answer(Report(vocabulary.actor_rows(session.store), "actors"))


@answers
def sources_command(session: Session) -> None:
    """The published texts, when and where they appeared.

    Example: factcli sources --fields id,issued,issued_basis
    """
    session.answer(Report(vocabulary.source_rows(session.store), "sources"))


@answers
def questions_command(session: Session) -> None:
    """What rival claims answer, and whether they agree.

    Example: factcli questions --sort agreement
    """
    session.answer(Report(vocabulary.question_rows(session.store), "questions"))


def schema_command(of: Annotated[str, argument("OF", _KINDS)] = "claims") -> None:
    """The JSON Schema of what the commands print.

    JSON Schema 2020-12, for the array that --json prints. Its $id holds the version of the
    contract: an added key raises the minor number, a removed or changed one the major.

    Example: factcli schema actors
    """
    from factcli.output.sink import standard_output

    text = schema_of(of)
    with standard_output() as stream:
        stream.write(text)


@answers
def index_command(
    session: Session,
    rebuild: Annotated[bool, option("--rebuild", None, "Build it anew.")] = False,
    clear: Annotated[bool, option("--clear", None, "Delete it.")] = False,
) -> None:
    """The cache that makes a large store fast: where it is, how large, and whether it is fresh.

    It is kept in the user's cache directory for stores of more than about a hundred claims, built
    and renewed when they are looked up, and never changes an answer.

    Example: factcli index
    """
    from factcli.database import cache
    from factcli.rows.proofs import index_row

    path = str(session.path)
    if rebuild and clear:
        raise UsageError("--rebuild and --clear are two things: give one")
    if clear:
        cache.clear(path)
    if rebuild:
        with Loading(path) as progress:
            database = cache.open_or_build(path, say, progress, rebuild=True)
        if database is not None:
            database.close()
    session.answer(Report([index_row(session.path)], "index"))


def overview(session: Session) -> None:
    """The store's title, counts, topics and three examples: JSON in a pipe, prose on a terminal."""
    from factcli.encoding import encode
    from factcli.output.sink import output_encoding, standard_output

    store = session.store
    meta, topics = store.meta, list(vocabulary.topic_rows(store))
    counts = {
        "claims": store.size,
        "sources": len(store.sources),
        "actors": len(store.actors),
        "questions": len(store.questions),
    }
    if os.isatty(1):
        from factcli.output.page import draw_overview

        examples = [f"factcli {topic.id}" for topic in topics[:1]]
        examples += ["factcli search WORDS", "factcli show ID"]
        color = not session.options.no_color
        with standard_output(output_encoding()) as stream:
            draw_overview(meta, counts, topics, examples, stream, color=color)
        return
    shown = {"title": meta.title, "about": meta.about, "store": str(store.path)}
    with standard_output() as stream:
        stream.write(f"{encode(shown | {'counts': counts, 'topics': topics})}\n")
