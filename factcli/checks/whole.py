"""Rules about the store as a whole: its bytes, its ids, its log."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from factcli.checks.registry import Draft, Location, rule
from factcli.text import visible


@rule(
    "S101", "model", "error",
    "Every record fits the model: all its fields are there, none besides, of the right type; dates are EDTF, amounts decimal.",
)  # fmt: skip
def model(draft: Draft) -> Iterator[Location]:
    for fault in draft.faults:
        yield fault.table, fault.ident, fault.reason
    for name in draft.unknown_tables:
        yield name, "", "no such table belongs in a store"
    if len(draft.records["meta"]) != 1 and not any(fault.table == "meta" for fault in draft.faults):
        yield "meta", "", f"there must be one record, not {len(draft.records['meta'])}"


@rule(
    "S102", "canonical", "warning",
    "The file is byte for byte what factcli writes: one record a line, keys in order. Other formatting reads just as well, but makes diffs larger than changes.",
)  # fmt: skip
def canonical(draft: Draft) -> Iterator[Location]:
    expected = draft.canonical
    if expected is None or expected == draft.data:
        return
    lines = zip(expected.split(b"\n"), draft.data.split(b"\n"), strict=False)
    at = next((number for number, (want, have) in enumerate(lines, 1) if want != have), 0)
    yield "", "", f"not in canonical form{f', first at line {at}' if at else ''}"


@rule("S103", "unique-ids", "error", "No id stands twice in a table, and none that the log once added is added again.")
def unique_ids(draft: Draft) -> Iterator[Location]:
    for table, records in draft.records.items():
        if table == "log":
            continue
        counts = Counter(ident for record in records.values() if (ident := getattr(record, "id", None)))
        yield from ((table, ident, f"the id stands {count} times") for ident, count in counts.items() if count > 1)
    added = Counter((entry.table, entry.id) for entry in draft.log if entry.op == "add")
    yield from ((table, ident, "the log adds this id more than once") for (table, ident), n in added.items() if n > 1)


@rule("S104", "log-order", "error", "The log counts up without gaps from 1, and its times never go back.")
def log_order(draft: Draft) -> Iterator[Location]:
    earlier = ""
    for number, entry in enumerate(draft.log, 1):
        if entry.seq != number:
            yield "log", str(entry.seq), f"the entry after {number - 1} must be {number}"
        if entry.at < earlier:
            yield "log", str(entry.seq), f"dated {entry.at}, before the entry that precedes it"
        earlier = max(earlier, entry.at)


@rule(
    "S105", "plain-text", "warning",
    "No text holds control, format or unassigned characters: they are shown escaped, and are rarely meant.",
)  # fmt: skip
def plain_text(draft: Draft) -> Iterator[Location]:
    import msgspec

    for table, records in draft.records.items():
        for number, record in records.items():
            if table == "log":
                continue
            for text in _texts(msgspec.to_builtins(record)):
                if visible(text) != text:
                    yield table, getattr(record, "id", str(number)), f"unusual characters in {visible(text)[:60]!r}"
                    break


def _texts(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for part in value.values():
            yield from _texts(part)
    elif isinstance(value, (list, tuple)):
        for part in value:
            yield from _texts(part)
