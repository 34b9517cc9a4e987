"""Choose the sentences of a quote to mark as its evidence."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from onrecord.index.types import Span

# A sentence whose score is this near to the best one's is marked with it.
MARGIN = 0.03


def highlight(sentences: Sequence[Span], scores: NDArray[np.float32]) -> tuple[Span, ...]:
    """The sentences with the best scores, in the article's order; at least one."""
    each = scores.tolist()
    least = max(each) - MARGIN
    return tuple([span for span, score in zip(sentences, each, strict=True) if score >= least])
