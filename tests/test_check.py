"""The store's linter: a store without faults, and one broken store for each rule."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import bridge
import pytest
from conftest import Cli, Feed

from factcli.checks import RULES
from factcli.checks.vocabulary import RESERVED

Tables = dict[str, list[bridge.Document]]


def _claim(tables: Tables, ident: str) -> bridge.Document:
    return next(claim for claim in tables["claims"] if claim["id"] == ident)


def _set(ident: str, **fields: Any) -> Callable[[Tables], None]:
    return lambda tables: _claim(tables, ident).update(fields)


def _add(table: str, *records: bridge.Document) -> Callable[[Tables], None]:
    return lambda tables: tables[table].extend(records)


def _entry(seq: int, at: str, op: str = "set", ident: str = "bfirst") -> bridge.Document:
    return {
        "seq": seq,
        "at": at,
        "by": "me",
        "op": op,
        "table": "claims",
        "id": ident,
        "was": {"note": "It was so."} if op == "set" else None,
        "number": None,
        "why": None,
    }


def _relation(kind: str, target: str) -> bridge.Document:
    return {"type": kind, "target": target, "kind": None, "note": None, "reconciliation": None}


def _money(amount: str, conversion: str) -> bridge.Document:
    money = bridge.quantity(amount, unit="money", currency="USD")
    return money | {"conversions": [{"amount": conversion, "currency": "KES", "text": conversion}]}


def _rates(tables: Tables) -> None:
    _claim(tables, "kcost")["quantity"] = _money("13", "17000")
    _claim(tables, "gsecond").update(quantity=_money("10", "1300"), question=None)


def _twice(tables: Tables) -> None:
    tables["claims"].append(_claim(tables, "bfirst") | {"statement": "O'Neil cut a ribbon."})


def _circle(tables: Tables) -> None:
    _claim(tables, "fsecond")["relations"] = [_relation("refines", "gsecond")]
    _claim(tables, "gsecond")["relations"] = [_relation("refines", "fsecond")]


def _mutual(tables: Tables) -> None:
    _claim(tables, "fsecond")["relations"] = [_relation("contradicts", "gsecond")]
    _claim(tables, "gsecond")["relations"] = [_relation("contradicts", "fsecond")]


def _rename_topic(tables: Tables) -> None:
    tables["topics"][0]["id"] = "search"
    for claim in tables["claims"]:
        claim["topics"] = ["search" if topic == "works" else topic for topic in claim["topics"]]


def _reserve_topic(tables: Any) -> None:
    tables["topics"].append({"id": "replay", "title": "Replay", "about": ""})
    tables["claims"][0]["topics"].append("replay")


def _office(tables: Tables) -> None:
    office = {"title": "Mayor", "from": "2024", "until": "2020", "source": "gazette-2025-05"}
    tables["actors"][0]["offices"] = [office]


BREAKERS: dict[str, Callable[[Tables], None]] = {
    "S101": _set("bfirst", date="2024-13"),
    "S103": _twice,
    "S104": _add("log", _entry(1, "2026-01-02T00:00:00Z"), _entry(3, "2026-01-02T00:00:00Z")),
    "S105": _set("bfirst", note="a bell \x07"),
    "S106": _add("log", _entry(1, "2026-01-02T00:00:00Z", ident="nothing")),
    "V201": _set("bfirst", topics=["works", "nowhere"]),
    "V202": _rename_topic,
    "V203": _add("actors", bridge.actor("nobody", "Nobody", "person")),
    "V204": lambda tables: tables["sources"][2].update(issued_basis=None),
    "V205": _office,
    "V207": _reserve_topic,
    "V206": lambda tables: tables["actors"][0]["aliases"].append("STAVBA ltd"),
    "C301": _set("bfirst", date="2025-06"),
    "C302": _set("bfirst", attribution=[bridge.hop("the-courier", "reported")]),
    "C303": _set("bfirst", actors=[{"id": "petr-novak", "role": "speaker"}]),
    "C304": _set("bfirst", quantity=bridge.metres("5", "range", upper="3")),
    "C305": _rates,
    "C306": _circle,
    "C307": _mutual,
    "C308": _set("fsecond", quantity=bridge.quantity("200", unit="yards")),
    "C309": _add(
        "claims", bridge.claim("zlike", "So the bridge is to measure 1000 metres.", date="2024")
    ),
    "C310": _set("bfirst", date=None),
    "C311": _set("bfirst", locator=None),
    "C312": _set("bfirst", locator={"paragraph": 10, "sha256": bridge.DIGEST}),
    "C313": _set("rdispute", status_reason=None),
}


def _write(path: Path, tables: Tables) -> str:
    path.write_text(bridge.canonical(tables), encoding="utf-8")
    return str(path)


def test_a_store_without_faults_passes_strictly(cli: Cli, tmp_path: Path) -> None:
    result = cli("--store", _write(tmp_path / "clean.json", bridge.clean()), "check", "--strict")
    assert (result.code, result.json) == (0, [])
    assert f"0 errors, 0 warnings, {len(RULES)} rules" in result.err


def test_every_rule_has_a_store_that_breaks_it() -> None:
    assert BREAKERS.keys() | {"S102"} == RULES.keys()


@pytest.mark.parametrize("code", BREAKERS)
def test_a_broken_store_is_told_by_its_rule_alone(cli: Cli, tmp_path: Path, code: str) -> None:
    tables = bridge.clean()
    BREAKERS[code](tables)
    path = _write(tmp_path / "broken.json", tables)
    findings = cli("--store", path, "check").json
    assert {finding["code"] for finding in findings} == {code}
    assert all(finding["message"] for finding in findings)
    severity = RULES[code].severity
    assert cli("--store", path, "check").code == (1 if severity == "error" else 0)
    assert cli("--store", path, "check", "--strict").code == 1


def test_other_formatting_is_a_warning(cli: Cli, tmp_path: Path) -> None:
    path = tmp_path / "indented.json"
    path.write_text(
        json.dumps(json.loads(bridge.canonical(bridge.clean())), indent=1), encoding="utf-8"
    )
    result = cli("--store", str(path), "check")
    assert (result.code, [finding["code"] for finding in result.json]) == (0, ["S102"])


def test_all_faults_are_reported_and_not_only_the_first(cli: Cli, tmp_path: Path) -> None:
    tables = bridge.clean()
    _set("bfirst", date="2024-13")(tables)
    _set("kcost", kind="rumour")(tables)
    _set("gsecond", topics=["nowhere"])(tables)
    findings = cli("--store", _write(tmp_path / "broken.json", tables), "check").json
    assert {(finding["code"], finding["id"]) for finding in findings} == {
        ("S101", "bfirst"), ("S101", "kcost"), ("V201", "gsecond"),
    }  # fmt: skip


def test_a_relation_to_nothing_or_to_itself_is_an_error(cli: Cli, tmp_path: Path) -> None:
    for target in ("zzz", "bfirst"):
        tables = bridge.clean()
        _set("bfirst", relations=[_relation("corroborates", target)])(tables)
        assert (
            cli("--store", _write(tmp_path / "broken.json", tables), "check").json[0]["code"]
            == "C306"
        )


def test_an_id_that_the_log_adds_twice_is_an_error(cli: Cli, tmp_path: Path) -> None:
    tables = bridge.clean()
    tables["log"] = [
        _entry(1, "2026-01-01T00:00:00Z", "add"),
        _entry(2, "2026-01-02T00:00:00Z", "add"),
    ]
    assert [
        f["code"] for f in cli("--store", _write(tmp_path / "b.json", tables), "check").json
    ] == ["S103", "S106"]


@pytest.mark.parametrize("code", RULES)
def test_every_rule_can_be_explained(cli: Cli, code: str) -> None:
    assert cli("check", "--explain", code.lower()).json[0]["about"].endswith(".")


def test_the_rules_are_listed(cli: Cli) -> None:
    assert [rule["code"] for rule in cli("check", "--rules").json] == list(RULES)


def test_an_unknown_rule_is_a_slip(cli: Cli) -> None:
    result = cli("check", "--explain", "C399")
    assert (result.code, result.out) == (2, "")


def test_what_is_not_a_store_at_all_exits_3(cli: Cli, tmp_path: Path) -> None:
    (tmp_path / "x.json").write_text("[]")
    assert cli("--store", str(tmp_path / "x.json"), "check").code == 3


@pytest.mark.parametrize("name", sorted(RESERVED))
def test_a_topic_may_be_called_as_a_command_to_come_and_is_found(
    own: Feed, path: Path, name: str
) -> None:
    assert own("topic", "add", stdin={"id": name, "title": "A topic"}).code == 0
    assert own("set", "bfirst", f"topics:=[{json.dumps(name)}]").code == 0
    assert own("topic", name, "--json").ids == ["bfirst"]
    rows = own("check", "--json").json
    assert {("V207", "warning", name)} & {(row["code"], row["severity"], row["id"]) for row in rows}
