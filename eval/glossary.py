"""What measures mean, which way is better, and how reports write numbers and dates."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping
from typing import Any, Literal

from onrecord.index.types import Published
from onrecord.service.citations import say_date

PARTS = {
    "quotes": "Quotes",
    "evidence": "Marked evidence",
    "articles": "Articles",
    "passages": "Passages",
    "abstention": "Abstention",
}
LOWER_IS_BETTER = frozenset({"abstention/calibration error", "abstention/area under risk"})
# The measures that the table of the set's parts shows.
GROUP_COLUMNS = (
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
NBSP = "\u00a0"
MINUS = "−"
SHORT_HASH = 12  # characters of a sha256 that tell one from another
_HASH = re.compile(rf"\b([0-9a-f]{{{SHORT_HASH}}})[0-9a-f]{{12,}}\b")
_PRECISIONS = {4: "year", 7: "month", 10: "day"}
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


def format_percent(share: float) -> str:
    """`70 %`; a share short of all or above nothing is never said to be 100 % or 0 %."""
    if 0.995 <= share < 1:
        return f"{math.floor(share * 1000) / 10:.1f}{NBSP}%"
    if 0 < share < 0.005:
        return f"{math.ceil(share * 1000) / 10:.1f}{NBSP}%"
    return f"{share * 100:.0f}{NBSP}%"


def format_number(number: float | None) -> str:
    """Three decimals, `–` where there is no number."""
    return "–" if number is None else f"{number:.3f}"


def format_difference(number: float | None) -> str:
    """Three decimals with a sign, `–` where there is no number."""
    if number is None:
        return "–"
    digits = f"{abs(number):.3f}"
    return digits if float(digits) == 0 else f"{'+' if number > 0 else MINUS}{digits}"


def format_chance(p: float | None) -> str:
    """A p-value: three decimals, `<0.001` below, `–` where there is none."""
    return "<0.001" if p is not None and p < 0.001 else format_number(p)


def format_time(milliseconds: float) -> str:
    """`51 ms`, `4.7 ms` or `1.2 s`."""
    if milliseconds >= 1000:
        return f"{milliseconds / 1000:.1f}{NBSP}s"
    return f"{milliseconds:.{0 if milliseconds >= 10 else 1}f}{NBSP}ms"


def format_date(published: str | None) -> str:
    """`17 June 2022`, as far as it is known; `undated` for None; what is no date as it came."""
    if published is None:
        return "undated"
    precision = _PRECISIONS.get(len(published))
    try:
        return say_date(Published(published, precision))  # type: ignore[arg-type]
    except ValueError:
        return published


def format_count(count: int, one: str) -> str:
    """`1 question`, `6,000 questions`."""
    return f"{count:,}{NBSP}{one if count == 1 else one + 's'}"


def shorten(value: str) -> str:
    """The text with each long hash in it cut to what tells it from others."""
    return _HASH.sub(r"\1…", value)


FILTERS = {
    "chance": format_chance,
    "count": format_count,
    "date": format_date,
    "difference": format_difference,
    "explain": explain,
    "number": format_number,
    "percent": format_percent,
    "short": shorten,
    "time": format_time,
}
