"""Where claims are kept and how they are found."""

from factcli.store.store import Answer, Store, open_store, place, shipped_store

__all__ = ["Answer", "Store", "open_store", "place", "shipped_store"]
