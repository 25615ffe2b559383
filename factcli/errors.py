"""What can go wrong, as sentences for people; each kind has the exit code that a shell sees."""

from __future__ import annotations

_HEAD, _TAIL = 600, 300
"""Characters that a long message keeps of its beginning and of its end."""


def shorten(message: str) -> str:
    """Cut the middle out of a long message: it may repeat a text of any length from a store."""
    if len(message) <= _HEAD + _TAIL:
        return message
    return f"{message[:_HEAD]} … {message[-_TAIL:]}"


class FactcliError(Exception):
    """One plain sentence: what is wrong, where, and the way out."""

    exit_code = 1

    def __init__(self, message: str = "") -> None:
        super().__init__(shorten(message))


class NotFound(FactcliError):
    """No record of the store has that id."""


class NothingFound(FactcliError):
    """An answer is empty, and only the exit code says so: it has no message."""


class UsageError(FactcliError):
    """A command line is wrong: an unknown name, a malformed date, options that do not fit."""

    exit_code = 2


class StoreError(FactcliError):
    """The store cannot be read, or its records break the model."""

    exit_code = 3


class ReaderGone(FactcliError):
    """The reader of a pipe has closed it: the run ends, and nothing is wrong."""

    exit_code = 0


class Damaged(FactcliError):
    """A database is damaged: it has to be deleted and made again. `place` is its file."""

    exit_code = 3

    def __init__(self, message: str, place: str) -> None:
        super().__init__(message)
        self.place = place


class WriteRefused(FactcliError):
    """Nothing was written, or not all of it: a full disk, a closed stream, a read-only place."""

    exit_code = 4
