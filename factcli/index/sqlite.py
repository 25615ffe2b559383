"""SQLite, without the converters of dates that take longer to import than a lookup takes."""

from __future__ import annotations

try:
    from _sqlite3 import Connection, Cursor, Error, IntegrityError, connect, sqlite_version
except ImportError:  # a Python that is built in another way
    from sqlite3 import Connection, Cursor, Error, IntegrityError, connect, sqlite_version

__all__ = ["Connection", "Cursor", "Error", "IntegrityError", "connect", "sqlite_version"]
