"""What every measure means, in a line; which way is better; in what order reports show them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any, Literal

PARTS = {
    "quotes": "Quotes",
    "evidence": "Marked evidence",
    "articles": "Articles",
    "passages": "Passages",
    "abstention": "Abstention",
}
LOWER_IS_BETTER = frozenset({"abstention/calibration error", "abstention/area under risk"})
# What the table of the set's parts has room for.
TELLING = (
    "quotes/answer@1",
    "quotes/answer@3",
    "quotes/answer RR",
    "evidence/F1",
    "articles/nDCG@10",
    "passages/nDCG@10",
    "abstention/answered",
    "abstention/refused",
    "abstention/selective accuracy",
)

Verdict = Literal["better", "worse", "open"]

_MEANINGS = {
    "quotes/answer@1": "An answer stands in the first quote.",
    "quotes/answer@k": "An answer stands in one of the first {k} quotes.",
    "quotes/answer RR": "One over the place of the first quote that holds an answer; else 0.",
    "quotes/verbatim": "Quotes that are their article’s text, character for character.",
    "quotes/date": "Quotes whose article is given its right date.",
    "quotes/attribution": "Quotes whose article is given its right title, outlet and address.",
    "evidence/precision": "Of the sentences marked in the first right quote: how many answer.",
    "evidence/recall": "Of the sentences that answer in that quote: how many are marked.",
    "evidence/F1": "Precision and recall in one, their harmonic mean.",
    "nDCG@k": "How near the order of the first {k} {part} comes to the best possible one.",
    "AP": "Precision at the place of each relevant {one}, on average.",
    "RR": "One over the place of the first relevant {one}; else 0.",
    "R@k": "How many of the relevant {part} are among the first {k}.",
    "P@1": "The first {one} is relevant.",
    "P@k": "How many of the first {k} {part} are relevant.",
    "Success@1": "The first {one} is relevant.",
    "Success@k": "A relevant {one} is among the first {k}.",
    "abstention/answered": "Answerable questions that were answered.",
    "abstention/refused": "Unanswerable questions that were refused.",
    "abstention/selective accuracy": "Of what was answered: how often the first quote is right.",
    "abstention/AUROC": "The chance that an answerable question has the higher confidence.",
    "abstention/calibration error": "Mean distance of confidence from truth, over ten bins.",
    "abstention/area under risk": "Share of wrong answers, averaged over every threshold.",
}
_NUMBERS = {"1": "one", "3": "three", "5": "five", "10": "ten"}


def explain(measure: str) -> str:
    """What a measure says, in a line; an empty string for one that is not known here."""
    part, _, name = measure.partition("/")
    cut = re.search(r"@(\d+)$", name)
    general = re.sub(r"@\d+$", "@k", name)
    keys = (measure, f"{part}/{general}", name, general)
    meaning = next((_MEANINGS[key] for key in keys if key in _MEANINGS), "")
    k = cut.group(1) if cut else ""
    return meaning.format(k=_NUMBERS.get(k, k), part=part, one=part.removesuffix("s"))


def group(names: Iterable[str]) -> dict[str, list[str]]:
    """The measures by the part that they measure, parts in the order of `PARTS`, new ones last."""
    found: dict[str, list[str]] = {part: [] for part in PARTS}
    for name in names:
        found.setdefault(name.partition("/")[0], []).append(name)
    return {part: inside for part, inside in found.items() if inside}


def judge_difference(measure: str, difference: Mapping[str, Any]) -> Verdict:
    """Whether B is better or worse than A; open where the interval holds 0 or is not known."""
    low, high = difference["low"], difference["high"]
    if low is None or high is None or low <= 0 <= high:
        return "open"
    return "better" if (low > 0) != (measure in LOWER_IS_BETTER) else "worse"
