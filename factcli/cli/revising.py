"""The commands that change many records at once, or take changes back."""

from __future__ import annotations

import json
import os
import shlex
import subprocess
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Annotated, Any

import msgspec
import typer

from factcli.cli import completion
from factcli.cli.curate import Id, add_claim, add_new
from factcli.cli.intent import Intent, standard_input, write, writes
from factcli.cli.messages import say
from factcli.cli.session import session
from factcli.cli.typer_options import answers
from factcli.drafting import fill_defaults, record
from factcli.errors import FactcliError, UsageError, WriteRefused
from factcli.importing import FORMATS, IMPORTED, Imported, parse
from factcli.model import StoreMeta
from factcli.opening import open_store
from factcli.output.options import Options
from factcli.output.report import Report
from factcli.record.shape import claim_of
from factcli.rows.changes import DifferenceRow, difference_rows, log_row
from factcli.store.reading import read_bytes
from factcli.text import did_you_mean
from factcli.transaction import Transaction, create

_MANY = 500


def init(
    path: Annotated[Path, typer.Argument(metavar="PATH", help="The new store's file.")],
    title: Annotated[
        str, typer.Option("--title", metavar="TEXT", help="What it is called.")
    ] = "A store of claims",
    about: Annotated[str, typer.Option("--about", metavar="TEXT", help="What it is about.")] = "",
    language: Annotated[
        str,
        typer.Option("--language", metavar="TAG", help="The language of its statements (BCP 47)."),
    ] = "en",
    license: Annotated[
        str, typer.Option("--license", metavar="NAME", help="The licence of its data (SPDX).")
    ] = "CC-BY-4.0",
) -> None:
    """Make a store of your own, empty but for its title.

    Example: cd "$(mktemp -d)" && factcli init facts.json --title 'My claims' && factcli --store
    facts.json
    """
    meta = record(
        "meta",
        {"format": 1, "title": title, "about": about, "language": language, "license": license},
    )
    assert isinstance(meta, StoreMeta)
    create(path, meta)
    say(f"{path} is ready: export FACTCLI_STORE={shlex.quote(str(path))}")


@writes
def edit(context: typer.Context, ident: Id, intent: Intent, options: Options) -> None:
    """Edit a claim as JSON in $VISUAL or $EDITOR.

    The record is checked when the editor ends. While it is wrong, the editor can be opened again.
    What you typed is never lost.

    Example: EDITOR='sed -i s/active/disputed/' factcli edit hhbrgk --dry-run
    """
    claim = claim_of(session(context).store.get(ident))
    before = msgspec.to_builtins(claim)
    draft = _Draft(f"factcli-{claim.id}-", before)

    def act(change: Transaction) -> None:
        if change.get("claims", claim.id) != claim:
            raise WriteRefused(
                f"{claim.id} was changed by somebody else meanwhile:"
                " begin again from what it is now"
            )
        document = fill_defaults("claims", draft.read(), change.store)
        if document.get("id") != claim.id:
            raise UsageError("an id stays what it is: add a new record and supersede this one")
        change.put("claims", record("claims", document))

    draft.until_right(lambda: write(context, intent, options, act))


@writes
def import_file(
    context: typer.Context,
    file: Annotated[
        str,
        typer.Argument(
            metavar="FILE", help="JSON, JSON Lines or CSV; - for standard input (JSON)."
        ),
    ],
    table: Annotated[
        str,
        typer.Option(
            "--table", metavar="TABLE", help=f"What the records are: {', '.join(IMPORTED)}."
        ),
    ] = "claims",
    mapping: Annotated[
        list[str] | None,
        typer.Option(
            "--map",
            metavar="COLUMN=FIELD",
            help="A column of CSV and the field path that it fills.",
        ),
    ] = None,
    form: Annotated[
        str | None,
        typer.Option("--from", metavar="FORMAT", help="json, jsonl or csv; else by the ending."),
    ] = None,
    *,
    intent: Intent,
    options: Options,
) -> None:
    """Add records from a file, all of them or none.

    JSON is a record, an array, or an object of tables. A record that the store has already is
    skipped. Every faulty record is reported.

    Example: echo '[{"statement": "A test.", "kind": "event", "topics": ["funding"], "source":
    "singoei-undated"}]' | factcli import - --dry-run
    """
    if table not in IMPORTED:
        raise UsageError(
            f"--table {table!r} is none of {', '.join(IMPORTED)}.{did_you_mean(table, IMPORTED)}"
        )
    chosen = form or ("json" if file == "-" else FORMATS.get(Path(file).suffix.lower(), ""))
    if chosen not in FORMATS.values():
        raise UsageError(f"what format is {file}? Give --from json, jsonl or csv")
    pairs = dict(_pair(text) for text in mapping or [])
    data = standard_input() if file == "-" else _read(file)
    found = parse(data, chosen, table, pairs, "standard input" if file == "-" else file)
    write(context, intent, options, lambda change: _import(change, found, file))


@writes
def undo(
    context: typer.Context,
    seq: Annotated[
        int | None,
        typer.Argument(
            metavar="SEQ",
            min=1,
            help="Back to before this entry of the log; without it, the last command.",
        ),
    ] = None,
    *,
    intent: Intent,
    options: Options,
) -> None:
    """Take back the last writing command, or everything from an entry of the log on.

    The log keeps what was taken back, and that it was. Undoing again goes further back.

    Example: export FACTCLI_STORE="$(mktemp -d)/facts.json"; factcli init "$FACTCLI_STORE"; echo
    '{"id": "a", "title": "A"}' | factcli topic add; factcli undo
    """
    write(context, intent, options, lambda change: change.undo(seq))


@answers
def log(
    context: typer.Context,
    ident: Annotated[
        str | None,
        typer.Argument(
            metavar="ID", help="Only what concerns this record.", autocompletion=completion.ids
        ),
    ] = None,
    *,
    options: Options,
) -> None:
    """What was changed by factcli: when, by whom, what and why.

    Example: factcli log --sort seq --reverse --limit 10
    """
    run = session(context)
    options.chosen_format()
    report = Report(map(log_row, run.store.log(ident or "")), "log")
    run.answer(report, options)
    if not report.found:
        say("the log is empty" if ident is None else f"the log has nothing on {ident!r}")


@answers
def diff(
    context: typer.Context,
    other: Annotated[Path, typer.Argument(metavar="OTHER", help="Another store.")],
    options: Options,
) -> None:
    """How another store differs from the one in use, by record, whatever the order and layout.

    Example: factcli diff data/facts.json
    """
    run = session(context)
    options.chosen_format()
    counts: Counter[str] = Counter()

    def counted() -> Iterator[DifferenceRow]:
        for row in difference_rows(run.store, open_store(other)):
            counts[row.difference] += 1
            yield row

    run.answer(Report(counted(), "diff"), options)
    say(", ".join(f"{counts[what]} {what}" for what in ("added", "changed", "removed")))


class _Draft:
    """A record in a file of its own, in the hands of an editor."""

    def __init__(self, prefix: str, document: dict[str, Any]) -> None:
        descriptor, name = tempfile.mkstemp(prefix=prefix, suffix=".json")
        self.path = Path(name)
        with open(descriptor, "w", encoding="utf-8") as stream:
            json.dump(document, stream, ensure_ascii=False, indent=2)
            stream.write("\n")

    def until_right(self, save: Callable[[], None]) -> None:
        """Open the editor until the record can be saved; else keep the file."""
        while True:
            _run_editor(self.path)
            try:
                save()
            except FactcliError as error:
                if os.isatty(0) and os.isatty(2):
                    say(f"error: {error}")
                    from factcli.cli.asking import confirm

                    if confirm("Edit again?"):
                        continue
                say(f"what you wrote is in {self.path}")
                raise
            self.path.unlink()
            return

    def read(self) -> dict[str, Any]:
        return parse(self.path.read_bytes(), "json", "claims", {}, str(self.path))[0].document


def _run_editor(path: Path) -> None:
    command = os.environ.get("VISUAL") or os.environ.get("EDITOR") or "vi"
    try:
        done = subprocess.run([*shlex.split(command), str(path)], check=False)
    except (OSError, ValueError) as error:
        raise UsageError(
            f"the editor {command!r} could not be run ({error}): set VISUAL or EDITOR"
        ) from None
    if done.returncode:
        raise UsageError(
            f"the editor {command!r} ended with {done.returncode}: nothing was changed; the"
            f" record is in {path}"
        )


def _import(change: Transaction, found: list[Imported], name: str) -> None:
    """Add every record, and report each that is wrong.

    Raises:
        UsageError: when any is.
    """
    wrong = 0
    progress = len(found) > _MANY and os.isatty(2)
    for at, (table, document, place) in enumerate(found, 1):
        try:
            _add(change, table, document)
        except FactcliError as error:
            wrong += 1
            say(f"{name}, {place}: {error}")
        if progress and at % _MANY == 0:
            say(f"{at} of {len(found)} records")
    if wrong:
        raise UsageError(f"{wrong} of {len(found)} records are wrong: nothing was imported")


def _add(change: Transaction, table: str, document: dict[str, Any]) -> None:
    if table == "claims":
        add_claim(change, document)
        return
    add_new(change, table, fill_defaults(table, document))


def _pair(text: str) -> tuple[str, str]:
    column, sign, field = text.partition("=")
    if not (column and sign and field):
        raise UsageError(f"--map {text!r}: write COLUMN=FIELD")
    return column, field


def _read(file: str) -> bytes:
    try:
        return read_bytes(Path(file))
    except FactcliError as error:
        raise UsageError(str(error).replace("no store at", "no file")) from None
