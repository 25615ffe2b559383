"""What every answer is made of."""

from __future__ import annotations

import msgspec

SCHEMA_VERSION = "1.0"
"""Additive changes raise the minor version; a key that goes or changes its meaning raises the major one."""


class Shown(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """A row that a command answers with: every key is always present, null where nothing is known."""


class Named(Shown, frozen=True):
    id: str
    name: str
