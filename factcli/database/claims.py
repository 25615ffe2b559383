"""Single claims by id, the claims of a question, and how many there are.

Imports next to nothing: a plain `show` in JSON needs this.
"""

from __future__ import annotations

from factcli.record import compose

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from typing import Any

    from factcli.database.dialect import Database

OF_QUESTION = "c.question = ? AND c.hidden = 0"
"""The condition that a claim `c` answers a question, and is not hidden."""
CONTRADICTING = "c.n IN (SELECT n FROM contradiction) AND c.hidden = 0"
"""The condition that a curator noted a contradiction on a claim `c`, which is not hidden."""
NAMING = {
    "topics": "c.n IN (SELECT n FROM claim_topic WHERE topic = ?)",
    "actors": "c.n IN (SELECT n FROM claim_actor WHERE actor = ?)",
    "sources": "c.source = ?",
    "questions": "c.question = ?",
}
"""The condition that a claim `c` names a record of a table."""


def record_json(database: Database, ident: str) -> str | None:
    """The record of a claim as JSON, by its whole id; None when there is none."""
    return next(records_where(database, "c.id = ?", (ident,)), None)


def records_where(
    database: Database, condition: str, values: Iterable[Any] = (), order: str = "c.n"
) -> Iterator[str]:
    """The records of the claims `c` that meet a condition, in the order of the store or another.

    Raises:
        Damaged: when a record in the database is not what was written there.
    """
    sql = f"SELECT {compose.COLUMNS}, c.checksum FROM claim c WHERE {condition} ORDER BY {order}"
    for *parts, checksum in database.rows(sql, tuple(values)):
        yield whole_record(database, parts, checksum)


def whole_record(
    database: Database, parts: Sequence[Any], checksum: int, is_certain: bool = True
) -> str:
    """Compose a record of its stored parts, when their checksum fits them.

    Raises:
        Damaged: when it does not.
    """
    if compose.checksum(parts) != checksum:
        raise database.damage("a record's checksum does not fit")
    return compose.compose(parts, is_certain)


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
    table = f"claim_{of}" if of in ("topic", "actor") else "claim"
    sql = f"SELECT c.{of}, count(*) FROM {table} c WHERE c.hidden = 0 GROUP BY 1"
    return dict(database.rows(sql))


def agreements(database: Database) -> dict[str, dict[str, int]]:
    """For each question the labels of its answers, hidden ones left out, with their numbers."""
    found: dict[str, dict[str, int]] = {}
    where = "c.question IS NOT NULL AND c.hidden = 0"
    sql = f"SELECT c.question, c.agreement, count(*) FROM claim c WHERE {where} GROUP BY 1, 2"
    for question, label, number in database.rows(sql):
        found.setdefault(question, {})[label] = number
    return found
