"""What one run of the command line shares: the store, opened when it is first needed.

Imports next to nothing: a plain lookup needs this.
"""

from __future__ import annotations

from functools import cached_property

from factcli.cli.messages import say
from factcli.errors import NothingFound, StoreError
from factcli.opening import open_store, place_without_cache, shipped_store, store_path
from factcli.output.options import Options

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from typer._click.core import Context

    from factcli.database.answer import Answer
    from factcli.opening import Store
    from factcli.output.report import Report


class Session:
    """The store in use, and how to answer."""

    def __init__(self, store: str | None, options: Options) -> None:
        self._given, self.options = store, options

    @cached_property
    def path(self) -> Path:
        """The store in use: ``--store``, else ``FACTCLI_STORE``, else the one shipped."""
        from pathlib import Path

        return Path(store_path(self._given))

    @cached_property
    def store(self) -> Store:
        """The store in use, open for reading."""
        from factcli.cli.progress import Loading

        keep = place_without_cache(self._given) if self.options.no_index else None
        with Loading(store_path(self._given)) as progress:
            return open_store(self._given, keep=keep, notice=say, progress=progress)

    def check_output(self, *read: Path) -> None:
        """Check where the answer goes, before any work; `read` is what else the command reads.

        Raises:
            UsageError: for an unknown format, or a file that factcli keeps or reads.
        """
        self.options.chosen_format()
        if self.options.file is not None:
            from factcli.output.files import refuse_own

            stores = (str(self.path), store_path(), shipped_store())
            refuse_own(self.options.file, stores, read, self._text_digests)

    def _text_digests(self) -> set[str]:
        try:
            return {source.text_sha256 for source in self.store.sources.records()}
        except StoreError:  # the command itself says so, and `check` reports on such a store
            return set()

    def answer(self, report: Report, found: Answer | None = None) -> None:
        """Write a report, then say on standard error what it leaves out.

        Raises:
            NothingFound: for an empty report, under ``--exit-status``.
        """
        report.write(self.options)
        for line in _remarks(report, self.options, found):
            say(line)
        if not report.found and self.options.exit_status:
            raise NothingFound


def session_of(context: Context) -> Session:
    """The session of a run, made when it is first needed."""
    root = context.find_root()
    if not isinstance(root.obj, Session):
        options = Options(no_color=bool(root.params.get("no_color")))
        root.obj = Session(root.params.get("store"), options)
    return root.obj


def _remarks(report: Report, options: Options, found: Answer | None) -> Iterator[str]:
    if report.legend:
        yield report.legend
    if found is not None:
        if not len(found):
            yield f"nothing found: {found.why_empty()}"
        for word, near in found.corrections.items():
            yield f"no claim holds {word!r}: looked for {' or '.join(map(repr, near))}"
        for reason, number in sorted(found.left_out.items()):
            yield f"left out: {number} {reason}"
    if report.shown < report.found and not options.count:
        yield f"{report.shown} of {report.found} shown (--limit)"
