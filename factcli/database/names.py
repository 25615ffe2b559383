"""Names to ids: the one resolver. An id stands for itself; a name is compared folded.

Imports next to nothing: a plain lookup needs this.
"""

from __future__ import annotations

from factcli.database import dialect
from factcli.errors import UsageError
from factcli.text import fold

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from factcli.database.dialect import Database

NOUNS = {"topics": "topic", "actors": "actor", "sources": "source", "questions": "question"}
"""The tables whose records have names, and what one of them is called."""


class Names:
    """Finds the ids that people's words name.

    The methods raise UsageError when a text names nothing or more than one, with the nearest names.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def topic(self, text: str) -> str:
        """The id of the topic that a text names."""
        return self.resolve("topics", text)

    def actor(self, text: str) -> str:
        """The id of the actor that a text names."""
        return self.resolve("actors", text)

    def source(self, text: str) -> str:
        """The id of the source that a text names."""
        return self.resolve("sources", text)

    def question(self, text: str) -> str:
        """The id of the question that a text names."""
        return self.resolve("questions", text)

    def resolve(self, kind: str, text: str) -> str:
        """The id that a text is; else the only one with that name, or with all its words."""
        sql = "SELECT id FROM declared WHERE kind = ? AND id = ?"
        if self._database.value(sql, (kind, text)) is not None:
            return text
        wanted = fold(text)
        found = self._ids(
            "SELECT DISTINCT id FROM name WHERE kind = ? AND folded = ?", kind, wanted
        )
        if not found and wanted:
            words = set(wanted.split())
            holds = dialect.CONTAINS.format("folded")
            sql = f"SELECT folded, id FROM name WHERE kind = ? AND {holds}"
            names = self._database.rows(sql, (kind, max(words, key=len)))
            found = list({ident for name, ident in names if words.issubset(name.split())})
        if len(found) == 1:
            return found[0]
        raise UsageError(self._refusal(kind, text, found))

    def same(self, actor: str) -> set[str]:
        """An actor, and those recorded as being the same."""
        return {actor, *self._ids("SELECT other FROM same_actor WHERE id = ?", actor)}

    def members(self, group: str) -> set[str]:
        """A group, and everyone affiliated with it, directly or through another group."""
        found = self.same(group)
        waiting = set(found)
        while waiting:
            sql = "SELECT member FROM affiliation WHERE organisation = ?"
            waiting = {one for of in waiting for one in self._ids(sql, of)} - found
            found |= waiting
        return found

    def written(self, kind: str) -> Iterator[tuple[str, str]]:
        """Every name of a kind as it is written, with the id that it names."""
        sql = "SELECT written, id FROM name WHERE kind = ? ORDER BY folded, id"
        return self._database.rows(sql, (kind,))

    def _ids(self, sql: str, *values: str) -> list[str]:
        return [ident for (ident,) in self._database.rows(sql, values)]

    def _refusal(self, kind: str, text: str, found: list[str]) -> str:
        noun = NOUNS[kind]
        if found:
            which = " or ".join(sorted(found))
            return f"{text!r} names more than one {noun}: say which, {which}"
        from factcli.text import nearest

        bearers = dict(self.written(kind))
        near: dict[str, str] = {}
        for name in nearest(text, bearers, count=9):
            near.setdefault(bearers[name], name)  # the nearest name of each
        meant = " or ".join(repr(name) for name in list(near.values())[:3])
        hint = f"Did you mean {meant}?" if meant else f"See `factcli {noun}s` for all."
        return f"no {noun} {text!r} in this store. {hint}"
