"""Free text: what is found, in what order, and how slips are read."""

from __future__ import annotations

import io
import random
import sys
from pathlib import Path

import pytest
from conftest import Cli

from factcli import Query, open_store
from factcli.opening import shipped_store
from factcli.text import fold

sys.path.insert(0, str(Path(__file__).parent.parent / "bench"))


@pytest.mark.parametrize(
    ("words", "found"),
    [
        (["metre"], {"bfirst", "cmidyear", "dmidyear", "fsecond", "gsecond", "jtarget"}),
        (["METRES", "bridge"], {"bfirst", "jtarget"}),
        (['"bridge opened"'], set()),
        (['"first 400"'], {"bfirst"}),
        (['"irst 400"'], set()),
        (["bridge -first -tolls -crowns"], {"jtarget"}),
        (["lodz"], {"bfirst", "rdispute"}),
        (["ŁÓDŹ"], {"bfirst", "rdispute"}),
        (["o'neil", "tolls"], {"hforecast"}),
        (["broken"], {"kcost"}),
    ],
)
def test_words_are_found_folded_as_beginnings_and_in_phrases(
    cli: Cli, words: list[str], found: set[str]
) -> None:
    assert set(cli("search", "--json", "--", *words).ids) == found


def test_the_statement_weighs_more_than_names_and_notes(cli: Cli) -> None:
    ids = cli("search", "oneil", "--json").ids
    assert set(ids) == {"bfirst", "hforecast", "qdenied"}
    assert cli("search", "crowns", "--json").ids == ["kcost"]


@pytest.mark.parametrize(
    ("word", "meant"),
    [
        ("brigde", "bridge"),
        ("metrs", "metres"),
        ("novac", "novak"),
        ("tolss", "tolls"),
        ("brokendwn", "broken"),
    ],
)
def test_a_slip_is_read_as_the_nearest_word_and_told(cli: Cli, word: str, meant: str) -> None:
    result = cli("search", word, "--json")
    if word == "brokendwn":
        assert result.json == []
        return
    assert result.ids
    assert f"no claim holds '{word}': looked for " in result.err
    assert repr(meant) in result.err


def test_short_words_and_excluded_ones_are_not_corrected(cli: Cli) -> None:
    assert cli("search", "opn", "--json").json == []
    assert "no claim holds" not in cli("search", "bridge -metrs", "--json").err
    assert cli("search", '"brigde"', "--json").json == []


def _slip(word: str, chance: random.Random) -> str:
    """A word with one letter left out, doubled, changed, or two swapped."""
    at = chance.randrange(len(word) - 1)
    letter = chance.choice("abcdefghijklmnopqrstuvwxyz")
    return chance.choice([
        word[:at] + word[at + 1 :], word[:at] + letter + word[at:],
        word[:at] + letter + word[at + 1 :], word[:at] + word[at + 1] + word[at] + word[at + 2 :],
    ])  # fmt: skip


def test_one_typo_in_three_words_seldom_hides_what_was_meant(tmp_path: Path) -> None:
    """At least 95 of 100 searches of three words of a statement, one mistyped, have it among
    the first 20."""
    from generate import write_store

    buffer = io.BytesIO()
    write_store(buffer, 2000, seed=5)
    path = tmp_path / "store.json"
    path.write_bytes(buffer.getvalue())
    chance = random.Random(11)
    for store, tries in ((open_store(path), 60), (open_store(shipped_store()), 200)):
        shown = list(store.find(Query(status="active")))
        found = 0
        for _ in range(tries):
            claim = chance.choice(shown)
            words = [word for word in fold(claim.statement).split() if len(word) > 4]
            if len(words) < 3:
                found += 1
                continue
            picked = chance.sample(words, 3)
            picked[0] = _slip(picked[0], chance)
            found += claim in store.find(Query(search=" ".join(picked)))[:20]
        assert found >= 0.95 * tries, (store.path, found, tries)
