"""How much is tried: a little in CI, all night long where `ONRECORD_NIGHTLY=1` is set."""

from __future__ import annotations

import os

NIGHTLY = os.environ.get("ONRECORD_NIGHTLY") == "1"


def amount(by_day: int, by_night: int) -> int:
    """How many, or how many seconds."""
    return by_night if NIGHTLY else by_day
