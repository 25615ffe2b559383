"""Where claims are kept and how they are found."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from factcli.store.answer import Answer as Answer
    from factcli.store.store import Store as Store
    from factcli.store.store import open_store as open_store

__all__ = ["Answer", "Store", "open_store"]


def __getattr__(name: str) -> object:
    """Import on first use: a lookup by way of an index needs none of them."""
    if name not in __all__:
        raise AttributeError(f"module 'factcli.store' has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module("factcli.store.answer" if name == "Answer" else "factcli.store.store"), name)
