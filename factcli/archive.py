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
from factcli.record.shape import Row
from factcli.store.files import read_bytes

Outcome = Literal["ok", "moved", "changed", "missing"]
Place = tuple[Outcome, int | None]
"""What became of a paragraph, and where it (or its place) is now."""

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


class ProofRow(Row, frozen=True):
    """A claim compared with its archived text.

    `found_at`: where its paragraph (or its place) is now; `text` on request.
    """

    id: str
    source: str
    paragraph: int | None
    outcome: Outcome
    found_at: int | None
    file: str | None
    statement: str
    text: str | None


def read_text(path: Path) -> Text:
    """Read an archived text; bytes that are not UTF-8 become U+FFFD.

    Raises:
        StoreError: when it cannot be read.
    """
    data = read_bytes(path)
    lines = data.decode("utf-8-sig", "replace").splitlines()
    paragraphs = [line.strip() for line in lines if line.strip()]
    return Text(path, hashlib.sha256(data).hexdigest(), paragraphs, list(map(digest, paragraphs)))


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

        Without such a file, the one that holds the most paragraphs with the given digests, if it is
        the only one with as many.
        """
        for text in self.texts:
            if text.sha256 == source.text_sha256:
                return text
        wanted = set(digests)
        scores = [len(wanted.intersection(text.digests)) for text in self.texts]
        most = max(scores, default=0)
        is_clear = most > 0 and scores.count(most) == 1
        return self.texts[scores.index(most)] if is_clear else None

    def prove(self, store: Store, *, with_text: bool) -> Iterator[ProofRow]:
        """Compare every claim with its source's text, in the order of the store."""
        known: dict[str, tuple[Text | None, dict[int, Place]]] = {}
        for ident, group in groupby(store.by_source(), key=lambda claim: claim.source.id):
            locators = [claim.locator for claim in group if claim.locator]
            digests = {locator.paragraph: locator.sha256 for locator in locators}
            source = store.sources[ident]
            text = self.text_of(source, digests.values())
            known[ident] = text, _places(text, digests, source.paragraphs) if text else {}
        for claim in store.all_claims():
            text, places = known[claim.source.id]
            paragraph = claim.locator.paragraph if claim.locator else None
            outcome, found_at = places.get(paragraph or 0, ("missing", None))
            yield ProofRow.of(
                claim,
                source=claim.source.id,
                paragraph=paragraph,
                outcome=outcome,
                found_at=found_at,
                file=text.path.name if text else None,
                text=text.paragraphs[found_at - 1] if with_text and text and found_at else None,
            )


def _places(text: Text, digests: Mapping[int, str], length: int) -> dict[int, Place]:
    """The place of each paragraph that claims point at, by its number.

    One whose digest is nowhere has *changed* when the nearest paragraphs found before and after it
    are as far apart as they were, so that its place is still there; else it is *missing*.
    """
    indices: dict[str, list[int]] = defaultdict(list)
    for index, value in enumerate(text.digests, 1):
        indices[value].append(index)
    found = {
        at: min(indices[value], key=lambda index: abs(index - at))
        for at, value in digests.items()
        if value in indices
    }
    anchors = sorted([(0, 0), *found.items(), (length + 1, len(text.paragraphs) + 1)])
    places: dict[int, Place] = {}
    for at in digests:
        if at in found:
            places[at] = ("ok" if found[at] == at else "moved", found[at])
            continue
        position = bisect(anchors, (at, 0))
        before, now_before = anchors[position - 1]
        after, now_after = anchors[min(position, len(anchors) - 1)]
        in_place = now_after - now_before == after - before
        places[at] = ("changed", now_before + at - before) if in_place else ("missing", None)
    return places
