"""What speaks for and against the archive answering a question, as a few numbers.

Dense evidence: how near the best passage and the best sentence are. Word evidence: how much of the
question's weight the best passage and the best sentence hold, and how much no passage holds.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields

from index.encoder import Vectors
from index.evidence import cover
from index.passages import titled
from index.retrieve import Found
from index.store import Snapshot
from index.weights import weigh

LOOKED_AT = 10  # hits: the evidence of those further down decided nothing in development


@dataclass(frozen=True, slots=True)
class Signals:
    """The evidence on one question, each number in [-1, 1]."""

    passage_cosine: float = 0.0
    sentence_cosine: float = 0.0
    top_sentence_cosine: float = 0.0
    coverage: float = 0.0
    top_coverage: float = 0.0
    sentence_coverage: float = 0.0
    unknown: float = 1.0

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
    titles: Mapping[str, str],
    snapshot: Snapshot,
) -> Signals:
    """The signals of the best hits; `titles` maps their articles' ids to titles."""
    looked = found[:LOOKED_AT]
    if not looked:
        return Signals()
    weights = weigh(snapshot.analyse(question))
    coverages, sentence_coverages, sentence_cosines = [], [], []
    for one in looked:
        passage = one.entry.passage
        text = titled(titles[passage.article_id], passage.text)
        coverages.append(cover(text, weights, snapshot.analyse))
        start = passage.span.start
        parts = [passage.text[s.start - start : s.end - start] for s in passage.sentences]
        sentence_coverages.append(max(cover(part, weights, snapshot.analyse) for part in parts))
        sentence_cosines.append(float((one.entry.sentence_vectors @ vector).max()))
    missing = [word for word in weights if snapshot.document_frequency(word) == 0]
    total = sum(weights.values()) or 1.0
    return Signals(
        passage_cosine=max(one.cosine for one in looked),
        sentence_cosine=max(sentence_cosines),
        top_sentence_cosine=sentence_cosines[0],
        coverage=max(coverages),
        top_coverage=coverages[0],
        sentence_coverage=max(sentence_coverages),
        unknown=sum(weights[word] for word in missing) / total,
    )
