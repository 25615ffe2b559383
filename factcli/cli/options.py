"""Every shared option, declared once and as plain values: Typer's parser and the direct one are
made from these."""

from __future__ import annotations

from factcli.output.options import FORMATS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Literal

    Takes = Literal["flag", "text", "list", "number", "path"]


class Option:
    """An option: its names and help, and what it takes.

    A flag takes nothing, a list one text each time. `complete` names what completes it.
    """

    __slots__ = ("complete", "help", "metavar", "names", "takes")

    def __init__(
        self,
        names: tuple[str, ...],
        takes: Takes,
        metavar: str | None,
        help: str,
        complete: str | None = None,
    ) -> None:
        self.names, self.takes, self.metavar = names, takes, metavar
        self.help, self.complete = help, complete


def _filter(name: str, metavar: str, help: str, complete: str | None = None) -> Option:
    return Option((name,), "list", metavar, help, complete)


FILTERS: dict[str, Option] = {
    "topic": _filter("--topic", "TOPIC", "On a topic (see `factcli topics`).", "topics"),
    "actor": _filter(
        "--actor", "WHO", "Naming somebody in any role; names, aliases, any spelling.", "actors"
    ),
    "said_by": _filter(
        "--said-by", "WHO", "Whose origin is WHO: who said it, not who passed it on.", "actors"
    ),
    "with_group": _filter(
        "--with", "GROUP", "Said by GROUP or by anyone affiliated with it.", "actors"
    ),
    "source": _filter("--source", "SOURCE", "From a source, by id, title or outlet.", "sources"),
    "kind": _filter(
        "--kind", "KIND", "event, figure, statement, position, forecast or background.", "kinds"
    ),
    "polarity": _filter(
        "--polarity",
        "POLARITY",
        "asserted or denied: what is said, or what is said not to be so.",
        "polarities",
    ),
    "status": _filter(
        "--status",
        "STATUS",
        "active, disputed, corrected, retracted, superseded, or any; without it the last two"
        " are hidden.",
        "statuses",
    ),
    "date": _filter(
        "--date", "WHEN", "When it happened: 2024, 2024-06, 2024-06-24, A..B, ..B, or EDTF."
    ),
    "since": _filter("--since", "WHEN", "Happened in or after WHEN."),
    "until": _filter("--until", "WHEN", "Happened by the end of WHEN: 2024-07 holds all of July."),
    "as_of": _filter("--as-of", "WHEN", "Published by the end of WHEN, whatever day it speaks of."),
    "value": _filter(
        "--value",
        "CONDITION",
        "Whose figure meets '>=400', '<1000', '=217' or '200..600'; a unit or currency may follow.",
    ),
    "quantity_status": _filter(
        "--quantity-status",
        "STATUS",
        "Whose figure is actual (what --value assumes), planned, pledged, target, required,"
        " estimate, or any.",
        "quantity_statuses",
    ),
    "match": _filter("--match", "TEXT", "Holding TEXT in statement, names or notes."),
    "recorded_by": Option(
        ("--recorded-by",), "text", "WHEN", "As the store was at the end of WHEN, by its log."
    ),
    "strict": Option(
        ("--strict",), "flag", None, "Certain matches only; leave out the possible ones."
    ),
}
"""Fields of `Query` and the options that fill them."""

OUTPUT: dict[str, Option] = {
    "format": Option(
        ("--format", "-f"),
        "text",
        "FORMAT",
        f"{', '.join(FORMATS)}. Without it: a table on a terminal, JSON in a pipe.",
        "formats",
    ),
    "json": Option(("--json",), "flag", None, "Short for --format json."),
    "output": Option(
        ("--output", "-o"),
        "path",
        "FILE",
        "Write to FILE, whole or not at all; the format goes by its ending.",
    ),
    "fields": Option(
        ("--fields",),
        "text",
        "FIELDS",
        "Only these fields, as in id,date,source.outlet (see `factcli schema`).",
    ),
    "sort": Option(("--sort",), "text", "FIELDS", "Order by fields; empty ones come last."),
    "reverse": Option(("--reverse",), "flag", None, "The other way round."),
    "limit": Option(("--limit", "-n"), "number", "N", "The first N only."),
    "count": Option(("--count",), "flag", None, "Only how many."),
    "raw": Option(
        ("--raw",),
        "flag",
        None,
        "CSV and TSV: leave cells that a spreadsheet would run as formulas as they are.",
    ),
    "no_color": Option(("--no-color",), "flag", None, "No colour; so do NO_COLOR and TERM=dumb."),
    "pager": Option(("--pager",), "flag", None, "Through $PAGER (else less), on a terminal."),
    "exit_status": Option(("--exit-status", "-e"), "flag", None, "Exit 1 when nothing is found."),
    "no_index": Option(
        ("--no-index",),
        "flag",
        None,
        "Use no cache file: load the store anew.",
    ),
}
"""Fields of `factcli.output.Options` and the options that fill them."""
