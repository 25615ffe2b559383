"""A store by blocks of rows, and their digests: what of it has changed is told without decoding it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from hashlib import file_digest, sha256
from itertools import chain, groupby
from typing import IO

from factcli.store.lines import Line, NotCanonical, claim_rows, read_lines, read_log, read_small, row_of

CLAIMS = 64
"""So many numbers of claims are a block; each small table is one."""

Block = tuple[str, int]
Rows = Sequence[bytes]
"""Records with their numbers, as in ``"17": {…}``."""


def blocks(stream: IO[bytes]) -> Iterator[tuple[Block, Rows]]:
    """The rows of a store by block, in the order of the file. The log is one row at a time: it may be long.

    Raises:
        NotCanonical: when it is laid out in another way; what came before is not to be used then.
    """
    small = read_small(stream)
    try:
        first = next(small)
    except (NotCanonical, StopIteration):  # indented, or with nothing before the claims
        stream.seek(0)
        yield from grouped(read_lines(stream))
        return
    yield from grouped(chain((first,), small))
    yield from _of_claims(stream)
    yield from grouped(read_log(stream))


def _of_claims(stream: IO[bytes]) -> Iterator[tuple[Block, Rows]]:
    """The same as by way of lines, in a third of the time: most of a large store is claims."""
    current, rows = -1, list[bytes]()
    for row in claim_rows(stream):
        number = row[1 : row.find(b'"', 1, 18)]
        if not number.isdigit() or number[:1] == b"0":
            raise NotCanonical
        block = int(number) // CLAIMS
        if block != current:
            if block < current:
                raise NotCanonical
            if rows:
                yield ("claims", current), rows
            current, rows = block, []
        rows.append(row)
    if rows:
        yield ("claims", current), rows


def grouped(lines: Iterable[Line]) -> Iterator[tuple[Block, Rows]]:
    """Lines as blocks."""
    for block, group in groupby(
        lines, lambda line: (line.table, line.number // CLAIMS if line.table == "claims" else 0)
    ):
        rows = (row_of(line.number, line.data) for line in group)
        if block[0] == "log":
            yield from ((block, [row]) for row in rows)
        else:
            yield block, list(rows)


def parted(rows: Rows) -> Iterator[tuple[int, bytes]]:
    """The numbers and the JSON of rows.

    Raises:
        NotCanonical: when they are not in the order of their numbers.
    """
    last = 0
    for row in rows:
        end = row.index(b'": ')
        number = int(row[1:end])
        if number <= last:
            raise NotCanonical
        last = number
        yield number, row[end + 3 :]


def digest(rows: Rows) -> bytes:
    """The SHA-256 of a block, its rows in lines."""
    found = sha256()
    for start in range(0, len(rows), CLAIMS):  # a small table may be long
        found.update(b"\n".join([*rows[start : start + CLAIMS], b""]))
    return found.digest()


def digest_of(path: str) -> bytes:
    """The SHA-256 of a whole file."""
    with open(path, "rb") as stream:
        return file_digest(stream, "sha256").digest()
