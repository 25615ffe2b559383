"""Tables on a terminal: through a pager, and where a pipe has none."""

from __future__ import annotations

import os
import pty
import subprocess
import sys
from pathlib import Path

from conftest import Cli


def _on_a_terminal(words: list[str], path: Path, **environment: str) -> str:
    reader, writer = pty.openpty()
    settings = {**os.environ, "FACTCLI_STORE": str(path), "TERM": "dumb", **environment}
    done = subprocess.Popen(
        [sys.executable, "-m", "factcli", *words], stdout=writer, stderr=writer, env=settings
    )
    os.close(writer)
    parts = []
    while True:
        try:
            part = os.read(reader, 1 << 16)
        except OSError:  # the other end is closed
            break
        if not part:
            break
        parts.append(part)
    assert done.wait() == 0
    os.close(reader)
    return b"".join(parts).decode()


def test_a_pager_is_given_what_a_terminal_would_be(bridge_path: Path, tmp_path: Path) -> None:
    plain = _on_a_terminal(["list"], bridge_path)
    script = tmp_path / "pager"
    script.write_text("#!/bin/sh\necho paged; cat\n", encoding="utf-8")
    script.chmod(0o755)
    paged = _on_a_terminal(["list", "--pager"], bridge_path, PAGER=str(script))
    assert paged.startswith("paged")
    assert paged.split("\n", 1)[1].split("factcli:")[0] == plain.split("factcli:")[0]
    assert _on_a_terminal(["list", "--pager"], bridge_path, PAGER="no-such-pager") == plain
    assert _on_a_terminal(["list", "--pager"], bridge_path, PAGER="true").find("rror") == -1


def test_a_pipe_has_no_pager(cli: Cli) -> None:
    assert cli("list", "--pager", PAGER="false") == cli("list")
