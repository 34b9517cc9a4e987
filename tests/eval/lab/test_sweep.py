"""What a sweep makes of its measurements: a row a value, and the value that is chosen."""

from __future__ import annotations

import pytest

from onrecord.eval.lab.sweep import FACTORS, OBJECTIVE, SHOWN, _choose, _row
from onrecord.index.ranking import Ranking
from onrecord.service.settings import Settings

DEFAULT = {"value": 0.5, "default": True, "difference": 0.0, "p": None}


@pytest.mark.parametrize(
    ("rows", "chosen"),
    [
        ([(0.2, 0.4, 0.05), None, (0.8, 0.2, 0.3)], 0.5),  # chance explains both
        ([(0.2, 0.4, 0.3), None, (0.8, 0.05, 0.0499)], 0.8),
        ([(0.2, 0.1, 0.01), None, (0.8, 0.2, 0.04)], 0.8),
        ([None, (0.8, 0.2, 0.04), (0.9, 0.2, 0.001)], 0.8),  # of equals the first
        ([(0.2, -0.2, 0.0001), None], 0.5),  # surely worse
        ([(0.2, 0.0, 1.0), None], 0.5),  # as good as the default
    ],
)
def test_the_best_value_is_chosen_that_chance_does_not_explain(
    rows: list[tuple[float, float, float] | None], chosen: float
) -> None:
    names = ("value", "difference", "p")
    moved = [dict(zip(names, row, strict=True), default=False) if row else DEFAULT for row in rows]
    assert _choose(moved) == chosen


def values(*ranks: float, f1: float = 0.5) -> dict[str, dict[str, float]]:
    """A data set's measures by question; the ones shown beside the objective are all the same."""
    asked = {f"q{number}": value for number, value in enumerate(ranks)}
    others = {name: dict.fromkeys(asked, f1) for name in SHOWN}
    return {**others, OBJECTIVE: asked}


def test_the_objective_is_the_mean_of_the_sets_means() -> None:
    # (.75 + .25) / 2, not the 2.25 / 6 of all questions
    found = {"large": values(0.25, 0.25, 0.25, 0.25), "small": values(1.0, 0.5)}
    made = _row(0.8, False, found, {"large": values(0, 0, 0, 0), "small": values(0.5, 0.5)})
    assert made["value"] == 0.8
    assert made["objective"] == 0.5
    assert made["difference"] == 0.25
    assert made["datasets"]["large"] == {**dict.fromkeys(SHOWN, 0.5), OBJECTIVE: 0.25}
    assert made["datasets"]["small"][OBJECTIVE] == 0.75
    # Of 64 ways to swap the five that differ, only both extremes are as far: 2 of 32.
    assert made["p"] == 0.0625


def test_the_default_has_no_p() -> None:
    shipped = {"one": values(1.0, 0.5, 0.25)}
    made = _row(0.5, True, shipped, shipped)
    assert (made["default"], made["difference"], made["p"]) == (True, 0.0, None)


def test_a_difference_at_every_question_is_no_chance() -> None:
    found = {"one": values(*[0.5] * 20)}
    assert _row(0.8, False, found, {"one": values(*[0.25] * 20)})["p"] < 0.001


@pytest.mark.parametrize("factor", FACTORS)
def test_the_shipped_value_of_each_factor_is_among_those_measured(factor: str) -> None:
    settings = Settings()
    shipped = {"passage_tokens": settings.passage_tokens}
    assert shipped.get(factor, getattr(Ranking(), factor, None)) in FACTORS[factor]
