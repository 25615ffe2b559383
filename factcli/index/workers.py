"""Work that other processes do: what they are given and what they make lies in memory that is shared, and a pipe says only where.

Pipes for gigabytes, with threads to serve them, take longer than the work that they hand out.
"""

from __future__ import annotations

import gc
import marshal
import os
import signal
from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from contextlib import contextmanager
from mmap import mmap
from multiprocessing import get_context
from multiprocessing.connection import wait
from tempfile import TemporaryFile
from typing import IO, Any, TypeVar

GivenT = TypeVar("GivenT")
MadeT = TypeVar("MadeT")

_MOST = 3
"""Workers beside one process: it is busy with what three of them make."""
_ROOM = 1 << 22
"""Bytes of one place; memory is taken up only as far as they are used. What is larger is made here."""


def spare() -> int:
    """How many processes may work beside this one: for each a processor."""
    processors = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return min(processors - 1, _MOST)


def made(
    make: Callable[[GivenT], MadeT], given: Iterable[GivenT], processes: int, room: int = _ROOM
) -> Generator[MadeT, None, None]:
    """What a function makes of each of the given, in their order; both are values that `marshal` knows.

    This process makes some too, where it would only wait: one more than there are processors would push the others out of their
    caches. What a worker fails at is made here once more, with its errors.

    Raises:
        OSError: when a worker was ended by something else.
    """
    places = [mmap(-1, room) for _ in range(4 * processes + 4)]
    orders, ordered = os.pipe()
    os.set_blocking(orders, False)
    done, told = os.pipe()
    workers: list[Any] = []
    free, finished = deque(range(len(places))), set[int]()
    waiting: dict[int, GivenT] = {}
    here: dict[int, MadeT] = {}

    def next_one() -> MadeT:
        place = next(iter(waiting))
        while place not in finished and place not in here:
            if (other := _read(orders)) is not None:
                try:
                    here[other] = make(waiting[other])
                except Exception:  # told when it is its turn
                    _put(places[other], None)
                    finished.add(other)
            elif done in wait([done, *(worker.sentinel for worker in workers)]):
                finished.update(os.read(done, len(places)))
            else:
                raise OSError("a process that helped was ended")
        one = waiting.pop(place)
        free.append(place)
        if place in here:
            return here.pop(place)
        finished.remove(place)
        found: MadeT | None = marshal.loads(places[place])
        return make(one) if found is None else found

    try:
        for _ in range(processes):
            worker = get_context("fork").Process(
                target=_work, args=(make, places, orders, ordered, done, told), daemon=True
            )
            worker.start()
            workers.append(worker)
        for one in given:
            place = free.popleft()
            waiting[place] = one
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
        for descriptor in (ordered, orders, done, told):  # the first of which ends them
            os.close(descriptor)
        for worker in workers:
            worker.join()
            worker.close()
        for shared in places:
            shared.close()


def _read(orders: int) -> int | None:
    """The next order that nobody has taken; None when there is none, or will be none."""
    try:
        return next(iter(os.read(orders, 1)), None)
    except BlockingIOError:
        return None


def _work(
    make: Callable[[GivenT], MadeT], places: Sequence[mmap], orders: int, ordered: int, done: int, told: int
) -> None:
    _set_apart()
    os.close(ordered)
    os.close(done)
    while wait([orders]):
        try:
            number = os.read(orders, 1)
        except BlockingIOError:  # another was quicker
            continue
        if not number:
            return
        place = places[number[0]]
        try:
            found = make(marshal.loads(place))
        except Exception:  # told by whoever makes it again
            found = None
        if not _put(place, found):
            _put(place, None)
        try:
            os.write(told, number)
        except BrokenPipeError:  # nobody waits for it any more
            return


@contextmanager
def meanwhile(make: Callable[[], Iterable[MadeT]], directory: str) -> Iterator[Iterator[MadeT]]:
    """What another process makes meanwhile, values that `marshal` knows: kept in a file without a name until it is asked for.

    Raises:
        OSError: when it failed, or was ended by something else.
    """
    with TemporaryFile(dir=directory) as spool:
        worker = get_context("fork").Process(target=_keep, args=(make, spool), daemon=True)
        worker.start()

        def found() -> Iterator[MadeT]:
            worker.join()
            if worker.exitcode:
                raise OSError("a process that helped was ended")
            spool.seek(0)
            while True:
                try:
                    yield marshal.load(spool)
                except EOFError:
                    return

        try:
            yield found()
        finally:
            worker.kill()
            worker.join()
            worker.close()


def _keep(make: Callable[[], Iterable[Any]], spool: IO[bytes]) -> None:
    _set_apart()
    try:
        for value in make():
            marshal.dump(value, spool)
        spool.flush()
    except Exception:  # told by the exit code
        os._exit(1)


def _set_apart() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the process that is helped ends its workers
    gc.disable()


def _put(place: mmap, value: Any) -> bool:
    """Whether a value has room in a place, and is there now."""
    data = marshal.dumps(value)
    if len(data) > len(place):
        return False
    place[: len(data)] = data
    return True
