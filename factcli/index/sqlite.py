"""SQLite, without the converters of dates that take longer to import than a lookup takes."""

from __future__ import annotations

from factcli.errors import WriteRefused

try:
    from _sqlite3 import Connection, Cursor, Error, IntegrityError, connect, sqlite_version
except ImportError:  # a Python that is built in another way
    from sqlite3 import Connection, Cursor, Error, IntegrityError, connect, sqlite_version

__all__ = ["Connection", "Cursor", "Error", "IntegrityError", "connect", "refuse_if_full", "sqlite_version"]

_FULL, _IOERR_WRITE, _IOERR_GETTEMPPATH = 13, 778, 6410
"""What SQLite says when it cannot write (https://sqlite.org/rescode.html)."""


def refuse_if_full(error: BaseException) -> None:
    """Tell an error over temporary files, which long answers are sorted in, from one over what is read.

    Raises:
        WriteRefused: when there is no room for them.
    """
    if getattr(error, "sqlite_errorcode", None) in (_FULL, _IOERR_WRITE, _IOERR_GETTEMPPATH):
        raise WriteRefused(
            "there is no room for the temporary files that a long answer takes: set TMPDIR to a directory that has some, or narrow the question"
        ) from None
