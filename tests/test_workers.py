"""Work that other processes do comes back whole and in order, whatever happens to them."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator

import pytest

from factcli.index import workers


@pytest.mark.parametrize("processes", [1, 2, 3])
def test_what_is_made_comes_in_the_order_of_what_was_given(processes: int) -> None:
    given = [list(range(n)) for n in range(100)]
    assert list(workers.made(sum, given, processes)) == [sum(one) for one in given]


def test_it_is_made_by_other_processes() -> None:
    found = set(workers.made(lambda _: os.getpid(), range(50), 2))
    assert os.getpid() not in found
    assert 1 <= len(found) <= 2


@pytest.mark.parametrize(("given", "grown"), [(500, 1), (10, 50), (500, 50)], ids=["given", "made", "both"])
def test_what_has_no_room_is_made_here(given: int, grown: int) -> None:
    found = list(workers.made(lambda text: text * grown, ["a", "b" * given, "c"], 2, room=400))
    assert found == ["a" * grown, "b" * given * grown, "c" * grown]


def test_an_error_is_told_here_after_what_came_before_it() -> None:
    def inverse(number: int) -> float:
        return 1 / number

    found = workers.made(inverse, [1, 2, 0, 4], 2)
    assert [next(found), next(found)] == [1.0, 0.5]
    with pytest.raises(ZeroDivisionError):
        next(found)


def test_a_worker_that_is_killed_is_told_of_and_not_waited_for() -> None:
    def given() -> Iterator[int]:
        yield from range(20)

    def die(number: int) -> int:
        if number == 7:
            os.kill(os.getpid(), signal.SIGKILL)
        return number

    with pytest.raises(OSError, match="ended"):
        list(workers.made(die, given(), 2))


def test_what_nobody_waits_for_ends_the_workers() -> None:
    found = workers.made(lambda number: (number, os.getpid()), range(1000), 2)
    _, worker = next(found)
    found.close()
    with pytest.raises(ProcessLookupError):
        os.kill(worker, 0)
