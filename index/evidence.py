"""Score every sentence of a passage as evidence for a question.

The score of a sentence is the cosine of its vector with the question's plus the share of the
question's term weights that the sentence contains. A sentence with an answer of the kind asked for
scores more. The kinds are those that are plain to see in a text: numbers, money, shares and times.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, Literal

import numpy as np
from numpy.typing import NDArray

from onrecord.index.encoder import Vectors
from onrecord.index.text.terms import term_id
from onrecord.index.times.names import MONTH_NAMES, WEEKDAY
from onrecord.index.times.periods import YEAR

if TYPE_CHECKING:
    from onrecord.index.question import QuestionTerm
    from onrecord.index.store import IndexedPassage

AnswerKind = Literal["share", "money", "time", "number"]

_ASKED: dict[AnswerKind, str] = {
    "share": r"\b(?:what|which)\s+(?:per\s?cent|percentage|share|proportion|fraction)"
    r"|\bhow many per\s?cent",
    "money": r"\bhow much\s+(?:money\b|.*\b(?:cost|costs|pay|pays|paid|spend|spent|worth)\b)"
    r"|\bwhat\s+(?:price|(?:is|was)\s+the\s+(?:price|cost))\b",
    "time": r"^\W*(?:when|wann|quand|cu[aá]ndo|kiedy|коли|когда|متى)\b|\bsince when\b|何时|いつ"
    r"|\b(?:what|which)\s+(?:year|month|day|date|century|decade|time)\b",
    "number": r"\bhow\s+(?:many|much|old|tall|long|far|large|big|high|often|fast|deep|heavy|wide)\b"
    r"|\bwhat\s+(?:number|age)\b|多少|いくつ|何人"
    r"|^\W*(?:wie\s?viele?|combien|cu[aá]nt[oa]s?|ile|скільки|сколько|كم)\b",
}
_NUMERAL = (
    r"\d[\d,.]*|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|\w+teen|twenty"
    r"|thirty|forty|fifty|sixty|seventy|eighty|ninety|hundreds?|thousands?|millions?|billions?"
    r"|dozens?|half|third|quarter|once|twice"
)
_HELD: dict[AnswerKind, str] = {
    "share": r"(?i)\d\s*%|\bper\s?cent|\bpercentage\b|\b(?:half|third|quarter)s?\b",
    "money": r"(?i)[$€£¥]\s?\d|\d\s?[$€£¥]|\b(?:dollars?|euros?|pounds?|yen|yuan|cents?)\b",
    "time": rf"\b{YEAR}\b|\b(?:{'|'.join(MONTH_NAMES)})\b|\b{WEEKDAY}\b"
    r"|\bcentur(?:y|ies)\b|\b\d{1,2}:\d\d\b|\b(?:yesterday|today|tomorrow)\b",
    "number": rf"(?i)(?<!\w)(?:{_NUMERAL})(?!\w)",
}
_ASKED_PATTERNS = {kind: re.compile(pattern, re.I) for kind, pattern in _ASKED.items()}
_HELD_PATTERNS = {kind: re.compile(pattern) for kind, pattern in _HELD.items()}


def read_kind(question: str) -> AnswerKind | None:
    """The kind of answer that a question asks for; None for a question of any other kind."""
    return next((kind for kind, asked in _ASKED_PATTERNS.items() if asked.search(question)), None)


def holds_kind(text: str, kind: AnswerKind) -> bool:
    """Whether the text contains something of that kind."""
    return _HELD_PATTERNS[kind].search(text) is not None


def score_sentences(
    passages: Sequence[IndexedPassage],
    vector: Vectors,
    terms: Sequence[QuestionTerm],
    coverage_weight: float,
    kind: AnswerKind | None = None,
    kind_weight: float = 0.0,
) -> list[NDArray[np.float32]]:
    """The scores of each passage's sentences, shape (sentences,).

    The share of the weight of the question's `terms` that a sentence holds, from 0 to 1, counts
    `coverage_weight` times as much as the cosine. A sentence that holds an answer of that
    `kind` gets `kind_weight` more.
    """
    if not passages:
        return []
    # Unlike a matrix product, vecdot gives a sentence the same cosine whatever is computed with it.
    scores = np.vecdot(np.concatenate([passage.sentence_vectors for passage in passages]), vector)
    scores = scores + coverage_weight * _cover(passages, terms)
    if kind is not None:
        holding = [held for passage in passages for held in passage.holding(kind)]
        scores = scores + kind_weight * np.array(holding)
    ends = np.cumsum([len(one.passage.sentences) for one in passages])
    return np.split(scores.astype(np.float32), ends[:-1])


def _cover(
    passages: Sequence[IndexedPassage], wanted: Sequence[QuestionTerm]
) -> NDArray[np.float64]:
    """The share of the terms' weight that each sentence contains, shape (all sentences,)."""
    terms = np.concatenate([passage.term_ids.terms for passage in passages])
    ends = np.cumsum(np.concatenate([passage.term_ids.counts for passage in passages]))
    covered, total = np.zeros(ends.size), sum(term.weight for term in wanted)
    for term in wanted:
        (places,) = np.logical_or.reduce([terms == term_id(form) for form in term.forms]).nonzero()
        covered[np.unique(ends.searchsorted(places, side="right"))] += term.weight
    return covered / total if total else covered
