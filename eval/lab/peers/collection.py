"""What every system is given: the same articles, cut into the same passages, and questions."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import fmean
from typing import Any

import ir_measures
from ir_measures import nDCG

from onrecord.eval.archives import build_archive, opened_archive
from onrecord.eval.datasets import Question, load, read_lines
from onrecord.eval.judge import holds
from onrecord.eval.measures.rankings import scored
from onrecord.index.encoder import Encoder
from onrecord.index.passages import cut, shorten_title
from onrecord.index.store import Snapshot
from onrecord.index.text import titled
from onrecord.index.types import Article
from onrecord.service.settings import Settings

SEED = 7
WORDS_OF_PASSAGE = 135  # about what a passage holds
ALSO = ":also"  # ends an article's id: it says the same as the passage before
NDCG = nDCG @ 10


@dataclass(frozen=True, slots=True)
class JudgedQuestion:
    """A question with the articles that answer it and those of their passages that do."""

    text: str
    articles: Mapping[str, int]
    passages: frozenset[str]


@dataclass(frozen=True, slots=True)
class Collection:
    """Files of articles and of the passages that they are cut into, and questions."""

    name: str
    articles: Path
    passages: Path
    count: int
    questions: tuple[JudgedQuestion, ...]


def collect(
    data: Path, passages: int, work: Path, settings: Settings, encoder: Encoder
) -> Collection:
    """About so many passages of a BEIR folder: the answers' articles, at most half, and others.

    All is kept under `work` and made once.
    """
    questions = [question for question in load(str(data)).questions if question.answers]
    records = {str(line["_id"]): line for line in read_lines(data / "corpus.jsonl")}
    asked, chosen = _choose(questions, records, passages)
    articles = work / f"{data.name}-{passages}.jsonl"
    _write(articles, [records[name] for name in chosen])
    archive = build_archive(work, data.name, [articles], settings, encoder)
    with (
        opened_archive(archive, settings, encoder) as answers,
        answers.store.snapshot() as snapshot,
    ):
        cuts = {name: list(_cut(snapshot, name, settings, encoder)) for name in chosen}
    file = work / f"{archive.name}.passages.jsonl"  # other settings cut other passages
    _write(file, [passage for name in chosen for passage in cuts[name]])
    judged = tuple(_judge(question, cuts) for question in asked)
    return Collection(data.name, articles, file, sum(map(len, cuts.values())), judged)


def measure_quality(
    questions: Sequence[JudgedQuestion], found: Sequence[Sequence[str]]
) -> dict[str, float]:
    """nDCG@10 over articles; how often a passage with the answer comes first, or in three.

    `found` are ids of passages, best first. Only questions that have a passage with the answer
    count for the latter two.
    """
    ranked = [rank_articles(ids) for ids in found]
    answerable = [
        (question.passages, [name for name in ids if not name.endswith(ALSO)])
        for question, ids in zip(questions, found, strict=True)
        if question.passages
    ]
    qrels = [
        ir_measures.Qrel(str(at), name, grade)
        for at, question in enumerate(questions)
        for name, grade in question.articles.items()
    ]
    run = [doc for at, names in enumerate(ranked) for doc in scored(str(at), names)]
    return {
        "nDCG@10": float(ir_measures.calc_aggregate([NDCG], qrels, run)[NDCG]),
        "first": fmean(bool(gold & {*ids[:1]}) for gold, ids in answerable),
        "first three": fmean(bool(gold & {*ids[:3]}) for gold, ids in answerable),
    }


def rank_articles(ids: Sequence[str]) -> list[str]:
    """The articles of passages, each where it comes first."""
    return [*dict.fromkeys(name.rpartition(":")[0] for name in ids)]


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


def _cut(
    snapshot: Snapshot, name: str, settings: Settings, encoder: Encoder
) -> Iterator[dict[str, str]]:
    """An article's passages as this project indexes them: title in front."""
    article = snapshot.article(name)
    if article is None:
        return
    title = shorten_title(article.title, encoder)
    bare = Article(article.id, article.title, article.text)
    for passage in cut(bare, settings.budget, encoder):
        yield {"id": passage.id, "text": titled(title, passage.text), "body": passage.text}


def _judge(question: Question, cuts: Mapping[str, list[dict[str, str]]]) -> JudgedQuestion:
    gold = {name: grade for name, grade in question.gold.items() if grade > 0 and name in cuts}
    right = frozenset(
        passage["id"]
        for name in gold
        for passage in cuts[name]
        if holds(passage["body"], question.answers)
    )
    return JudgedQuestion(question.text, gold, right)


def _write(file: Path, records: Sequence[Mapping[str, Any]]) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text("".join(json.dumps(r, ensure_ascii=False) + "\n" for r in records), "utf-8")
