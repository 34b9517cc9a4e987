"""How well a reader does on the pages it was not trained on, given the passage."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from onrecord.eval.figures import DIGITS
from onrecord.eval.judge import holds
from onrecord.eval.lab.reader.examples import Example
from onrecord.eval.measures.abstention import auroc
from onrecord.index.passages import split_sentences
from onrecord.index.reranker import Reranker, RerankerScore
from onrecord.index.types import Passage, Span


def read_each(reader: Reranker, examples: Sequence[Example]) -> list[RerankerScore]:
    """The reader's score of every example."""
    readings = []
    for one in examples:
        span = Span(0, len(one.text))
        sentences = tuple(split_sentences(one.text))
        passage = Passage("held-out", span, one.text, 0, sentences)
        readings += reader.score(one.question, [(one.title, passage)])
    return readings


def measure(examples: Sequence[Example], readings: Sequence[RerankerScore]) -> dict[str, Any]:
    """By source: how many, AUROC of "it answers", and how often the best sentence is evidence."""
    found: dict[str, Any] = {}
    for source in dict.fromkeys(one.source for one in examples):
        pairs = [pair for pair in zip(examples, readings, strict=True) if pair[0].source == source]
        sure = np.array([reading.log_odds for _, reading in pairs])
        truth = np.array([bool(one.answers) for one, _ in pairs])
        hits = [_is_hit(one, reading) for one, reading in pairs if one.answers]
        separated = auroc(sure, truth)
        found[source] = {
            "examples": len(pairs),
            "auroc": None if separated is None else round(separated, DIGITS),
            "best_sentence": round(float(np.mean(hits)), DIGITS) if hits else None,
        }
    return found


def _is_hit(example: Example, reading: RerankerScore) -> bool:
    """Whether the sentence with the largest share holds the answer."""
    sentences = split_sentences(example.text)
    if reading.evidence is None or not sentences:
        return False
    best = sentences[int(np.argmax(reading.evidence))]
    return holds(example.text[best.start : best.end], example.answers)
