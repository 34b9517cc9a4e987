"""Questions with what is known of their answers, and the articles that they are asked of.

Two layouts: a BEIR folder (`corpus.jsonl`, `queries.jsonl`, `qrels/SPLIT.tsv`, with `answers`,
`answerable` and `date` in a query's `metadata` used where present) and a file of questions, one
JSON object a line. README.md, "Measure it", describes both.
Source: Thakur et al. 2021, "BEIR: A Heterogeneous Benchmark for Zero-shot Evaluation".
"""

from __future__ import annotations

import hashlib
import json
import random
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from index.errors import OnrecordError, UnreadablePage
from index.identity import identify
from index.pages import find_pages
from index.readers.structured import read_record

SETS = Path(__file__).with_name("sets")
SHIPPED = {"seeds": SETS.parents[1] / "seeds"}  # a set's name and the pages that it asks
SAMPLE_SEED = 2022


class UnreadableDataset(OnrecordError):
    """A data set that cannot be used, with the file, the place in it and what is wrong."""


@dataclass(frozen=True, slots=True)
class Truth:
    """What an article's record says of it; None where it says nothing.

    `published` is a date of the precision that is known; an empty string says "undated".
    """

    title: str | None = None
    outlet: str | None = None
    url: str | None = None
    published: str | None = None


@dataclass(frozen=True, slots=True)
class Question:
    """A question with its judgements.

    `gold` gives relevant articles their grade. `answers` are the strings of which one must stand in
    a quote; they count `within` those articles, anywhere where that is None. `answerable` is None
    where nobody judged it. `groups` are the parts of the set that it is reported with.
    """

    id: str
    text: str
    answerable: bool | None
    gold: Mapping[str, int]
    answers: tuple[str, ...] = ()
    within: frozenset[str] | None = None
    history: tuple[str, ...] = ()
    today: str | None = None
    groups: tuple[str, ...] = ()

    @property
    def relevant(self) -> frozenset[str]:
        """The articles whose grade is above zero."""
        return frozenset(name for name, grade in self.gold.items() if grade > 0)


@dataclass(frozen=True, slots=True)
class Dataset:
    """A set of questions. `sha256` changes with any file of it and with the sample taken.

    `pages` are the files to build an archive from; `truths` say what is known of articles, and
    `names` give the ids of articles that the questions call otherwise.
    """

    name: str
    questions: tuple[Question, ...]
    pages: tuple[Path, ...]
    sha256: str
    truths: Mapping[str, Truth]
    names: Mapping[str, str]


def load(named: str, split: str | None = None, sample: int | None = None) -> Dataset:
    """The data set of that name or path; `sample` keeps so many questions, always the same ones.

    Raises `FileNotFoundError`, or `UnreadableDataset` with the file and line at fault.
    """
    path = Path(named)
    if named in SHIPPED:
        dataset = _load_questions(SETS / named / "questions.jsonl", named, (SHIPPED[named],))
    elif path.is_dir():
        dataset = _load_beir(path, split)
    elif path.is_file():
        dataset = _load_questions(path, path.stem, ())
    else:
        raise FileNotFoundError(f"no data set {named}: neither a folder, a file nor one of seeds")
    if not dataset.questions:
        raise UnreadableDataset(f"{named}: no questions")
    return dataset if sample is None else _sample(dataset, sample)


def read_lines(path: Path) -> list[dict[str, Any]]:
    """The records of a JSON Lines file; raises `UnreadableDataset` with the line at fault."""
    records = []
    with path.open(encoding="utf-8") as lines:
        for number, line in enumerate(lines, 1):
            if not line.strip():
                continue
            try:
                record = json.loads(line)
            except ValueError as error:
                raise UnreadableDataset(f"{path}, line {number}: {error}") from None
            if not isinstance(record, dict):
                raise UnreadableDataset(f"{path}, line {number}: expected a JSON object")
            records.append(record)
    return records


def read_qrels(path: Path) -> dict[str, dict[str, int]]:
    """Each question's judged articles with their grades, from BEIR's tab-separated qrels."""
    gold: dict[str, dict[str, int]] = {}
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines()[1:], 2):
        try:
            question, article, grade = line.split("\t")
            gold.setdefault(question, {})[article] = int(grade)
        except ValueError:
            raise UnreadableDataset(
                f"{path}, line {number}: expected question, article and grade, got {line!r}"
            ) from None
    return gold


def resolve(dataset: Dataset, listed: Mapping[str, str]) -> Dataset:
    """The data set with archive ids for the names that its questions use.

    `listed` gives the ids of an archive's articles by id, URL, title and file name. Raises
    `UnreadableDataset` for a name that nothing goes by.
    """

    def find(question: Question, name: str) -> str:
        found = dataset.names.get(name) or listed.get(name)
        if found is None:
            raise UnreadableDataset(f"question {question.id}: no article goes by {name!r}")
        return found

    def rename(question: Question) -> Question:
        gold = {find(question, name): grade for name, grade in question.gold.items()}
        within = question.within
        if within is not None:
            within = frozenset(find(question, name) for name in within)
        return replace(question, gold=gold, within=within)

    return replace(dataset, questions=tuple(map(rename, dataset.questions)))


def _load_beir(folder: Path, split: str | None) -> Dataset:
    corpus, queries = folder / "corpus.jsonl", folder / "queries.jsonl"
    qrels_file = folder / "qrels" / f"{_choose_split(folder, split)}.tsv"
    for needed in (corpus, queries, qrels_file):
        if not needed.is_file():
            raise FileNotFoundError(f"{needed} is missing: expected a BEIR folder")
    qrels = read_qrels(qrels_file)
    truths, ids = _read_corpus(corpus)
    questions = [
        _beir_question(query, qrels.get(str(query["_id"]), {}), ids)
        for query in read_lines(queries)
        if _is_asked(query, qrels, qrels_file.stem)
    ]
    digest = _hash_files([corpus, queries, qrels_file])
    return Dataset(folder.name, tuple(questions), (corpus,), digest, truths, {n: n for n in truths})


def _choose_split(folder: Path, split: str | None) -> str:
    found = sorted(file.stem for file in (folder / "qrels").glob("*.tsv"))
    if split is None and len(found) != 1:
        return "test"
    return split or found[0]


def _is_asked(query: Mapping[str, Any], qrels: Mapping[str, object], split: str) -> bool:
    """Whether a query is of the split: judged there, or unanswerable and of no other split."""
    if str(query["_id"]) in qrels:
        return True
    metadata = query.get("metadata") or {}
    return metadata.get("answerable") is False and metadata.get("split", split) == split


def _read_corpus(corpus: Path) -> tuple[dict[str, Truth], dict[str, str]]:
    """What each article's record says, by archive id, and the archive ids of unusual names."""
    truths, ids = {}, {}
    for record in read_lines(corpus):
        own = str(record["_id"])
        try:
            name = identify(read_record(record), None)
        except UnreadablePage:
            name = own
        ids[own] = name
        metadata = record.get("metadata") or {}
        published = metadata.get("date")
        truths[name] = Truth(
            title=record.get("title") or None,
            url=metadata.get("url"),
            published=None if published is None else str(published)[:10],
        )
    return truths, ids


def _beir_question(
    query: Mapping[str, Any], gold: Mapping[str, int], ids: Mapping[str, str]
) -> Question:
    metadata = query.get("metadata") or {}
    context = metadata.get("context_doc")
    groups = ["editor linked"] if metadata.get("editor_linked") else []
    answerable = metadata.get("answerable", True if gold else None)
    return Question(
        id=str(query["_id"]),
        text=str(query["text"]),
        answerable=answerable,
        gold={ids.get(name, name): grade for name, grade in gold.items()},
        answers=tuple(metadata.get("answers") or ()) if answerable else (),
        within=None if context is None else frozenset([ids.get(context, context)]),
        today=metadata.get("date"),
        groups=tuple(groups),
    )


def _load_questions(file: Path, name: str, pages: tuple[Path, ...]) -> Dataset:
    beside = file.with_name("articles.jsonl")
    records = read_lines(beside) if beside.is_file() else []
    truths = {
        record["id"]: Truth(
            record.get("title"), record.get("outlet"), record.get("url"), record.get("published")
        )
        for record in records
    }
    names = {record.get("article", record["id"]): record["id"] for record in records}
    questions = tuple(
        _plain_question(record, f"{file}, question {number}")
        for number, record in enumerate(read_lines(file), 1)
    )
    hashed = [file, *([beside] if records else []), *(page.file for page in find_pages(pages))]
    return Dataset(name, questions, pages, _hash_files(hashed), truths, names)


def _plain_question(record: Mapping[str, Any], place: str) -> Question:
    if not isinstance(record.get("question"), str) or not record["question"].strip():
        raise UnreadableDataset(f"{place}: expected a text under `question`")
    names = record.get("articles") or ([record["article"]] if record.get("article") else [])
    answerable = record.get("answerable", True if names else None)
    if answerable and not names and not record.get("answers"):
        raise UnreadableDataset(f"{place}: answerable, but neither an article nor answers")
    return Question(
        id=str(record.get("id", place.rpartition(" ")[2])),
        text=record["question"],
        answerable=answerable,
        gold=dict.fromkeys(names, 1),
        answers=tuple(record.get("answers") or ()),
        within=frozenset(names) if names else None,
        history=tuple(record.get("history") or ()),
        today=record.get("today"),
        groups=tuple(record[key] for key in ("kind", "topic") if record.get(key)),
    )


def _sample(dataset: Dataset, size: int) -> Dataset:
    if size >= len(dataset.questions):
        return dataset
    chosen = sorted(random.Random(SAMPLE_SEED).sample(range(len(dataset.questions)), size))
    digest = hashlib.sha256(f"{dataset.sha256}, sample of {size}".encode()).hexdigest()
    questions = tuple(dataset.questions[at] for at in chosen)
    return replace(dataset, questions=questions, sha256=digest)


def _hash_files(files: Iterable[Path]) -> str:
    """One sha256 over the files' names and bytes."""
    digests: Sequence[str] = [
        f"{file.name} {hashlib.sha256(file.read_bytes()).hexdigest()}" for file in files
    ]
    return hashlib.sha256("\n".join(digests).encode()).hexdigest()
