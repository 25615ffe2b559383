"""factcli: who said or did what, when, according to which source, and where sources disagree.

The library's face; everything the command line does is a plain call here:

    >>> import factcli
    >>> for claim in factcli.open_store().find(factcli.Query(actor="ruto")):
    ...     print(claim.date, claim.statement)
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from factcli.database.answer import Answer as Answer
    from factcli.errors import FactcliError as FactcliError
    from factcli.opening import Store as Store
    from factcli.opening import open_store as open_store
    from factcli.query import Query as Query
    from factcli.storage import FactStorage as FactStorage

__version__ = "0.1.0"

_HOMES = {
    "Answer": "factcli.database.answer",
    "FactStorage": "factcli.storage",
    "FactcliError": "factcli.errors",
    "Query": "factcli.query",
    "Store": "factcli.opening",
    "open_store": "factcli.opening",
}
__all__ = ["Answer", "FactStorage", "FactcliError", "Query", "Store", "__version__", "open_store"]


def __getattr__(name: str) -> Any:
    """Import on first use, so that the command line pays for what it uses only."""
    if name not in _HOMES:
        raise AttributeError(f"module 'factcli' has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(_HOMES[name]), name)
