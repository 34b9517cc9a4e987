"""Questions with what is known of their answers, and the articles that they are asked of.

Two layouts are read by `eval/dataset_files.py`: a BEIR folder and a file of questions.
Source: Thakur et al. 2021, "BEIR: A Heterogeneous Benchmark for Zero-shot Evaluation".
"""

from __future__ import annotations

import hashlib
import random
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from onrecord.index.errors import OnrecordError

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


def check(dataset: Dataset) -> Dataset:
    """The data set, if it can be measured. Raises `UnreadableDataset` for no question or a twin."""
    if not dataset.questions:
        raise UnreadableDataset(f"{dataset.name}: no questions")
    counts = Counter(question.id for question in dataset.questions)
    twins = [name for name, count in counts.items() if count > 1]
    if twins:
        raise UnreadableDataset(f"{dataset.name}: several questions have the id {twins[0]!r}")
    return dataset


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
