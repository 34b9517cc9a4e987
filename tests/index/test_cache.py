"""The size-bounded cache of passages and articles."""

from __future__ import annotations

import threading

from onrecord.index.cache import FifoCache


def test_a_cached_value_is_found_and_nothing_else() -> None:
    cache: FifoCache[int, str] = FifoCache(2)
    cache.put_many({3: "ferry"})
    assert cache.get_many([3, 4]) == {3: "ferry"}


def test_the_oldest_value_is_evicted_first() -> None:
    cache: FifoCache[int, str] = FifoCache(2)
    cache.put_many({1: "one", 2: "two"})
    cache.get_many([1])
    cache.put_many({3: "three"})
    assert cache.get_many([1, 2, 3]) == {2: "two", 3: "three"}


def test_sizes_add_up_to_at_most_the_capacity() -> None:
    cache: FifoCache[int, str] = FifoCache(8, len)
    cache.put_many({1: "ferry", 2: "sea"})
    assert cache.get_many([1, 2]).keys() == {1, 2}
    cache.put_many({3: "quays"})
    assert cache.get_many([1, 2, 3]).keys() == {2, 3}
    cache.put_many({4: "longer than all"})
    assert cache.get_many([1, 2, 3, 4]) == {}


def test_a_value_put_twice_counts_once() -> None:
    cache: FifoCache[int, str] = FifoCache(8, len)
    for _ in range(5):
        cache.put_many({1: "ferry"})
    cache.put_many({2: "sea"})
    assert cache.get_many([1, 2]).keys() == {1, 2}


def test_threads_may_get_and_put_at_once() -> None:
    cache: FifoCache[int, int] = FifoCache(50)
    wrong: list[dict[int, int]] = []

    def work(first: int) -> None:
        for n in range(first, first + 2_000):
            cache.put_many({n: -n})
            found = cache.get_many(range(n - 60, n + 60))
            if any(value != -key for key, value in found.items()):
                wrong.append(found)

    threads = [threading.Thread(target=work, args=(first,)) for first in (0, 500, 5_000)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []
    assert len(cache.get_many(range(8_000))) == 50
