"""Where claims are kept and how they are found."""

from factcli.store.answer import Answer
from factcli.store.store import Store, open_store, place, shipped_store

__all__ = ["Answer", "Store", "open_store", "place", "shipped_store"]
