"""``python -m factcli`` and the console script."""

from __future__ import annotations

# `signal` itself imports enum, which takes longer than a lookup.
import _signal as signal  # type: ignore[import-not-found]  # no stubs
import gc
import os
import sys


def run() -> None:
    """Run the command line and exit with its code; an interrupt during imports ends quietly too.

    The collector is off and the interpreter is not torn down: a run is short, its memory goes with
    the process, and both cost more than the lookup. Whatever was written is flushed where it is
    written (`factcli.output.sink`).
    """
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    gc.disable()
    from factcli.cli import main

    code = main()
    for stream in (sys.stdout, sys.stderr):
        try:  # noqa: SIM105  # contextlib takes longer to import than a lookup may take
            stream.flush()
        except (AttributeError, OSError, ValueError):  # closed or full; nothing of ours waits there
            pass
    os._exit(code)


if __name__ == "__main__":
    run()
