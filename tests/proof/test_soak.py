"""The service under the highest steady load: nothing fails, nothing grows."""

from __future__ import annotations

import math
import time
from dataclasses import dataclass
from pathlib import Path
from statistics import median, quantiles

import pytest

from onrecord.service.keys import KeyFile
from tests.nightly import amount
from tests.proof.load import Tally, run, write
from tests.proof.process import PROJECT, Served, needs_proc, onrecord, serving_alone

pytestmark = pytest.mark.slow

SECONDS = amount(15, 600)
# Each change is written by threads of its own, and glibc keeps memory for each at first: it
# grows from 216 to 528 MiB over thirty changes and then stays (327 MiB with MALLOC_ARENA_MAX=2).
FIRST_CHANGES = 40
CLIENTS = 4  # more only wait: two cores are busy with two
EVERY = 0.25  # seconds between two looks at the process
MEBIBYTE = 1 << 20
MOST_GROWTH = 1.05  # of memory, from the second quarter to the last
# Caches and the allocator's arenas still fill in a short run; ten minutes leave them behind.
MOST_GROWN_BYTES = amount(64, 20) * MEBIBYTE
# The thread pool grows and shrinks by a few from one second to the next; a leak of one in fifty
# requests is twice as many in a short run and hundreds of them in ten minutes.
MOST_MORE_FILES, MOST_MORE_THREADS = 10, 8


@dataclass(frozen=True)
class Look:
    """What a process held at one moment."""

    memory: int
    files: int
    threads: int


def watch(served: Served, seconds: float) -> list[Look]:
    looks, until = [], time.monotonic() + seconds
    while time.monotonic() < until:
        looks.append(Look(served.memory, served.files, served.threads))
        time.sleep(EVERY)
    return looks


def quarter(looks: list[Look], number: int) -> list[Look]:
    """The looks of one quarter of the time, counted from 1."""
    size = len(looks) // 4
    return looks[(number - 1) * size : number * size]


def report(tally: Tally, looks: list[Look]) -> None:
    """The figures, to be read with `pytest -s`."""
    count = sum(map(len, tally.seconds.values()))
    print(f"\n{count} requests in {SECONDS} s, {count / SECONDS:.0f}/s, {tally.overloads} refused")
    for kind, seconds in sorted(tally.seconds.items()):
        cuts = quantiles(seconds, n=20)
        p50, p95 = 1000 * cuts[9], 1000 * cuts[18]
        print(f"  {kind:<9}{len(seconds):>8}  p50 {p50:6.1f} ms  p95 {p95:6.1f} ms")
    for number in (1, 2, 3, 4):
        seen = quarter(looks, number)
        memory = median(look.memory for look in seen) / MEBIBYTE
        files, threads = max(look.files for look in seen), max(look.threads for look in seen)
        print(f"  quarter {number}: {memory:.1f} MiB, {files} files, {threads} threads at most")


def check_flat(looks: list[Look]) -> None:
    """What the process usually holds has not grown since its second quarter.

    Medians, because a single look may see a change of the archive that opens files and threads
    for a moment; what leaks stays.
    """
    second, last = quarter(looks, 2), quarter(looks, 4)
    before, after = (median(look.memory for look in seen) for seen in (second, last))
    assert after <= max(before * MOST_GROWTH, before + MOST_GROWN_BYTES)
    before, after = (median(look.files for look in seen) for seen in (second, last))
    assert after <= before + MOST_MORE_FILES
    before, after = (median(look.threads for look in seen) for seen in (second, last))
    assert after <= before + MOST_MORE_THREADS


@needs_proc
def test_a_steady_load_leaves_nothing_behind(tmp_path: Path) -> None:
    archive = tmp_path / "archive"
    onrecord("build", PROJECT / "seeds", "--archive", archive)
    key = KeyFile(archive / "keys.json").make("writer")
    with serving_alone(archive, rate_limit=0) as served:
        assert write(served.url, math.inf, key, FIRST_CHANGES).faults == {}
        wait = run(served.url, key, SECONDS, CLIENTS)
        looks = watch(served, SECONDS)
        tally = wait()
        report(tally, looks)
        assert served.stop() == 0
    assert tally.faults == {}
    assert set(tally.seconds) == {
        *("query", "chat", "verify", "articles", "openai", "mcp", "post", "delete")
    }
    check_flat(looks)
    assert "Traceback" not in served.log.read_text()
