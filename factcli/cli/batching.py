"""Many questions at once: one query a line in, one answer a line out, the store opened once."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from itertools import chain, islice
from typing import IO, Any

import msgspec
import typer

from factcli.cli.declared import FILTERS
from factcli.cli.session import Session, session
from factcli.disk import Encoded
from factcli.errors import FactcliError, StoreError, UsageError
from factcli.output import Options, Report
from factcli.output.layouts.claims import RECORDS
from factcli.query import Query
from factcli.store import Answer
from factcli.store.opening import is_large
from factcli.text import did_you_mean
from factcli.view import View
from factcli.view.encoding import encode

_MANY = 5_000_000
"""Bytes from which many queries are quicker by way of an index."""
_AT_ONCE = 500
"""Rows that are written together."""
_FILTERS = {option.names[0].lstrip("-"): field for field, option in FILTERS.items()} | {"search": "search"}
_OUTPUT = ("fields", "sort", "reverse", "limit", "count")


def batch(context: typer.Context) -> None:
    """Answer many queries: one JSON object a line in, one JSON object a line out.

    A query has the names of the options (`topic`, `said-by`, `strict`, `fields`, `limit`, …) with a text or a list of texts each, and
    `search` for words. An answer has `results`, or `count`, and `left_out`; or `error`, one sentence, and the other queries go on.
    The store is opened once. Exits 1 when a query was answered with an error.

    Example: echo '{"actor": "ruto", "since": "2025", "fields": "id,statement"}' | factcli batch
    """
    from factcli.output.sink import standard_output

    if sys.stdin is None:
        raise UsageError("standard input is closed: give a query a line there")
    answers = _Answers(session(context))
    with standard_output() as stream:
        for line in _lines(sys.stdin.buffer):
            stream.writelines(answers.answer(line))
            stream.write("\n")
            stream.flush()  # whoever asks may wait for the answer before asking on
    if answers.failed:
        raise typer.Exit(1)


def _lines(stream: IO[bytes]) -> Iterator[bytes]:
    yield from (line for line in stream if line.strip())


class _Answers:
    """Answers queries from a store that was prepared for many; a record is rendered once."""

    def __init__(self, run: Session) -> None:
        run.no_index = run.no_index or not is_large(run.path, _MANY)  # a smaller store is quicker in memory
        self._store = run.store
        self._store.prepare()
        self._view = View(self._store)
        self._rendered: dict[tuple[str, str], str] = {}
        self.failed = False

    def answer(self, line: bytes) -> Iterable[str]:
        """The answer to one query, as a line of JSON in pieces: a long one is not held in memory."""
        try:
            return self._answer(line)
        except StoreError:
            raise
        except FactcliError as error:
            self.failed = True
            return (encode({"error": str(error)}),)

    def _answer(self, line: bytes) -> Iterable[str]:
        try:
            given = msgspec.json.decode(line)
        except msgspec.DecodeError as error:
            raise UsageError(f"a query is a JSON object on one line: {error}") from None
        if not isinstance(given, dict):
            raise UsageError("a query is a JSON object on one line")
        filters, options = _split(given)
        found = self._store.find(Query(**filters))
        view = self._view if found.store is self._store else View(found.store)
        left_out = f'"left_out":{encode(dict(sorted(found.left_out.items())))}'
        if options.count:
            return (f'{{"count":{len(found)},{left_out}}}',)
        if options.sort or options.fields or options.reverse:
            rows: Iterator[str] = map(encode, Report(view.records(found), RECORDS).rows(options))
        else:
            rows = self._rows(view, found, options.limit)
        pieces = iter(lambda: ",".join(islice(rows, _AT_ONCE)), "")
        first = next(pieces, "")  # whatever is wrong with a short answer is told before any of it is written
        return chain(('{"results":[', first), (f",{piece}" for piece in pieces), (f"],{left_out}}}",))

    def _rows(self, view: View, found: Answer, limit: int | None) -> Iterator[str]:
        if isinstance(records := view.records(found)[:limit], Encoded):
            return map(bytes.decode, records.encoded())
        return (self._render(view, claim, found.match(claim)) for claim in found[:limit])

    def _render(self, view: View, claim: Any, match: Any) -> str:
        if view is not self._view:
            return encode(view.record(claim, match))
        key = (claim.id, match)
        if key not in self._rendered:
            self._rendered[key] = encode(view.record(claim, match))
        return self._rendered[key]


def _split(given: dict[str, Any]) -> tuple[dict[str, Any], Options]:
    """The filters, and how to answer.

    Raises:
        UsageError: for an unknown name or a value of the wrong type.
    """
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
            raise UsageError(
                f"no option {name!r} in a query.{did_you_mean(name, known) or ' Options: ' + ', '.join(known) + '.'}"
            )
    try:
        msgspec.convert(filters, Query)
        return filters, msgspec.convert(options, Options)
    except msgspec.ValidationError as error:
        raise UsageError(f"a query is not well put: {error}") from None
