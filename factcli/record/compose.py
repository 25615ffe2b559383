"""A record's JSON, put together from the parts that the database stores.

Between them comes what depends on the query. Imports next to nothing: a plain lookup needs this.
"""

from __future__ import annotations

from binascii import crc32

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

PARTS = "description, standing, state, agreement, note"
"""The columns that hold a record: see `factcli.record.shape.Parts`."""
COLUMNS = "c.description, c.standing, c.state, c.agreement, c.note"
"""The same columns, of the claim `c`."""


def compose(parts: Sequence[str | None], is_certain: object) -> str:
    """Put a record's JSON together; `is_certain` says how the claim matches the query."""
    description, standing, state, agreement, note = parts
    label = f'"{agreement}"' if agreement else "null"
    match = "certain" if is_certain else "possible"
    return (
        f'{{{description},{standing},{state},"agreement":{label},"match":"{match}","note":{note}}}'
    )


def checksum(parts: Sequence[str | None]) -> int:
    """Work out the checksum of a record's stored parts, which is checked when they are read."""
    return crc32("\0".join([str(part or "") for part in parts]).encode())
