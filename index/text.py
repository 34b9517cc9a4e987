"""The terms of a text: how words are normalised, how rare they are, and their ids.

Word search, evidence scores, duplicates and confidence all read words through this module.
"""

from __future__ import annotations

import json
import math
import re
import threading
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from zlib import crc32

import numpy as np
import tantivy
from numpy.typing import NDArray
from tantivy import Filter

from onrecord.index.types import Passage

MAX_WORD_BYTES = 60
# Shares of texts that hold each word, in open text: an archive of five articles cannot tell that
# "how" says less than "Nikopol". `onrecord eval count-background` counts them.
BACKGROUND = Path(__file__).with_name("background.json")
RAREST_SHARE = 0.0005  # a word that open text lacks weighs as one in 2,000 texts
SHINGLE_WORDS = 4
# Mixes the ids of four words into one of 64 bits; any large odd number does.
MULTIPLIER = np.uint64(0x9E3779B97F4A7C15)
HALF = np.uint64(32)
_WORD = re.compile(r"\w+")
# What differs only in print: points, apostrophes and hyphens within a word, soft hyphens and other
# invisible characters, and what separates thousands.
_PRINT = re.compile(
    r"(?<=[^\W\d_])[.'’‘ʼ‐‑-](?=[^\W\d_])|[\u00ad\u200b-\u200d\u2060\ufeff]"
    r"|(?<=\d)[, ](?=\d{3}(?!\d))"
)
# A number with its sign and decimals, a sign of percent or money, or a word of any script.
_PLAIN_WORD = re.compile(
    r"(?:(?<!\w)[-−])?\d+(?:[.,:]\d+)*|[$£%]|[^\s\d!-/:-@\[-`{-~\u00a0-\u00bf\u2000-\u206f\u3000-\u303f]+"
)
_SMALL_NUMBERS = "zero one two three four five six seven eight nine ten eleven twelve"
_FIGURES = {word: str(number) for number, word in enumerate(_SMALL_NUMBERS.split())}
_thread = threading.local()

Ids = NDArray[np.uint32]


def analyzer() -> tantivy.TextAnalyzer:
    """The analyzer of the word index: lower-cased, unaccented, stemmed as English."""
    return (
        tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.simple())
        .filter(Filter.remove_long(MAX_WORD_BYTES))
        .filter(Filter.lowercase())
        .filter(Filter.ascii_fold())
        .filter(Filter.stemmer("english"))
        .build()
    )


def analyse(text: str) -> list[str]:
    """The terms of a text: lower-cased, unaccented, stemmed words, in order, with repetitions."""
    if not hasattr(_thread, "analyzer"):  # one per thread, because analysing changes it
        _thread.analyzer = analyzer()
    terms: list[str] = _thread.analyzer.analyze(text)
    return terms


def idf(terms: Sequence[str]) -> dict[str, float]:
    """Each different term with its inverse document frequency in open text."""
    shares = _background()
    return {term: -math.log(max(shares.get(term, 0.0), RAREST_SHARE)) for term in terms}


def drop_stop_words(terms: Sequence[str], common_share: float) -> list[str]:
    """The terms that at most `common_share` of open texts hold; all of them if there is none."""
    shares = _background()
    rare = [term for term in terms if shares.get(term, 0.0) <= common_share]
    return rare or list(terms)


@cache
def _background() -> dict[str, float]:
    shares: dict[str, float] = json.loads(BACKGROUND.read_text(encoding="utf-8"))
    return shares


def titled(title: str, text: str) -> str:
    """What encoders, word search and rerankers read of a passage: its title, then its text."""
    return f"{title}\n{text}" if title else text


@dataclass(frozen=True, slots=True)
class TermIds:
    """A passage's terms and shingles as numbers, which are quick to compare.

    `terms` are the different terms of each sentence, one sentence after the other, shape (terms,);
    `counts` is the number of terms of each sentence, shape (sentences,); `shingles` are sorted and
    unique. Computing them takes longer than all other work on a passage, so stores hold them.
    """

    terms: Ids
    counts: Ids
    shingles: Ids

    def equals(self, other: TermIds) -> bool:
        """Whether all three arrays are equal."""
        names = ("terms", "counts", "shingles")
        return all(np.array_equal(getattr(self, name), getattr(other, name)) for name in names)


def read_term_ids(passage: Passage) -> TermIds:
    """The ids of a passage's terms and shingles, from its text."""
    different = [dict.fromkeys(analyse(text)) for text in passage.sentence_texts]
    terms = [term_id(term) for sentence in different for term in sentence]
    return TermIds(
        np.array(terms, np.uint32),
        np.array([*map(len, different)], np.uint32),
        shingles(passage.text),
    )


def plain_words(text: str) -> list[str]:
    """The lower-cased words, numbers and signs of money of a text, whatever its typography.

    "Cease-fire" and "ceasefire" are one, and so are "1,310" and "1310", "%" and "per cent"; small
    numbers are in figures.
    """
    plain = _PRINT.sub("", unicodedata.normalize("NFKC", text)).casefold()
    words = _PLAIN_WORD.findall(plain.replace("per cent", "%").replace("percent", "%"))
    return [_FIGURES.get(word, word) for word in words]


def term_id(term: str) -> int:
    """A 32-bit hash of a term, the same in every process."""
    return crc32(term.encode())


def shingles(text: str) -> Ids:
    """Hashes of the different runs of four lower-cased words, sorted."""
    words = _WORD.findall(text.casefold())
    ids = np.array([term_id(word) for word in words], np.uint64)
    runs = max(0, len(words) - SHINGLE_WORDS + 1)
    mixed = np.zeros(runs, np.uint64)
    for at in range(SHINGLE_WORDS):
        mixed = (mixed + ids[at : at + runs]) * MULTIPLIER
    return np.unique(mixed >> HALF).astype(np.uint32)
