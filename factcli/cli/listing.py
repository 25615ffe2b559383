"""The commands that list claims: the same filters on each, one of them put first."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any

import typer

from factcli.cli import completion
from factcli.cli.session import session
from factcli.cli.typer_options import lists_claims
from factcli.output.options import Options


@lists_claims
def list_claims(context: typer.Context, filters: dict[str, Any], options: Options) -> None:
    """Every claim that meets all filters given.

    In time order. A claim whose date or figure is uncertain meets a filter *possibly*, and is
    marked so.

    Example: factcli list --said-by singoei --kind forecast
    """
    _answer(context, filters, options)


@lists_claims
def topic(
    context: typer.Context,
    subject: Annotated[
        str,
        typer.Argument(
            metavar="TOPIC", help="A topic's id or title.", autocompletion=completion.topics
        ),
    ],
    filters: dict[str, Any],
    options: Options,
) -> None:
    """The claims on a topic.

    Example: factcli topic funding --value '>0'
    """
    _answer(context, filters, options, topic=subject)


@lists_claims
def actor(
    context: typer.Context,
    who: Annotated[
        str,
        typer.Argument(
            metavar="WHO", help="A name, an alias or an id.", autocompletion=completion.actors
        ),
    ],
    filters: dict[str, Any],
    options: Options,
) -> None:
    """The claims that name somebody, in any role.

    Names are compared without case, accents and apostrophes, and part of a name is enough where it
    is the only one.

    Example: factcli actor ruto --since 2025
    """
    _answer(context, filters, options, actor=who)


@lists_claims
def date(
    context: typer.Context,
    when: Annotated[
        str,
        typer.Argument(metavar="WHEN", help="2024, 2024-06, 2024-06-24, A..B, ..B, A.., or EDTF."),
    ],
    filters: dict[str, Any],
    options: Options,
) -> None:
    """What happened on a day, in a month, a year or a range.

    A claim that is dated only roughly matches *possibly* where its span reaches beyond WHEN;
    --strict leaves it out.

    Example: factcli date 2024-06..2024-07
    """
    _answer(context, filters, options, date=when)


@lists_claims
def search(
    context: typer.Context,
    words: Annotated[
        list[str],
        typer.Argument(
            metavar="WORDS…", help='Words, or one quoted text: bridge "first section" -crane.'
        ),
    ],
    filters: dict[str, Any],
    options: Options,
) -> None:
    """Free text over statements, names and notes, best first.

    Every word must be found, as the beginning of a word. Quote the whole where it holds a phrase or
    an excluded word.

    Example: factcli search 'funding -trust'
    """
    _answer(context, filters, options, search=" ".join(words))


def of_topic(ident: str) -> Callable[..., None]:
    """The command that a declared topic is."""

    def run(context: typer.Context, filters: dict[str, Any], options: Options) -> None:
        _answer(context, filters, options, topic=ident)

    return lists_claims(run)


def _answer(
    context: typer.Context, filters: dict[str, Any], options: Options, **first: Any
) -> None:
    from factcli.cli.lookups import (  # here: completion builds the command and does not run it
        claims,
        query,
    )

    claims(session(context), query(filters, **first), options)
