"""Writing as a curator does: what changes, what is refused, what the log says, and that undo
gives the former bytes back."""

from __future__ import annotations

import json
import os
import stat
from pathlib import Path
from typing import Any

import bridge
import pytest
from conftest import Cli, Feed, spawn, tables

from factcli.transaction import transaction

NEW = {
    "statement": "The tolls fell.",
    "kind": "event",
    "topics": ["money"],
    "source": "gazette-2025-05",
}


def test_a_claim_is_added_with_an_id_and_a_chain(own: Feed, path: Path) -> None:
    result = own("add", "--why", "seen in print", "--json", stdin=NEW)
    assert result.code == 0
    (row,) = result.json
    assert (row["op"], row["table"], row["seq"]) == ("add", "claims", 1)
    shown = own("show", row["id"], "--json").json[0]
    assert shown["statement"] == NEW["statement"]
    assert [hop["actor"] for hop in shown["attribution"]] == ["the-gazette"]
    (entry,) = own("log", "--json").json
    assert (entry["by"], entry["op"], entry["id"], entry["why"], entry["was"]) == (
        "the tester",
        "add",
        row["id"],
        "seen in print",
        None,
    )
    assert own("check").json == [] or {f["code"] for f in own("check", "--json").json} == {
        "C310",
        "C311",
    }


def test_adding_the_same_again_changes_nothing(own: Feed, path: Path) -> None:
    own("add", stdin=NEW)
    before = path.read_bytes()
    again = own("add", "--json", stdin=NEW)
    assert (again.code, again.json) == (0, [])
    assert "nothing to change" in again.err
    assert path.read_bytes() == before


def test_a_paragraph_is_located_in_the_archived_text(own: Feed, tmp_path: Path) -> None:
    texts = tmp_path / "texts"
    texts.mkdir()
    (texts / "a.txt").write_text("First.\n\nSecond: the tolls fell by half.\n", encoding="utf-8")
    added = own(
        "source",
        "add",
        "--text",
        str(texts / "a.txt"),
        stdin={"id": "new-source", "issued": "2025"},
    )
    assert added.code == 0
    result = own(
        "add",
        "--paragraph",
        "2",
        "--texts",
        str(texts),
        "--json",
        stdin=NEW | {"source": "new-source", "date_basis": "x"},
    )
    assert result.code == 0, result.err
    proof = own("verify", str(texts), "--json").json
    assert {row["outcome"] for row in proof if row["source"] == "new-source"} == {"ok"}
    assert (
        own(
            "add", "--paragraph", "3", "--texts", str(texts), stdin=NEW | {"source": "new-source"}
        ).code
        == 2
    )


WRITES: list[tuple[list[str], Any]] = [
    (["add"], NEW),
    (
        [
            "set",
            "bfirst",
            "note=Curator: x.",
            "date=2024-06-25",
            "quantity.amount=401",
            "question:=null",
        ],
        None,
    ),
    (["retract", "bfirst", "--why", "wrong"], None),
    (["supersede", "fsecond", "--by", "gsecond"], None),
    (["relate", "fsecond", "contradicts", "gsecond", "--kind", "numeric", "--note", "x"], None),
    (["import", "-"], [NEW, NEW | {"statement": "The tolls rose."}]),
    (
        ["import", "-", "--table", "actors"],
        [{"id": "jane-doe", "name": "Jane Doe", "kind": "person"}],
    ),
    (["topic", "add"], {"id": "tolls", "title": "Tolls"}),
    (["topic", "set", "money", "title=Cost"], None),
    (["actor", "add"], {"id": "jane-doe", "name": "Jane Doe", "kind": "person"}),
    (["actor", "set", "lodz", "name=Lodz"], None),
    (["actor", "alias", "novak", "P. Novák"], None),
    (["actor", "merge", "novak", "oneil"], None),
    (
        ["source", "add"],
        {"id": "leaflet", "text_sha256": bridge.DIGEST, "paragraphs": 1, "issued_basis": "none"},
    ),
    (["source", "set", "radio-undated", "title=A talk"], None),
    (["question", "add"], {"id": "who-paid", "text": "Who paid?"}),
    (["question", "set", "second-section", "text=How long?"], None),
    (["edit", "bfirst"], None),
]
EDITOR = {"EDITOR": "sed -i s/opened/unveiled/"}


@pytest.mark.parametrize(
    ("words", "stdin"), WRITES, ids=[" ".join(words[:3]) for words, _ in WRITES]
)
def test_every_write_is_logged_tried_dry_and_undone(
    own: Feed, path: Path, words: list[str], stdin: Any
) -> None:
    before = path.read_bytes()
    dry = own(*words, "--dry-run", "--json", stdin=stdin, **EDITOR)
    assert dry.code == 0, dry.err
    assert path.read_bytes() == before
    real = own(*words, "--json", stdin=stdin, **EDITOR)
    assert real.code == 0, real.err
    assert real.json == dry.json != []
    assert [row["seq"] for row in real.json] == [
        entry["seq"] for entry in own("log", "--json").json
    ]
    assert "S102" not in {row["code"] for row in own("check", "--json").json}
    assert not [row for row in own("check", "--json").json if row["severity"] == "error"]
    assert json.loads(path.read_text(encoding="utf-8")) != json.loads(before)
    undone = own("undo", "--json")
    assert undone.code == 0, undone.err
    assert {row["op"] for row in undone.json} == {"undo"}
    assert tables(path) == {
        name: records for name, records in json.loads(before).items() if name != "log"
    }
    assert list(tables(path)["claims"]) == list(json.loads(before)["claims"])
    assert own("undo").code == 1


REFUSED = [
    (["add"], {"statement": "x"}, 2, "kind"),
    (["add"], NEW | {"kind": "rumour"}, 2, "kind"),
    (["add"], NEW | {"verdict": True}, 2, "no field 'verdict'"),
    (["add"], NEW | {"topics": ["nothing"]}, 4, "V201"),
    (["add"], NEW | {"date": "2026"}, 4, "C301"),
    (["add"], NEW | {"date": "soon"}, 2, "date"),
    (["add"], NEW | {"id": "bfirst"}, 2, "already"),
    (["add"], NEW | {"question": "second-section"}, 4, "C308"),
    (["add"], [NEW, NEW], 2, "import"),
    (["add"], b"", 2, "empty"),
    (["add"], b"{", 2, "JSON"),
    (["add"], b'{"a": 1, "a": 2}', 2, "twice"),
    (["add"], b"\xff\xfe", 2, "UTF-8"),
    (["add", "--paragraph", "1"], NEW, 2, "--texts"),
    (["set", "zzz", "note=x"], None, 1, "no claim"),
    (["set", "bfirst", "note"], None, 2, "FIELD=TEXT"),
    (["set", "bfirst", "id=other"], None, 2, "id"),
    (["set", "bfirst", "quantity:=[1"], None, 2, "JSON"),
    (["set", "bfirst", "topics.first=x"], None, 2, "topics"),
    (["set", "bfirst", "nte=x"], None, 2, "'note'"),
    (["retract", "bfirst"], None, 2, "--why"),
    (["supersede", "fsecond", "--by", "fsecond"], None, 4, "C306"),
    (["relate", "fsecond", "opposes", "gsecond"], None, 2, "type"),
    (["import", "missing.json"], None, 2, "missing.json"),
    (["import", "-", "--table", "log"], [], 2, "--table"),
    (["import", "-"], [NEW, NEW | {"kind": "x"}, {"id": 1}], 2, "2 of 3"),
    (["topic", "add"], {"id": "list", "title": "List"}, 4, "V202"),
    (["topic", "add"], {"id": "No Slug", "title": "List"}, 2, "id"),
    (["actor", "merge", "novak", "novak"], None, 2, "already"),
    (["actor", "alias", "nobody", "x"], None, 2, "no actor"),
    (["undo"], None, 1, "nothing to undo"),
    (["undo", "7"], None, 1, "no entry 7"),
    (["undo", "0"], None, 2, ""),
]  # fmt: skip


@pytest.mark.parametrize(("words", "stdin", "code", "says"), REFUSED)
def test_a_bad_write_is_refused_and_nothing_is_written(
    own: Feed, path: Path, words: list[str], stdin: Any, code: int, says: str
) -> None:
    before = path.read_bytes()
    result = own(*words, stdin=stdin)
    assert (result.code, result.out) == (code, "")
    assert says in result.err
    assert "Traceback" not in result.err
    assert path.read_bytes() == before
    assert set(os.listdir(path.parent)) <= {"facts.json", ".facts.json.lock"}


def test_superseding_twice_relates_the_claims_once(own: Feed) -> None:
    words = ["supersede", "fsecond", "--by", "gsecond", "--json"]
    assert own(*words).code == 0
    assert own(*words).json == []


def test_an_import_tells_every_record_that_is_wrong(own: Feed) -> None:
    result = own("import", "-", stdin=[NEW, NEW | {"kind": "x"}, {"statement": 1}])
    assert "record 2: " in result.err
    assert "record 3: " in result.err


def test_csv_is_imported_with_renamed_columns(own: Feed, tmp_path: Path) -> None:
    sheet = tmp_path / "claims.csv"
    sheet.write_text(
        "What,kind,topics,source,quantity.amount,quantity.unit,quantity.text\n\"'=Tolls,"
        ' too",figure,money; works,gazette-2025-05,5,metres,5\n',
        encoding="utf-8",
    )
    result = own("import", str(sheet), "--map", "What=statement", "--json")
    assert result.code == 0, result.err
    found = result.json[0]["record"]
    assert (found["statement"], found["topics"], found["quantity"]["amount"]) == (
        "=Tolls, too",
        ["money", "works"],
        "5",
    )
    assert own("import", str(sheet), "--map", "Nope=statement").code == 2


def test_a_whole_store_is_imported_into_an_empty_one(
    own: Feed, cli: Cli, path: Path, tmp_path: Path
) -> None:
    fresh = tmp_path / "fresh.json"
    assert cli("init", str(fresh), "--title", "Fresh").code == 0
    assert cli("--store", str(fresh), "import", str(path)).code == 0
    assert own("diff", str(fresh), "--json").json == [
        {"table": "meta", "id": "meta", "difference": "changed", "changes": [
            {"field": "title", "was": "The bridge", "now": "Fresh"},
            {"field": "about", "was": "An invented store.", "now": ""},
            {"field": "license", "was": "CC0-1.0", "now": "CC-BY-4.0"}]},
    ]  # fmt: skip
    assert cli("init", str(fresh)).code == 4


def test_mode_link_and_place_are_kept(own: Feed, path: Path) -> None:
    path.chmod(0o640)
    link = path.parent / "link.json"
    link.symlink_to(path.name)
    with transaction(link, by="me") as edition:
        edition.put("topics", edition.get("topics", "money"))  # no change, no write
    assert own("topic", "set", "money", "title=Cost").code == 0
    assert stat.S_IMODE(path.stat().st_mode) == 0o640
    with transaction(link, by="me") as edition:
        edition.undo()
    assert link.is_symlink()


@pytest.mark.parametrize("name", ["missing.json", "directory", "fifo"])
def test_a_mistyped_path_creates_nothing(cli: Cli, tmp_path: Path, name: str) -> None:
    place = tmp_path / "place"
    place.mkdir()
    (place / "directory").mkdir()
    os.mkfifo(place / "fifo")
    before = set(os.listdir(place))
    assert cli("--store", str(place / name), "topic", "set", "money", "title=x").code == 3
    assert set(os.listdir(place)) == before


def test_the_store_in_the_package_is_read_only(
    own: Feed, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("factcli.transaction.PACKAGED", path)
    before = path.read_bytes()
    result = own("topic", "set", "money", "title=x")
    assert result.code == 4
    assert "factcli init" in result.err
    assert path.read_bytes() == before


def test_a_store_that_is_not_canonical_becomes_so_by_a_write(own: Feed, path: Path) -> None:
    path.write_text(
        json.dumps(json.loads(path.read_text(encoding="utf-8")), indent=4), encoding="utf-8"
    )
    assert own("topic", "set", "money", "title=Cost").code == 0
    assert "S102" not in {row["code"] for row in own("check", "--json").json}


def test_recorded_by_asks_the_store_as_it_was(own: Feed, path: Path) -> None:
    own("add", stdin=NEW)
    own("retract", "bfirst", "--why", "x")
    assert set(own("list", "--recorded-by", "2020", "--json").ids) != set(own("list", "--json").ids)
    was = own("list", "--recorded-by", "2020", "--json").json
    assert "bfirst" in {row["id"] for row in was}
    assert NEW["statement"] not in {row["statement"] for row in was}
    now = own("list", "--recorded-by", "2999", "--json").json
    assert now == own("list", "--json").json
    assert own("list", "--recorded-by", "soon").code == 2


def test_asking_on_a_terminal(tmp_path: Path, path: Path) -> None:
    import pty
    import subprocess
    import sys

    leader, follower = pty.openpty()
    answers = [
        "gazette-2025-05",
        "",
        "The tolls fell.",
        "rumour",
        "event",
        "money",
        "",
        "2025-05",
        "",
        "",
        "",
        *[""] * 6,
        "",
        "",
    ]
    process = subprocess.Popen(
        [sys.executable, "-m", "factcli", "--store", str(path), "add", "--json"],
        stdin=follower, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip
    os.close(follower)
    os.write(leader, ("\n".join(answers) + "\n").encode())
    out, err = process.communicate(timeout=30)
    os.close(leader)
    assert process.returncode == 0, err
    assert b"rumour" in err
    text = out.decode()
    assert json.loads(text[text.index("[{") :])[0]["record"]["date"] == "2025-05"


def test_a_lock_that_is_held_is_waited_for_and_then_told(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from factcli.errors import WriteRefused
    from factcli.store import durable

    told: list[str] = []
    monkeypatch.setattr(durable, "_NOTICE", 0.0)
    with (
        durable.locked(path),
        pytest.raises(WriteRefused, match="another process"),
        durable.locked(path, told.append, 0.05),
    ):
        pass
    assert len(told) == 1


def test_what_a_killed_writer_left_is_cleared_by_the_next(own: Feed, path: Path) -> None:
    (path.parent / ".facts.json.writing-12345").write_text("half", encoding="utf-8")
    assert own("topic", "set", "money", "title=Cost").code == 0
    assert set(os.listdir(path.parent)) == {"facts.json", ".facts.json.lock"}


def test_a_write_that_cannot_be_reported_was_made_and_says_so(path: Path) -> None:
    with open("/dev/full", "wb") as full:
        done = spawn(
            "--store", str(path), "topic", "set", "money", "title=Cost", stdout=full, stderr=-1
        )
    assert done.returncode == 4
    assert b"Traceback" not in done.stderr
    assert "Cost" in path.read_text(encoding="utf-8")
