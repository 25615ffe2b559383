"""A store's file: read alike in any layout, or refused in one sentence, wherever its database
is."""

from __future__ import annotations

import io
import json
import random
from pathlib import Path
from typing import Any

import hostile
import pytest
from chance import LAYOUTS, Tables, canonical, rich_store
from hypothesis import given, settings
from hypothesis import strategies as st

from factcli.encoding import encode
from factcli.errors import StoreError
from factcli.model import TABLES
from factcli.opening import open_store
from factcli.query import Query
from factcli.store.lines import LONGEST, Line, NotCanonical, read_lines
from factcli.store.reading import read_store, read_tables
from factcli.store.scanning import scan

PLACES = ("memory", "temporary", "cache")


def scanned(data: bytes) -> list[Line]:
    return list(scan(io.BytesIO(data), "store.json"))


def plainly(data: bytes) -> dict[str, list[tuple[int, Any]]]:
    """The records by table, as Python's own reader gives them."""
    tables = json.loads(data.decode("utf-8-sig"))
    return {name: [(int(n), one) for n, one in tables.get(name, {}).items()] for name in TABLES}


def grouped(lines: list[Line]) -> dict[str, list[tuple[int, Any]]]:
    found: dict[str, list[tuple[int, Any]]] = {name: [] for name in TABLES}
    for line in lines:
        found[line.table].append((line.number, json.loads(line.data)))
    assert [line.table for line in lines] == sorted(
        (line.table for line in lines), key=list(TABLES).index
    )
    return found


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("seed", range(2))
def test_any_layout_gives_the_records_that_python_reads(
    tmp_path: Path, layout: str, seed: int
) -> None:
    tables = rich_store(seed)
    data = LAYOUTS[layout](tables)
    assert grouped(scanned(data)) == plainly(data)
    path = tmp_path / "store.json"
    path.write_bytes(data)
    assert read_tables(str(path)) == {name: rows for name, rows in tables.items() if rows}
    lines = read_store(str(path), list)
    if layout in ("canonical", "without a last line break"):
        assert lines == list(read_lines(io.BytesIO(data))) == scanned(data)


@pytest.mark.parametrize("size", [0, 1, 2, 500])
def test_both_ways_of_reading_give_the_same_lines(size: int) -> None:
    tables = rich_store(1, size)
    for name in ("series", "log", "questions"):
        if size < 2:
            tables[name] = {}
    data = canonical(tables)
    assert list(read_lines(io.BytesIO(data))) == scanned(data)


class _Slowly(io.BytesIO):
    """A stream that gives few bytes at a time, so that every place of the file ends a window."""

    def __init__(self, data: bytes, most: int) -> None:
        super().__init__(data)
        self._most = most

    def read(self, size: int | None = -1, /) -> bytes:
        return super().read(self._most if size is None or size < 0 else min(size, self._most))


@pytest.mark.parametrize("most", [3, 4, 5, 7, 64, 1000, 4096])
@pytest.mark.parametrize("layout", ["canonical", "indented", "escapes and a BOM", "one line"])
def test_a_window_may_end_anywhere(layout: str, most: int) -> None:
    tables = rich_store(1, 2 if most < 64 else 20)
    tables["claims"]["1"]["statement"] = 'A "quoted" \\ text with {braces} and \u2028 é 😀 \n ends.'
    data = LAYOUTS[layout](tables)
    found = list(scan(_Slowly(data, most), "store.json"))
    assert grouped(found) == plainly(data)


def test_a_record_may_be_longer_than_a_window() -> None:
    tables = rich_store(1, 3)
    tables["claims"]["2"]["statement"] = 'é{"\\}' * 40_000
    for write in LAYOUTS.values():
        data = write(tables)
        assert grouped(scanned(data)) == plainly(data)


# Any JSON text of the same store.
SPACES = st.text(alphabet=" \t\n\r", max_size=3)


@st.composite
def _texts(draw: st.DrawFn) -> tuple[Tables, bytes]:
    """A store's file with white space, escapes and the order of tables of chance."""
    tables = rich_store(draw(st.integers(0, 50)), draw(st.integers(0, 4)))
    names = draw(st.permutations(list(tables)))
    kept = {name: draw(st.booleans()) for name in names}
    left = [name for name in names if tables[name] or kept[name] or name == "claims"]

    def text(value: str) -> str:
        if draw(st.integers(0, 4)) == 0:
            return '"' + "".join(f"\\u{ord(char):04x}" for char in value) + '"'
        return json.dumps(value)

    def pad() -> str:
        return draw(SPACES)

    def record(document: Any) -> str:
        written = json.dumps(
            document, ensure_ascii=draw(st.booleans()), indent=draw(st.sampled_from([None, 0, 3]))
        )
        return written.replace('"note"', '"n\\u006fte"') if draw(st.booleans()) else written

    def rows(name: str) -> str:
        numbers = (
            draw(st.permutations(list(tables[name]))) if draw(st.booleans()) else list(tables[name])
        )
        parts = [
            f"{pad()}{text(n)}{pad()}:{pad()}{record(tables[name][n])}{pad()}" for n in numbers
        ]
        return "{" + (",".join(parts) or pad()) + "}"

    body = ",".join(f"{pad()}{text(name)}{pad()}:{pad()}{rows(name)}{pad()}" for name in left)
    start = draw(st.sampled_from(["", "\ufeff"]))
    return {name: tables[name] for name in left}, f"{start}{pad()}{{{body}}}{pad()}".encode()


@settings(max_examples=60)
@given(found=_texts(), most=st.sampled_from([5, 100, 1 << 20]))
def test_any_json_text_of_a_store_is_read(found: tuple[Tables, bytes], most: int) -> None:
    tables, data = found
    lines = list(scan(_Slowly(data, most), "store.json"))
    assert grouped(lines) == plainly(data)
    assert {(line.table, line.number) for line in lines} == {
        (name, int(n)) for name, rows in tables.items() for n in rows
    }


# Files that are no stores.


def _outcomes(path: Path, data: bytes) -> str:
    """The sentence with which a file is refused, the same in each place; empty when it is read."""
    path.write_bytes(data)
    found = []
    for keep in PLACES:
        try:
            store = open_store(path, keep=keep, notice=pytest.fail)
            found.append(
                "\n".join(
                    [*store.find(Query(status="any")).json(), *map(encode, store.actors.records())]
                )
            )
            store.close()
        except StoreError as error:
            found.append(f"error: {error}")
    assert found[0] == found[1] == found[2]
    assert path.read_bytes() == data
    if not found[0].startswith("error: "):
        return ""
    message = found[0].removeprefix("error: ")
    assert str(path) in message
    assert message.count("\n") == 0
    assert len(message) < 1000
    return message


def _is_store(data: bytes) -> bool:
    """Whether Python's own reader, made strict, finds a store's tables of objects in a file."""

    def unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        if len(dict(pairs)) < len(pairs):
            raise ValueError
        return dict(pairs)

    def refuse(text: str) -> Any:
        raise ValueError(text)

    try:
        text = data.decode("utf-8-sig")
        tables = json.loads(text, object_pairs_hook=unique, parse_constant=refuse)
        json.dumps(tables, ensure_ascii=False).encode()
        numbers = [
            [int(n) for n in rows if n == str(int(n)) and int(n) > 0] for rows in tables.values()
        ]
        return (
            tables.keys() <= TABLES.keys()
            and {"meta", "claims"} <= tables.keys()
            and all(
                len(found) == len(rows)
                for found, rows in zip(numbers, tables.values(), strict=True)
            )
            and all(isinstance(row, dict) for rows in tables.values() for row in rows.values())
        )
    except (ValueError, AttributeError, TypeError, RecursionError):
        return False


@pytest.mark.parametrize("name", hostile.RAW)
def test_a_hostile_store_is_refused_alike_in_each_place(tmp_path: Path, name: str) -> None:
    assert _outcomes(tmp_path / "store.json", hostile.RAW[name])


GOOD = canonical(rich_store(3, 12))


def _replaced(old: bytes, new: bytes, count: int = 1) -> bytes:
    assert old in GOOD
    return GOOD.replace(old, new, count)


def _in_log(entry: bytes) -> bytes:
    return _replaced(b'"log": {}', b'"log": {\n"1": ' + entry + b"\n}")


ENTRY = (
    b'{"seq":1,"at":"2025-01-01T00:00:00Z","by":"me","op":"set","table":"claims","id":"c0001",'
    b'"was":{"note":null},"number":null,"why":null}'
)

ODD: dict[str, bytes] = {
    "two records on a line": _replaced(b'},\n"2": {"id":"c0001"', b'},"2": {"id":"c0001"'),
    "two records on a line, and a blank": _replaced(b'},\n"2": {"id":"c0001"',
        b'}, "2": {"id":"c0001"'),
    "a record twice": _replaced(b'"2": {"id":"c0001"', b'"1": {"id":"c0001"'),
    "numbers that go back": _replaced(b'"2": {"id":"c0001"', b'"92": {"id":"c0001"'),
    "an odd number": _replaced(b'"2": {"id":"c0001"', b'"02": {"id":"c0001"'),
    "no number": _replaced(b'"2": {"id":"c0001"', b'"x": {"id":"c0001"'),
    "number zero": _replaced(b'"1": {"id":"c0000"', b'"0": {"id":"c0000"'),
    "a long number": _replaced(b'"2": {"id":"c0001"', b'"123456789012345": {"id":"c0001"'),
    "too long a number": _replaced(b'"2": {"id":"c0001"', b'"9223372036854775808": {"id":"c0001"'),
    "a blank line": _replaced(b',\n"2": {"id":"c0001"', b',\n\n"2": {"id":"c0001"'),
    "blank lines at the end": GOOD + b"\n\n",
    "a blank before a key": _replaced(b'"2": {"id":"c0001"', b' "2": {"id":"c0001"'),
    "conflict markers": _replaced(
        b',\n"2": {"id":"c0001"', b',\n<<<<<<< ours\n"2": {"id":"c0001"'
    ),
    "CRLF": GOOD.replace(b"\n", b"\r\n"),
    "CR": GOOD.replace(b"\n", b"\r"),
    "one CRLF": _replaced(b'},\n"2": {"id":"c0001"', b'},\r\n"2": {"id":"c0001"'),
    "no comma": _replaced(b'},\n"2": {"id":"c0001"', b'}\n"2": {"id":"c0001"'),
    "a comma too many": _replaced(b'}\n},\n"log"', b'},\n},\n"log"'),
    "a table twice": _replaced(b'"log": {}', b'"log": {},\n"log": {}'),
    "an unknown table": _replaced(b'"log": {}', b'"logs": {}'),
    "no log": _replaced(b',\n"log": {}', b""),
    "no series": _replaced(b'"series": {},\n', b""),
    "no claims": canonical(rich_store(3, 0)).replace(b'"claims": {},\n', b""),
    "no end": GOOD[:-3],
    "an end too many": GOOD + b"}\n",
    "data after the end": GOOD + b"{}",
    "a NUL after the end": GOOD + b"\x00",
    "a key twice": _replaced(b'"kind":', b'"kind":"event","kind":'),
    "a key twice in a figure": _replaced(b'"upper":', b'"upper":null,"upper":'),
    "a table that is a list": _replaced(b'"log": {}', b'"log": []'),
    "a record that is a list": _in_log(b"[]"),
    "a record that is text": _in_log(b'"x"'),
    "not UTF-8": _replaced("ü".encode(), b"\xff"),
    "not UTF-8 in a key": _replaced(b'"kind":', b'"ki\xffnd":'),
    "not UTF-8 in a number": _replaced(b'"2": {"id":"c0001"', b'"2\xff": {"id":"c0001"'),
    "half of a pair": _replaced("ü".encode(), b"\\ud83d"),
    "a pair": _replaced("ü".encode(), b"\\ud83d\\ude00"),
    "half of a pair in a key": _replaced(b'"kind":', b'"ki\\ud83dnd":'),
    "a control character": _replaced("ü".encode(), b"\x01"),
    "an unknown escape": _replaced("ü".encode(), b"\\q"),
    "an escaped solidus": _replaced("ü".encode(), b"\\/"),
    "NaN": _replaced(b'"paragraph":1', b'"paragraph":NaN'),
    "1e999": _replaced(b'"paragraph":1', b'"paragraph":1e999'),
    "1.0": _replaced(b'"paragraph":1', b'"paragraph":1.0'),
    "01": _replaced(b'"paragraph":1', b'"paragraph":01'),
    "+1": _replaced(b'"paragraph":1', b'"paragraph":+1'),
    "many digits": _replaced(b'"paragraph":1', b'"paragraph":' + b"9" * 5000),
    "a large number": _replaced(b'"paragraph":1', b'"paragraph":' + b"9" * 90),
    "deep lists": _replaced(b'"paragraph":1', b'"paragraph":' + b"[" * 10_000 + b"]" * 10_000),
    "deep objects": _replaced(b'"paragraph":1',
                              b'"paragraph":' + b'{"a":' * 10_000 + b"1" + b"}" * 10_000),
    "a deep list that is a statement": _replaced(b'"note":null',
        b'"note":' + b"[" * 100_000 + b"]" * 100_000),
    "deep lists under an unknown key": _replaced(b'"note":null',
        b'"noted":' + b"[" * 100_000 + b"]" * 100_000),
    "deep lists in the log": _in_log(ENTRY.replace(b"null}", b"[" * 10_000 + b"]" * 10_000 + b"}",
        1)),
    "deep objects in the log": _in_log(ENTRY.replace(b"null}",
        b'{"a":' * 10_000 + b"1" + b"}" * 10_001, 1)),
    "an entry of the log that is no JSON": _in_log(b'{"at":1,"nonsense }'),
    "an entry of the log that ends early": _in_log(b'{"at":1},}'),
    "an entry of the log with a key twice": _in_log(ENTRY.replace(b'"seq":1', b'"seq":1,"seq":1')),
    "an entry of the log that is not UTF-8": _in_log(ENTRY.replace(b'"me"', b'"m\xffe"')),
    "an entry of the log with half of a pair": _in_log(ENTRY.replace(b'"me"', b'"\\ud800"')),
    "an entry of the log with NaN": _in_log(ENTRY.replace(b'"note":null', b'"note":NaN')),
    "an entry of the log with many digits": _in_log(ENTRY.replace(b'"seq":1',
        b'"seq":' + b"1" * 5000)),
    "two entries of the log on a line": _in_log(ENTRY + b', "2": ' + ENTRY),
    "an entry of the log of another kind": _in_log(b'{"seq":1}'),
    "an entry of the log without a time": _in_log(ENTRY.replace(b"2025-01-01T00:00:00Z", b"today")),
    "a BOM": b"\xef\xbb\xbf" + GOOD,
    "a BOM in the middle": _replaced(b'"log"', b'\xef\xbb\xbf"log"'),
    "half of a BOM": b"\xef\xbb" + GOOD,
    "two BOMs": b"\xef\xbb\xbf\xef\xbb\xbf" + GOOD,
    "UTF-16": GOOD.decode().encode("utf-16"),
    "a braces in a string": _replaced("Brücke".encode(), b"}}{{\\\"}"),
    "a number that is too large for the database": _in_log(ENTRY.replace(b'"number":null',
        b'"number":' + b"9" * 30)),
}  # fmt: skip


@pytest.mark.parametrize("name", ODD)
def test_an_odd_file_is_read_as_python_reads_it_or_refused_in_one_sentence(
    tmp_path: Path, name: str
) -> None:
    data = ODD[name]
    error = _outcomes(tmp_path / "store.json", data)
    if not error:
        assert _is_store(data)
        assert grouped(scanned(data)) == plainly(data)


@pytest.mark.parametrize("name", ODD)
def test_an_odd_file_of_another_layout_is_refused_for_the_same_reason(
    tmp_path: Path, name: str
) -> None:
    """Blanks make the slow way read what the fast way would have read."""
    data = ODD[name]
    if not data.startswith(b"{\n"):
        return
    fast = _outcomes(tmp_path / "store.json", data)
    slow = _outcomes(tmp_path / "store.json", b"{ \n" + data[2:])
    assert bool(fast) == bool(slow)
    if "column" not in fast and "byte" not in fast:  # those are counted
        assert fast == slow


@pytest.mark.slow
def test_a_record_that_is_too_long_is_refused_in_every_layout(tmp_path: Path) -> None:
    path = tmp_path / "store.json"
    for layout in ("canonical", "one line"):
        tables = rich_store(0, 2)
        tables["claims"]["2"]["statement"] = "x" * LONGEST
        path.write_bytes(LAYOUTS[layout](tables))
        with pytest.raises(StoreError, match="has a record longer than"):
            read_store(str(path), lambda lines: sum(1 for _ in lines))


@pytest.mark.parametrize("layout", ["canonical", "indented"])
def test_a_file_may_be_cut_anywhere(tmp_path: Path, layout: str) -> None:
    data = LAYOUTS[layout](rich_store(5, 3))
    chance = random.Random(layout)
    for at in [
        0,
        1,
        2,
        3,
        *(len(data) - n for n in range(1, 6)),
        *chance.sample(range(len(data)), 30),
    ]:
        error = _outcomes(tmp_path / "store.json", data[:at])
        assert error or data[at:].strip() == b""


def _mutated(data: bytes, chance: random.Random) -> bytes:
    """A file with a slip: bytes changed, added, doubled, taken out, or lines exchanged."""
    at, length = chance.randrange(len(data)), chance.choice([1, 1, 1, 2, 5, 40])
    part = data[at : at + length]
    piece = chance.choice([
        b"", b"\n", b" ", b",", b"{", b"}", b'"', b"\\", b":", b"[", b"]", b"1", b"\xff", b"\x00",
        b"null", part * 2, part[::-1],
        bytes([chance.randrange(256)]), b'"1": {}', b"},\n", b"}\n", b'"log": {},\n',
        b"\xef\xbb\xbf", b"\\ud800", b"0", b"-", b"e5",
    ])  # fmt: skip
    if chance.random() < 0.15:
        lines = data.splitlines(keepends=True)
        one, other = chance.randrange(len(lines)), chance.randrange(len(lines))
        lines[one], lines[other] = lines[other], lines[one]
        return b"".join(lines)
    return data[:at] + piece + data[at + (0 if chance.random() < 0.5 else length) :]


def _check_mutants(number: int, seed: int) -> None:
    chance = random.Random(seed)
    bases = [write(rich_store(seed, 4)) for write in LAYOUTS.values()]
    for _ in range(number):
        data = _mutated(chance.choice(bases), chance)
        if chance.random() < 0.2:
            data = _mutated(data, chance)
        try:
            found = grouped(scanned(data))
        except StoreError as error:
            assert str(error).count("\n") == 0
            assert not isinstance(error, NotCanonical)
            assert not _is_store(data) or _has_long_number(str(error)), error
        else:
            assert _is_store(data)
            assert found == plainly(data)
        try:
            fast = list(read_lines(io.BytesIO(data)))
        except NotCanonical:
            continue
        for line in fast:  # whoever decodes a line finds out when it is not one record
            try:
                json.loads(line.data)
            except ValueError:
                break
        else:
            assert grouped(fast) == plainly(data)


def _has_long_number(error: str) -> bool:
    """Numbers of records up to 15 digits are read, and other numbers up to 100."""
    return "numbers a record" in error or "digits" in error or "out of range" in error


def test_a_mutant_is_read_as_python_reads_it_or_refused() -> None:
    _check_mutants(250, seed=1)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(3))
def test_very_many_mutants_are_read_as_python_reads_them_or_refused(seed: int) -> None:
    _check_mutants(2000, seed)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(6))
def test_a_mutant_is_refused_alike_in_each_place(tmp_path: Path, seed: int) -> None:
    chance = random.Random(seed)
    data = list(LAYOUTS.values())[seed](rich_store(seed, 6))
    for _ in range(150):
        _outcomes(tmp_path / "store.json", _mutated(data, chance))
