"""The command that answers many queries: a query per line, an answer per line, one open store."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from itertools import chain, islice
from typing import Any

import msgspec
import typer

from factcli.cli.options import FILTERS
from factcli.cli.session import session_of
from factcli.encoding import encode
from factcli.errors import FactcliError, StoreError, UsageError
from factcli.opening import Store
from factcli.output.options import Options
from factcli.output.report import Report
from factcli.output.sink import standard_output
from factcli.query import Query
from factcli.text import did_you_mean

_AT_ONCE = 500
"""Rows that are written together."""
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
    store = session_of(context).store
    failed = False
    with standard_output() as stream:
        for line in filter(bytes.strip, sys.stdin.buffer):
            try:
                stream.writelines(answer(store, line))
            except StoreError:
                raise
            except FactcliError as error:
                failed = True
                stream.write(encode({"error": str(error)}))
            stream.write("\n")
            stream.flush()  # a program may wait for the answer before it sends the next query
    if failed:
        raise typer.Exit(1)


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
        UsageError: for what is no query, an unknown name or a value of the wrong type.
    """
    try:
        given = msgspec.json.decode(line)
    except msgspec.DecodeError as error:
        raise UsageError(f"a query is a JSON object on one line: {error}") from None
    if not isinstance(given, dict):
        raise UsageError("a query is a JSON object on one line")
    filters: dict[str, Any] = {}
    options: dict[str, Any] = {}
    for name, value in given.items():
        spelled = name.replace("_", "-")
        if spelled in _FILTERS:
            filters[_FILTERS[spelled]] = value
        elif name in _OUTPUT:
            options[name] = value
        else:
            known = [*_FILTERS, *_OUTPUT]
            hint = did_you_mean(name, known) or f" Options: {', '.join(known)}."
            raise UsageError(f"no option {name!r} in a query.{hint}")
    try:
        return Query(**filters), Options(**options)
    except UsageError as error:
        raise UsageError(f"a query is not well put: {error}") from None
