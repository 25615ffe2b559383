"""Proving claims by archived texts: a locator is a digest of one paragraph of the text.

A text's paragraphs are its non-empty lines. A digest is the SHA-256 of the paragraph in NFC, with
white space folded, quotes and apostrophes unified, so that a text that was saved again still proves
its claims. Nothing is matched by likeness.
"""

from __future__ import annotations

import hashlib
import os
import re
import unicodedata
from bisect import bisect
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from itertools import groupby
from pathlib import Path
from typing import Literal, NamedTuple

from factcli.errors import NotFound
from factcli.model import Source
from factcli.opening import Store
from factcli.record.shape import Record
from factcli.store.reading import read_bytes

Outcome = Literal["ok", "moved", "changed", "missing"]
Places = dict[int, tuple[Outcome, int | None]]
"""What became of paragraphs, by their index, and where they (or their places) are now."""

_QUOTES = str.maketrans(dict.fromkeys("‘’‚‛ʼʻ`´′＇", "'") | dict.fromkeys("“”„‟«»″＂", '"'))
_SPACE = re.compile(r"\s+")


def normalise(paragraph: str) -> str:
    """A paragraph as it is digested."""
    return _SPACE.sub(" ", unicodedata.normalize("NFC", paragraph).translate(_QUOTES)).strip()


def digest(paragraph: str) -> str:
    """The SHA-256 of a normalised paragraph, in hexadecimal."""
    return hashlib.sha256(normalise(paragraph).encode()).hexdigest()


class Text(NamedTuple):
    """An archived text: its file, the SHA-256 of its bytes, its paragraphs and their digests."""

    path: Path
    sha256: str
    paragraphs: list[str]
    digests: list[str]


class Proof(NamedTuple):
    """What became of a claim's paragraph.

    `found_at` is its index now, for `ok` and `moved`; for `changed` that of its place.
    """

    claim: Record
    outcome: Outcome
    found_at: int | None
    text: Text | None


def read_text(path: Path) -> Text:
    """An archived text.

    Raises:
        StoreError: when it cannot be read or is not UTF-8.
    """
    data = read_bytes(path)
    paragraphs = [
        line.strip() for line in data.decode("utf-8-sig", "replace").splitlines() if line.strip()
    ]
    return Text(
        path, hashlib.sha256(data).hexdigest(), paragraphs, [digest(line) for line in paragraphs]
    )


class Archive:
    """The archived texts in a directory: its ``.txt`` files."""

    def __init__(self, directory: Path) -> None:
        try:
            names = sorted(os.listdir(directory))
        except OSError as error:
            raise NotFound(f"no archived texts at {directory}: {error.strerror}") from None
        self.texts = [read_text(directory / name) for name in names if name.endswith(".txt")]

    def text_of(self, source: Source, digests: Iterable[str] = ()) -> Text | None:
        """The text of a source: the file with its checksum.

        Else the only one that holds most of the paragraphs with some digests.
        """
        for text in self.texts:
            if text.sha256 == source.text_sha256:
                return text
        wanted = set(digests)
        scores = sorted(
            ((len(wanted.intersection(text.digests)), at) for at, text in enumerate(self.texts)),
            reverse=True,
        )
        is_tied = len(scores) > 1 and scores[0][0] == scores[1][0]
        if not scores or scores[0][0] == 0 or is_tied:
            return None
        return self.texts[scores[0][1]]

    def prove(self, store: Store) -> Iterator[Proof]:
        """Compare every claim with its source's text, in the order of the store."""
        texts: dict[str, Text | None] = {}
        places: dict[str, Places] = {}
        for ident, group in groupby(store.by_source(), key=lambda claim: claim.source.id):
            wanted = {
                claim.locator.paragraph: claim.locator.sha256 for claim in group if claim.locator
            }
            source = store.sources[ident]
            text = texts[ident] = self.text_of(source, wanted.values())
            places[ident] = _places(text, wanted, source.paragraphs) if text else {}
        for claim in store.all_claims():
            outcome: Outcome = "missing"
            found = None
            if claim.locator:
                known = places[claim.source.id]
                outcome, found = known.get(claim.locator.paragraph, ("missing", None))
            yield Proof(claim, outcome, found, texts[claim.source.id])


def _places(text: Text, wanted: Mapping[int, str], length: int) -> Places:
    """What became of each paragraph that claims point at, by its digest.

    One whose digest is nowhere has *changed* when the nearest paragraphs found before and after it
    are as far apart as they were, so that its place is still there; else it is *missing*.
    """
    indices: dict[str, list[int]] = defaultdict(list)
    for index, value in enumerate(text.digests, 1):
        indices[value].append(index)
    found = {at: _nearest(at, indices[value]) for at, value in wanted.items() if value in indices}
    anchors = sorted([(0, 0), *found.items(), (length + 1, len(text.paragraphs) + 1)])
    places: Places = {}
    for at in wanted:
        if at in found:
            places[at] = ("ok" if found[at] == at else "moved", found[at])
            continue
        position = bisect(anchors, (at, 0))
        before, now_before = anchors[position - 1]
        after, now_after = anchors[min(position, len(anchors) - 1)]
        in_place = now_after - now_before == after - before
        places[at] = ("changed", now_before + at - before) if in_place else ("missing", None)
    return places


def _nearest(at: int, indices: list[int]) -> int:
    return min(indices, key=lambda index: abs(index - at))
