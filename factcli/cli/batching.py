"""The command that answers many queries: a query per line, an answer per line, one open store."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from itertools import chain, islice
from typing import IO, Any

import typer

from factcli.cli.options import FILTERS
from factcli.cli.session import Session, session_of
from factcli.database.cache import delete_damaged
from factcli.encoding import encode
from factcli.errors import Damaged, FactcliError, UsageError
from factcli.importing import decode_json
from factcli.opening import Store
from factcli.output.options import Options
from factcli.output.report import Report
from factcli.output.sink import standard_output
from factcli.query import Query
from factcli.text import did_you_mean

_AT_ONCE = 500
"""Rows that are written together."""
_LONGEST = 1 << 20
"""Bytes that a query may have."""
_FILTERS = {option.names[0].lstrip("-"): field for field, option in FILTERS.items()}
_FILTERS |= {"search": "search"}
_OUTPUT = ("fields", "sort", "reverse", "limit", "count")


def batch_command(context: typer.Context) -> None:
    """Answer many queries: one JSON object a line in, one JSON object a line out.

    A query has the names of the options (`topic`, `said-by`, `strict`, `fields`, `limit`, …) with a
    text or a list of texts each, and `search` for words. An answer has `results`, or `count`, and
    `left_out`; or `error`, one sentence, and the other queries go on. The store is opened once.
    Exits 1 when a query was answered with an error.

    Example: echo '{"actor": "ruto", "since": "2025", "fields": "id,statement"}' | factcli batch
    """
    if sys.stdin is None:
        raise UsageError("standard input is closed: give a query a line there")
    session = session_of(context)
    _ = session.store  # one that cannot be opened ends the run, with or without a query
    failed = False
    with standard_output() as stream:
        for line in _lines(sys.stdin.buffer):
            try:
                pieces = _answer_undamaged(session, line)
            except FactcliError as error:
                failed = True
                pieces = [encode({"error": str(error)})]
            stream.writelines(pieces)
            stream.write("\n")
            stream.flush()  # a program may wait for the answer before it sends the next query
    if failed:
        raise typer.Exit(1)


def _lines(stream: IO[bytes]) -> Iterator[bytes]:
    """The lines that are not blank; of one that is too long only as much as shows that it is."""
    while line := stream.readline(_LONGEST + 1):
        rest = line
        while len(rest) > _LONGEST and not rest.endswith(b"\n"):
            rest = stream.readline(_LONGEST + 1)
        if line.strip():
            yield line


def _answer_undamaged(session: Session, line: bytes) -> Iterable[str]:
    """The answer to one query; from a new cache, when the cache is found damaged."""
    try:
        return answer(session.store, line)
    except Damaged as damage:
        delete_damaged(damage)
        del session.store
        return answer(session.store, line)


def answer(store: Store, line: bytes) -> Iterable[str]:
    """The answer to one query, as a line of JSON in pieces: a long one is not held in memory."""
    query, options = _read(line)
    found = store.find(query)
    left_out = f'"left_out":{encode(dict(sorted(found.left_out.items())))}'
    if options.count:
        return (f'{{"count":{len(found)},{left_out}}}',)
    rows = Report(found, "claims").json_rows(options)
    pieces = iter(lambda: ",".join(islice(rows, _AT_ONCE)), "")
    first = next(pieces, "")  # an error of a short answer shows before any of it is written
    rest = (f",{piece}" for piece in pieces)
    return chain(('{"results":[', first), rest, (f"],{left_out}}}",))


def _read(line: bytes) -> tuple[Query, Options]:
    """The query on a line, and how to answer it.

    Raises:
        UsageError: for what is no query, an unknown name, one given twice, or a wrong value.
    """
    if len(line) > _LONGEST and not line.endswith(b"\n"):
        raise UsageError(f"a query is a line of at most {_LONGEST:,} bytes: this one is longer")
    given = decode_json(line.strip(), "the query")
    if not isinstance(given, dict):
        raise UsageError("a query is a JSON object on one line")
    filters: dict[str, Any] = {}
    options: dict[str, Any] = {}
    for name, value in given.items():
        spelled = name.replace("_", "-")
        into, field = (filters, _FILTERS[spelled]) if spelled in _FILTERS else (options, name)
        if into is options and name not in _OUTPUT:
            known = [*_FILTERS, *_OUTPUT]
            hint = did_you_mean(name[:40], known) or f" Options: {', '.join(known)}."
            raise UsageError(f"no option {name[:40]!r} in a query.{hint}")
        if field in into:
            raise UsageError(f"a query gives {spelled} twice: give it once")
        if value is None or value == []:
            raise UsageError(f"{spelled} is empty: give a value, or leave it out")
        into[field] = value
    try:
        return Query(**filters), Options(**options)
    except UsageError as error:
        raise UsageError(f"a query is not well put: {error}") from None
