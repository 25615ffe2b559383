"""One record as a page: everything that is known of it, in words."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import IO

from factcli.disagreement import ConflictRow, in_words
from factcli.model import Quantity, StoreMeta
from factcli.opening import Store
from factcli.output.table import console
from factcli.record.shape import Record, RecordHop, RecordSource
from factcli.rows.vocabulary import TopicRow
from factcli.text import visible


def draw_records(records: Iterable[Record], store: Store, stream: IO[str], *, color: bool) -> None:
    """Write records one under the other, as labels and values that fold to the screen."""
    from rich.table import Table
    from rich.text import Text

    screen = console(stream, color=color)
    for number, record in enumerate(records):
        if number:
            screen.print()
        screen.print(Text(visible(record.statement), style="bold"))
        grid = Table.grid(padding=(0, 2, 0, 0))
        grid.add_column(style="cyan", no_wrap=True)
        grid.add_column(overflow="fold")
        for label, value in _lines(record, store):
            grid.add_row(Text(label), Text(visible(value)))
        screen.print(grid)


def _lines(record: Record, store: Store) -> Iterable[tuple[str, str]]:
    yield "id", record.id
    yield "kind", record.kind + (", denied" if record.polarity == "denied" else "")
    if record.status != "active" or record.status_reason:
        yield "status", _with(record.status, record.status_reason)
    yield "date", _date(record)
    if record.quantity:
        yield "figure", _figure(record.quantity)
        yield from (
            ("  printed as", f"{c.text} ({c.amount} {c.currency})")
            for c in record.quantity.conversions
        )
    yield from _chain(record.attribution)
    yield from (("actor", f"{actor.name} ({actor.role}) · {actor.id}") for actor in record.actors)
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
        words = [
            relation.kind,
            relation.note,
            f"Reconciled: {relation.reconciliation}" if relation.reconciliation else None,
        ]
        yield relation.type, f"{relation.target} · {'. '.join(word for word in words if word)}"
    if record.note:
        yield "note", f"{record.note} (the curator's)"


def _with(text: str, remark: str | None) -> str:
    return f"{text} ({remark})" if remark else text


def _date(record: Record) -> str:
    if record.date is None:
        return _with("not known", record.date_basis)
    span = f"{record.date_earliest or '…'} to {record.date_latest or '…'}"
    parts = [
        span if record.date_earliest != record.date_latest else None,
        record.date_text and f"“{record.date_text}”",
        record.date_basis,
    ]
    return _with(record.date, "; ".join(part for part in parts if part))


def _figure(quantity: Quantity) -> str:
    amount = f"{quantity.amount} to {quantity.upper}" if quantity.upper else quantity.amount
    bounded = f"{in_words(quantity.bound, amount)} {quantity.currency or quantity.unit}"
    return f"“{quantity.text}”: {bounded}, {quantity.status}"


def _chain(hops: Sequence[RecordHop]) -> Iterable[tuple[str, str]]:
    for number, hop in enumerate(hops):
        name = hop.name or "(not named)"
        where = ", ".join(part for part in (hop.setting, hop.date) if part)
        yield ("from" if number == 0 else "  via"), _with(f"{name}, {hop.mode}", where)


def _source(source: RecordSource) -> str:
    parts = [
        source.outlet or "outlet not named",
        f"“{source.title}”" if source.title else "untitled",
        *source.author,
    ]
    return " · ".join(
        [
            *parts,
            f"published {source.issued or 'at an unknown date'}",
            *([source.url] if source.url else []),
            source.id,
        ]
    )


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
    from rich.table import Table
    from rich.text import Text

    screen = console(stream, color=color)
    screen.print(Text(visible(meta.title), style="bold"))
    if meta.about:
        screen.print(Text(visible(meta.about)))
    screen.print(
        Text("\n" + " · ".join(f"{count} {noun}" for noun, count in counts.items()) + "\n")
    )
    grid = Table.grid(padding=(0, 2, 0, 0))
    grid.add_column(style="cyan", no_wrap=True)
    grid.add_column(justify="right", no_wrap=True)
    grid.add_column(overflow="fold")
    for topic in topics:
        grid.add_row(Text(visible(topic.id)), Text(str(topic.claims)), Text(visible(topic.title)))
    screen.print(grid)
    screen.print(Text("\nTry:  " + "\n      ".join(examples) + "\n\nAll commands: factcli --help"))


def draw_conflicts(rows: Iterable[ConflictRow], stream: IO[str], *, color: bool) -> None:
    """Write conflicts one under the other: what about, each side with its source, and how both
    can be right."""
    from rich.table import Table
    from rich.text import Text

    screen = console(stream, color=color)
    for number, row in enumerate(rows):
        if number:
            screen.print()
        screen.print(Text.assemble((row.kind, "cyan"), "  ", (visible(row.about), "bold")))
        grid = Table.grid(padding=(0, 2, 0, 0))
        grid.add_column(style="cyan", no_wrap=True)
        grid.add_column(overflow="fold")
        for side in row.sides:
            by = (
                f", {side.said_by.name}"
                if side.said_by and side.said_by.name != side.outlet
                else ""
            )
            where = f"{side.outlet or side.source}{by}, {side.issued or 'undated'}"
            grid.add_row(Text(side.id or "sum"), Text(visible(f"{side.value} · {where}")))
        if row.note and row.note != row.about:
            grid.add_row(Text("note"), Text(visible(row.note)))
        grid.add_row(
            Text("both?"),
            Text(visible(row.reconciliation or "nobody has said how both can be right")),
        )
        if row.question:
            grid.add_row(Text("see"), Text(visible(f"factcli compare {row.question}")))
        screen.print(grid)
