"""Work done ahead: begun at once, finished in order."""

from __future__ import annotations

import threading

import pytest

from onrecord.index.ahead import Ahead


def test_results_are_taken_in_the_order_of_the_work() -> None:
    taken: list[int] = []
    first_may_end = threading.Event()

    def slow() -> int:
        first_may_end.wait(10)
        return 1

    with Ahead(threads=2) as ahead:
        ahead.work(slow, taken.append)
        ahead.work(lambda: 2, taken.append)
        ahead.then(lambda: taken.append(3))
        assert taken == []
        first_may_end.set()
        ahead.finish()
    assert taken == [1, 2, 3]


def test_a_step_with_nothing_before_it_is_done_at_once() -> None:
    taken: list[int] = []
    with Ahead() as ahead:
        ahead.then(lambda: taken.append(1))
        assert taken == [1]


def test_no_more_than_so_many_steps_wait() -> None:
    taken: list[int] = []
    with Ahead(threads=1, most=2) as ahead:
        for number in range(5):
            ahead.work(lambda number=number: number, taken.append)  # type: ignore[misc]
        assert taken[:3] == [0, 1, 2]
        ahead.finish()
    assert taken == [0, 1, 2, 3, 4]


def test_a_fault_in_the_work_is_raised_where_its_result_is_taken() -> None:
    taken: list[int] = []

    def fail() -> int:
        raise ValueError("expected 384 dimensions, got 768")

    with Ahead(threads=1) as ahead:
        ahead.work(lambda: 1, taken.append)
        may_fail = threading.Event()
        ahead.work(lambda: may_fail.wait(10) and fail(), taken.append)
        ahead.then(lambda: taken.append(3))
        may_fail.set()
        with pytest.raises(ValueError, match="got 768"):
            ahead.finish()
    assert taken == [1]
