"""Simulated power cuts: an ext4 image on a loop device, shut down without flushing its
journal while a writer writes."""

from __future__ import annotations

import fcntl
import os
import random
import shutil
import struct
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import bridge
import pytest

from factcli.opening import open_store

SHUTDOWN = 0x8004587D
"""EXT4_IOC_SHUTDOWN; flag 2 drops what the journal has not written yet."""
ROUNDS = int(os.environ.get("FACTCLI_POWER_CUTS", "100"))

WRITER = """
import io, json, os, sys
from factcli.cli import main
from factcli.store import durable
if sys.argv[3] == "careless":
    durable._sync_directory = lambda directory: None
    os.fsync = lambda descriptor: None
null, said = os.open(os.devnull, os.O_WRONLY), os.dup(1)
os.dup2(null, 1)
for number in range(10_000):
    topic = {"id": f"w{sys.argv[2]}-{number}", "title": "x"}
    sys.stdin = io.TextIOWrapper(io.BytesIO(json.dumps(topic).encode()))
    if main(["--store", sys.argv[1], "topic", "add"]) != 0:
        break
    os.write(said, f"{number}\\n".encode())
"""


class Disk:
    """A small disk that can lose its power."""

    def __init__(self, place: Path) -> None:
        self.image, self.mount_point = place / "image", place / "disk"
        self.mount_point.mkdir()
        with open(self.image, "wb") as stream:
            stream.truncate(48 << 20)
        _run("mkfs.ext4", "-q", str(self.image))

    def mount(self) -> None:
        _run("mount", "-o", "loop", str(self.image), str(self.mount_point))

    def unmount(self) -> None:
        _run("umount", str(self.mount_point))

    def cut(self) -> None:
        descriptor = os.open(self.mount_point, os.O_RDONLY)
        try:
            fcntl.ioctl(descriptor, SHUTDOWN, struct.pack("I", 2))
        finally:
            os.close(descriptor)


def _run(*words: str) -> None:
    subprocess.run(words, check=True, capture_output=True, timeout=60)


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Disk]:
    if os.geteuid() != 0 or not shutil.which("mkfs.ext4"):
        pytest.skip("needs root and mkfs.ext4")
    found = Disk(tmp_path)
    try:
        found.mount()
    except subprocess.CalledProcessError:
        pytest.skip("this machine mounts no loop device")
    found.unmount()
    yield found
    subprocess.run(["umount", str(found.mount_point)], check=False, capture_output=True)


def _losses(disk: Disk, rounds: int, manner: str) -> int:
    """How many acknowledged writes are gone after as many power cuts; a store that cannot be
    read counts as one."""
    chance = random.Random(3)
    lost = 0
    for number in range(rounds):
        disk.mount()
        path = disk.mount_point / "facts.json"
        path.write_text(bridge.canonical(bridge.clean()), encoding="utf-8")
        os.sync()
        writer = subprocess.Popen(
            [sys.executable, "-c", WRITER, str(path), str(number), manner],
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
        assert writer.stdout is not None
        writer.stdout.readline()
        time.sleep(chance.uniform(0, 0.1))
        disk.cut()
        acknowledged = {0, *map(int, writer.communicate(timeout=30)[0].split())}
        disk.unmount()
        disk.mount()
        try:
            topics = set(open_store(path).topics)
        except Exception:  # whatever the cut left
            lost += 1
        else:
            lost += len({f"w{number}-{n}" for n in acknowledged} - topics)
        disk.unmount()
    return lost


@pytest.mark.slow
def test_no_power_cut_loses_an_acknowledged_write(disk: Disk) -> None:
    assert _losses(disk, ROUNDS, "careful") == 0


@pytest.mark.slow
def test_a_storage_that_does_not_sync_loses_writes_in_power_cuts(disk: Disk) -> None:
    assert _losses(disk, 5, "careless") > 0
