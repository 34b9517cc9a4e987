"""Work done ahead in threads, its results taken here one by one, in the order it was given.

So a build reads the next pages, and writes the ones before, while their passages are encoded.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any, Self, TypeVar

Result = TypeVar("Result")
THREADS = 2  # one cuts while another's passages are encoded
MOST = 8  # articles that wait with their vectors; a long one takes a few megabytes


class Ahead:
    """Steps in order, some of which wait for work that began at once. Leaving finishes all."""

    def __init__(self, threads: int = THREADS, most: int = MOST) -> None:
        self._pool = ThreadPoolExecutor(threads)
        self._steps: deque[tuple[Future[Any] | None, Callable[[], None]]] = deque()
        self._most = most

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        self._pool.shutdown(cancel_futures=kind is not None)

    def work(self, work: Callable[[], Result], then: Callable[[Result], None]) -> None:
        """Begin the work now; `then` takes its result when everything before is done."""
        future = self._pool.submit(work)
        self._steps.append((future, lambda: then(future.result())))
        self._take()

    def then(self, step: Callable[[], None]) -> None:
        """Do this when everything before is done."""
        self._steps.append((None, step))
        self._take()

    def finish(self) -> None:
        """Do all steps; raises what the first that fails raises."""
        while self._steps:
            self._steps.popleft()[1]()

    def _take(self) -> None:
        """Do the steps whose time has come, and the first ones where too many wait."""
        while self._steps:
            future = self._steps[0][0]
            if future is not None and not future.done() and len(self._steps) <= self._most:
                return
            self._steps.popleft()[1]()
