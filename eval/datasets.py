"""Questions with what is known of their answers, and the articles that they are asked of.

Two layouts are read. A BEIR folder has `corpus.jsonl`, `queries.jsonl` and `qrels/SPLIT.tsv`; the
`answers`, `answerable` and `date` of a query's `metadata` are used where present. A file of
questions has one a line; docs/evaluation.md describes it.
Source: Thakur et al. 2021, "BEIR: A Heterogeneous Benchmark for Zero-shot Evaluation".
"""

from __future__ import annotations

import datetime
import hashlib
import json
import random
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Annotated, Any, TypeVar

from pydantic import AliasChoices, BaseModel, ConfigDict, Field, ValidationError

from onrecord.index.errors import OnrecordError, UnreadablePage
from onrecord.index.identity import identify
from onrecord.index.pages import find_pages
from onrecord.index.readers.records import read_fields, read_record

SAMPLE_SEED = 2022
SETS = Path(__file__).resolve().with_name("sets")
SHIPPED = {"seeds": SETS.parents[1] / "seeds"}  # a set's name and the pages that it asks
DATE_CHARS = 10
Id = Annotated[str, Field(min_length=1)]


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


class DatasetLine(BaseModel):
    """A line of a data set's file; fields that are not named here are ignored."""

    model_config = ConfigDict(extra="ignore", coerce_numbers_to_str=True)


class QueryMetadata(DatasetLine):
    """What a BEIR query may say of itself."""

    answers: list[str] | None = None
    answerable: bool | None = None
    date: datetime.date | None = None
    split: str | None = None
    context_doc: str | None = None
    editor_linked: object = None  # whatever is not empty counts


class QueryLine(DatasetLine):
    """A line of `queries.jsonl`."""

    id: Id = Field(validation_alias=AliasChoices("_id", "id"))
    text: Annotated[str, Field(min_length=1)]
    metadata: QueryMetadata = QueryMetadata()


class AskedLine(DatasetLine):
    """A line of a file of questions."""

    id: Id | None = None
    question: Annotated[str, Field(min_length=1, pattern=r"\S")]
    article: Id | None = None
    articles: list[Id] = []
    answers: list[str] = []
    answerable: bool | None = None
    history: list[str] = []
    today: datetime.date | None = None
    kind: str | None = None
    topic: str | None = None


class TruthLine(DatasetLine):
    """A line of `articles.jsonl`."""

    id: Id
    article: str | None = None
    title: str | None = None
    outlet: str | None = None
    url: str | None = None
    published: str | None = None


LineModel = TypeVar("LineModel", bound=DatasetLine)


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
        raise UnreadableDataset(f"{dataset.name}: no questions")
    counts = Counter(question.id for question in dataset.questions)
    twins = [name for name, count in counts.items() if count > 1]
    if twins:
        raise UnreadableDataset(f"{dataset.name}: several questions have the id {twins[0]!r}")
    return dataset if sample is None else take_sample(dataset, sample)


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


def take_sample(dataset: Dataset, size: int) -> Dataset:
    """So many of its questions, always the same ones; all where there are no more."""
    if size >= len(dataset.questions):
        return dataset
    chosen = sorted(random.Random(SAMPLE_SEED).sample(range(len(dataset.questions)), size))
    digest = hashlib.sha256(f"{dataset.sha256}, sample of {size}".encode()).hexdigest()
    questions = tuple(dataset.questions[at] for at in chosen)
    return replace(dataset, questions=questions, sha256=digest)


def read_lines(path: Path) -> list[dict[str, Any]]:
    """The records of a JSON Lines file; raises `UnreadableDataset` with the line at fault."""
    return [record for _, record in _numbered(path)]


def write_lines(path: Path, records: Iterable[object]) -> None:
    """Write records as JSON Lines, as `read_lines` reads them."""
    with path.open("w", encoding="utf-8") as lines:
        lines.writelines(json.dumps(record, ensure_ascii=False) + "\n" for record in records)


def read_qrels(path: Path) -> dict[str, dict[str, int]]:
    """Each question's judged articles with their grades, from BEIR's tab-separated qrels."""
    gold: dict[str, dict[str, int]] = {}
    try:
        text = path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise UnreadableDataset(f"{path}: {error}") from None
    for number, line in enumerate(text.split("\n"), 1):
        if not line.strip() or line.startswith("query-id\t"):
            continue
        try:
            question, article, grade = line.split("\t")
            gold.setdefault(question, {})[article] = int(grade)
        except ValueError:
            raise UnreadableDataset(
                f"{path}, line {number}: expected question, article and grade, got {line!r}"
            ) from None
    return gold


def _load_beir(folder: Path, split: str | None) -> Dataset:
    corpus, queries = folder / "corpus.jsonl", folder / "queries.jsonl"
    qrels_file = folder / "qrels" / f"{_choose_split(folder, split)}.tsv"
    for needed in (corpus, queries, qrels_file):
        if not needed.is_file():
            raise FileNotFoundError(f"{needed} is missing: expected a BEIR folder")
    qrels = read_qrels(qrels_file)
    truths, ids = _read_corpus(corpus)
    questions = [
        _beir_question(query, qrels.get(query.id, {}), ids)
        for query in _read(queries, QueryLine)
        if query.id in qrels or _is_refusable(query.metadata, qrels_file.stem)
    ]
    digest = _hash_files([corpus, queries, qrels_file])
    return Dataset(folder.name, tuple(questions), (corpus,), digest, truths, {n: n for n in truths})


def _choose_split(folder: Path, split: str | None) -> str:
    found = sorted(file.stem for file in (folder / "qrels").glob("*.tsv"))
    if split is None and len(found) != 1:
        return "test"
    return split or found[0]


def _is_refusable(metadata: QueryMetadata, split: str) -> bool:
    """Whether a query without judgements is to be asked: unanswerable, and of no other split."""
    return metadata.answerable is False and (metadata.split or split) == split


def _read_corpus(corpus: Path) -> tuple[dict[str, Truth], dict[str, str]]:
    """What each article's record says, by archive id, and the archive ids of unusual names."""
    truths, ids = {}, {}
    for number, record in _numbered(corpus):
        if "_id" not in record:
            raise UnreadableDataset(f"{corpus}, line {number}: no _id")
        own = str(record["_id"])
        ids[own] = name = _archive_id(record)
        metadata = record.get("metadata") or {}
        published = metadata.get("date")
        truths[name] = Truth(
            title=record.get("title") or None,
            url=metadata.get("url"),
            published=None if published is None else str(published)[:DATE_CHARS],
        )
    return truths, ids


def _archive_id(record: Mapping[str, Any]) -> str:
    """The id that an archive gives to a record; its text is read only where no field decides."""
    fields = read_fields(record)
    if (name := identify(fields, None)) == fields.record_id:
        return name
    try:
        return identify(read_record(record), None)
    except UnreadablePage:
        return str(record["_id"])


def _beir_question(query: QueryLine, gold: Mapping[str, int], ids: Mapping[str, str]) -> Question:
    metadata = query.metadata
    answerable = metadata.answerable
    if answerable is None and any(grade > 0 for grade in gold.values()):
        answerable = True
    context = metadata.context_doc
    return Question(
        id=query.id,
        text=query.text,
        answerable=answerable,
        gold={ids.get(name, name): grade for name, grade in gold.items()},
        answers=tuple(metadata.answers or ()) if answerable else (),
        within=None if context is None else frozenset([ids.get(context, context)]),
        today=metadata.date.isoformat() if metadata.date else None,
        groups=("editor linked",) if metadata.editor_linked else (),
    )


def _load_questions(file: Path, name: str, pages: tuple[Path, ...]) -> Dataset:
    beside = file.with_name("articles.jsonl")
    records = list(_read(beside, TruthLine)) if beside.is_file() else []
    truths = {one.id: Truth(one.title, one.outlet, one.url, one.published) for one in records}
    names = {one.article or one.id: one.id for one in records}
    questions = tuple(
        _plain_question(asked, number, file)
        for number, asked in enumerate(_read(file, AskedLine), 1)
    )
    hashed = [file, *([beside] if records else []), *(page.file for page in find_pages(pages))]
    return Dataset(name, questions, pages, _hash_files(hashed), truths, names)


def _plain_question(asked: AskedLine, number: int, file: Path) -> Question:
    names = asked.articles or ([asked.article] if asked.article else [])
    answerable = asked.answerable
    if answerable is None and (names or asked.answers):
        answerable = True
    place = f"{file}, question {asked.id or number}"
    if answerable is True and not (names or asked.answers):
        raise UnreadableDataset(f"{place}: answerable, but neither an article nor answers")
    if answerable is False and (names or asked.answers):
        raise UnreadableDataset(f"{place}: not answerable, but with an article or answers")
    return Question(
        id=asked.id or str(number),
        text=asked.question,
        answerable=answerable,
        gold=dict.fromkeys(names, 1),
        answers=tuple(asked.answers),
        within=frozenset(names) if names else None,
        history=tuple(asked.history),
        today=asked.today.isoformat() if asked.today else None,
        groups=tuple(part for part in (asked.kind, asked.topic) if part),
    )


def _read(path: Path, kind: type[LineModel]) -> Iterator[LineModel]:
    for number, record in _numbered(path):
        try:
            yield kind.model_validate(record)
        except ValidationError as error:
            fault = error.errors()[0]
            where = ".".join(map(str, fault["loc"]))
            raise UnreadableDataset(f"{path}, line {number}: {where}: {fault['msg']}") from None


def _numbered(path: Path) -> Iterator[tuple[int, dict[str, Any]]]:
    with path.open("rb") as lines:
        for number, line in enumerate(lines, 1):
            if not line.strip():
                continue
            try:
                record = json.loads(line)
            except ValueError as error:
                raise UnreadableDataset(f"{path}, line {number}: {error}") from None
            if not isinstance(record, dict):
                raise UnreadableDataset(f"{path}, line {number}: expected a JSON object")
            yield number, record


def _hash_files(files: Iterable[Path]) -> str:
    """One sha256 over the files' names and bytes."""
    digests = [f"{file.name} {hashlib.sha256(file.read_bytes()).hexdigest()}" for file in files]
    return hashlib.sha256("\n".join(digests).encode()).hexdigest()
