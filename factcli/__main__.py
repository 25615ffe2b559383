"""``python -m factcli`` and the console script."""

from __future__ import annotations

import signal
import sys


def run() -> None:
    """Run the command line and exit with its code; an interrupt during imports ends quietly too."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    from factcli.cli import main

    sys.exit(main())


if __name__ == "__main__":
    run()
