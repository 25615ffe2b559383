"""Single claims by id, the claims of a question, and how many there are.

Imports next to nothing: a plain `show` in JSON needs this.
"""

from __future__ import annotations

from factcli.record import compose

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from typing import Any

    from factcli.database.dialect import Database

_VISIBLE = "c.hidden = 0"
NAMING = {
    "topics": "c.n IN (SELECT n FROM claim_topic WHERE topic = ?)",
    "actors": "c.n IN (SELECT n FROM claim_actor WHERE actor = ?)",
    "sources": "c.source = ?",
    "questions": "c.question = ?",
}
"""The condition that a claim `c` names a record of a table."""
_COUNTS = {
    "topic": "SELECT c.topic, count(*) FROM claim_topic c",
    "actor": "SELECT c.actor, count(*) FROM claim_actor c",
    "source": "SELECT c.source, count(*) FROM claim c",
    "question": "SELECT c.question, count(*) FROM claim c",
}


def record_json(database: Database, ident: str) -> str | None:
    """The record of a claim as JSON, by its whole id; None when there is none."""
    return next(_records(database, "WHERE c.id = ?", (ident,)), None)


def records_of_question(database: Database, question: str) -> Iterator[str]:
    """The records of the claims that answer a question, hidden ones left out."""
    where = f"WHERE c.question = ? AND {_VISIBLE} ORDER BY c.n"
    return _records(database, where, (question,))


def contradicting_records(database: Database) -> Iterator[str]:
    """The records of the claims on which a curator noted a contradiction, hidden ones left out."""
    where = f"WHERE c.n IN (SELECT n FROM contradiction) AND {_VISIBLE} ORDER BY c.n"
    return _records(database, where)


def records_by_source(database: Database) -> Iterator[str]:
    """The records of all claims, source by source."""
    return _records(database, "ORDER BY c.source, c.n")


def records_where(database: Database, condition: str, values: Iterable[Any] = ()) -> Iterator[str]:
    """The records of the claims `c` that meet a condition, in the order of the store."""
    return _records(database, f"WHERE {condition} ORDER BY c.n", values)


def ids_where(database: Database, condition: str, values: Iterable[Any] = ()) -> Iterator[str]:
    """The ids of the claims `c` that meet a condition, in the order of the store."""
    sql = f"SELECT c.id FROM claim c WHERE {condition} ORDER BY c.n"
    return (ident for (ident,) in database.rows(sql, tuple(values)))


def ids_beginning(database: Database, prefix: str) -> Iterator[str]:
    """The ids that begin with a text, in the order of the store."""
    sql = "SELECT id FROM claim WHERE id >= ? AND id < ? ORDER BY n"
    return (ident for (ident,) in database.rows(sql, (prefix, f"{prefix}\U0010ffff")))


def number_of_claims(database: Database) -> int:
    """How many claims there are, hidden ones too."""
    return int(database.value("SELECT count(*) FROM claim"))


def counts(database: Database, of: str) -> dict[str, int]:
    """How many claims that are not hidden each topic, actor, source or question has."""
    return dict(database.rows(f"{_COUNTS[of]} WHERE {_VISIBLE} GROUP BY 1"))


def agreements(database: Database) -> dict[str, dict[str, int]]:
    """For each question the labels of its answers, hidden ones left out, with their numbers."""
    found: dict[str, dict[str, int]] = {}
    where = f"c.question IS NOT NULL AND {_VISIBLE}"
    sql = f"SELECT c.question, c.agreement, count(*) FROM claim c WHERE {where} GROUP BY 1, 2"
    for question, label, number in database.rows(sql):
        found.setdefault(question, {})[label] = number
    return found


def _records(database: Database, where: str, values: Iterable[Any] = ()) -> Iterator[str]:
    sql = f"SELECT {compose.COLUMNS}, c.checksum FROM claim c {where}"
    for *parts, checksum in database.rows(sql, tuple(values)):
        if compose.checksum(parts) != checksum:
            raise database.damage("a record's checksum does not fit")
        yield compose.compose(parts, is_certain=True)
