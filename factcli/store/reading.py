"""The records of a store, one after the other, in bounded memory and whatever the layout.

`factcli.store.lines` reads the layout that factcli writes, and stops at the first doubt.
`factcli.store.scanning` reads any JSON that is a store, twenty times more slowly.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import groupby
from typing import Any, TypeVar

from factcli.errors import StoreError
from factcli.store.files import StorePath, open_file
from factcli.store.lines import Line, NotCanonical, decoded, read_lines

ResultT = TypeVar("ResultT")


def read_store(path: StorePath, act: Callable[[Iterator[Line]], ResultT]) -> ResultT:
    """Call `act` with the records of a store, table by table in the order of the model.

    `act` is called a second time, from the start, when the first reading comes upon something that
    only the slow reader can judge. A fault in the syntax comes before one in a record, wherever in
    the file it is, so that every layout is refused with the same sentence.

    Raises:
        StoreError: when the file is not a store.
    """
    with open_file(path) as stream:
        try:
            return act(read_lines(stream))
        except NotCanonical:
            from factcli.store.scanning import scan

            return act(scan(stream, path))
        except StoreError:
            from factcli.store.scanning import check_syntax

            check_syntax(stream, path)
            raise


def read_tables(path: StorePath) -> dict[str, dict[str, Any]]:
    """The tables of a store as TinyDB takes them: names to documents by record number.

    Raises:
        StoreError: when the file is not a store.
    """

    def read(lines: Iterator[Line]) -> dict[str, dict[str, Any]]:
        return {
            table: {str(line.number): decoded(line) for line in group}
            for table, group in groupby(lines, key=lambda line: line.table)
        }

    return read_store(path, read)
