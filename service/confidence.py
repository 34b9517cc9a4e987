"""The probability that the archive answers a question, from a logistic regression on signals.

A signal for it is how near the best hit's best sentence is, how much of the question's weight
stands in the hit, both together in one sentence, and how far everything that ranks agrees on that
hit. A signal against it is how much of the question's names and numbers stands neither there nor
anywhere, how far the hit is from the time that is asked about, and whether it lacks the kind of
answer that is asked for. In a larger archive the best hit is better by chance alone.

`calibration.json` holds a regression for answers without a reranker and one for answers with the
evidence reader, each with its figures on questions that it was not fitted on; `onrecord eval
calibrate` writes it. It is valid for the encoder that it names.
Source: Platt 1999, "Probabilistic Outputs for Support Vector Machines".
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, fields
from functools import cache
from pathlib import Path

from onrecord.index.defaults import EVIDENCE_READER, NO_RERANKER
from onrecord.index.evidence import holds_kind, read_kind, score_sentences
from onrecord.index.question import AnalysedQuestion, QuestionTerm
from onrecord.index.ranking import Hit, Ranking
from onrecord.index.store import IndexedPassage, Snapshot
from onrecord.index.text.terms import analyse, term_id
from onrecord.index.times.periods import AskedTime, fit_time, read_periods
from onrecord.index.types import Article

LEAST_FIT = 0.5  # of times that overlap
COVERAGE_WEIGHT = Ranking().coverage_weight  # the calibration is fitted with the default
CALIBRATION = Path(__file__).with_name("calibration.json")


@dataclass(frozen=True, slots=True)
class Signals:
    """The evidence on one question; the signs of their weights are known beforehand.

    The cosine lies in [-1, 1], shares in [0, 1]; `evidence` is the best score of a sentence for
    meaning and saying the same; `archive_size` is the logarithm to base ten of the number of
    passages. `time_missed` says how far the best hit's best sentence, or the hit where that names
    no time, is from the time that is asked about, 0 where it touches it; `kind_missed` is 1 where
    that sentence holds no answer of the kind that is asked for; `answers` are the reranker's
    log-odds that the best hit answers, 0 where nothing was read. `score` is the best hit's, from 0
    to 1: the nearer to 1, the more the searches, the sentences and the reranker agree that it is.
    """

    sentence_cosine: float = 0.0
    coverage: float = 0.0
    evidence: float = 0.0
    names_missing: float = 1.0
    names_unknown: float = 1.0
    archive_size: float = 0.0
    time_missed: float = 0.0
    kind_missed: float = 0.0
    answers: float = 0.0
    score: float = 0.0

    @classmethod
    def names(cls) -> list[str]:
        """The names of the signals."""
        return [field.name for field in fields(cls)]


def read_signals(
    question: AnalysedQuestion, best: Hit, article: Article, snapshot: Snapshot
) -> Signals:
    """The signals of the best hit, which is of that article."""
    entry, sentence = best.indexed, best.passage.sentence_texts[int(best.evidence.argmax())]
    kind = read_kind(question.text)
    # An article need not name the day, the month or the year in which it is published.
    is_of_its_day = fit_time(question.time, (), entry.published) >= LEAST_FIT
    spans = question.time.spans if is_of_its_day else ()
    terms = [
        term
        for term in question.terms
        if not any(start <= term.start < end for start, end in spans)
    ]
    names = [term for term in terms if term.is_name]
    title = map(term_id, analyse(article.title, article.language))
    there = {*title, *entry.term_ids.terms.tolist()}

    def is_there(term: QuestionTerm) -> bool:
        return not there.isdisjoint(map(term_id, term.forms))

    scores = score_sentences([entry], question.vector, terms, COVERAGE_WEIGHT)[0]
    return Signals(
        sentence_cosine=float((entry.sentence_vectors @ question.vector).max()),
        coverage=_share(terms, is_there),
        evidence=float(scores.max()),
        names_missing=_share(names, lambda name: not is_there(name)),
        names_unknown=_share(names, lambda name: not name.searched),
        archive_size=math.log10(snapshot.stats().passages),
        time_missed=_miss_time(question.time, sentence, entry),
        kind_missed=float(kind is not None and not holds_kind(sentence, kind)),
        answers=best.reranker_score.log_odds if best.reranker_score else 0.0,
        score=best.score,
    )


def _miss_time(asked: AskedTime, sentence: str, best: IndexedPassage) -> float:
    """From 0, where the times overlap, to 1."""
    if not asked:
        return 0.0
    named = read_periods(sentence, best.day) or best.periods
    return max(0.0, 1.0 - fit_time(asked, named, best.published) / LEAST_FIT)


def _share(terms: Sequence[QuestionTerm], chosen: Callable[[QuestionTerm], bool]) -> float:
    """The chosen terms' share of the weight; 0 where there is none."""
    total = sum(term.weight for term in terms)
    return sum(term.weight for term in terms if chosen(term)) / total if total else 0.0


@dataclass(frozen=True, slots=True)
class Calibration:
    """One weight a signal and an intercept, in log-odds."""

    encoder: str
    weights: dict[str, float]
    intercept: float

    def confidence(self, signals: Signals) -> float:
        """A probability, rounded to four digits."""
        values = asdict(signals).items()
        odds = self.intercept + sum(self.weights[name] * value for name, value in values)
        return round(1 / (1 + math.exp(-odds)), 4)


@cache
def shipped(reader: bool = False) -> Calibration:
    """The calibration of the default encoder, with the evidence reader or without."""
    written = json.loads(CALIBRATION.read_text(encoding="utf-8"))
    fit = written["fits"][EVIDENCE_READER if reader else NO_RERANKER]
    return Calibration(written["system"]["encoder"], fit["weights"], fit["intercept"])
