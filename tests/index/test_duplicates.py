"""Collapsing near-identical passages."""

from __future__ import annotations

import numpy as np

from onrecord.index.duplicates import group, near_identical
from onrecord.index.text import shingles

WIRE = (
    "The harbour board closed the northern pier on Monday after divers found cracks in four of "
    "its concrete piles, and ferries will use the old fish dock until spring."
)
OTHER = (
    "The school board opened a new gymnasium on Friday after builders finished the roof two months "
    "late, and classes will move there once the heating has been tested."
)


def grouped(*texts: str) -> list[list[int]]:
    return group([shingles(text) for text in texts])


def test_syndicated_copies_are_grouped_under_the_first() -> None:
    shouted = WIRE.upper().replace("MONDAY", "Monday 3 March")
    assert grouped(OTHER, WIRE, shouted, OTHER + " More.") == [[0, 3], [1, 2]]


def test_a_copy_cut_at_another_place_is_the_same() -> None:
    assert grouped(WIRE, WIRE + " " + OTHER) == [[0, 1]]


def test_short_passages_that_share_a_phrase_stay_apart() -> None:
    assert grouped("He said that on Monday.", "He said that on Monday.") == [[0], [1]]


def test_eight_of_ten_shingles_make_a_copy_and_seven_do_not() -> None:
    shared, one, other = np.array([8, 7]), np.array([10, 10]), np.array([400, 400])
    assert near_identical(shared, one, other).tolist() == [True, False]


def test_nothing_has_no_groups() -> None:
    assert grouped() == []
