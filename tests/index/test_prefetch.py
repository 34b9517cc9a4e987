"""Work on the next steps begins early, and its results come in order."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest

from onrecord.index.ingest import PREFETCHED, prefetch


def test_results_come_in_the_order_of_the_steps() -> None:
    second_is_done = threading.Event()

    def work(step: int) -> int:
        if step == 1:
            assert second_is_done.wait(10)
        if step == 2:
            second_is_done.set()
        return 10 * step

    assert list(prefetch([1, 2, 3], work)) == [(1, 10), (2, 20), (3, 30)]


def test_no_more_than_so_many_steps_are_read_early() -> None:
    read, may_end = [], threading.Event()

    def steps() -> Iterator[int]:
        for step in range(3 * PREFETCHED):
            read.append(step)
            if step == PREFETCHED:  # the step after those that may wait
                may_end.set()
            yield step

    def work(step: int) -> int:
        assert may_end.wait(10)
        return step

    results = prefetch(steps(), work)
    assert next(results) == (0, 0)
    assert len(read) == PREFETCHED + 1
    assert [step for step, _ in results] == list(range(1, 3 * PREFETCHED))


def test_a_fault_in_the_work_is_raised_in_its_turn() -> None:
    def work(step: int) -> int:
        if step == 2:
            raise ValueError("expected 384 dimensions, got 768")
        return step

    results = prefetch([1, 2, 3], work)
    assert next(results) == (1, 1)
    with pytest.raises(ValueError, match="got 768"):
        next(results)


def test_a_fault_in_the_steps_ends_the_work() -> None:
    def steps() -> Iterator[int]:
        yield 1
        raise OSError("the disk is gone")

    with pytest.raises(OSError, match="gone"):
        list(prefetch(steps(), lambda step: step))
