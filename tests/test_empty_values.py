"""An empty value is an error, wherever it is given; a pattern ends where its text ends."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from bridge import DIGEST, claim, hop, metres, quantity, source
from conftest import Cli, Feed

from factcli import Query
from factcli.cli.catalogue import COMMANDS
from factcli.cli.commands import root_command
from factcli.errors import UsageError
from factcli.output.options import Options
from factcli.query import FIELDS


def _options() -> Iterator[tuple[str, str]]:
    """Every option of every command that takes a value."""
    root: Any = root_command()
    context = root.make_context("factcli", [], resilient_parsing=True)
    for name in COMMANDS:
        for one in root.get_command(context, name).params:
            if not getattr(one, "is_flag", False):
                yield from ((name, option) for option in one.opts if option.startswith("-"))


OPTIONS = [*_options(), *(("list", "--topic=works --topic"), ("show", "bfirst -f"))]


def test_there_are_many_of_them() -> None:
    assert len(OPTIONS) > 200
    assert ("list", "--recorded-by") in OPTIONS


@pytest.mark.parametrize(("name", "option"), OPTIONS)
def test_an_empty_value_of_an_option_is_an_error(cli: Cli, name: str, option: str) -> None:
    forms = [[*option.split(), ""]]
    if option.startswith("--") and " " not in option:
        forms.append([f"{option}="])
    for words in forms:
        for place in ([*name.split(), *words], [*name.split(), *words, "--json"]):
            result = cli(*place)
            assert (result.code, result.out) == (2, ""), place
            assert f"{option.split()[-1]} is empty" in result.err
            assert result.err.count("\n") == 1


@pytest.mark.parametrize(
    "words",
    [["--store", "", "list"], ["--store=", "list"], [""], ["list", ""], ["show", "bfirst", ""],
     ["search", ""], ["search", "bridge", ""], ["search", "--", ""], ["log", ""], ["diff", ""],
     ["verify", ""], ["set", "bfirst", ""], ["works", "--limit", "2", "--topic", ""]],
    ids=str,
)  # fmt: skip
def test_an_empty_argument_is_an_error(cli: Cli, words: list[str]) -> None:
    result = cli(*words)
    assert (result.code, result.out) == (2, "")
    assert "is empty" in result.err


def test_what_only_looks_empty_is_none(cli: Cli) -> None:
    assert cli("set", "bfirst", "note=", "--dry-run").code == 0
    assert "nothing to search for" in cli("search", "--", "--bridge=").err
    assert cli("list", "--value==400").code == 0


@pytest.mark.parametrize("field", [field for field in FIELDS if field != "strict"])
@pytest.mark.parametrize("value", ["", [""], ["x", ""]])
def test_an_empty_filter_is_an_error_for_a_program_too(field: str, value: Any) -> None:
    with pytest.raises(UsageError):
        Query(**{field: value})


@pytest.mark.parametrize("field", ["format", "output", "fields", "sort"])
def test_an_empty_output_option_is_an_error_for_a_program_too(field: str) -> None:
    with pytest.raises(UsageError, match=field):
        Options(**{field: ""})


def test_a_limit_beyond_all_numbers_is_an_error(cli: Cli) -> None:
    for number in ("9" * 16, "9" * 30, "9" * 4000):
        result = cli("list", "--limit", number)
        assert (result.code, result.out, result.err.count("\n")) == (2, "", 1)


_MONEY = quantity("5", unit="money", currency="CZK")
_CHAIN = [hop("the-gazette", "reported")]
_RECORD = claim("zzz", "A test.", source="gazette-2025-05", attribution=_CHAIN)
ENDED: dict[str, tuple[list[str], dict[str, Any]]] = {
    "an id of a claim": (["add"], {**_RECORD, "id": "zzz\n"}),
    "an amount": (["add"], {**_RECORD, "quantity": metres("5\n")}),
    "an upper end": (["add"], {**_RECORD, "quantity": metres("5", "range", upper="6\n")}),
    "a currency": (["add"], {**_RECORD, "quantity": {**_MONEY, "currency": "CZK\n"}}),
    "a converted amount": (["add"], {**_RECORD, "quantity": {**_MONEY,
        "conversions": [{"amount": "1\n", "currency": "EUR", "text": "x"}]}}),
    "a converted currency": (["add"], {**_RECORD, "quantity": {**_MONEY,
        "conversions": [{"amount": "1", "currency": "EUR\n", "text": "x"}]}}),
    "a digest": (["add"], {**_RECORD, "locator": {"paragraph": 1, "sha256": f"{DIGEST}\n"}}),
    "a target": (["add"], {**_RECORD, "relations": [{"type": "refines", "target": "bfirst\n"}]}),
    "a topic of a claim": (["add"], {**_RECORD, "topics": ["works\n"]}),
    "a source of a claim": (["add"], {**_RECORD, "source": "gazette-2025-05\n"}),
    "a date": (["add"], {**_RECORD, "date": "2024\n"}),
    "a day": (["add"], {**_RECORD, "date": "2024-06-24\n"}),
    "a time": (["add"], {**_RECORD, "date": "2024-06-24T12:00:00Z\n"}),
    "a range": (["add"], {**_RECORD, "date": "2024-06/2024-07\n"}),
    "an id of a topic": (["topic", "add"], {"id": "t\n", "title": "T"}),
    "an id of an actor": (["actor", "add"], {"id": "a\n", "name": "A", "kind": "person"}),
    "an id of a question": (["question", "add"], {"id": "q\n", "text": "Q?"}),
    "an id of a source": (["source", "add"], source("s\n", "S", None, None)),
    "a digest of a text": (["source", "add"], {**source("s", "S", None, None),
        "text_sha256": f"{DIGEST}\n"}),
    "a time of publication": (["source", "add"], source("s", "S", None, "2024-06-24\n")),
    "an id of a series": (["import", "-", "--table", "series"], {"id": "s\n", "title": "S",
        "unit": "metres", "questions": ["second-section"]}),
}  # fmt: skip


@pytest.mark.parametrize("name", ENDED)
def test_a_pattern_is_matched_to_the_end(own: Feed, name: str) -> None:
    words, document = ENDED[name]
    assert own(*words, stdin=document).code in (2, 4)
    without = json.loads(json.dumps(document).replace("\\n", ""))
    assert own(*words, "--dry-run", stdin=without).code == 0
