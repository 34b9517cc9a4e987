"""What questions met lately."""

from __future__ import annotations

import threading

from onrecord.index.recent import Recent


def test_what_was_kept_is_found_and_nothing_else() -> None:
    recent: Recent[int, str] = Recent(2)
    recent.keep({3: "ferry"})
    assert recent.find([3, 4]) == {3: "ferry"}


def test_what_was_kept_first_goes_first() -> None:
    recent: Recent[int, str] = Recent(2)
    recent.keep({1: "one", 2: "two"})
    recent.find([1])
    recent.keep({3: "three"})
    assert recent.find([1, 2, 3]) == {2: "two", 3: "three"}


def test_things_are_kept_up_to_a_measure() -> None:
    recent: Recent[int, str] = Recent(8, len)
    recent.keep({1: "ferry", 2: "sea"})
    assert recent.find([1, 2]).keys() == {1, 2}
    recent.keep({3: "quays"})
    assert recent.find([1, 2, 3]).keys() == {2, 3}
    recent.keep({4: "longer than all"})
    assert recent.find([1, 2, 3, 4]) == {}


def test_what_is_kept_twice_is_measured_once() -> None:
    recent: Recent[int, str] = Recent(8, len)
    for _ in range(5):
        recent.keep({1: "ferry"})
    recent.keep({2: "sea"})
    assert recent.find([1, 2]).keys() == {1, 2}


def test_threads_may_find_and_keep_at_once() -> None:
    recent: Recent[int, int] = Recent(50)
    wrong: list[dict[int, int]] = []

    def work(first: int) -> None:
        for n in range(first, first + 2_000):
            recent.keep({n: -n})
            found = recent.find(range(n - 60, n + 60))
            if any(value != -name for name, value in found.items()):
                wrong.append(found)

    threads = [threading.Thread(target=work, args=(first,)) for first in (0, 500, 5_000)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []
    assert len(recent.find(range(8_000))) == 50
