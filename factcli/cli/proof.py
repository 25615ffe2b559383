"""The commands that prove claims and lint the store."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Annotated

import typer

from factcli.cli.messages import counted, say
from factcli.cli.session import Session
from factcli.cli.typer_options import answers, argument, option
from factcli.errors import UsageError
from factcli.output.report import Report
from factcli.text import did_you_mean

_TEXTS = "Where the archived texts are; else FACTCLI_SOURCES."


@answers
def verify_command(
    session: Session,
    directory: Annotated[Path | None, argument("DIR", _TEXTS, envvar="FACTCLI_SOURCES")] = None,
    text: Annotated[bool, option("--text", None, "Show the paragraph beside each claim.")] = False,
) -> None:
    """Compare every claim with the archived text of its source.

    ok: the paragraph stands where the claim says. moved: it stands elsewhere in the text. changed:
    another text stands in its place. missing: it is gone, or the text is not there. Exits 1 when
    anything is not ok. The store holds only digests; the texts are yours to keep.

    Example: factcli verify sources/ --format csv
    """
    from factcli.archive import Archive

    if directory is None:
        raise UsageError(
            "where are the archived texts? Name their directory, or set FACTCLI_SOURCES"
        )
    counts: Counter[str] = Counter()
    rows = Archive(directory).prove(session.store, with_text=text)
    session.answer(Report(counted(rows, "outcome", counts), "verify"))
    say(", ".join(f"{counts[what]} {what}" for what in ("ok", "moved", "changed", "missing")))
    if counts["ok"] < counts.total():
        raise typer.Exit(1)


@answers
def check_command(
    session: Session,
    strict: Annotated[bool, option("--strict", None, "Exit 1 on warnings too.")] = False,
    explain: Annotated[str | None, option("--explain", "CODE", "What a rule demands.")] = None,
    rules: Annotated[bool, option("--rules", None, "List the rules.")] = False,
) -> None:
    """Check the store against the rules of a good one.

    Every fault is reported, with the record at fault. Exits 1 on errors, with --strict on warnings
    too.

    Example: factcli check --rules
    """
    from factcli.checks import RULES, check_store
    from factcli.cli.catalogue import COMMANDS
    from factcli.rows.proofs import finding_row, rule_row

    if explain is not None and explain.upper() not in RULES:
        hint = did_you_mean(explain, RULES)
        raise UsageError(f"no rule {explain!r}.{hint} See `factcli check --rules`.")
    if rules or explain is not None:
        shown = RULES.values() if explain is None else [RULES[explain.upper()]]
        session.answer(Report(map(rule_row, shown), "rules"))
        return
    counts: Counter[str] = Counter()
    rows = map(finding_row, check_store(session.path, frozenset(COMMANDS)))
    session.answer(Report(counted(rows, "severity", counts), "check"))
    errors, warnings = counts["error"], counts["warning"]
    say(f"{session.path}: {errors} errors, {warnings} warnings, {len(RULES)} rules")
    if errors or (strict and counts):
        raise typer.Exit(1)
