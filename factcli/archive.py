"""Proving claims against archived texts: each locator is a digest of one paragraph, held against the text itself.

A text's paragraphs are its non-empty lines. A digest is the SHA-256 of the paragraph in NFC, white space folded, quotes
and apostrophes unified, so that a re-saved text still proves its claims. Nothing is matched by likeness.
"""

from __future__ import annotations

import hashlib
import os
import re
import unicodedata
from bisect import bisect
from collections import defaultdict
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Literal, NamedTuple

from factcli.errors import NotFound
from factcli.model import Claim, Source
from factcli.store.reading import read_bytes

Outcome = Literal["ok", "moved", "changed", "missing"]

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
    """What became of a claim's paragraph: `found_at` is its index now, for `ok` and `moved` (and `changed`: its place)."""

    claim: Claim
    outcome: Outcome
    found_at: int | None
    text: Text | None


def read_text(path: Path) -> Text:
    """An archived text.

    Raises:
        StoreError: when it cannot be read or is not UTF-8.
    """
    data = read_bytes(path)
    paragraphs = [line.strip() for line in data.decode("utf-8-sig", "replace").splitlines() if line.strip()]
    return Text(path, hashlib.sha256(data).hexdigest(), paragraphs, [digest(line) for line in paragraphs])


class Archive:
    """The archived texts in a directory: its ``.txt`` files."""

    def __init__(self, directory: Path) -> None:
        try:
            names = sorted(os.listdir(directory))
        except OSError as error:
            raise NotFound(f"no archived texts at {directory}: {error.strerror}") from None
        self.texts = [read_text(directory / name) for name in names if name.endswith(".txt")]

    def text_of(self, source: Source, claims: Iterable[Claim]) -> Text | None:
        """The text of a source: the file whose bytes are its own, else the only one that holds most of its paragraphs."""
        for text in self.texts:
            if text.sha256 == source.text_sha256:
                return text
        wanted = {claim.locator.sha256 for claim in claims if claim.locator}
        scores = sorted(
            ((len(wanted.intersection(text.digests)), at) for at, text in enumerate(self.texts)), reverse=True
        )
        if not scores or scores[0][0] == 0 or (len(scores) > 1 and scores[0][0] == scores[1][0]):
            return None
        return self.texts[scores[0][1]]

    def prove(self, claims: Iterable[Claim], sources: Mapping[str, Source]) -> list[Proof]:
        """Every claim held against its source's text, in the order given."""
        claims = list(claims)
        by_source: dict[str, list[Claim]] = defaultdict(list)
        for claim in claims:
            by_source[claim.source].append(claim)
        proofs: dict[str, Proof] = {}
        for ident, group in by_source.items():
            text = self.text_of(sources[ident], group)
            places = _places(text, group, sources[ident].paragraphs) if text else {}
            for claim in group:
                at = claim.locator.paragraph if claim.locator else 0
                outcome, found = places.get(at, ("missing", None)) if claim.locator else ("missing", None)
                proofs[claim.id] = Proof(claim, outcome, found, text)
        return [proofs[claim.id] for claim in claims]


def _places(text: Text, claims: list[Claim], length: int) -> dict[int, tuple[Outcome, int | None]]:
    """For each paragraph that claims point at, what became of it.

    One whose digest is nowhere has *changed* when the nearest paragraphs found before and after it are as far apart as
    they were, so that its place is still there; else it is *missing*.
    """
    wanted = {claim.locator.paragraph: claim.locator.sha256 for claim in claims if claim.locator}
    indices: dict[str, list[int]] = defaultdict(list)
    for index, value in enumerate(text.digests, 1):
        indices[value].append(index)
    found = {at: _nearest(at, indices[value]) for at, value in wanted.items() if value in indices}
    anchors = sorted([(0, 0), *found.items(), (length + 1, len(text.paragraphs) + 1)])
    places: dict[int, tuple[Outcome, int | None]] = {}
    for at in wanted:
        if at in found:
            places[at] = ("ok" if found[at] == at else "moved", found[at])
            continue
        position = bisect(anchors, (at, 0))
        (before, now_before), (after, now_after) = anchors[position - 1], anchors[min(position, len(anchors) - 1)]
        in_place = now_after - now_before == after - before
        places[at] = ("changed", now_before + at - before) if in_place else ("missing", None)
    return places


def _nearest(at: int, indices: list[int]) -> int:
    return min(indices, key=lambda index: abs(index - at))
