"""Work that other processes do comes back whole and in order, whatever happens to them."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from factcli.index import workers


@pytest.mark.parametrize("processes", [1, 2, 3])
def test_what_is_made_comes_in_the_order_of_what_was_given(processes: int) -> None:
    given = [list(range(n)) for n in range(100)]
    assert list(workers.made(sum, given, processes)) == [sum(one) for one in given]


def test_other_processes_make_it_and_this_one_where_it_would_wait() -> None:
    def slowly(_: int) -> int:
        time.sleep(0.002)
        return os.getpid()

    found = set(workers.made(slowly, range(100), 2))
    assert os.getpid() in found
    assert len(found) > 1


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
    here = os.getpid()

    def die(number: int) -> int:
        if os.getpid() != here:
            os.kill(os.getpid(), signal.SIGKILL)
        time.sleep(0.01)
        return number

    with pytest.raises(OSError, match="ended"):
        list(workers.made(die, range(50), 2))


def test_what_nobody_waits_for_ends_the_workers() -> None:
    def slowly(_: int) -> int:
        time.sleep(0.01)
        return os.getpid()

    found = workers.made(slowly, range(1000), 1)
    (worker,) = {next(found) for _ in range(20)} - {os.getpid()}
    found.close()
    with pytest.raises(ProcessLookupError):
        os.kill(worker, 0)


def test_what_is_made_meanwhile_is_there_afterwards(tmp_path: Path) -> None:
    def made() -> Iterator[tuple[int, bytes]]:
        for number in range(1000):
            yield os.getpid(), bytes(number)

    with workers.meanwhile(made, str(tmp_path)) as found:
        values = list(found)
    assert [len(data) for _, data in values] == list(range(1000))
    assert os.getpid() not in {process for process, _ in values}
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("signalled", [None, signal.SIGKILL], ids=["failed", "killed"])
def test_what_failed_meanwhile_is_told_of(
    tmp_path: Path, signalled: int | None, capfd: pytest.CaptureFixture[str]
) -> None:
    def made() -> Iterator[int]:
        yield 1
        if signalled:
            os.kill(os.getpid(), signalled)
        raise ValueError("of the worker")

    with pytest.raises(OSError, match="ended"), workers.meanwhile(made, str(tmp_path)) as found:
        list(found)
    assert capfd.readouterr().err == ""
