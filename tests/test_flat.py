"""CSV and TSV: what readers of many kinds get, whatever a store holds."""

from __future__ import annotations

import csv
import io
import json
import os
import pty
from pathlib import Path

import bridge
import pytest
from conftest import Cli, spawn
from hypothesis import given
from hypothesis import strategies as st

from factcli.importing import parse
from factcli.output import flat
from factcli.text import visible

FORMULAS = ["=1+1", "+1+1", "-1+1", "@SUM(A1)", "＝1+1", "﹦1", "−1+1", '=HYPERLINK("http://x";"y")',
            "=cmd|' /C calc'!A0"]  # fmt: skip
BEFORE = ["", '"', '""', '"""', "'", "''", "\"'", " ", '" ', ' "', "\u00a0", "\u3000", "\u200d",
          "\n", "\t", "\r", '"\n', "\ufeff"]  # fmt: skip
OTHERS = [
    'An "odd quote.', '"', '""', '"""', 'ends in "', '"begins', '"whole"', '"a"b', '"a" b"', "a\tb",
    "a\nb", "a\r\nb", "a\rb", "\n", "soft\u00adhyphen", r"a literal \x0a", r"\n", "\\", "a;b",
    "a,b", "'quoted'", "'", "-17", "+5", "-17.5", "\u2028", "\x0b\x0c\x1c", "\x85", "\x1b[31m",
    "\u202e", "a = b", "'=1+1", "''=1+1", "'-17", "#", "ID", "é", "\U0001f600",
]  # fmt: skip
TEXTS = [before + formula for formula in FORMULAS for before in BEFORE] + OTHERS
FORMULA_STARTS = tuple("=+-@＝＋－＠﹦﹢﹣﹫−")
NUMBERS = {"-17", "+5", "-17.5"}


@pytest.fixture
def hostile(tmp_path: Path) -> str:
    """A store with a claim for each text, which is its statement and its note."""
    claims = [
        bridge.claim(f"t{chr(98 + n // 20)}{chr(98 + n % 20)}", text, note=text)
        for n, text in enumerate(TEXTS)
    ]
    path = tmp_path / "hostile.json"
    path.write_text(json.dumps(bridge.store(claims=claims)), encoding="utf-8")
    return str(path)


def with_quotes(out: str, delimiter: str) -> list[list[str]]:
    """The rows for a strict reader that knows quotes."""
    return list(csv.reader(io.StringIO(out, newline=""), delimiter=delimiter, strict=True))


def without_quotes(out: str) -> list[list[str]]:
    """The rows of TSV for a reader that does not."""
    return [line.split("\t") for line in out.removesuffix("\n").split("\n")]


def is_run(cell: str) -> bool:
    """Whether a spreadsheet runs a cell, also one that takes quotes and spaces off first."""
    bare = cell.strip().strip('"').strip()
    return bare.startswith(FORMULA_STARTS) and bare not in NUMBERS


def unguarded(cell: str, text: str) -> str:
    return cell.removeprefix("'") if cell == f"'{text}" else cell


@pytest.mark.parametrize("form", ["csv", "tsv"])
@pytest.mark.parametrize("fields", ["statement", "id,statement,note", "note,id", "note"])
def test_rows_are_whole_and_cells_are_safe_in_every_reader(
    cli: Cli, hostile: str, form: str, fields: str
) -> None:
    words = ["--store", hostile, "show", *_ids(hostile), "--fields", fields, "--format", form]
    out = cli(*words).out
    readings = [with_quotes(out, "," if form == "csv" else "\t")]
    readings += [without_quotes(out)] if form == "tsv" else []
    for rows in readings:
        assert len(rows) == len(TEXTS) + 1 == out.count("\n")
        assert {len(row) for row in rows} == {fields.count(",") + 1}
        assert [cell for row in rows for cell in row if is_run(cell)] == []
    assert out.splitlines() == out.removesuffix("\n").split("\n"), "no other line end is in it"
    shown = [visible(text) for text in TEXTS]
    at = fields.split(",").index("note" if "note" in fields else "statement")
    cells = [row[at] for row in readings[0][1:]]
    assert list(map(unguarded, cells, shown)) == shown


@pytest.mark.parametrize("form", ["csv", "tsv"])
def test_raw_is_the_stored_text(cli: Cli, hostile: str, form: str) -> None:
    words = ["--store", hostile, "show", *_ids(hostile), "--fields", "statement,id,note", "--raw"]
    rows = with_quotes(cli(*words, "-f", form).out, "," if form == "csv" else "\t")
    assert [(row[0], row[2]) for row in rows[1:]] == [(text, text) for text in TEXTS]
    target = Path(hostile).with_name(f"raw.{form}")
    assert cli(*words, "-o", str(target)).code == 0
    assert target.read_bytes().decode() == cli(*words, "-f", form).out
    plain = [text for text in TEXTS if not set(text) & set('"\t\r\n')]
    lines = target.read_bytes().decode().split("\n")
    assert [text for text in plain if not any(line.startswith(f"{text}\t") for line in lines)] == (
        [] if form == "tsv" else plain
    )


@pytest.mark.parametrize("form", ["csv", "tsv"])
def test_raw_puts_no_control_character_on_a_terminal(hostile: str, form: str) -> None:
    reader, writer = pty.openpty()
    words = ["--store", hostile, "list", "--match", "31m", "--fields", "note", "--raw", "-f", form]
    assert spawn(*words, stdout=writer).returncode == 0
    shown = os.read(reader, 10_000).decode()
    assert "31m" in shown
    assert not {"\x1b", "\u202e"} & set(shown)


def test_csv_is_imported_as_it_was_exported(cli: Cli, hostile: str) -> None:
    words = ["--store", hostile, "show", *_ids(hostile), "--fields", "statement", "-f", "csv"]
    found = parse(cli(*words).out.encode(), "csv", "claims", {}, "it")
    assert [one.document["statement"] for one in found] == [visible(text) for text in TEXTS]


_texts = st.text(st.sampled_from("ab'\"=+-@ \t\r\n;,\\|\u00a0\u200d1"), max_size=8)


@given(rows=st.lists(st.tuples(_texts, _texts), max_size=5))
def test_any_texts_come_back_from_every_reader(rows: list[tuple[str, str]]) -> None:
    encoded = [json.dumps({"a": one, "b": other}) for one, other in rows]
    how = {"to_terminal": False}
    for form, delimiter in (("csv", ","), ("tsv", "\t")):
        raw = "".join(flat.lines(form, encoded, ["a", "b"], raw=True, **how))
        assert [tuple(row) for row in with_quotes(raw, delimiter)[1:]] == rows
        for names in (["a", "b"], ["a"]):
            out = "".join(flat.lines(form, encoded, names, raw=False, **how))
            readings = [with_quotes(out, delimiter)]
            readings += [without_quotes(out)] if form == "tsv" else []
            for reading in readings:
                assert [len(row) for row in reading] == [len(names)] * (len(rows) + 1)
                cells = [cell for row in reading for cell in row]
                assert [c for c in cells if is_run(c) and not c[1:].isdigit()] == []


def _ids(path: str) -> list[str]:
    return [claim["id"] for claim in json.loads(Path(path).read_text())["claims"].values()]
