"""Fit the confidence on earlier news and half of an encyclopaedia's pages; report on the rest.

Five situations, each weighing the same, so that the probability holds in small archives and large
ones: news questions in the whole news archive and in archives of ten articles on their topic
(rtqa-dev-2022), questions of other years in the whole one (newsquizqa), and encyclopaedia
questions, half of them on the topic but unanswerable, in the whole archive and in archives of one
page (squad2).
The data sets serve this fit alone; the fitted numbers are the project's.
"""

from __future__ import annotations

import json
import random
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from eval.archives import kept_archive, scratch_archive
from eval.dataset_files import load, read_lines
from eval.figures import DIGITS
from eval.fold_readers import load_unseen
from eval.measures.abstention import auroc, expected_calibration_error
from eval.systems import describe_ranking
from index.encoder import Encoder
from index.reranker.evidence import DESCRIPTION, WEIGHTS
from index.reranker.opening import EVIDENCE_READER, NONE
from index.reranker.reading import Reranking
from index.retrieve import retrieve
from index.types import Filter
from service.answer import Answerer
from service.confidence import CALIBRATION
from service.opening import load_encoder
from service.settings import Settings
from service.signals import Signals

DATASETS = ("rtqa-dev-2022", "squad2-dev-half")
SEED = 2022
REPORT_FROM = "2022-09-01"  # later news questions are reported on, earlier ones fitted
ARTICLES_IN_SMALL = 10
TOPICS = 150
SAMPLE = 1_000
RIDGE = 0.5
AGAINST = {"names_missing", "names_unknown", "archive_size", "time_missed"}  # less likely by each
Numbers = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Case:
    """A question asked of an archive: its signals, whether it is answered there, which half."""

    situation: str
    signals: Signals
    answerable: bool
    fitted: bool


@dataclass(frozen=True, slots=True)
class Subject:
    """The data sets and what is asked their questions."""

    data: Path
    work: Path
    settings: Settings
    encoder: Encoder
    reranking: Reranking | None

    def open_kept(self, folder: Path) -> AbstractContextManager[Answerer]:
        """An answerer over all articles of the data set in that folder."""
        pages = [folder / "corpus.jsonl"]
        return kept_archive(
            self.work, folder.name, pages, self.settings, self.encoder, self.reranking
        )

    def open_scratch(self, records: Sequence[dict[str, Any]]) -> AbstractContextManager[Answerer]:
        """An answerer over some articles."""
        return scratch_archive(records, self.settings, self.encoder, self.reranking)


def calibrate(data: Path, work: Path, target: Path = CALIBRATION) -> dict[str, Any]:
    """Write the calibration to `target`; returns its figures. Archives are kept in `work`."""
    settings = Settings()
    encoder = load_encoder(settings)
    fits = {}
    for name in (NONE, EVIDENCE_READER) if (WEIGHTS / DESCRIPTION).exists() else (NONE,):
        reranking = load_unseen(settings.model_copy(update={"reranker": name}), work)
        subject = Subject(data, work, settings, encoder, reranking)
        fits[name] = _fit_and_measure([*_news(subject), *_encyclopaedia(subject)], settings)
    written = {
        "command": "onrecord eval calibrate --data DIR",
        "datasets": {name: {"sha256": load(str(data / name)).sha256} for name in DATASETS},
        "system": describe_ranking(settings, encoder.description.identity, settings.ranking),
        "min_confidence": settings.min_confidence,
        "fits": fits,
    }
    target.write_text(json.dumps(written, indent=1) + "\n", encoding="utf-8")
    return fits


def _fit_and_measure(cases: Sequence[Case], settings: Settings) -> dict[str, Any]:
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


def _news(subject: Subject) -> Iterator[Case]:
    folder = subject.data / "rtqa-dev-2022"
    questions = read_lines(folder / "queries.jsonl")
    elsewhere = read_lines(subject.data / "newsquizqa-questions" / "queries.jsonl")
    others = random.Random(SEED).sample(elsewhere, SAMPLE // 2)
    with subject.open_kept(folder) as answers:
        for question in questions:
            yield _case(answers, "news, whole archive", question, _is_early(question))
        for at, question in enumerate(others):
            signals = answers.signals(question["text"], _day(question))
            yield Case("news of other years", signals, False, at % 2 == 0)
        yield from _small_news(subject, answers, questions, folder)


def _small_news(
    subject: Subject, answers: Answerer, questions: Sequence[dict[str, Any]], folder: Path
) -> Iterator[Case]:
    """For a question, ten articles that come nearest: with its own among them, and without.

    Those without hold the answer's words nowhere, so they are on the topic and do not answer.
    """
    corpus = {record["_id"]: record for record in read_lines(folder / "corpus.jsonl")}
    gold = {question.id: list(question.gold) for question in load(str(folder)).questions}
    asked = [question for question in questions if question["metadata"]["answerable"]]
    for question in random.Random(SEED).sample(asked, TOPICS):
        words = [answer.casefold() for answer in question["metadata"]["answers"]]
        own = gold[question["_id"]]
        near = [
            name
            for name in _nearest_articles(answers, question["text"])
            if name not in own
            and not any(word in corpus[name]["text"].casefold() for word in words)
        ][:ARTICLES_IN_SMALL]
        for names, answerable in ((near, False), ([own[0], *near[:-1]], True)):
            records = [corpus[name] for name in names]
            with subject.open_scratch(records) as small:
                signals = small.signals(question["text"], _day(question))
            early = _is_early(question)
            yield Case("news, ten articles on the topic", signals, answerable, early)


def _nearest_articles(answers: Answerer, question: str) -> list[str]:
    vector = answers.encoder.encode_question(question)
    with answers.store.snapshot() as snapshot:
        found = retrieve(snapshot, question, vector, Filter(), answers.ranking, 50)
    return list(dict.fromkeys(one.hit.passage.article_id for one in found))


def _encyclopaedia(subject: Subject) -> Iterator[Case]:
    """All pages in one archive, and an archive a page; a page's questions stay in one half."""
    folder = subject.data / "squad2-dev-half"
    chance = random.Random(SEED)
    corpus = read_lines(folder / "corpus.jsonl")
    page_of = {record["_id"]: record["title"] for record in corpus}
    pages = sorted(set(page_of.values()))
    questions = read_lines(folder / "queries.jsonl")
    page = {q["_id"]: page_of[q["metadata"]["context_doc"]] for q in questions}
    with subject.open_kept(folder) as all_in:
        for question in chance.sample(questions, SAMPLE):
            half = pages.index(page[question["_id"]]) % 2 == 0
            yield _case(all_in, "encyclopaedia, all pages", question, half)
    for at, title in enumerate(pages):
        own = [q for q in questions if page[q["_id"]] == title]
        foreign = [q for q in questions if page[q["_id"]] != title]
        records = [record for record in corpus if record["title"] == title]
        with subject.open_scratch(records) as answers:
            for question in chance.sample(own, min(len(own), SAMPLE // len(pages))):
                yield _case(answers, "encyclopaedia, one page", question, at % 2 == 0)
            for question in chance.sample(foreign, SAMPLE // len(pages) // 2):
                signals = answers.signals(question["text"], _day(question))
                yield Case("encyclopaedia, one page", signals, False, at % 2 == 0)


def _case(answers: Answerer, situation: str, question: dict[str, Any], fitted: bool) -> Case:
    answerable = bool(question["metadata"]["answerable"])
    signals = answers.signals(question["text"], _day(question))
    return Case(situation, signals, answerable, fitted)


def _day(question: dict[str, Any]) -> date | None:
    """The day that a question was asked on, where the set says so."""
    asked = question["metadata"].get("date")
    return date.fromisoformat(asked[:10]) if asked else None


def _fit(cases: Sequence[Case]) -> tuple[Numbers, float]:
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


def _masses(cases: Sequence[Case]) -> Numbers:
    """How much each case counts: 1 on average, the same for each situation's two kinds."""
    kinds = [(case.situation, case.answerable) for case in cases]
    counts = Counter(kinds)
    return np.array([len(cases) / len(counts) / counts[kind] for kind in kinds])


def _figures(
    cases: Sequence[Case], weights: Numbers, intercept: float, threshold: float
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


def _is_early(question: dict[str, Any]) -> bool:
    return str(question["metadata"]["date"]) < REPORT_FROM
