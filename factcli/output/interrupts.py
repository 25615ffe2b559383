"""When an interrupt is an exception."""

from __future__ import annotations

import _signal as signal  # type: ignore[import-not-found]  # `signal` itself imports enum, which takes longer than a lookup


def raise_interrupts() -> None:
    """From here on an interrupt is KeyboardInterrupt, and what was begun is cleared up.

    Not before everything large is imported: until then it ends the process (`factcli.__main__`),
    since an exception in the middle of setting up an extension module can crash it.
    """
    signal.signal(signal.SIGINT, signal.default_int_handler)
