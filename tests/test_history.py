"""Any sequence of writes against a plain dictionary as the model: the store, the log, undo,
and the store as it was."""

from __future__ import annotations

import copy
import json
import shutil
import tempfile
from pathlib import Path
from typing import Any

import bridge
from conftest import tables
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from test_durability import run

from factcli.checks import check_store
from factcli.opening import Store, open_store
from factcli.query import Query
from factcli.record.shape import Record

WORDS = st.sampled_from(["tolls", "piers", "crane", "arch", "cable"])


def all_claims(store: Store) -> list[Record]:
    return list(store.find(Query(status="any")))


class Curating(RuleBasedStateMachine):
    """The model: records by table and id, a stack of former models for undo, and a snapshot
    for each command of the log."""

    @initialize()
    def begin(self) -> None:
        self.place = Path(tempfile.mkdtemp())
        self.path = self.place / "facts.json"
        self.path.write_text(bridge.canonical(bridge.clean()), encoding="utf-8")
        self.model: dict[str, dict[str, Any]] = {
            name: {record.get("id", "meta"): record for record in records}
            for name, records in bridge.clean().items()
            if name != "log"
        }
        self.stack: list[tuple[dict[str, Any], bytes]] = []
        self.snapshots: list[tuple[str, dict[str, Any]]] = []

    def write(self, words: list[str], stdin: Any, change: Any, *, undo: bool = False) -> None:
        """Run a command, change the model alike, and keep what undo and --recorded-by are
        held against."""
        before = copy.deepcopy(self.model), json.dumps(tables(self.path)).encode()
        log = len(list(open_store(self.path).log()))
        assert run(self.path, words, stdin) == 0
        change()
        entries = list(open_store(self.path).log())
        if len(entries) > log:
            self.snapshots.append((entries[-1].at, copy.deepcopy(self.model)))
            if not undo:
                self.stack.append(before)

    @rule(word=WORDS, kind=st.sampled_from(["event", "position"]))
    def add(self, word: str, kind: str) -> None:
        given: dict[str, Any] = {
            "statement": f"The {word} fell.",
            "kind": kind,
            "topics": ["money"],
            "source": "gazette-2025-05",
        }

        def change() -> None:
            found = {claim.id: claim for claim in all_claims(open_store(self.path))}
            same = [
                c
                for c in self.model["claims"].values()
                if (c["statement"], c["kind"], c["status"], c["note"])
                == (given["statement"], kind, "active", None)
            ]
            new = [ident for ident in found if ident not in self.model["claims"]]
            assert len(new) == (0 if same else 1)
            for ident in new:
                self.model["claims"][ident] = bridge.claim(
                    ident,
                    locator=None,
                    attribution=[bridge.hop("the-gazette", "reported")],
                    **given,
                )

        self.write(["add"], given, change)

    @rule(data=st.data(), note=WORDS)
    def set_note(self, data: st.DataObject, note: str) -> None:
        ident = data.draw(st.sampled_from(sorted(self.model["claims"])))
        self.write(
            ["set", ident, f"note=Curator: {note}."],
            None,
            lambda: self.model["claims"][ident].update(note=f"Curator: {note}."),
        )

    @rule(data=st.data())
    def retract(self, data: st.DataObject) -> None:
        ident = data.draw(st.sampled_from(sorted(self.model["claims"])))
        change = {"status": "retracted", "status_reason": "wrong"}
        self.write(
            ["retract", ident, "--why", "wrong"],
            None,
            lambda: self.model["claims"][ident].update(change),
        )

    @rule(word=WORDS)
    def alias(self, word: str) -> None:
        def change() -> None:
            aliases = self.model["actors"]["petr-novak"]["aliases"]
            self.model["actors"]["petr-novak"]["aliases"] = (
                aliases if word in aliases else [*aliases, word]
            )

        if "petr-novak" in self.model["actors"]:
            self.write(["actor", "alias", "petr-novak", word], None, change)

    @precondition(lambda self: "stavba" in self.model["actors"])
    @rule()
    def merge(self) -> None:
        def change() -> None:
            old = self.model["actors"].pop("stavba")
            target = self.model["actors"]["jana-oneil"]
            target["aliases"] = [*target["aliases"], *old["aliases"], old["name"]]
            for claim in self.model["claims"].values():
                for part in claim["actors"]:
                    part["id"] = "jana-oneil" if part["id"] == "stavba" else part["id"]
                for hop in claim["attribution"]:
                    hop["actor"] = "jana-oneil" if hop["actor"] == "stavba" else hop["actor"]

        self.write(["actor", "merge", "stavba", "jana-oneil"], None, change)

    @precondition(lambda self: self.stack)
    @rule()
    def undo(self) -> None:
        model, content = self.stack.pop()

        def change() -> None:
            self.model = model

        self.write(["undo"], None, change, undo=True)
        assert json.dumps(tables(self.path)).encode() == content

    @invariant()
    def the_store_is_what_the_model_says(self) -> None:
        found = {
            name: {r.get("id", "meta"): r for r in records.values()}
            for name, records in tables(self.path).items()
        }
        assert found == self.model

    @precondition(lambda self: self.snapshots)
    @rule(data=st.data())
    def it_was_what_it_was(self, data: st.DataObject) -> None:
        at, model = data.draw(st.sampled_from(self.snapshots))
        store = open_store(self.path)
        was = store.recorded_by(at)
        later = data.draw(st.sampled_from([moment for moment, _ in self.snapshots if moment >= at]))
        claims = all_claims(was)
        assert all_claims(store.recorded_by(later).recorded_by(at)) == claims
        assert all_claims(open_store(self.path, keep="temporary").recorded_by(at)) == claims
        assert max([entry.at for entry in was.log()]) == at
        assert {claim.id: (claim.statement, claim.status, claim.note) for claim in claims} == {
            c["id"]: (c["statement"], c["status"], c["note"]) for c in model["claims"].values()
        }
        assert {a.id: list(a.aliases) for a in was.actors.records()} == {
            a["id"]: a["aliases"] for a in model["actors"].values()
        }

    def teardown(self) -> None:
        if hasattr(self, "path"):
            assert [f for f in check_store(self.path) if f.rule.severity == "error"] == []
            shutil.rmtree(self.place)


TestCurating = Curating.TestCase
TestCurating.settings = settings(max_examples=15, stateful_step_count=12, deadline=None)


def test_an_undo_to_an_entry_takes_everything_from_there_back(tmp_path: Path) -> None:
    path = tmp_path / "facts.json"
    path.write_text(bridge.canonical(bridge.clean()), encoding="utf-8")
    run(path, ["topic", "set", "money", "title=One"])
    after_one = tables(path)
    run(path, ["topic", "set", "money", "title=Two"])
    run(path, ["retract", "bfirst", "--why", "x"])
    assert run(path, ["undo", "2"]) == 0
    assert tables(path) == after_one
    assert run(path, ["undo"]) == 0
    assert run(path, ["undo"]) == 1
