"""Whether the archive refuses the right questions: confidence against the truth."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from onrecord.eval.judge import Case

BINS = 10

Numbers = NDArray[np.float64]
Truth = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class ConfidenceBin:
    """Questions of about the same confidence: its mean, the share answerable, their mass."""

    confidence: float
    truth: float
    mass: float


def measure(cases: Sequence[Case]) -> dict[str, dict[str, float]]:
    """Values by measure and question.

    `abstention/answered` on what the archive answers, `abstention/refused` on what it does not;
    `abstention/selective accuracy` on what was answered: whether the first quote holds the answer.
    """
    found: dict[str, dict[str, float]] = {
        f"abstention/{name}": {} for name in ("answered", "refused", "selective accuracy")
    }
    for case in cases:
        asked, answered = case.question, case.reply.answered
        if asked.answerable:
            found["abstention/answered"][asked.id] = float(answered)
        elif asked.answerable is False:
            found["abstention/refused"][asked.id] = float(not answered)
        if asked.answerable is not None and answered:
            found["abstention/selective accuracy"][asked.id] = float(case.correct)
    return found


def confidences(cases: Sequence[Case]) -> tuple[Numbers, Truth, Truth]:
    """Confidence, whether answerable and whether correct, of the questions that were judged."""
    judged = [case for case in cases if case.question.answerable is not None]
    return (
        np.array([case.reply.confidence for case in judged]),
        np.array([case.question.answerable for case in judged], dtype=bool),
        np.array([case.correct for case in judged], dtype=bool),
    )


def auroc(confidence: Numbers, truth: Truth) -> float | None:
    """The chance that an answerable question is more confident; None where one kind is missing.

    Source: Hanley and McNeil 1982, "The Meaning and Use of the Area under a ROC Curve".
    """
    from scipy.stats import rankdata

    positive = np.asarray(truth, dtype=bool)
    count, others = int(positive.sum()), int((~positive).sum())
    if not count or not others:
        return None
    ranks = rankdata(confidence)[positive].sum()
    return float((ranks - count * (count + 1) / 2) / (count * others))


def risk_coverage(confidence: Numbers, correct: Truth) -> tuple[Numbers, Numbers]:
    """Coverage and risk when only the most confident are answered, from each threshold.

    Questions of the same confidence are answered together.
    Source: El-Yaniv and Wiener 2010, "On the Foundations of Noise-free Selective Classification".
    """
    order = np.argsort(-confidence, kind="stable")
    falling = confidence[order]
    last_of_its_kind = np.append(falling[1:] != falling[:-1], True)
    answered = np.arange(1, len(order) + 1)
    risk = np.cumsum(1.0 - correct[order]) / answered
    return answered[last_of_its_kind] / len(order), risk[last_of_its_kind]


def area_under_risk(confidence: Numbers, correct: Truth) -> float:
    """Mean risk over all coverages, lower is better: risk steps at each threshold.

    Source: Geifman, Uziel and El-Yaniv 2019, "Bias-Reduced Uncertainty Estimation".
    """
    coverage, risk = risk_coverage(confidence, correct)
    return float((np.diff(coverage, prepend=0.0) * risk).sum())


def bins(
    confidence: Numbers, truth: Truth, masses: Numbers | None = None, count: int = BINS
) -> list[ConfidenceBin]:
    """The questions by rising confidence, in bins of about equal mass; equal ones stay together."""
    if masses is None:
        masses = np.ones(len(confidence))
    levels, level = np.unique(confidence, return_inverse=True)
    mass = np.bincount(level, masses, len(levels))
    right = np.bincount(level, masses * truth, len(levels))
    middles = (np.cumsum(mass) - mass / 2) / mass.sum()
    groups = np.minimum((middles * count).astype(int), count - 1)
    made = []
    for group in np.unique(groups):
        inside = groups == group
        weight = float(mass[inside].sum())
        if weight > 0:
            sure = float((levels * mass)[inside].sum()) / weight
            true = float(right[inside].sum()) / weight
            made.append(ConfidenceBin(sure, true, weight / float(mass.sum())))
    return made


def expected_calibration_error(
    confidence: Numbers, truth: Truth, masses: Numbers | None = None, count: int = BINS
) -> float:
    """Mean distance of confidence from truth over bins of equal mass.

    Source: Naeini, Cooper and Hauskrecht 2015, "Obtaining Well Calibrated Probabilities".
    """
    made = bins(confidence, truth, masses, count)
    return sum(bin.mass * abs(bin.confidence - bin.truth) for bin in made)


# The measures of a run as a whole: each with the column of `confidences` that it is compared to.
OF_RUN: dict[str, tuple[Callable[..., float | None], str]] = {
    "abstention/AUROC": (auroc, "answerable"),
    "abstention/calibration error": (expected_calibration_error, "answerable"),
    "abstention/area under risk": (area_under_risk, "correct"),
}
