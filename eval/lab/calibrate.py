"""Fit the confidence on earlier news and half of an encyclopaedia's pages; report on the rest.

Five situations (`situations.py`), each weighing the same, so that the probability holds in
small archives and large ones. The data sets serve this fit alone; the fitted numbers are the
project's.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from onrecord.eval.datasets import load
from onrecord.eval.figures import DIGITS
from onrecord.eval.lab.fold_readers import load_unseen
from onrecord.eval.lab.situations import (
    ENCYCLOPAEDIA,
    NEWS,
    CalibrationSetup,
    SignalCase,
    list_cases,
)
from onrecord.eval.measures.abstention import auroc, expected_calibration_error
from onrecord.eval.systems import describe_ranking
from onrecord.index.defaults import EVIDENCE_READER, NO_RERANKER
from onrecord.index.ranking import Ranking
from onrecord.index.reranker.evidence_reader import DESCRIPTION, WEIGHTS
from onrecord.service.archive import load_encoder
from onrecord.service.confidence import CALIBRATION, Signals
from onrecord.service.settings import Settings

RIDGE = 0.5
# An answer is the less likely, the more there is of these.
AGAINST = {"names_missing", "names_unknown", "archive_size", "time_missed", "kind_missed"}
Numbers = NDArray[np.float64]


def calibrate(data: Path, work: Path, target: Path = CALIBRATION) -> dict[str, Any]:
    """Write the calibration to `target`; returns its figures. Archives are kept in `work`."""
    settings = Settings()
    encoder = load_encoder(settings)
    fits = {}
    for name in (
        (NO_RERANKER, EVIDENCE_READER) if (WEIGHTS / DESCRIPTION).exists() else (NO_RERANKER,)
    ):
        reranker = load_unseen(settings.model_copy(update={"reranker": name}), work)
        setup = CalibrationSetup(data, work, settings, encoder, reranker)
        found = _fit_and_measure(list(list_cases(setup)), settings)
        fits[name] = {"reranking": Ranking().describe(reranker), **found}
    written = {
        "command": "onrecord eval calibrate --data DIR",
        "datasets": {
            name: {"sha256": load(str(data / name)).sha256} for name in (NEWS, ENCYCLOPAEDIA)
        },
        "system": describe_ranking(settings, encoder.description.identity, Ranking()),
        "min_confidence": settings.min_confidence,
        "fits": fits,
    }
    target.write_text(json.dumps(written, indent=1) + "\n", encoding="utf-8")
    return fits


def _fit_and_measure(cases: Sequence[SignalCase], settings: Settings) -> dict[str, Any]:
    """The weights, from the cases to be fitted on, and how they do on the others."""
    fitted = [case for case in cases if case.fitted]
    weights, intercept = _fit(fitted)
    held_back = [case for case in cases if not case.fitted]
    return {
        "weights": dict(zip(Signals.names(), weights.round(4).tolist(), strict=True)),
        "intercept": round(intercept, 4),
        "fitted_on": len(fitted),
        "figures": _figures(held_back, weights, intercept, settings.min_confidence),
    }


def _fit(cases: Sequence[SignalCase]) -> tuple[Numbers, float]:
    """Weights and intercept of a logistic regression whose weights have the signs they must have.

    Every situation weighs the same, and in it the answerable and the unanswerable questions.
    """
    from scipy.optimize import minimize

    signals = np.array([case.signals.values() for case in cases])
    answerable = np.array([float(case.answerable) for case in cases])
    mean, spread = signals.mean(0), signals.std(0)
    spread[spread == 0] = 1.0  # nothing was read: no weight
    scaled, masses = (signals - mean) / spread, _masses(cases)

    def loss(parameters: Numbers) -> tuple[float, Numbers]:
        odds = scaled @ parameters[:-1] + parameters[-1]
        error = masses * (1 / (1 + np.exp(-odds)) - answerable)
        cost = (masses * (np.logaddexp(0, odds) - answerable * odds)).sum()
        penalty = RIDGE * parameters[:-1]
        slope = np.append(scaled.T @ error + 2 * penalty, error.sum())
        return float(cost + penalty @ parameters[:-1]), slope

    signs = [(None, 0.0) if name in AGAINST else (0.0, None) for name in Signals.names()]
    start = np.zeros(signals.shape[1] + 1)
    bounds = [*signs, (None, None)]
    found = minimize(loss, start, jac=True, bounds=bounds, method="L-BFGS-B").x
    weights = found[:-1] / spread
    return weights, float(found[-1] - weights @ mean)


def _masses(cases: Sequence[SignalCase]) -> Numbers:
    """How much each case counts: 1 on average, the same for each situation's two kinds."""
    kinds = [(case.situation, case.answerable) for case in cases]
    counts = Counter(kinds)
    return np.array([len(cases) / len(counts) / counts[kind] for kind in kinds])


def _figures(
    cases: Sequence[SignalCase], weights: Numbers, intercept: float, threshold: float
) -> dict[str, dict[str, float | int | None]]:
    """How the fit did on questions it has not seen, by situation and on all together."""
    figures = {}
    for situation in ["all", *dict.fromkeys(case.situation for case in cases)]:
        chosen = [case for case in cases if situation in ("all", case.situation)]
        odds = np.array([case.signals.values() for case in chosen]) @ weights + intercept
        confidence, truth = 1 / (1 + np.exp(-odds)), np.array([c.answerable for c in chosen])
        figures[situation] = {
            "questions": len(chosen),
            "answerable": int(truth.sum()),
            "auroc": _rounded(auroc(confidence, truth)),
            "answered_of_answerable": _share(confidence[truth] >= threshold),
            "no_answer_of_unanswerable": _share(confidence[~truth] < threshold),
            "expected_calibration_error": _rounded(
                expected_calibration_error(confidence, truth, _masses(chosen))
            ),
        }
    return figures


def _share(outcomes: NDArray[np.bool_]) -> float | None:
    """How many of the outcomes are true, as a share; None where there are none."""
    return _rounded(float(outcomes.mean())) if outcomes.size else None


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, DIGITS)
