"""Measure what docs/quality.md reports, and repeat what others have published.

The repeated figures are nDCG@10 of the same encoder and of BM25 on scifact's test questions. The
published figure of all-MiniLM-L6-v2 is for one vector per abstract, cut off at what the encoder
reads, so the articles are stored as one passage each.
Sources: the sentence-transformers model card's BEIR scores; Thakur et al. 2021 and the Anserini
reproductions for BM25.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from statistics import fmean
from typing import Any, NamedTuple, get_args

from onrecord.eval.archives import open_archive
from onrecord.eval.datasets import Dataset, load, resolve
from onrecord.eval.judge import Case, judge
from onrecord.eval.lab.tables import DOCS, PROJECT, shown, table, write_report
from onrecord.eval.measures import rankings
from onrecord.eval.options import Retriever
from onrecord.eval.run import Target, evaluate, rank_by
from onrecord.eval.systems import ArchiveOpening, InProcess
from onrecord.index.encoder import Encoder
from onrecord.index.identity import identify
from onrecord.index.ingest import make_article
from onrecord.index.ranking import Ranking
from onrecord.index.readers import Rejection, read_file
from onrecord.index.store import IndexedPassage
from onrecord.index.text.terms import titled
from onrecord.index.types import Passage, Span
from onrecord.service.archive import load_encoder
from onrecord.service.confidence import CALIBRATION
from onrecord.service.settings import Settings

FIGURES = DOCS / "figures.json"
COMMAND = "onrecord eval publish --data DIR --pages DIR"
RANKED = ("rtqa-dev-2022", "squad2-dev-half", "timeqa-human-train", "scifact")
SAMPLE = 2_000  # questions of a set; all of the smaller ones
REAL_PAGES = PROJECT / "tests" / "quality" / "real_pages.jsonl"
COLUMNS = {
    "quotes/answer@1": "first",
    "quotes/answer@3": "first three",
    "quotes/answer@5": "first five",
    "evidence/F1": "evidence",
    "articles/nDCG@10": "nDCG@10",
}
TRUST = {
    "quotes/verbatim": "verbatim",
    "quotes/date": "date",
    "quotes/attribution": "attribution",
    "quotes/answer@1": "first",
    "quotes/answer@3": "first three",
    "abstention/answered": "answered",
    "abstention/refused": "refused",
    "abstention/AUROC": "AUROC",
}

Say = Callable[[str], None]
Row = Mapping[str, Any]


class PublishedFigure(NamedTuple):
    """A figure that others report, as they write it, and the bounds for ours."""

    name: str
    retriever: Retriever
    said: str
    low: float
    high: float


PUBLISHED = (
    PublishedFigure("all-MiniLM-L6-v2, one vector an abstract", "dense", ".645", 0.640, 0.650),
    PublishedFigure("BM25", "words", ".665 to .69", 0.645, 0.710),
)


def publish(data: Path, pages: Path, work: Path, jobs: int, say: Say) -> list[Path]:
    """Measure everything, write the figures and the tables; returns the files written."""

    def measure(dataset: Dataset, retriever: Retriever, pages: tuple[Path, ...] = ()) -> Row:
        say(f"{dataset.name}, {retriever}")
        target = Target(work, pages=pages, retriever=retriever)
        folder = work / "runs" / f"{dataset.name}-{retriever}"
        found = evaluate(dataset, target, folder, jobs, COMMAND)
        del found["system"]["jobs"]  # like latency and curves, not a figure of the ranking
        parts = {name: found[name] for name in ("system", "measures", "groups")}
        return {"dataset": found["dataset"], "retriever": retriever, **parts}

    ranked = [load(str(data / name), sample=SAMPLE) for name in RANKED]
    found = {
        "command": COMMAND,
        "rankings": [
            measure(one, retriever) for one in ranked for retriever in get_args(Retriever)
        ],
        "answers": [
            measure(load("seeds"), "full"),
            measure(load(str(REAL_PAGES)), "full", (pages,)),
        ],
        "published": repeat_published(data / "scifact"),
    }
    return write_report(found, FIGURES, render(found))


def judge_archive(dataset: Dataset, opening: ArchiveOpening, jobs: int) -> list[Case]:
    """Ask an archive a data set's questions and judge the replies."""
    with opening.open() as archive:
        asked = InProcess(archive, opening).ask_each(dataset.questions, jobs)
        replies = [reply for reply, _ in asked]
        budget = opening.settings.budget
        return judge(dataset, replies, lambda _: None, budget, archive.encoder)


def repeat_published(folder: Path) -> dict[str, float]:
    """nDCG@10 on the scifact folder by retriever."""
    settings = Settings()
    dataset = resolve(load(str(folder), "test"), {})
    found: dict[str, float] = {}
    with tempfile.TemporaryDirectory() as scratch:
        archive = Path(scratch, "archive")
        _build_one_passage_each(archive, dataset, settings, load_encoder(settings))
        for known in PUBLISHED:
            opening = ArchiveOpening(archive, settings, rank_by(Ranking(), known.retriever))
            measures = rankings.measure(judge_archive(dataset, opening, 1))
            found[known.retriever] = fmean(measures["articles/nDCG@10"].values())
    return found


def _build_one_passage_each(
    folder: Path, dataset: Dataset, settings: Settings, encoder: Encoder
) -> None:
    """Build an archive of one passage per article, of which the encoder reads what it can."""
    with open_archive(folder, settings, encoder) as archive:
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


def render(found: Mapping[str, Any]) -> dict[str, str]:
    """The tables by the names of their marks."""
    calibration = json.loads(CALIBRATION.read_text(encoding="utf-8"))
    situations = calibration["fits"][Settings().reranker]["figures"]
    return {
        "rankings": table(["questions of", "ranking", *COLUMNS.values()], _rank(found["rankings"])),
        "answers": table(["questions", *TRUST.values()], map(_trust, found["answers"])),
        "published": table(
            ["scifact, nDCG@10", "published", "here"],
            ((one.name, one.said, shown(found["published"][one.retriever])) for one in PUBLISHED),
        ),
        "calibration": table(
            ["asked of", "questions", "AUROC", "answered, of the answerable",
             "refused, of the others"],
            ((name, one["questions"], shown(one["auroc"]), shown(one["answered_of_answerable"]),
              shown(one["no_answer_of_unanswerable"])) for name, one in situations.items()),
        ),
    }  # fmt: skip


def _rank(rows: list[Row]) -> Iterator[list[str]]:
    for row in rows:
        dataset, retriever = row["dataset"], row["retriever"]
        bold = f"**{retriever}**" if retriever == "full" else retriever
        found = _values(row)
        name = f"{dataset['name']} ({dataset['answerable']})"
        yield [name, bold, *(shown(found.get(measure)) for measure in COLUMNS)]
        linked = row["groups"].get("editor linked")
        if linked:
            name = f"{dataset['name']}, linked ({linked['questions']})"
            yield [name, bold, *(shown(linked["measures"].get(measure)) for measure in COLUMNS)]


def _trust(row: Row) -> list[str]:
    dataset, found = row["dataset"], _values(row)
    name = f"{dataset['name']} ({dataset['answerable']} + {dataset['unanswerable']})"
    return [name, *(shown(found.get(measure)) for measure in TRUST)]


def _values(row: Row) -> dict[str, float]:
    return {name: measure["value"] for name, measure in row["measures"].items()}
