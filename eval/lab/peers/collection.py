"""What every system is given: the same articles, cut into the same passages, and questions."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from statistics import fmean
from typing import Any

from onrecord.eval.archives import build_archive, open_archive
from onrecord.eval.datasets import Dataset, Question, load, read_lines, write_lines
from onrecord.eval.judge import judge
from onrecord.eval.measures import rankings
from onrecord.eval.replies import Reply, Returned
from onrecord.index.encoder import Encoder
from onrecord.index.passages import cut, shorten_title
from onrecord.index.text.terms import titled
from onrecord.index.types import Article, Span
from onrecord.service.settings import Settings

SEED = 7
WORDS_OF_PASSAGE = 135  # about what a passage holds
ALSO = "also"  # in place of a passage: the article says the same as the passage before
SHOWN = {
    "nDCG@10": "articles/nDCG@10",
    "first": "passages/Success@1",
    "first three": "passages/Success@3",
}


@dataclass(frozen=True, slots=True)
class Collection:
    """Files of articles and of the passages that they are cut into, and the questions about them.

    `texts` are the articles' texts by id.
    """

    dataset: Dataset
    articles: Path
    passages: Path
    count: int
    texts: Mapping[str, str]


def collect(
    data: Path, passages: int, work: Path, settings: Settings, encoder: Encoder
) -> Collection:
    """About so many passages of a BEIR folder: the answers' articles, at most half, and others.

    All is kept under `work`.
    """
    dataset = load(str(data))
    records = {str(line["_id"]): line for line in read_lines(data / "corpus.jsonl")}
    answerable = [question for question in dataset.questions if question.answers]
    asked, chosen = _choose(answerable, records, passages)
    file = work / f"{data.name}-{passages}.jsonl"
    work.mkdir(parents=True, exist_ok=True)
    write_lines(file, [records[name] for name in chosen])
    built = build_archive(work, data.name, [file], settings, encoder)
    with open_archive(built, settings, encoder) as archive:
        articles = list(archive.articles())
    cuts = []
    for article in articles:  # cut and titled as this project indexes them
        title = shorten_title(article.title, encoder)
        passages_of = cut(
            Article(article.id, article.title, article.text), settings.budget, encoder
        )
        cuts += [{"id": one.id, "text": titled(title, one.text)} for one in passages_of]
    passages_file = work / f"{built.name}.passages.jsonl"  # other settings cut other passages
    write_lines(passages_file, cuts)
    dataset = replace(dataset, questions=tuple(asked))
    texts = {article.id: article.text for article in articles}
    return Collection(dataset, file, passages_file, len(cuts), texts)


def measure_quality(
    collection: Collection, found: Sequence[Sequence[str]], settings: Settings, encoder: Encoder
) -> dict[str, float]:
    """nDCG@10 over articles; how often a passage with the answer comes first, or in three.

    `found` are ids of passages, best first. Only questions that have a passage with the answer
    count for the latter two.
    """
    dataset = collection.dataset
    replies = [
        Reply(question.id, True, None, 1.0, read_ids(ids), "")
        for question, ids in zip(dataset.questions, found, strict=True)
    ]
    cases = judge(dataset, replies, collection.texts.get, settings.budget, encoder)
    measured = rankings.measure(cases)
    return {name: fmean(measured[measure].values()) for name, measure in SHOWN.items()}


def read_ids(ids: Sequence[str]) -> tuple[Returned, ...]:
    """Quotes of the passages that ids name, `article:start-end`, each with its duplicates."""
    quotes: list[Returned] = []
    for name in ids:
        article, _, place = name.rpartition(":")
        if place == ALSO:
            quotes[-1] = replace(quotes[-1], also_in=(*quotes[-1].also_in, article))
            continue
        span = Span(*map(int, place.split("-")))
        quotes.append(Returned(article, span, None, (), (), "", None, None, None, True))
    return tuple(quotes)


def _choose(
    questions: Sequence[Question], records: Mapping[str, Any], passages: int
) -> tuple[list[Question], list[str]]:
    """The questions whose articles fill half of it, and those articles followed by others."""
    sizes = {
        name: 1 + len(line["text"].split()) // WORDS_OF_PASSAGE for name, line in records.items()
    }
    chance = random.Random(SEED)
    asked, chosen = [], dict[str, None]()
    for question in chance.sample(questions, len(questions)):
        wanted = {**chosen, **dict.fromkeys(sorted(question.relevant & records.keys()))}
        if sum(sizes[name] for name in wanted) <= passages // 2:
            asked.append(question)
            chosen = wanted
    left = passages - sum(sizes[name] for name in chosen)
    for name in chance.sample(sorted(records.keys() - chosen.keys()), len(records) - len(chosen)):
        if left <= 0:
            break
        chosen[name] = None
        left -= sizes[name]
    return asked, [*chosen]
