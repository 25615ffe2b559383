"""Rows of a command, stored so that they can be counted, sorted and read again.

Many rows go to a temporary file, so that memory does not grow with them. Imports next to nothing:
a plain lookup in JSON needs this.
"""

from __future__ import annotations

from factcli.database.dialect import Database

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from typing import Any

    from factcli.record.shape import Row

    Key = Callable[[str, str], str]
    """The key of a row (as JSON) for one field path."""


class Spool:
    """Rows, given typed or as JSON, in the order in which they came, or sorted.

    `kind` is theirs in `factcli.rows.registry`, which knows their type.
    """

    def __init__(self, rows: Iterable[Row | str], kind: str) -> None:
        self._database = Database("")
        self._database.change("CREATE TABLE row (n INTEGER PRIMARY KEY, json TEXT NOT NULL)")
        self._database.change("BEGIN")
        self._database.insert("INSERT INTO row (json) VALUES (?)", _encoded(rows))
        self._kind, self._order, self._limit = kind, "n", -1

    def __len__(self) -> int:
        number = int(self._database.value("SELECT count(*) FROM row"))
        return number if self._limit < 0 else min(number, self._limit)

    def __iter__(self) -> Iterator[Any]:
        import msgspec

        from factcli.rows.registry import layout_of

        return map(msgspec.json.Decoder(layout_of(self._kind).row).decode, self.json())

    def json(self) -> Iterator[str]:
        """The rows as JSON, one after the other."""
        sql = f"SELECT json FROM row ORDER BY {self._order} LIMIT {self._limit}"
        return (text for (text,) in self._database.rows(sql))

    def arranged(
        self, paths: Sequence[str], key: Key | None, *, reverse: bool, limit: int | None
    ) -> Spool:
        """The same rows sorted by field paths, turned round, or cut."""
        if key is not None:
            self._database.function("sort_key", 2, key)
        keys = [*(f"sort_key(json, '{path}')" for path in paths), "n"]
        self._order = ", ".join(f"{one} DESC" if reverse else one for one in keys)
        self._limit = -1 if limit is None else limit
        return self


def _encoded(rows: Iterable[Row | str]) -> Iterator[tuple[str]]:
    for row in rows:
        if isinstance(row, str):
            yield (row,)
        else:
            from factcli.encoding import encode

            yield (encode(row),)
