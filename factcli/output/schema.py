"""The JSON Schema of the JSON that is printed, made from the types that are printed."""

from __future__ import annotations

import types
from importlib import import_module

import msgspec

from factcli.errors import UsageError
from factcli.text import did_you_mean
from factcli.view import SCHEMA_VERSION

_LAYOUTS = {
    "claims": ("claims", "RECORDS"),
    "topics": ("vocabulary", "TOPICS"),
    "actors": ("vocabulary", "ACTORS"),
    "sources": ("vocabulary", "SOURCES"),
    "questions": ("vocabulary", "QUESTIONS"),
    "compare": ("disagreement", "ANSWERS"),
    "conflicts": ("disagreement", "CONFLICTS"),
    "total": ("disagreement", "TOTALS"),
    "verify": ("proof", "PROOFS"),
    "check": ("proof", "FINDINGS"),
    "index": ("proof", "INDEX"),
    "changes": ("change", "CHANGES"),
    "log": ("change", "LOG"),
    "diff": ("change", "DIFFERENCES"),
}
"""What is listed: the module and name of its layout."""


def schema_of(what: str) -> str:
    """The schema of the array that a listing prints, as indented JSON (https://json-schema.org/draft/2020-12).

    Raises:
        UsageError: for something that is not listed.
    """
    if what not in _LAYOUTS:
        raise UsageError(f"no schema of {what!r}: there is one of {', '.join(_LAYOUTS)}.{did_you_mean(what, _LAYOUTS)}")
    module, name = _LAYOUTS[what]
    row = getattr(import_module(f"factcli.output.layouts.{module}"), name).row
    schema = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": f"urn:factcli:schema:{what}:{SCHEMA_VERSION}",
        "title": f"factcli {what}",
        **msgspec.json.schema(types.GenericAlias(list, (row,))),
    }
    return msgspec.json.format(msgspec.json.encode(schema)).decode() + "\n"
