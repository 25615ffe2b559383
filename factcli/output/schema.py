"""The JSON Schema of the JSON that is printed, made from the types that are printed."""

from __future__ import annotations

import types

import msgspec

from factcli.errors import UsageError
from factcli.output import layouts
from factcli.text import did_you_mean
from factcli.view import SCHEMA_VERSION

_LAYOUTS = {
    "claims": layouts.RECORDS,
    "topics": layouts.TOPICS,
    "actors": layouts.ACTORS,
    "sources": layouts.SOURCES,
    "questions": layouts.QUESTIONS,
    "compare": layouts.ANSWERS,
    "conflicts": layouts.CONFLICTS,
    "total": layouts.TOTALS,
    "verify": layouts.PROOFS,
    "check": layouts.FINDINGS,
}


def schema_of(what: str) -> str:
    """The schema of the array that a listing prints, as indented JSON (https://json-schema.org/draft/2020-12).

    Raises:
        UsageError: for something that is not listed.
    """
    if what not in _LAYOUTS:
        raise UsageError(f"no schema of {what!r}: there is one of {', '.join(_LAYOUTS)}.{did_you_mean(what, _LAYOUTS)}")
    schema = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": f"urn:factcli:schema:{what}:{SCHEMA_VERSION}",
        "title": f"factcli {what}",
        **msgspec.json.schema(types.GenericAlias(list, (_LAYOUTS[what].row,))),
    }
    return msgspec.json.format(msgspec.json.encode(schema)).decode() + "\n"
