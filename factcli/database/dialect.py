"""SQLite: the connection, and the few fragments of SQL that only it speaks.

The rest of this package writes SQL that PostgreSQL reads as well. `_sqlite3` is imported because
`sqlite3` adds converters of dates that take longer to import than a lookup takes.
"""

from __future__ import annotations

from factcli.errors import Damaged, FactcliError, StoreError, UsageError, WriteRefused

TYPE_CHECKING = False
if TYPE_CHECKING:
    import sqlite3 as sqlite
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from typing import Any
else:
    try:
        import _sqlite3 as sqlite
    except ImportError:  # a Python that is built in another way
        import sqlite3 as sqlite

Error = sqlite.Error
IntegrityError = sqlite.IntegrityError
_LEAST_VERSION = (3, 34, 0)
_FULL, _IOERR_WRITE, _IOERR_GETTEMPPATH, _CANTOPEN = 13, 778, 6410, 14
"""What SQLite says when it cannot write (https://sqlite.org/rescode.html)."""

SEARCH_TABLES = """
CREATE VIRTUAL TABLE word USING fts5 (
  statement, names, notes, content='claim_text', content_rowid='n', tokenize='ascii');
CREATE VIRTUAL TABLE vocabulary USING fts5vocab (word, 'row');
"""
FILL_SEARCH = "INSERT INTO word (word) VALUES ('rebuild')"
INSERT_WORDS = (
    "INSERT INTO word (rowid, statement, names, notes)"
    " SELECT n, statement, names, notes FROM claim_text WHERE n = ?"
)
DELETE_WORDS = (
    "INSERT INTO word (word, rowid, statement, names, notes)"
    " SELECT 'delete', n, statement, names, notes FROM claim_text WHERE n = ?"
)
MATCHES = "word MATCH ?"
FOUND_BY_SEARCH = "word CROSS JOIN claim c ON c.n = word.rowid"
IS_FOUND_BY_SEARCH = "c.n IN (SELECT rowid FROM word WHERE word MATCH ?)"
RANK = "CAST(bm25(word, 4.0, 1.0, 1.0) * 1e9 AS INTEGER)"
"""BM25: the statement weighs four times as much as names and notes; the best is the least."""
CONTAINS = "instr({}, ?) > 0"
LED_BY = "{} p CROSS JOIN claim c ON c.n = p.n"
"""Reads the first table first, whatever the planner thinks."""
WORD_BY_WORD = "SELECT term FROM vocabulary"


class Database:
    """A connection: errors of SQLite become errors of ours.

    `place` is a file, ":memory:", or "" for a temporary file without a name. `mode` is how an
    existing cache is opened: "ro" or "rw".
    """

    def __init__(self, place: str, mode: str | None = None) -> None:
        if sqlite_version() < _LEAST_VERSION:
            least = ".".join(map(str, _LEAST_VERSION))
            raise StoreError(
                f"factcli needs SQLite {least} or later,"
                f" and this Python has {sqlite.sqlite_version}"
            )
        self.place, self._mode = place, mode
        name = place if mode is None else _file_uri(place, mode)
        self.connection = sqlite.connect(
            name, uri=mode is not None, isolation_level=None, timeout=5.0
        )
        if mode is None:
            for setting in ("journal_mode = OFF", "synchronous = OFF", "temp_store = FILE"):
                self.connection.execute(f"PRAGMA {setting}")

    def rows(self, sql: str, values: Sequence[Any] = ()) -> Iterator[Any]:
        """Run a query; its rows are read as they are taken.

        Raises:
            Damaged: when the database is damaged.
            WriteRefused: when there is no room for temporary files.
        """
        try:
            for row in self._execute(sql, values):  # noqa: UP028  # else it outlives its database
                yield row
        except Error as error:
            raise self._failure(error) from error

    def row(self, sql: str, values: Sequence[Any] = ()) -> Any:
        """Run a query and give its first row; None when there is none."""
        try:
            return self._execute(sql, values).fetchone()
        except Error as error:
            raise self._failure(error) from error

    def value(self, sql: str, values: Sequence[Any] = ()) -> Any:
        """Run a query and give the first value of its first row; None when there is none."""
        found = self.row(sql, values)
        return None if found is None else found[0]

    def change(self, sql: str, values: Sequence[Any] = ()) -> None:
        """Run a statement that changes the database."""
        self.row(sql, values)

    def insert(self, sql: str, rows: Iterable[Sequence[Any]]) -> None:
        """Run a statement once for each row.

        Raises:
            IntegrityError: when a row breaks a constraint.
        """
        try:
            self.connection.executemany(sql, rows)
        except IntegrityError:
            raise
        except OverflowError:
            raise _too_large() from None
        except Error as error:
            raise self._failure(error) from error

    def script(self, sql: str) -> None:
        """Run statements parted by semicolons, inside the transaction that is open."""
        for statement in sql.split(";"):
            if statement.strip():
                self.change(statement)

    def function(self, name: str, arguments: int, act: Callable[..., Any]) -> None:
        """Make a Python function known to SQL."""
        self.connection.create_function(name, arguments, act, deterministic=True)

    def close(self) -> None:
        """Close the connection; a temporary file goes with it."""
        self.connection.close()

    def _execute(self, sql: str, values: Sequence[Any]) -> Any:
        try:
            return self.connection.execute(sql, values)
        except UnicodeEncodeError:  # an argument that is not UTF-8, which no store holds
            known = [_utf8(value) if isinstance(value, str) else value for value in values]
            return self.connection.execute(sql, known)
        except OverflowError:
            raise _too_large() from None

    def _failure(self, error: Error) -> FactcliError:
        code = getattr(error, "sqlite_errorcode", None)
        if code in (_FULL, _IOERR_WRITE, _IOERR_GETTEMPPATH) or (
            code == _CANTOPEN and self._mode is None
        ):
            return WriteRefused(
                "there is no room for temporary files: set TMPDIR to a directory that has some,"
                " or narrow the question"
            )
        if isinstance(error, IntegrityError):
            raise error
        if str(error).startswith("too many"):  # a group of more members than SQLite has variables
            return UsageError(f"SQLite cannot take so much at once ({error}): narrow the question")
        return self.damage(str(error))

    def damage(self, reason: str) -> Damaged:
        """The error that says that this database is damaged."""
        return Damaged(f"the database of the store is damaged ({reason}): ask again", self.place)


def _too_large() -> StoreError:
    return StoreError("the store holds a number that is too large: see `factcli check`")


def _utf8(text: str) -> str:
    return text.encode("utf-8", "replace").decode()


def sqlite_version() -> tuple[int, ...]:
    """The version of SQLite that this Python has."""
    return tuple(map(int, sqlite.sqlite_version.split(".")))


def _file_uri(path: str, mode: str) -> str:
    """Write a path as SQLite takes it with parameters (https://sqlite.org/uri.html)."""
    import os

    quoted = (
        chr(byte) if 32 < byte < 127 and byte not in b"%?#" else f"%{byte:02x}"
        for byte in os.fsencode(path)
    )
    return f"file:{''.join(quoted)}?mode={mode}"


def word_expression(words: str, is_prefix: bool) -> str:
    """Write words that follow each other for a full-text query; the last may be a beginning."""
    return f'"{words}"{"*" if is_prefix else ""}'


def search_expression(wanted: Sequence[Sequence[str]], unwanted: Sequence[str]) -> str:
    """Write a full-text query: one of each group of `wanted`, none of `unwanted`."""
    match = " AND ".join(f"({' OR '.join(group)})" for group in wanted)
    return f"({match}) NOT ({' OR '.join(unwanted)})" if unwanted else match
