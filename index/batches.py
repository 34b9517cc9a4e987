"""Which texts are encoded together: as long ones as can be, and no more than a budget holds.

Texts of about one length waste nothing on padding; the longest go first, so that no thread is left
with one at the end.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Pieces = Sequence[int]
Feeds = dict[str, NDArray[np.int64]]


def plan(lengths: Sequence[int], budget: int) -> list[list[int]]:
    """Places of the texts in batches, longest first; a batch's padded pieces fit the budget.

    A text that alone is over the budget is a batch of its own, so a budget of 0 parts them all.
    """
    batches: list[list[int]] = []
    for place in sorted(range(len(lengths)), key=lambda place: -lengths[place]):
        longest = lengths[batches[-1][0]] if batches else 0
        if batches and longest * (len(batches[-1]) + 1) <= budget:
            batches[-1].append(place)
        else:
            batches.append([place])
    return batches


def pad(texts: Sequence[Pieces]) -> Feeds:
    """What a graph reads of a batch; each array has shape (texts, pieces of the longest)."""
    ids = np.zeros((len(texts), max(map(len, texts))), dtype=np.int64)
    mask = np.zeros_like(ids)
    for row, pieces in enumerate(texts):
        ids[row, : len(pieces)] = pieces
        mask[row, : len(pieces)] = 1
    return {"input_ids": ids, "attention_mask": mask, "token_type_ids": np.zeros_like(ids)}
