"""Work that other processes do: what they are given and what they make lies in memory that is shared, and a pipe says only where.

Pipes for gigabytes, with threads to serve them, take longer than the work that they hand out.
"""

from __future__ import annotations

import gc
import marshal
import os
import signal
from collections import deque
from collections.abc import Callable, Generator, Iterable, Sequence
from mmap import mmap
from multiprocessing import get_context
from multiprocessing.connection import wait
from typing import Any, TypeVar

GivenT = TypeVar("GivenT")
MadeT = TypeVar("MadeT")

_ROOM = 1 << 22
"""Bytes of one place; memory is taken up only as far as they are used. What is larger is made here."""


def processors() -> int:
    """How many processors this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def made(
    make: Callable[[GivenT], MadeT], given: Iterable[GivenT], processes: int, room: int = _ROOM
) -> Generator[MadeT, None, None]:
    """What a function makes of each of the given, in their order; both are values that `marshal` knows.

    What a worker fails at is made here once more, with its errors.

    Raises:
        OSError: when a worker was ended by something else.
    """
    places = [mmap(-1, room) for _ in range(2 * processes + 1)]
    given_to, ordered = os.pipe()
    done, told = os.pipe()
    workers = [
        get_context("fork").Process(target=_work, args=(make, places, given_to, ordered, done, told), daemon=True)
        for _ in range(processes)
    ]
    for worker in workers:
        worker.start()
    os.close(given_to)
    os.close(told)
    free, finished = deque(range(len(places))), set[int]()
    waiting: deque[tuple[GivenT, int]] = deque()

    def next_one() -> MadeT:
        one, place = waiting.popleft()
        while place not in finished:
            if done not in wait([done, *(worker.sentinel for worker in workers)]):
                raise OSError("a process that helped was ended")
            finished.update(os.read(done, len(places)))
        finished.remove(place)
        free.append(place)
        found: MadeT | None = marshal.loads(places[place])
        return make(one) if found is None else found

    try:
        for one in given:
            place = free.popleft()
            waiting.append((one, place))
            if _put(places[place], one):
                os.write(ordered, bytes([place]))
            else:
                _put(places[place], None)
                finished.add(place)
            if not free:
                yield next_one()
        while waiting:
            yield next_one()
    finally:
        os.close(ordered)  # which ends them
        os.close(done)
        for worker in workers:
            worker.join()
            worker.close()
        for shared in places:
            shared.close()


def _put(place: mmap, value: Any) -> bool:
    """Whether a value has room in a place, and is there now."""
    data = marshal.dumps(value)
    if len(data) > len(place):
        return False
    place[: len(data)] = data
    return True


def _work(
    make: Callable[[GivenT], MadeT], places: Sequence[mmap], given_to: int, ordered: int, done: int, told: int
) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the process that is helped ends its workers
    gc.disable()
    os.close(ordered)
    os.close(done)
    try:
        while number := os.read(given_to, 1):
            place = places[number[0]]
            try:
                found = make(marshal.loads(place))
            except Exception:  # told by whoever makes it again
                found = None
            if not _put(place, found):
                _put(place, None)
            os.write(told, number)
    except BrokenPipeError:
        pass  # nobody waits for it any more
