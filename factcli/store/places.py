"""Where stores are."""

from __future__ import annotations

import os

PACKAGED = os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "data", "facts.json")
"""The store in the installed package."""


def place(path: str | os.PathLike[str] | None = None) -> str:
    """The store in use: the path given, else ``FACTCLI_STORE``, else the one shipped."""
    return os.fspath(path or os.environ.get("FACTCLI_STORE") or shipped_store())


def shipped_store() -> str:
    """The store in the package, or beside it in a source checkout."""
    checkout = os.path.join(os.path.dirname(os.path.dirname(os.path.dirname(PACKAGED))), "data", "facts.json")
    return PACKAGED if os.path.exists(PACKAGED) or not os.path.exists(checkout) else checkout
