"""What speaks for and against the archive answering a question, as a few numbers.

For it: how near the best hit's best sentence is, how much of the question's weight stands in the
hit, and both together in one sentence. Against it: how much of the question's names and numbers
stands neither there nor anywhere, and how far it is from the time that is asked about. In a larger
archive the best hit is better by chance alone.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields

from index.encoder import Vectors
from index.evidence import cover
from index.passages import titled
from index.retrieve import Found
from index.store import Snapshot
from index.weights import weigh

_WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class Signals:
    """The evidence on one question; the signs of their weights are known beforehand.

    The cosine lies in [-1, 1], shares in [0, 1]; `evidence` is the score by which sentences rank,
    `archive_size` the logarithm to base ten of the number of passages,
    `time_missed` how far the best hit is from the time that is asked about, 0 where it touches it,
    `answers` the reranker's log-odds that the best hit answers, 0 where nothing was read.
    """

    sentence_cosine: float = 0.0
    coverage: float = 0.0
    evidence: float = 0.0
    names_missing: float = 1.0
    names_unknown: float = 1.0
    archive_size: float = 0.0
    time_missed: float = 0.0
    answers: float = 0.0

    def values(self) -> list[float]:
        """The numbers, in the order of `Signals.names()`."""
        return [getattr(self, name) for name in self.names()]

    @classmethod
    def names(cls) -> list[str]:
        """The names of the signals."""
        return [field.name for field in fields(cls)]


def read_signals(
    question: str,
    vector: Vectors,
    found: Sequence[Found],
    title: str,
    snapshot: Snapshot,
) -> Signals:
    """The signals of the best hit, whose article has that title."""
    if not found:
        return Signals()
    best = found[0].entry
    text = titled(title, best.passage.text)
    names = weigh(_names(question, snapshot.analyse))
    there = set(snapshot.analyse(text))
    return Signals(
        sentence_cosine=float((best.sentence_vectors @ vector).max()),
        coverage=cover(text, weigh(snapshot.analyse(question)), snapshot.analyse),
        evidence=float(found[0].sentence_scores.max()),
        names_missing=_share(names, lambda name: name not in there),
        names_unknown=_share(names, lambda name: snapshot.document_frequency(name) == 0),
        archive_size=math.log10(snapshot.stats().passages),
        time_missed=_miss(found[0].time_fit),
        answers=found[0].reading.answers if found[0].reading else 0.0,
    )


def _miss(time_fit: float | None) -> float:
    """From 0, for a hit that touches the time asked about, to 1; half of a fit is for touching."""
    return 0.0 if time_fit is None else max(0.0, 1.0 - 2 * time_fit)


def _names(question: str, analyse: Callable[[str], Sequence[str]]) -> list[str]:
    """The analysed words that are capitalised behind the question's beginning, or numbers."""
    return [
        word
        for match in _WORD.finditer(question)
        if match.group()[0].isdigit() or (match.group()[0].isupper() and match.start() > 0)
        for word in analyse(match.group())
    ]


def _share(weights: Mapping[str, float], chosen: Callable[[str], bool]) -> float:
    """The chosen words' share of the weight; 0 where there is none."""
    total = sum(weights.values())
    return sum(weight for word, weight in weights.items() if chosen(word)) / total if total else 0.0
