"""The probability that the archive answers a question, from a logistic regression on its signals.

`calibration.json` holds the regression's weights and how it did on questions it was not fitted on;
`onrecord eval calibrate` writes it. It holds for the encoder that it names.
Source: Platt 1999, "Probabilistic Outputs for Support Vector Machines".
"""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from service.signals import Signals

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
def shipped() -> Calibration:
    """The calibration of the default encoder."""
    fitted = json.loads(CALIBRATION.read_text(encoding="utf-8"))
    return Calibration(fitted["system"]["encoder"], fitted["weights"], fitted["intercept"])
