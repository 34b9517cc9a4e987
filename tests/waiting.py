"""Waiting for what will come true, however busy the machine is."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar

LONG_SECONDS = 60.0  # for a machine with much else to do; who waits goes on as soon as it can
TICK_SECONDS = 0.01
Value = TypeVar("Value")


def wait_until(seen: Callable[[], Value], what: str, seconds: float = LONG_SECONDS) -> Value:
    """The first true value that is seen. Raises `AssertionError` with what did not come."""
    deadline = time.monotonic() + seconds
    while not (value := seen()):
        assert time.monotonic() < deadline, f"after {seconds:g} s: {what}"
        time.sleep(TICK_SECONDS)
    return value
