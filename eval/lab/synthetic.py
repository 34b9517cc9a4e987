"""Articles for measuring size: texts and vectors made at random, always the same ones.

Words follow Zipf's law over the shipped vocabulary and, after it, compounds of it; dates, outlets
and lengths are spread as in an archive. Vectors share a direction with their archive, their topic
and their article, in shares under which the nearest neighbours of 66,389 real passages (encoded by
the default model) lie about as near as these do. They know nothing of the words: recall is measured
against an exact search, not against judgements.
"""

from __future__ import annotations

import base64
import math
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

import onrecord.index as index
from onrecord.index.encoder import Vectors
from onrecord.index.store import IndexedPassage
from onrecord.index.types import Article, Passage, Published, Span

DIMENSION = 384  # the default encoder's
PASSAGES = 8  # in an article
SENTENCES, WORDS = 8, 19  # in a passage, in a sentence
DIFFERENT_WORDS = 400_000
QUESTION_WORDS = 7
COMMON_WORDS = 100  # a question is made of rarer ones; one in ten passages has the commonest
FIRST_DAY, DAYS = date(2015, 1, 1), 3_650
OUTLETS = ("The Argus", "The Beacon", "The Courier", "The Dispatch", "The Echo", "The Gazette")
SHARES = {"archive": 0.27, "topic": 0.45, "article": 0.62}
SENTENCE_COSINE = 0.8  # of a sentence with its passage
QUESTION_COSINE = 0.65  # of a question with its passage
PASSAGES_PER_TOPIC = 400
DECAY = 0.25  # of the directions' weights: real vectors do not fill their space evenly
AT_ONCE = 500  # articles


@dataclass(frozen=True, slots=True)
class SyntheticQuestion:
    """Words and a vector, made of one passage."""

    text: str
    vector: Vectors


def make_articles(passages: int, seed: int = 0) -> Iterator[tuple[Article, list[IndexedPassage]]]:
    """Articles with so many passages in all, each with its entries."""
    random = np.random.default_rng(seed)
    topics = _noise(random, max(1, passages // PASSAGES_PER_TOPIC))
    archive = _noise(random, 1)
    for start in range(0, passages // PASSAGES, AT_ONCE):
        count = min(AT_ONCE, passages // PASSAGES - start)
        shape = (count, PASSAGES, SENTENCES, WORDS)
        texts = random.choice(DIFFERENT_WORDS, shape, p=_frequencies())
        vectors = _draw(random, archive, topics, count)
        parts = _near(random, np.repeat(vectors, SENTENCES, axis=0), SENTENCE_COSINE)
        days = random.integers(DAYS, size=count)
        outlets = random.zipf(1.6, size=count) % len(OUTLETS)
        for at in range(count):
            rows = slice(at * PASSAGES, (at + 1) * PASSAGES)
            article, passage_list = _write(start + at, texts[at], int(days[at]), int(outlets[at]))
            own, sentences = vectors[rows], parts[rows.start * SENTENCES : rows.stop * SENTENCES]
            entries = [
                IndexedPassage(passage, own[n], sentences[n * SENTENCES : (n + 1) * SENTENCES])
                for n, passage in enumerate(passage_list)
            ]
            yield article, entries


def make_questions(entries: list[IndexedPassage], seed: int = 1) -> list[SyntheticQuestion]:
    """A question a passage: some of its rarer words, and a vector as near as questions are."""
    random = np.random.default_rng(seed)
    common = set(_vocabulary()[:COMMON_WORDS])
    asked = _near(random, np.stack([entry.vector for entry in entries]), QUESTION_COSINE)
    questions = []
    for entry, vector in zip(entries, asked, strict=True):
        words = entry.passage.text.lower().replace(".", "").split()
        rarer = [word for word in words if word not in common]
        chosen = random.choice(rarer, QUESTION_WORDS, replace=False)
        questions.append(SyntheticQuestion(" ".join(["what", "did", *chosen]) + "?", vector))
    return questions


def _write(
    number: int, words: NDArray[np.int64], day: int, outlet: int
) -> tuple[Article, list[Passage]]:
    name = f"a{number:07d}"
    text, passages = "", []
    for paragraph in words:
        start, spans = len(text), []
        for sentence in paragraph:
            first = len(text)
            text += _spell(sentence) + ". "
            spans.append(Span(first, len(text) - 1))
        span = Span(start, spans[-1].end)
        passages.append(
            Passage(name, span, text[span.start : span.end], paragraph.size, tuple(spans))
        )
    published = Published((FIRST_DAY + timedelta(days=day)).isoformat(), "day")
    title = _spell(words[0, 0, :6])
    return Article(name, title, text, outlet=OUTLETS[outlet], published=published), passages


def _spell(words: NDArray[np.int64]) -> str:
    known = _vocabulary()
    size = len(known)
    spelled = [
        known[word] if word < size else known[word % size] + known[word // size + 200]
        for word in words.tolist()
    ]
    return " ".join(spelled).capitalize()


def _draw(random: np.random.Generator, archive: Vectors, topics: Vectors, articles: int) -> Vectors:
    """Unit vectors, shape (articles * PASSAGES, DIMENSION)."""
    topic = topics[random.integers(len(topics), size=articles)]
    shared = SHARES["archive"] * archive + SHARES["topic"] * topic
    shared = shared + SHARES["article"] * _noise(random, articles)
    rest = math.sqrt(1 - sum(share**2 for share in SHARES.values()))
    return _unit(np.repeat(shared, PASSAGES, axis=0) + rest * _noise(random, articles * PASSAGES))


def _near(random: np.random.Generator, vectors: Vectors, cosine: float) -> Vectors:
    """Vectors at about that cosine to those given."""
    return _unit(cosine * vectors + math.sqrt(1 - cosine**2) * _noise(random, len(vectors)))


def _noise(random: np.random.Generator, count: int) -> Vectors:
    """Vectors of about unit length in every direction, some directions weighing more."""
    weights = np.arange(1, DIMENSION + 1, dtype=np.float32) ** -DECAY
    drawn: Vectors = random.standard_normal((count, DIMENSION), dtype=np.float32)
    return drawn * (weights / np.linalg.norm(weights)).astype(np.float32)


def _unit(vectors: Vectors) -> Vectors:
    scaled: Vectors = (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32)
    return scaled


@cache
def _frequencies() -> NDArray[np.float64]:
    ranks = 1.0 / (np.arange(DIFFERENT_WORDS) + 2.7)  # Mandelbrot's offset for English
    return np.asarray(ranks / ranks.sum())


@cache
def _vocabulary() -> list[str]:
    """The shipped vocabulary's words, commoner ones first."""
    lines = Path(index.__file__).with_name("vocabulary.tiktoken").read_bytes().splitlines()
    tokens = [base64.b64decode(line.split()[0]).decode(errors="replace") for line in lines]
    return [token[1:].lower() for token in tokens if token[:1] == " " and token[1:].isalpha()]
