"""Every shared option, declared once and as plain values: Typer's parser and the direct one are
made from these."""

from __future__ import annotations

from factcli.output.options import FORMATS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Literal

    Takes = Literal["flag", "text", "list", "number"]


class Option:
    """An option: its names, the word for its value, its help, and what completes it.

    Without a word for a value it is a flag. Of the others, a list takes one text each time.
    """

    __slots__ = ("complete", "help", "metavar", "names", "takes")

    def __init__(
        self,
        name: str,
        metavar: str | None,
        help: str,
        complete: str = "",
        *,
        short: str = "",
        takes: Takes = "list",
    ) -> None:
        self.names = (name, short) if short else (name,)
        self.metavar, self.help, self.complete = metavar, help, complete
        self.takes: Takes = takes if metavar else "flag"


FILTERS = {
    "topic": Option("--topic", "TOPIC", "On a topic (see `factcli topics`).", "topics"),
    "actor": Option(
        "--actor", "WHO", "Naming somebody in any role; names, aliases, any spelling.", "actors"
    ),
    "said_by": Option(
        "--said-by", "WHO", "Whose origin is WHO: who said it, not who passed it on.", "actors"
    ),
    "with_group": Option(
        "--with", "GROUP", "Said by GROUP or by anyone affiliated with it.", "actors"
    ),
    "source": Option("--source", "SOURCE", "From a source, by id, title or outlet.", "sources"),
    "kind": Option(
        "--kind", "KIND", "event, figure, statement, position, forecast or background.", "kinds"
    ),
    "polarity": Option(
        "--polarity",
        "POLARITY",
        "asserted or denied: what is said, or what is said not to be so.",
        "polarities",
    ),
    "status": Option(
        "--status",
        "STATUS",
        "active, disputed, corrected, retracted, superseded, or any; without it the last two"
        " are hidden.",
        "statuses",
    ),
    "date": Option(
        "--date", "WHEN", "When it happened: 2024, 2024-06, 2024-06-24, A..B, ..B, or EDTF."
    ),
    "since": Option("--since", "WHEN", "Happened in or after WHEN."),
    "until": Option("--until", "WHEN", "Happened by the end of WHEN: 2024-07 holds all of July."),
    "as_of": Option("--as-of", "WHEN", "Published by the end of WHEN, whatever day it speaks of."),
    "value": Option(
        "--value",
        "CONDITION",
        "Whose figure meets '>=400', '<1000', '=217' or '200..600'; a unit or currency may follow.",
    ),
    "quantity_status": Option(
        "--quantity-status",
        "STATUS",
        "Whose figure is actual (what --value assumes), planned, pledged, target, required,"
        " estimate, or any.",
        "quantity_statuses",
    ),
    "match": Option("--match", "TEXT", "Holding TEXT in statement, names or notes."),
    "recorded_by": Option(
        "--recorded-by", "WHEN", "As the store was at the end of WHEN, by its log.", takes="text"
    ),
    "strict": Option("--strict", None, "Certain matches only; leave out the possible ones."),
}
"""Fields of `Query` and the options that fill them."""

OUTPUT = {
    "format": Option(
        "--format",
        "FORMAT",
        f"{', '.join(FORMATS)}. Without it: a table on a terminal, JSON in a pipe.",
        "formats",
        short="-f",
        takes="text",
    ),
    "json": Option("--json", None, "Short for --format json."),
    "output": Option(
        "--output",
        "FILE",
        "Write to FILE, whole or not at all; the format goes by its ending.",
        short="-o",
        takes="text",
    ),
    "fields": Option(
        "--fields",
        "FIELDS",
        "Only these fields, as in id,date,source.outlet (see `factcli schema`).",
        takes="text",
    ),
    "sort": Option("--sort", "FIELDS", "Order by fields; empty ones come last.", takes="text"),
    "reverse": Option("--reverse", None, "The other way round."),
    "limit": Option("--limit", "N", "The first N only.", short="-n", takes="number"),
    "count": Option("--count", None, "Only how many."),
    "raw": Option(
        "--raw",
        None,
        "CSV and TSV: every text as it is stored, formulas, control characters and all.",
    ),
    "no_color": Option("--no-color", None, "No colour; so do NO_COLOR and TERM=dumb."),
    "pager": Option("--pager", None, "Through $PAGER (else less), on a terminal."),
    "exit_status": Option("--exit-status", None, "Exit 1 when nothing is found.", short="-e"),
    "no_index": Option("--no-index", None, "Use no cache file: load the store anew."),
}
"""Fields of `factcli.output.Options` and the options that fill them."""

WRITING = {
    "dry_run": Option("--dry-run", None, "Show what would change, and write nothing."),
    "why": Option("--why", "TEXT", "The reason, for the log.", takes="text"),
}
"""Fields of `factcli.cli.intent.Intent` and the options that fill them."""
