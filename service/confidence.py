"""The probability that the archive answers a question, from a logistic regression on its signals.

`calibration.json` holds a regression for answers without a reranker and, where the project has
weights for it, one for answers with the evidence reader, and how they did on questions they were
not fitted on; `onrecord eval calibrate` writes it. It holds for the encoder that it names.
Source: Platt 1999, "Probabilistic Outputs for Support Vector Machines".
"""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from onrecord.index.defaults import EVIDENCE_READER, NO_RERANKER
from onrecord.service.signals import Signals

CALIBRATION = Path(__file__).with_name("calibration.json")


@dataclass(frozen=True, slots=True)
class Calibration:
    """One weight a signal and an intercept, in log-odds."""

    encoder: str
    weights: dict[str, float]
    intercept: float

    def confidence(self, signals: Signals) -> float:
        """A probability, rounded to four digits."""
        pairs = zip(Signals.names(), signals.values(), strict=True)
        odds = self.intercept + sum(self.weights[name] * value for name, value in pairs)
        return round(1 / (1 + math.exp(-odds)), 4)


@cache
def shipped(reader: bool = False) -> Calibration:
    """The calibration of the default encoder, with the evidence reader or without."""
    written = json.loads(CALIBRATION.read_text(encoding="utf-8"))
    fits = written["fits"]
    fit = fits[EVIDENCE_READER] if reader and EVIDENCE_READER in fits else fits[NO_RERANKER]
    return Calibration(written["system"]["encoder"], fit["weights"], fit["intercept"])
