"""The JSON Schema of what commands print, made from the types of its rows."""

from __future__ import annotations

import types

import msgspec

from factcli.errors import UsageError
from factcli.record.shape import SCHEMA_VERSION
from factcli.rows.registry import MODULES, layout_of
from factcli.text import did_you_mean

KINDS = tuple(kind for kind in MODULES if kind != "rules")
"""The kinds of rows that have a schema."""


def schema_of(what: str) -> str:
    """The schema of the array that a listing prints, as indented JSON.

    It is JSON Schema 2020-12 (https://json-schema.org/draft/2020-12).

    Raises:
        UsageError: for an unknown kind of rows.
    """
    if what not in KINDS:
        hint = did_you_mean(what, KINDS)
        raise UsageError(f"no schema of {what!r}: there is one of {', '.join(KINDS)}.{hint}")
    row = layout_of(what).row
    schema = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": f"urn:factcli:schema:{what}:{SCHEMA_VERSION}",
        "title": f"factcli {what}",
        **msgspec.json.schema(types.GenericAlias(list, (row,))),
    }
    return msgspec.json.format(msgspec.json.encode(schema)).decode() + "\n"
