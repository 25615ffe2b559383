"""`edit`: whatever the editor does, nothing typed is lost and nobody's change is overwritten."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from conftest import Feed


def test_an_edit_that_is_wrong_is_refused_and_kept(own: Feed, path: Path) -> None:
    before = path.read_bytes()
    result = own("edit", "bfirst", EDITOR="sed -i s/event/rumour/")
    assert result.code == 2
    assert path.read_bytes() == before
    kept = next(
        Path(word)
        for word in result.err.split()
        if word.endswith(".json") and "factcli-bfirst" in word
    )
    assert "rumour" in kept.read_text(encoding="utf-8")
    kept.unlink()


def test_an_edit_that_leaves_no_claim_is_refused(own: Feed, path: Path, tmp_path: Path) -> None:
    before = path.read_bytes()
    script = tmp_path / "editor.py"
    script.write_text("import sys; open(sys.argv[1], 'w').write('[]')", encoding="utf-8")
    result = own("edit", "bfirst", EDITOR=f"{sys.executable} {script}")
    assert (result.code, "one claim" in result.err) == (2, True)
    assert path.read_bytes() == before


@pytest.mark.parametrize("editor", ["false", "/nonexistent", "'unclosed", "sh -c 'exit 3'"])
def test_an_editor_that_fails_changes_nothing(own: Feed, path: Path, editor: str) -> None:
    before = path.read_bytes()
    assert own("edit", "bfirst", EDITOR=editor).code == 2
    assert path.read_bytes() == before


def test_an_editor_is_run_without_a_shell(own: Feed, tmp_path: Path) -> None:
    own("edit", "bfirst", EDITOR=f"true; touch {tmp_path}/pwned #")
    assert not (tmp_path / "pwned").exists()


def test_somebody_elses_change_during_an_edit_is_not_overwritten(
    own: Feed, path: Path, tmp_path: Path
) -> None:
    script = tmp_path / "editor.py"
    script.write_text(
        "import sys, subprocess\nsubprocess.run([sys.executable, '-m', 'factcli',"
        f" '--store', {str(path)!r}, 'set', 'bfirst', 'note=Curator: mine.'], check=True)\n"
        "p = sys.argv[1]; s = open(p).read().replace('opened', 'unveiled'); open(p,"
        " 'w').write(s)\n",
        encoding="utf-8",
    )
    result = own("edit", "bfirst", EDITOR=f"{sys.executable} {script}")
    assert result.code == 4
    assert "somebody else" in result.err
    assert own("show", "bfirst", "--json").json[0]["note"] == "Curator: mine."
