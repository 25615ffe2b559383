"""Records from the documents that curators give, with defaults for what they leave out."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from itertools import count
from types import NoneType
from typing import Any, get_args

import msgspec

from factcli.archive import Text
from factcli.database.records import bearers
from factcli.errors import UsageError
from factcli.model import TABLES, Part
from factcli.opening import Store
from factcli.store.records import Fault, convert
from factcli.text import did_you_mean

Document = dict[str, Any]

_DEFAULTS: dict[str, Document] = {
    "topics": {"about": ""},
    "actors": {"aliases": (), "offices": (), "affiliation": (), "same_as": ()},
    "sources": {"type": "article", "author": ()},
    "series": {"about": ""},
    "claims": {"polarity": "asserted", "actors": (), "relations": (), "status": "active"},
}
"""What fields that are not given hold; others are null where the model allows it."""

_PARTS: dict[str, Document] = {
    "offices": {"from": None, "until": None},
    "attribution": {"setting": None, "date": None},
    "relations": {"kind": None, "note": None, "reconciliation": None},
    "quantity": {
        "upper": None,
        "bound": "exact",
        "currency": None,
        "status": "actual",
        "conversions": (),
    },
}
"""The same for the parts of a record, by the field that holds them."""

_ALPHABET = "bcdfghjklmnpqrstvwxz"
"""Consonants, so that no id is a word."""


def fill_defaults(table: str, given: Mapping[str, Any], store: Store | None = None) -> Document:
    """Fill in the fields that were not given, and put all into the order of the table.

    A claim without a chain gets one: the outlet of its source, as `store` names it.

    Raises:
        UsageError: for a field that the table does not have.
    """
    fields = msgspec.structs.fields(TABLES[table])
    known = [field.encode_name for field in fields]
    for name in given:
        if name not in known:
            hint = did_you_mean(name, known) or f" Fields: {', '.join(known)}."
            raise UsageError(f"no field {name!r} in {table}.{hint}")
    nulls = {field.encode_name: None for field in fields if NoneType in get_args(field.type)}
    filled = {name: _fill_parts(name, value) for name, value in given.items()}
    document = nulls | _DEFAULTS.get(table, {}) | filled
    source = document.get("source")
    if store and table == "claims" and "attribution" not in document and isinstance(source, str):
        hop = {"actor": _outlet(source, store), "mode": "reported", "setting": None, "date": None}
        document["attribution"] = [hop]
    return {name: document[name] for name in known if name in document}


def record(table: str, document: Mapping[str, Any]) -> Part:
    """Convert a document to the typed record.

    Raises:
        UsageError: naming the field that does not fit.
    """
    found = convert(table, 1, document)
    if isinstance(found, Fault):
        raise UsageError(str(found))
    return found


def claim_ids(document: Mapping[str, Any]) -> Iterator[str]:
    """Ids for a claim, to be tried in turn: six consonants from a digest of what it says and where.

    So the ids of two curators do not clash, and the same claim gets the same id again.
    """
    locator = document.get("locator")
    paragraph = locator.get("paragraph") if isinstance(locator, dict) else None
    content = [document.get("source"), paragraph, document.get("statement")]
    for attempt in count():
        digest = hashlib.sha256(msgspec.json.encode([*content, attempt])).digest()
        number = int.from_bytes(digest[:8], "big")
        yield "".join(_ALPHABET[number // 20**place % 20] for place in range(6))


def locate(text: Text, paragraph: int) -> Document:
    """The locator of a paragraph of an archived text.

    Raises:
        UsageError: when the text is shorter.
    """
    if not 1 <= paragraph <= len(text.paragraphs):
        raise UsageError(
            f"{text.path.name} has paragraphs 1 to {len(text.paragraphs)}, and no {paragraph}"
        )
    return {"paragraph": paragraph, "sha256": text.digests[paragraph - 1]}


def _fill_parts(name: str, value: Any) -> Any:
    """A field's value, with the defaults of the parts that it holds."""
    defaults = _PARTS.get(name, {})
    if isinstance(value, list):
        return [defaults | part if isinstance(part, dict) else part for part in value]
    return defaults | value if isinstance(value, dict) else value


def _outlet(source: str, store: Store) -> str | None:
    """The actor that is the outlet of a source."""
    found = store.sources.get(source)
    if found is None or found.container_title is None:
        return None
    return next(iter(bearers(store.database, "actors", found.container_title)), None)
