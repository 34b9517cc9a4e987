"""What a sweep makes of its measurements: a row a value, and the value that is chosen."""

from __future__ import annotations

from typing import Any

import pytest

from onrecord.eval.lab.sweep import FACTORS, OBJECTIVE, SHOWN, _choose, _row
from onrecord.index.ranking import Ranking
from onrecord.service.settings import Settings


def row(value: float, objective: float, p: float | None, default: bool = False) -> dict[str, Any]:
    """A value's row beside a default whose objective is .5."""
    difference = round(objective - 0.5, 4)
    return {
        "value": value,
        "default": default,
        "objective": objective,
        "difference": difference,
        "p": p,
    }


DEFAULT = row(0.5, 0.5, None, default=True)


def test_a_better_value_that_chance_explains_is_not_chosen() -> None:
    assert _choose([row(0.2, 0.9, 0.05), DEFAULT, row(0.8, 0.7, 0.3)]) == 0.5


def test_a_better_value_that_chance_does_not_explain_is_chosen() -> None:
    assert _choose([row(0.2, 0.9, 0.3), DEFAULT, row(0.8, 0.55, 0.0499)]) == 0.8


def test_the_best_of_several_is_chosen_and_of_equals_the_first() -> None:
    assert _choose([row(0.2, 0.6, 0.01), DEFAULT, row(0.8, 0.7, 0.04)]) == 0.8
    assert _choose([DEFAULT, row(0.8, 0.7, 0.04), row(0.9, 0.7, 0.001)]) == 0.8


def test_a_worse_value_is_not_chosen_however_surely_it_is_worse() -> None:
    assert _choose([row(0.2, 0.3, 0.0001), DEFAULT]) == 0.5


def test_a_value_as_good_as_the_default_is_not_chosen() -> None:
    assert _choose([row(0.2, 0.5, 1.0), DEFAULT]) == 0.5


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
