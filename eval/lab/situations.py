"""The situations that the confidence is fitted on, each with questions and their signals.

News questions in the full news archive and in archives of ten articles on their topic
(rtqa-dev-2022), questions of other years in the full one (newsquizqa), and encyclopaedia
questions, half of them on the topic but unanswerable, in the full archive and in archives of one
page (squad2). Of each, some questions are fitted on and the others reported on.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from onrecord.eval.datasets import load, read_lines
from onrecord.eval.lab.archives import opened_collection, scratch_archive
from onrecord.index.encoder import Encoder
from onrecord.index.ranking import retrieve
from onrecord.index.reranker import Reranker
from onrecord.index.types import Filter
from onrecord.service.answer import Answerer
from onrecord.service.confidence import Signals
from onrecord.service.settings import Settings

NEWS, ENCYCLOPAEDIA = "rtqa-dev-2022", "squad2-dev-half"
SEED = 2022
REPORT_FROM = "2022-09-01"  # later news questions are reported on, earlier ones fitted
ARTICLES_IN_SMALL = 10
TOPICS = 150
SAMPLE = 1_000


@dataclass(frozen=True, slots=True)
class SignalCase:
    """A question asked of an archive: its signals, whether it is answered there, which half."""

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

    def open_kept(self, folder: Path) -> AbstractContextManager[Answerer]:
        """An answerer over all articles of the data set in that folder."""
        pages = [folder / "corpus.jsonl"]
        return opened_collection(
            self.work, folder.name, pages, self.settings, self.encoder, self.reranker
        )

    def open_scratch(self, records: Sequence[dict[str, Any]]) -> AbstractContextManager[Answerer]:
        """An answerer over some articles."""
        return scratch_archive(records, self.settings, self.encoder, self.reranker)


def list_cases(setup: CalibrationSetup) -> Iterator[SignalCase]:
    """All situations' questions, as the setup's archives answer them."""
    yield from _news(setup)
    yield from _encyclopaedia(setup)


def _news(setup: CalibrationSetup) -> Iterator[SignalCase]:
    folder = setup.data / NEWS
    questions = read_lines(folder / "queries.jsonl")
    elsewhere = read_lines(setup.data / "newsquizqa-questions" / "queries.jsonl")
    others = random.Random(SEED).sample(elsewhere, SAMPLE // 2)
    with setup.open_kept(folder) as answers:
        for question in questions:
            yield _case(answers, "news, whole archive", question, _is_early(question))
        for at, question in enumerate(others):
            signals = answers.signals(question["text"], _day(question))
            yield SignalCase("news of other years", signals, False, at % 2 == 0)
        yield from _small_news(setup, answers, questions, folder)


def _small_news(
    setup: CalibrationSetup, answers: Answerer, questions: Sequence[dict[str, Any]], folder: Path
) -> Iterator[SignalCase]:
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
        if not near:  # the answer is a word that is everywhere
            continue
        for names, answerable in ((near, False), ([own[0], *near[:-1]], True)):
            records = [corpus[name] for name in names]
            with setup.open_scratch(records) as small:
                signals = small.signals(question["text"], _day(question))
            early = _is_early(question)
            yield SignalCase("news, ten articles on the topic", signals, answerable, early)


def _nearest_articles(answers: Answerer, question: str) -> list[str]:
    vector = answers.encoder.encode_question(question)
    with answers.store.snapshot() as snapshot:
        found = retrieve(snapshot, question, vector, Filter(), answers.ranking, 50)
    return list(dict.fromkeys(one.passage.article_id for one in found))


def _encyclopaedia(setup: CalibrationSetup) -> Iterator[SignalCase]:
    """All pages in one archive, and an archive a page; a page's questions stay in one half."""
    folder = setup.data / ENCYCLOPAEDIA
    chance = random.Random(SEED)
    corpus = read_lines(folder / "corpus.jsonl")
    page_of = {record["_id"]: record["title"] for record in corpus}
    pages = sorted(set(page_of.values()))
    questions = read_lines(folder / "queries.jsonl")
    page = {q["_id"]: page_of[q["metadata"]["context_doc"]] for q in questions}
    with setup.open_kept(folder) as all_in:
        for question in chance.sample(questions, SAMPLE):
            half = pages.index(page[question["_id"]]) % 2 == 0
            yield _case(all_in, "encyclopaedia, all pages", question, half)
    for at, title in enumerate(pages):
        own = [q for q in questions if page[q["_id"]] == title]
        foreign = [q for q in questions if page[q["_id"]] != title]
        records = [record for record in corpus if record["title"] == title]
        with setup.open_scratch(records) as answers:
            for question in chance.sample(own, min(len(own), SAMPLE // len(pages))):
                yield _case(answers, "encyclopaedia, one page", question, at % 2 == 0)
            for question in chance.sample(foreign, SAMPLE // len(pages) // 2):
                signals = answers.signals(question["text"], _day(question))
                yield SignalCase("encyclopaedia, one page", signals, False, at % 2 == 0)


def _case(answers: Answerer, situation: str, question: dict[str, Any], fitted: bool) -> SignalCase:
    answerable = bool(question["metadata"]["answerable"])
    signals = answers.signals(question["text"], _day(question))
    return SignalCase(situation, signals, answerable, fitted)


def _day(question: dict[str, Any]) -> date | None:
    """The day that a question was asked on, where the set says so."""
    asked = question["metadata"].get("date")
    return date.fromisoformat(asked[:10]) if asked else None


def _is_early(question: dict[str, Any]) -> bool:
    return str(question["metadata"]["date"]) < REPORT_FROM
