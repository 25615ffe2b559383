"""The commands that prove claims and lint the store."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import typer

from factcli.cli.messages import say
from factcli.cli.session import session
from factcli.cli.typer_options import answers
from factcli.errors import UsageError
from factcli.output.options import Options
from factcli.output.report import Report
from factcli.text import did_you_mean


@answers
def verify(
    context: typer.Context,
    directory: Annotated[
        Path | None,
        typer.Argument(metavar="DIR", help="Where the archived texts are; else FACTCLI_SOURCES."),
    ] = None,
    text: Annotated[
        bool, typer.Option("--text", help="Show the paragraph beside each claim.")
    ] = False,
    *,
    options: Options,
) -> None:
    """Compare every claim with the archived text of its source.

    ok: the paragraph stands where the claim says. moved: it stands elsewhere in the text. changed:
    another text stands in its place. missing: it is gone, or the text is not there. Exits 1 when
    anything is not ok. The store holds only digests; the texts are yours to keep.

    Example: factcli verify sources/ --format csv
    """
    from factcli.archive import Archive, ProofRow

    run = session(context)
    options.chosen_format()
    place = directory or (
        Path(os.environ["FACTCLI_SOURCES"]) if os.environ.get("FACTCLI_SOURCES") else None
    )
    if place is None:
        raise UsageError(
            "where are the archived texts? Name their directory, or set FACTCLI_SOURCES"
        )
    counts: Counter[str] = Counter()

    def counted() -> Iterator[ProofRow]:
        for row in Archive(place).prove(run.store, with_text=text):
            counts[row.outcome] += 1
            yield row

    run.answer(Report(counted(), "verify"), options)
    say(
        ", ".join(
            f"{counts[outcome]} {outcome}" for outcome in ("ok", "moved", "changed", "missing")
        )
    )
    if counts["ok"] < counts.total():
        raise typer.Exit(1)


@answers
def check(
    context: typer.Context,
    strict: Annotated[bool, typer.Option("--strict", help="Exit 1 on warnings too.")] = False,
    explain: Annotated[
        str | None, typer.Option("--explain", metavar="CODE", help="What a rule demands.")
    ] = None,
    rules: Annotated[bool, typer.Option("--rules", help="List the rules.")] = False,
    *,
    options: Options,
) -> None:
    """Check the store against the rules of a good one.

    Every fault is reported, with the record at fault. Exits 1 on errors, with --strict on warnings
    too.

    Example: factcli check --rules
    """
    from factcli.checks import RULES as REGISTRY
    from factcli.checks import check_store
    from factcli.cli.catalogue import COMMANDS
    from factcli.rows.proofs import FindingRow, finding_row, rule_row

    run = session(context)
    options.chosen_format()
    if rules or explain is not None:
        if explain is not None and explain.upper() not in REGISTRY:
            raise UsageError(
                f"no rule {explain!r}.{did_you_mean(explain, REGISTRY)}"
                " See `factcli check --rules`."
            )
        wanted = [REGISTRY[explain.upper()]] if explain is not None else REGISTRY.values()
        run.answer(Report(map(rule_row, wanted), "rules"), options)
        return
    counts: Counter[str] = Counter()

    def counted() -> Iterator[FindingRow]:
        for finding in check_store(run.path, frozenset(COMMANDS)):
            counts[finding.rule.severity] += 1
            yield finding_row(finding)

    run.answer(Report(counted(), "check"), options)
    say(
        f"{run.path}: {counts['error']} errors, {counts['warning']} warnings, {len(REGISTRY)} rules"
    )
    if counts["error"] or (strict and counts):
        raise typer.Exit(1)
