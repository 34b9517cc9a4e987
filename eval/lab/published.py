"""Repeat what is published of the same encoder and of BM25, to know that all is wired well.

On scifact's test questions. What is published of all-MiniLM-L6-v2 stands for one vector an
abstract, cut off at what the encoder reads; so the articles are stored as one passage each here.
Cut into passages, as the service does it, the vectors alone do better.
Sources: the sentence-transformers model card's BEIR scores; Thakur et al. 2021 and the Anserini
reproductions for BM25.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from onrecord.eval.archives import open_local
from onrecord.eval.datasets import Dataset, load, resolve
from onrecord.eval.judge import judge
from onrecord.eval.measures import rankings
from onrecord.eval.options import Retriever
from onrecord.eval.run import rank_by
from onrecord.eval.systems import ArchiveOpening, InProcess
from onrecord.index.articles import identify, make_article
from onrecord.index.encoder import Encoder
from onrecord.index.ranking import Ranking
from onrecord.index.readers import Rejection, read_file
from onrecord.index.store import IndexedPassage
from onrecord.index.text import titled
from onrecord.index.types import Passage, Span
from onrecord.service.archive import load_encoder
from onrecord.service.settings import Settings

MEASURE = "articles/nDCG@10"


@dataclass(frozen=True, slots=True)
class PublishedFigure:
    """A figure that others report: how it was said, and between what ours should lie."""

    name: str
    retriever: Retriever
    said: str
    low: float
    high: float


PUBLISHED = (
    PublishedFigure("all-MiniLM-L6-v2, one vector an abstract", "dense", ".645", 0.640, 0.650),
    PublishedFigure("BM25", "words", ".665 to .69", 0.645, 0.710),
)


def repeat_published(folder: Path) -> dict[str, float]:
    """nDCG@10 on the scifact folder by retriever."""
    settings = Settings()
    encoder = load_encoder(settings)
    dataset = load(str(folder), "test")
    dataset = resolve(dataset, {})
    with _whole_articles(dataset, settings, encoder) as archive:
        return {
            known.retriever: _measure(dataset, archive, settings, encoder, known.retriever)
            for known in PUBLISHED
        }


def _measure(
    dataset: Dataset, archive: Path, settings: Settings, encoder: Encoder, retriever: Retriever
) -> float:
    opening = ArchiveOpening(archive, settings, rank_by(Ranking(), retriever))
    with opening.open() as answers:
        replies = [reply for reply, _ in InProcess(answers, opening).ask_each(dataset.questions, 1)]
    cases = judge(dataset, replies, lambda _: None, settings.budget, encoder)
    return float(np.mean([*rankings.measure(cases)[MEASURE].values()]))


@contextmanager
def _whole_articles(dataset: Dataset, settings: Settings, encoder: Encoder) -> Iterator[Path]:
    """An archive in which every article is one passage, of which the encoder reads what it can."""
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch, "archive")
        with open_local(folder, settings, encoder) as archive:
            for page in dataset.pages:
                readings = [one for one in read_file(page) if not isinstance(one, Rejection)]
                articles = [make_article(one, identify(one, None), "", "") for one in readings]
                texts = [titled(article.title, article.text) for article in articles]
                with ThreadPoolExecutor() as pool:  # a question is read to the limit, no further
                    vectors = list(pool.map(encoder.encode_question, texts))
                for article, vector in zip(articles, vectors, strict=True):
                    span = Span(0, len(article.text))
                    passage = Passage(article.id, span, article.text, 0, (span,))
                    entry = IndexedPassage(passage, vector, vector[None])
                    archive.store.put(article, [entry], str(page))
            archive.store.publish()
        yield folder
