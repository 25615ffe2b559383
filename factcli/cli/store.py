"""The commands on a store as a whole: make it, fill it from a file, and follow its changes."""

from __future__ import annotations

import os
import shlex
from collections import Counter
from pathlib import Path
from typing import Annotated

from factcli.cli.messages import counted, say
from factcli.cli.session import Session
from factcli.cli.typer_options import answers, argument, option
from factcli.cli.writing import Intent, add_record, standard_input, write, writes
from factcli.drafting import record
from factcli.errors import FactcliError, UsageError
from factcli.importing import FORMATS, IMPORTED, Imported, parse
from factcli.opening import open_store
from factcli.output.report import Report
from factcli.rows.changes import difference_rows, log_row
from factcli.store.files import read_bytes
from factcli.text import did_you_mean
from factcli.transaction import Transaction, create

_MANY = 500
"""An import of more records reports its progress on a terminal, each time after so many."""
_FILE = "JSON, JSON Lines or CSV; - for standard input (JSON)."
_MAP = "A column of CSV and the field path that it fills."
_SEQ = "Back to before this entry of the log; without it, the last command."


def init_command(
    path: Annotated[Path, argument("PATH", "The new store's file.")],
    title: Annotated[str, option("--title", "TEXT", "What it is called.")] = "A store of claims",
    about: Annotated[str, option("--about", "TEXT", "What it is about.")] = "",
    language: Annotated[
        str, option("--language", "TAG", "The language of its statements (BCP 47).")
    ] = "en",
    license: Annotated[
        str, option("--license", "NAME", "The licence of its data (SPDX).")
    ] = "CC-BY-4.0",
) -> None:
    """Make a store of your own, empty but for its title.

    Example: cd "$(mktemp -d)" && factcli init facts.json --title 'My claims' && factcli --store
    facts.json
    """
    meta = {"format": 1, "title": title, "about": about, "language": language, "license": license}
    create(path, record("meta", meta))
    say(f"{path} is ready: export FACTCLI_STORE={shlex.quote(str(path))}")


@writes
def import_command(
    session: Session,
    intent: Intent,
    file: Annotated[str, argument("FILE", _FILE)],
    table: Annotated[
        str, option("--table", "TABLE", f"What the records are: {', '.join(IMPORTED)}.")
    ] = "claims",
    mapping: Annotated[list[str] | None, option("--map", "COLUMN=FIELD", _MAP)] = None,
    form: Annotated[
        str | None, option("--from", "FORMAT", "json, jsonl or csv; else by the ending.")
    ] = None,
) -> None:
    """Add records from a file, all of them or none.

    JSON is a record, an array, or an object of tables. A record that the store has already is
    skipped. Every faulty record is reported.

    Example: echo '[{"statement": "A test.", "kind": "event", "topics": ["funding"], "source":
    "singoei-undated"}]' | factcli import - --dry-run
    """
    if table not in IMPORTED:
        hint = did_you_mean(table, IMPORTED)
        raise UsageError(f"--table {table!r} is none of {', '.join(IMPORTED)}.{hint}")
    chosen = form or ("json" if file == "-" else FORMATS.get(Path(file).suffix.lower(), ""))
    if chosen not in FORMATS.values():
        raise UsageError(f"what format is {file}? Give --from json, jsonl or csv")
    session.check_output(Path(file))
    pairs = dict(map(_pair, mapping or []))
    data, name = (standard_input(), "standard input") if file == "-" else (_read(file), file)
    found = parse(data, chosen, table, pairs, name)
    write(session, intent, lambda change: _import(change, found, file))


@writes
def undo_command(
    session: Session,
    intent: Intent,
    seq: Annotated[int | None, argument("SEQ", _SEQ, min=1)] = None,
) -> None:
    """Take back the last writing command, or everything from an entry of the log on.

    The log keeps what was taken back, and that it was. Undoing again goes further back.

    Example: export FACTCLI_STORE="$(mktemp -d)/facts.json"; factcli init "$FACTCLI_STORE"; echo
    '{"id": "a", "title": "A"}' | factcli topic add; factcli undo
    """
    write(session, intent, lambda change: change.undo(seq))


@answers
def log_command(
    session: Session,
    ident: Annotated[
        str | None, argument("ID", "Only what concerns this record.", "claims")
    ] = None,
) -> None:
    """What was changed by factcli: when, by whom, what and why.

    Example: factcli log --sort seq --reverse --limit 10
    """
    report = Report(map(log_row, session.store.log(ident or "")), "log")
    session.answer(report)
    if not report.found:
        say("the log is empty" if ident is None else f"the log has nothing on {ident!r}")


@answers
def diff_command(
    session: Session, other: Annotated[Path, argument("OTHER", "Another store.")]
) -> None:
    """How another store differs from the one in use, by record, whatever the order and layout.

    Example: factcli diff data/facts.json
    """
    counts: Counter[str] = Counter()
    rows = difference_rows(session.store, open_store(other))
    session.answer(Report(counted(rows, "difference", counts), "diff"))
    say(", ".join(f"{counts[what]} {what}" for what in ("added", "changed", "removed")))


def _import(change: Transaction, found: list[Imported], name: str) -> None:
    """Add every record, and report each that is wrong.

    Raises:
        UsageError: when any is.
    """
    wrong = 0
    progress = len(found) > _MANY and os.isatty(2)
    for at, (table, document, place) in enumerate(found, 1):
        try:
            add_record(change, table, document)
        except FactcliError as error:
            wrong += 1
            say(f"{name}, {place}: {error}")
        if progress and at % _MANY == 0:
            say(f"{at} of {len(found)} records")
    if wrong:
        raise UsageError(f"{wrong} of {len(found)} records are wrong: nothing was imported")


def _pair(text: str) -> tuple[str, str]:
    column, _, field = text.partition("=")
    if not (column and field):
        raise UsageError(f"--map {text!r}: write COLUMN=FIELD")
    return column, field


def _read(file: str) -> bytes:
    try:
        return read_bytes(Path(file))
    except FactcliError as error:
        raise UsageError(str(error).replace("no store at", "no file")) from None
