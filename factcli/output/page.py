"""Pages for a terminal: whole records, conflicts, and the store at a glance."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import IO

from rich.table import Table
from rich.text import Text

from factcli.disagreement import ConflictRow, SideRow, in_words
from factcli.model import Quantity, StoreMeta
from factcli.opening import Store
from factcli.output.table import console
from factcli.record.shape import Record, RecordHop, RecordSource
from factcli.rows.vocabulary import TopicRow
from factcli.text import visible

Lines = Iterable[tuple[str, str]]
"""Labels and values."""


def draw_records(records: Iterable[Record], store: Store, stream: IO[str], *, color: bool) -> None:
    """Write records one under the other, as labels and values that fold to the screen."""
    pages = ((Text(visible(r.statement), "bold"), _record(r, store)) for r in records)
    _draw(pages, stream, color=color)


def draw_conflicts(rows: Iterable[ConflictRow], stream: IO[str], *, color: bool) -> None:
    """Write conflicts one under the other: what about, each side with its source, and how both
    can be right."""
    pages = (
        (Text.assemble((row.kind, "cyan"), "  ", (visible(row.about), "bold")), _conflict(row))
        for row in rows
    )
    _draw(pages, stream, color=color)


def draw_overview(
    meta: StoreMeta,
    counts: dict[str, int],
    topics: Sequence[TopicRow],
    examples: Sequence[str],
    stream: IO[str],
    *,
    color: bool,
) -> None:
    """The store at a glance: its title, how much it holds, its topics, and what to try."""
    screen = console(stream, color=color)
    screen.print(Text(visible(meta.title), style="bold"))
    if meta.about:
        screen.print(Text(visible(meta.about)))
    size = " · ".join(f"{count} {noun}" for noun, count in counts.items())
    screen.print(Text(f"\n{size}\n"))
    grid = Table.grid(padding=(0, 2, 0, 0))
    grid.add_column(style="cyan", no_wrap=True)
    grid.add_column(justify="right", no_wrap=True)
    grid.add_column(overflow="fold")
    for topic in topics:
        grid.add_row(*map(Text, (visible(topic.id), str(topic.claims), visible(topic.title))))
    screen.print(grid)
    screen.print(Text("\nTry:  " + "\n      ".join(examples) + "\n\nAll commands: factcli --help"))


def _draw(pages: Iterable[tuple[Text, Lines]], stream: IO[str], *, color: bool) -> None:
    screen = console(stream, color=color)
    for number, (heading, lines) in enumerate(pages):
        if number:
            screen.print()
        screen.print(heading)
        grid = Table.grid(padding=(0, 2, 0, 0))
        grid.add_column(style="cyan", no_wrap=True)
        grid.add_column(overflow="fold")
        for label, value in lines:
            grid.add_row(Text(label), Text(visible(value)))
        screen.print(grid)


def _record(record: Record, store: Store) -> Lines:
    yield "id", record.id
    yield "kind", record.kind + (", denied" if record.polarity == "denied" else "")
    if record.status != "active" or record.status_reason:
        yield "status", _with(record.status, record.status_reason)
    yield "date", _date(record)
    if record.quantity:
        yield "figure", _figure(record.quantity)
        for printed in record.quantity.conversions:
            yield "  printed as", f"{printed.text} ({printed.amount} {printed.currency})"
    for number, hop in enumerate(record.attribution):
        yield "  via" if number else "from", _hop(hop)
    for actor in record.actors:
        yield "actor", f"{actor.name} ({actor.role}) · {actor.id}"
    yield "source", _source(record.source)
    if record.locator:
        yield "paragraph", f"{record.locator.paragraph} · SHA-256 {record.locator.sha256[:16]}…"
    yield "topics", ", ".join(record.topics)
    if record.question:
        yield "answers", f"{store.questions[record.question].text} · {record.question}"
    unnamed = record.corroboration.unnamed
    more = f", and {unnamed} of which the source names nobody" if unnamed else ""
    yield "origins", f"{record.corroboration.origins}{more}"
    for rival in record.rivals:
        other = store.by_id(rival.id)
        outlet = other.source.outlet or other.source.id
        yield rival.agreement, f"{other.id} · {outlet}: {other.statement}"
    for relation in record.relations:
        reconciled = relation.reconciliation and f"Reconciled: {relation.reconciliation}"
        words = filter(None, (relation.kind, relation.note, reconciled))
        yield relation.type, f"{relation.target} · {'. '.join(words)}"
    if record.note:
        yield "note", f"{record.note} (the curator's)"


def _with(text: str, remark: str | None) -> str:
    return f"{text} ({remark})" if remark else text


def _date(record: Record) -> str:
    if record.date is None:
        return _with("not known", record.date_basis)
    first, last = record.date_earliest, record.date_latest
    span = f"{first or '…'} to {last or '…'}" if first != last else None
    words = record.date_text and f"“{record.date_text}”"
    return _with(record.date, "; ".join(filter(None, (span, words, record.date_basis))))


def _figure(quantity: Quantity) -> str:
    amount = f"{quantity.amount} to {quantity.upper}" if quantity.upper else quantity.amount
    bounded = f"{in_words(quantity.bound, amount)} {quantity.currency or quantity.unit}"
    return f"“{quantity.text}”: {bounded}, {quantity.status}"


def _hop(hop: RecordHop) -> str:
    where = ", ".join(filter(None, (hop.setting, hop.date)))
    return _with(f"{hop.name or '(not named)'}, {hop.mode}", where)


def _source(source: RecordSource) -> str:
    parts = [
        source.outlet or "outlet not named",
        f"“{source.title}”" if source.title else "untitled",
        *source.author,
        f"published {source.issued or 'at an unknown date'}",
        source.url,
        source.id,
    ]
    return " · ".join(filter(None, parts))


def _conflict(row: ConflictRow) -> Lines:
    for side in row.sides:
        yield side.id or "sum", f"{side.value} · {_side(side)}"
    if row.note and row.note != row.about:
        yield "note", row.note
    yield "both?", row.reconciliation or "nobody has said how both can be right"
    if row.question:
        yield "see", f"factcli compare {row.question}"


def _side(side: SideRow) -> str:
    speaker = side.said_by.name if side.said_by else side.outlet
    by = f", {speaker}" if speaker != side.outlet else ""
    return f"{side.outlet or side.source}{by}, {side.issued or 'undated'}"
