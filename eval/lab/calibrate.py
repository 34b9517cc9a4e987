"""Fit the confidence on earlier news and half of an encyclopaedia's pages; report on the rest.

The cases come from five situations of equal weight, so that the probability holds in small and in
large archives. News questions are asked of the full news archive and of archives of ten articles on
their topic (rtqa-dev-2022), and questions about other years of the full one (newsquizqa).
Encyclopaedia questions, half of which are on the topic but unanswerable, are asked of the full
archive and of archives of one page (squad2). The data sets are used for this fit only.
"""

from __future__ import annotations

import json
import random
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import astuple, dataclass
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from onrecord.eval.archives import build_archive, open_archive
from onrecord.eval.datasets import load, read_lines
from onrecord.eval.figures import rounded
from onrecord.eval.lab.fold_readers import load_unseen
from onrecord.eval.measures.abstention import Numbers, auroc, expected_calibration_error
from onrecord.eval.systems import describe_ranking
from onrecord.index.copying import copy_archive
from onrecord.index.defaults import EVIDENCE_READER, NO_RERANKER
from onrecord.index.encoder import Encoder
from onrecord.index.local.store import LocalStore
from onrecord.index.question import read_question
from onrecord.index.ranking import Ranking, retrieve
from onrecord.index.reranker import Reranker
from onrecord.index.types import Article, Filter
from onrecord.service.archive import Archive, load_encoder
from onrecord.service.confidence import CALIBRATION, Signals
from onrecord.service.settings import Settings

NEWS, ENCYCLOPAEDIA = "rtqa-dev-2022", "squad2-dev-half"
OTHER_YEARS = "newsquizqa-questions"
SEED = 2022
REPORT_FROM = "2022-09-01"  # later news questions are reported on, earlier ones fitted
ARTICLES_IN_SMALL = 10
TOPICS = 150
SAMPLE = 1_000
RIDGE = 0.5
# These signals speak against an answer.
AGAINST = {"names_missing", "names_unknown", "archive_size", "time_missed", "kind_missed"}
Record = dict[str, Any]


@dataclass(frozen=True, slots=True)
class SignalCase:
    """The signals of a question in an archive, whether it is answerable there, and its half."""

    situation: str
    signals: Signals
    answerable: bool
    fitted: bool


@dataclass(frozen=True, slots=True)
class CalibrationSetup:
    """The data sets and what is asked their questions."""

    data: Path
    work: Path
    settings: Settings
    encoder: Encoder
    reranker: Reranker | None

    def open_collection(self, name: str) -> Archive:
        """An archive of all articles of a data set, kept in the work folder."""
        pages = [self.data / name / "corpus.jsonl"]
        folder = build_archive(self.work, name, pages, self.settings, self.encoder)
        return open_archive(folder, self.settings, self.encoder, self.reranker)

    @contextmanager
    def open_some(self, whole: Archive, articles: Sequence[str]) -> Iterator[Archive]:
        """An archive of some of another one's articles, deleted afterwards."""
        with tempfile.TemporaryDirectory() as scratch:
            folder = Path(scratch)
            copy_archive(whole.settings.archive, partial(LocalStore, folder), articles)
            with open_archive(folder, self.settings, self.encoder, self.reranker) as archive:
                yield archive


def calibrate(data: Path, work: Path, target: Path = CALIBRATION) -> dict[str, Any]:
    """Write the calibration to `target`; returns its figures. Archives are kept in `work`."""
    settings = Settings()
    encoder = load_encoder(settings)
    fits = {}
    for name in (NO_RERANKER, EVIDENCE_READER):
        reranker = load_unseen(settings.model_copy(update={"reranker": name}), work)
        setup = CalibrationSetup(data, work, settings, encoder, reranker)
        found = _fit_and_measure([*_news(setup), *_encyclopaedia(setup)], settings)
        fits[name] = {"reranking": Ranking().describe(reranker), **found}
    written = {
        "command": "onrecord eval calibrate --data DIR",
        "datasets": {
            name: {"sha256": load(str(data / name)).sha256} for name in (NEWS, ENCYCLOPAEDIA)
        },
        "system": describe_ranking(settings, encoder.description.identity, Ranking()),
        "min_confidence": settings.min_confidence,
        "fits": fits,
    }
    target.write_text(json.dumps(written, indent=1) + "\n", encoding="utf-8")
    return fits


def _news(setup: CalibrationSetup) -> Iterator[SignalCase]:
    questions = read_lines(setup.data / NEWS / "queries.jsonl")
    elsewhere = read_lines(setup.data / OTHER_YEARS / "queries.jsonl")
    others = random.Random(SEED).sample(elsewhere, SAMPLE // 2)
    with setup.open_collection(NEWS) as archive:
        for question in questions:
            answerable = _is_answerable(question)
            yield _case(archive, "news, whole archive", question, answerable, _is_early(question))
        for at, question in enumerate(others):
            yield _case(archive, "news of other years", question, False, at % 2 == 0)
        yield from _small_news(setup, archive, questions)


def _small_news(
    setup: CalibrationSetup, archive: Archive, questions: Sequence[Record]
) -> Iterator[SignalCase]:
    """Questions asked of the ten nearest articles: once with their own among them, once without.

    Those without hold the answer's words nowhere, so they are on the topic and do not answer.
    """
    asked = [question for question in questions if _is_answerable(question)]
    gold = {one.id: list(one.gold) for one in load(str(setup.data / NEWS)).questions}
    for question in random.Random(SEED).sample(asked, TOPICS):
        words = [answer.casefold() for answer in question["metadata"]["answers"]]
        own = gold[question["_id"]]
        near = [
            article.id
            for article in _nearest_articles(archive, question["text"])
            if article.id not in own and not any(word in article.text.casefold() for word in words)
        ][:ARTICLES_IN_SMALL]
        if not near:  # the answer is a word that is everywhere
            continue
        for chosen, answerable in ((near, False), ([own[0], *near[:-1]], True)):
            with setup.open_some(archive, chosen) as small:
                situation = "news, ten articles on the topic"
                yield _case(small, situation, question, answerable, _is_early(question))


def _nearest_articles(archive: Archive, question: str) -> list[Article]:
    with archive.store.snapshot() as snapshot:
        asked = read_question(question, snapshot, archive.encoder)
        found = retrieve(snapshot, asked, Filter(), archive.ranking, 50)
        ids = dict.fromkeys(one.passage.article_id for one in found)
        return [article for name in ids if (article := snapshot.article(name))]


def _encyclopaedia(setup: CalibrationSetup) -> Iterator[SignalCase]:
    """All pages in one archive, and one archive per page; a page's questions stay in one half."""
    folder = setup.data / ENCYCLOPAEDIA
    chance = random.Random(SEED)
    corpus = read_lines(folder / "corpus.jsonl")
    page_of = {record["_id"]: record["title"] for record in corpus}
    pages = sorted(set(page_of.values()))
    questions = read_lines(folder / "queries.jsonl")
    page = {q["_id"]: page_of[q["metadata"]["context_doc"]] for q in questions}
    with setup.open_collection(ENCYCLOPAEDIA) as whole:
        for question in chance.sample(questions, SAMPLE):
            answerable = _is_answerable(question)
            half = pages.index(page[question["_id"]]) % 2 == 0
            yield _case(whole, "encyclopaedia, all pages", question, answerable, half)
        for at, title in enumerate(pages):
            own = [q for q in questions if page[q["_id"]] == title]
            foreign = [q for q in questions if page[q["_id"]] != title]
            share = SAMPLE // len(pages)
            asked = chance.sample(own, min(len(own), share)) + chance.sample(foreign, share // 2)
            articles = [record["_id"] for record in corpus if record["title"] == title]
            with setup.open_some(whole, articles) as one:
                for question in asked:
                    answerable = page[question["_id"]] == title and _is_answerable(question)
                    yield _case(one, "encyclopaedia, one page", question, answerable, at % 2 == 0)


def _case(
    archive: Archive, situation: str, question: Record, answerable: bool, fitted: bool
) -> SignalCase:
    asked = question["metadata"].get("date")  # the day of the question, where the set has it
    today = date.fromisoformat(asked[:10]) if asked else None
    signals = archive.answerer.signals(question["text"], today)
    return SignalCase(situation, signals, answerable, fitted)


def _is_answerable(question: Record) -> bool:
    return bool(question["metadata"]["answerable"])


def _is_early(question: Record) -> bool:
    return str(question["metadata"]["date"]) < REPORT_FROM


def _fit_and_measure(cases: Sequence[SignalCase], settings: Settings) -> dict[str, Any]:
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


def _fit(cases: Sequence[SignalCase]) -> tuple[Numbers, float]:
    """Weights and intercept of a logistic regression whose weights have the signs they must have.

    Every situation weighs the same, and in it the answerable and the unanswerable questions.
    """
    from scipy.optimize import minimize

    signals = np.array([astuple(case.signals) for case in cases])
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


def _masses(cases: Sequence[SignalCase]) -> Numbers:
    """How much each case counts: 1 on average, the same for each situation's two kinds."""
    kinds = [(case.situation, case.answerable) for case in cases]
    counts = Counter(kinds)
    return np.array([len(cases) / len(counts) / counts[kind] for kind in kinds])


def _figures(
    cases: Sequence[SignalCase], weights: Numbers, intercept: float, threshold: float
) -> dict[str, dict[str, float | int | None]]:
    """How the fit did on questions it has not seen, by situation and on all together."""
    figures = {}
    for situation in ["all", *dict.fromkeys(case.situation for case in cases)]:
        chosen = [case for case in cases if situation in ("all", case.situation)]
        odds = np.array([astuple(case.signals) for case in chosen]) @ weights + intercept
        confidence, truth = 1 / (1 + np.exp(-odds)), np.array([c.answerable for c in chosen])
        figures[situation] = {
            "questions": len(chosen),
            "answerable": int(truth.sum()),
            "auroc": rounded(auroc(confidence, truth)),
            "answered_of_answerable": _share(confidence[truth] >= threshold),
            "no_answer_of_unanswerable": _share(confidence[~truth] < threshold),
            "expected_calibration_error": rounded(
                expected_calibration_error(confidence, truth, _masses(chosen))
            ),
        }
    return figures


def _share(outcomes: NDArray[np.bool_]) -> float | None:
    """How many of the outcomes are true, as a share; None where there are none."""
    return rounded(float(outcomes.mean())) if outcomes.size else None
