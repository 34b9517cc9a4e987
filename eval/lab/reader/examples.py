"""What the evidence reader learns from: questions, each with one passage, labelled by people.

SQuAD 2.0's development half, paragraph by paragraph with its impossible questions, and TimeQA's
labelled paragraphs; for every answerable question of both, what this project's own retriever finds
adds passages that hold the answer and near misses that do not. Wikipedia text, CC BY-SA; the news
sets are not ours to train on. Pages are dealt into five folds.
Source: Rajpurkar et al. 2018, "Know What You Don't Know"; Chen et al. 2021, "A Dataset for
Answering Time-Sensitive Questions".
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Literal

from onrecord.eval.archives import build_archive, open_archive
from onrecord.eval.datasets import Question, load, read_lines, write_lines
from onrecord.eval.lab.vocabulary import unspace
from onrecord.index.question import read_question
from onrecord.index.ranking import retrieve
from onrecord.index.store import Snapshot
from onrecord.index.types import Filter
from onrecord.service.archive import Archive, load_encoder
from onrecord.service.settings import Settings

SQUAD, TIMEQA = "squad2-dev-half", "timeqa-human-train"
PAIRS = Path("train-pairs", "timeqa.jsonl")
FOLDS = 5
SEARCHED = 10  # passages of a question that are looked at for near misses
NEAR_MISSES = 2  # of these, so many are kept
SEED = 2022


@dataclass(frozen=True, slots=True)
class Example:
    """A question about one page, and a passage of a page of that title, mostly the same.

    Each of `answers` stands in the text and answers the question; there is none if it does not
    answer.
    """

    page: str
    question: str
    title: str
    text: str
    answers: tuple[str, ...]
    source: Literal["squad", "timeqa", "found"]


def load_examples(data: Path, work: Path) -> list[Example]:
    """All examples, in a fixed order. What the retriever found is kept in `work`."""
    file = work / "reader" / "found.jsonl"
    if not file.exists():
        file.parent.mkdir(parents=True, exist_ok=True)
        write_lines(file, [asdict(example) for example in _search(data, work)])
    found = (
        Example(**{**record, "answers": tuple(record["answers"])}) for record in read_lines(file)
    )
    return [*_squad(data), *_timeqa(data), *found]


def assign_folds(examples: Sequence[Example]) -> dict[str, int]:
    """Each page's fold, from 0 to 4: the larger pages first, always to the emptiest fold."""
    sizes = Counter(example.page for example in examples)
    sizes.update({example.title: 0 for example in examples})
    filled = [0] * FOLDS
    folds = {}
    for title in sorted(sizes, key=lambda title: (-sizes[title], title)):
        folds[title] = filled.index(min(filled))
        filled[folds[title]] += sizes[title]
    return folds


def leave_out(examples: Sequence[Example], fold: int) -> list[Example]:
    """The examples of which neither the question nor the passage is of that fold's pages."""
    folds = assign_folds(examples)
    return [one for one in examples if fold not in (folds[one.page], folds[one.title])]


def _squad(data: Path) -> Iterator[Example]:
    paragraphs = {record["_id"]: record for record in read_lines(data / SQUAD / "corpus.jsonl")}
    for question in read_lines(data / SQUAD / "queries.jsonl"):
        known = question["metadata"]
        paragraph = paragraphs[known["context_doc"]]
        answers = tuple(known["answers"]) if known["answerable"] else ()
        page = paragraph["title"]
        yield Example(page, question["text"], page, paragraph["text"], answers, "squad")


def _timeqa(data: Path) -> Iterator[Example]:
    answers = {
        question["text"]: tuple(map(unspace, question["metadata"]["answers"] or ()))
        for question in read_lines(data / TIMEQA / "queries.jsonl")
    }
    for pair in read_lines(data / PAIRS):
        text = unspace(pair["passage"])
        there = tuple(answer for answer in answers.get(pair["q"], ()) if answer in text)
        if pair["label"] == 1 and not there:
            continue  # the labelled paragraph does not spell the answer: nothing to point at
        found = there if pair["label"] == 1 else ()
        page = unspace(pair["title"])
        yield Example(page, pair["q"], page, text, found, "timeqa")


def _search(data: Path, work: Path) -> Iterator[Example]:
    settings = Settings().model_copy(update={"reranker": "none"})
    encoder = load_encoder(settings)
    for name in (SQUAD, TIMEQA):
        pages = [data / name / "corpus.jsonl"]
        asked = [question for question in load(str(data / name)).questions if question.answers]
        folder = build_archive(work, name, pages, settings, encoder)
        with open_archive(folder, settings, encoder) as archive:
            for question in asked:
                yield from _look(archive, question)


def _look(archive: Archive, question: Question) -> Iterator[Example]:
    """The passage of the right article that holds the answer, and the nearest that do not.

    A passage of another article that holds the answer may answer or not, so it is no example.
    """
    text, gold = question.text, question.relevant
    with archive.store.snapshot() as snapshot:
        missed, page = 0, unspace(_title(snapshot, min(gold)))
        asked = read_question(text, snapshot, archive.encoder)
        for one in retrieve(snapshot, asked, Filter(), archive.ranking, SEARCHED):
            passage = one.passage
            found = unspace(passage.text)
            answers = map(unspace, question.answers)
            there = tuple(answer for answer in answers if answer in found)
            right = passage.article_id in gold
            if right != bool(there) or (not there and missed == NEAR_MISSES):
                continue
            title = unspace(_title(snapshot, passage.article_id))
            yield Example(page, text, title, found, there, "found")
            missed += not there


def _title(snapshot: Snapshot, article: str) -> str:
    found = snapshot.article(article)
    return found.title if found else ""
