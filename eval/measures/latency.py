"""How long answers took."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from onrecord.eval.replies import Timing

PERCENTILES = (50, 90, 95, 99)


def percentiles(timings: Sequence[Timing]) -> dict[str, dict[str, float]]:
    """Milliseconds at each percentile: as the client saw it, and inside the service."""
    sides = {
        "total": [timing.total_ms for timing in timings],
        "service": [timing.service_ms for timing in timings],
    }
    return {
        side: {f"p{at}": round(float(np.percentile(took, at)), 2) for at in PERCENTILES}
        for side, took in sides.items()
        if took
    }
