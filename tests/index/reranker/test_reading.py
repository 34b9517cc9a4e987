"""A reranker's part in the ranking."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from onrecord.index.reranker.reading import Reading, Reranking, describe_reranking
from onrecord.index.types import Passage


class Silent:
    """A reranker that says nothing of anything."""

    identity = "silent"

    def read(self, question: str, passages: Sequence[tuple[str, Passage]]) -> list[Reading]:
        return [Reading(0.0) for _ in passages]


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"read": 0}, "expected at least 1 passage to read, got 0"),
        ({"weight": 1.5}, r"expected a weight in \[0, 1\], got 1.5"),
    ],
)
def test_a_part_that_cannot_be_is_refused(wrong: dict[str, float], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        Reranking(Silent(), **wrong)  # type: ignore[arg-type]


def test_all_that_decides_an_order_is_described() -> None:
    assert describe_reranking(None) == "none"
    assert describe_reranking(Reranking(Silent(), 5, 0.25)) == "silent, 5 passages, weight 0.25"
