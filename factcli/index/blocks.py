"""The digests of a store's blocks: what of it has changed is told without decoding it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from hashlib import file_digest, sha256
from itertools import groupby

from factcli.store.lines import Line

CLAIMS = 64
"""So many numbers of claims are a block; of the small tables each is one, and so is the log."""

Block = tuple[str, int]


def block_of(line: Line) -> Block:
    return (line[0], line[1] // CLAIMS if line[0] == "claims" else 0)


def digest(lines: Iterable[Line]) -> bytes:
    """The SHA-256 of a block."""
    found = sha256()
    for line in lines:
        found.update(b"%d:" % line[1] + line[2])
    return found.digest()


def blocks(lines: Iterable[Line]) -> Iterator[tuple[Block, list[Line]]]:
    """Lines by block. The log is one at a time: it may be long, and nothing that is looked up depends on it."""
    for block, group in groupby(lines, block_of):
        if block[0] == "log":
            yield from ((block, [line]) for line in group)
        else:
            yield block, list(group)


def digest_of(path: str) -> bytes:
    """The SHA-256 of a whole file."""
    with open(path, "rb") as stream:
        return file_digest(stream, "sha256").digest()
