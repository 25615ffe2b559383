"""Where claims are kept and how they are found."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from factcli.store.answer import Answer as Answer
    from factcli.store.opening import open_store as open_store
    from factcli.store.store import Store as Store

_MODULES = {"Answer": "answer", "Store": "store", "open_store": "opening"}
__all__ = ["Answer", "Store", "open_store"]


def __getattr__(name: str) -> object:
    """Import on first use: a lookup by way of an index needs none of them."""
    if name not in _MODULES:
        raise AttributeError(f"module 'factcli.store' has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(f"factcli.store.{_MODULES[name]}"), name)
