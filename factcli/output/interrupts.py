"""When an interrupt is an exception."""

from __future__ import annotations

# `signal` itself imports enum, which takes longer than a lookup.
import _signal as signal  # type: ignore[import-not-found]  # no stubs


def raise_interrupts() -> None:
    """Make interrupts raise KeyboardInterrupt from here on, so that what was begun is cleared up.

    Call it when everything large is imported. Until then an interrupt ends the process
    (`factcli.__main__`): an exception while an extension module is set up can crash it.
    """
    signal.signal(signal.SIGINT, signal.default_int_handler)
