"""What every system is given: the same articles, cut into the same passages, and questions."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from onrecord.eval.archives import build_archive, opened_archive
from onrecord.eval.dataset_files import load, read_lines
from onrecord.eval.datasets import Question
from onrecord.eval.matching import holds
from onrecord.index.encoder import Encoder
from onrecord.index.passages import cut, shorten_title, titled
from onrecord.index.store import Snapshot
from onrecord.index.tokens import count_tokens
from onrecord.index.types import Article
from onrecord.service.settings import Settings

ORDER_SEED = 7
ARTICLES, PASSAGES, VECTORS = "articles.jsonl", "passages.jsonl", "vectors.npy"
# A passage is rarely filled to its budget: this is about what one holds.
TOKENS_OF_PASSAGE = 180


@dataclass(frozen=True, slots=True)
class Judged:
    """A question with the articles that answer it and those of their passages that do."""

    text: str
    articles: dict[str, int]
    passages: frozenset[str]


@dataclass(frozen=True, slots=True)
class Collection:
    """An archive, the same passages as a file, and questions; `few` is a part to be indexed."""

    name: str
    folder: Path
    archive: Path
    passages: int
    few: Path
    questions: tuple[Judged, ...]


def collect(
    data: Path, passages: int, few: int, work: Path, settings: Settings, encoder: Encoder
) -> Collection:
    """About so many passages of a BEIR folder: the answers' articles, at most half, and others.

    All is kept under `work` and made once.
    """
    dataset = load(str(data))
    questions = [question for question in dataset.questions if question.answers]
    random.Random(ORDER_SEED).shuffle(questions)
    records = {str(line["_id"]): line for line in read_lines(data / "corpus.jsonl")}
    asked, chosen = _choose(questions, records, passages)
    articles = work / "collections" / f"{data.name}-{passages}" / ARTICLES
    _write(articles, [records[name] for name in chosen])
    archive = build_archive(work, data.name, [articles], settings, encoder)
    folder = work / "collections" / archive.name  # other articles or settings make another
    with (
        opened_archive(archive, settings, encoder) as answers,
        answers.store.snapshot() as snapshot,
    ):
        pieces = {name: list(_cut(snapshot, name, settings, encoder)) for name in chosen}
    _write(folder / PASSAGES, [piece for name in chosen for piece in pieces[name]])
    part = _fill(sorted(chosen), {name: len(pieces[name]) for name in chosen}, few)
    _write(folder / "few" / ARTICLES, [records[name] for name in part])
    _write(folder / "few" / PASSAGES, [piece for name in part for piece in pieces[name]])
    count = sum(map(len, pieces.values()))
    judged = tuple(_judge(question, pieces) for question in asked)
    return Collection(data.name, folder, archive, count, folder / "few" / PASSAGES, judged)


def read_questions(data: Path, names: Sequence[str]) -> list[str]:
    """Every different question of those data sets, in an order that is always the same."""
    asked = {
        str(line["text"]) for name in names for line in read_lines(data / name / "queries.jsonl")
    }
    ordered = sorted(asked)
    random.Random(ORDER_SEED).shuffle(ordered)
    return ordered


def _choose(
    questions: Sequence[Question], records: dict[str, Any], passages: int
) -> tuple[list[Question], list[str]]:
    """The questions whose articles fill half of it, and those articles with others behind."""
    sizes = {
        name: -(-count_tokens(line["text"]) // TOKENS_OF_PASSAGE) for name, line in records.items()
    }
    asked, chosen = [], dict[str, None]()
    for question in questions:
        wanted = {**chosen, **dict.fromkeys(sorted(question.relevant & records.keys()))}
        if sum(sizes[name] for name in wanted) <= passages // 2:
            asked.append(question)
            chosen = wanted
    others = [name for name in records if name not in chosen]
    random.Random(ORDER_SEED).shuffle(others)
    room = passages - sum(sizes[name] for name in chosen)
    return asked, [*chosen, *_fill(others, sizes, room)]


def _fill(names: Sequence[str], sizes: dict[str, int], room: int) -> list[str]:
    """The first of the names, until there is no more room."""
    taken = []
    for name in names:
        if room <= 0:
            break
        taken.append(name)
        room -= sizes[name]
    return taken


def _cut(
    snapshot: Snapshot, name: str, settings: Settings, encoder: Encoder
) -> Iterator[dict[str, str]]:
    """An article's passages as this project indexes them: title in front."""
    article = snapshot.article(name)
    if article is None:
        return
    title = shorten_title(article.title, encoder)
    for passage in cut(_bare(article), settings.budget, encoder):
        yield {"id": passage.id, "text": titled(title, passage.text), "body": passage.text}


def _bare(article: Article) -> Article:
    return Article(article.id, article.title, article.text)


def _judge(question: Question, pieces: dict[str, list[dict[str, str]]]) -> Judged:
    gold = {name: grade for name, grade in question.gold.items() if grade > 0 and name in pieces}
    right = frozenset(
        piece["id"]
        for name in gold
        for piece in pieces[name]
        if holds(piece["body"], question.answers)
    )
    return Judged(question.text, gold, right)


def _write(file: Path, records: Sequence[dict[str, Any]]) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text("".join(json.dumps(r, ensure_ascii=False) + "\n" for r in records), "utf-8")
