"""The terms of a text, by which it is searched, compared and weighed; their rarity and their ids.

Word search, evidence scores, duplicates and confidence all read words through this module. A term
is a word's stem in the text's language, or two neighbouring characters of a script without spaces.
What a writer may spell otherwise has a term that does not depend on that: an acronym without its
points, a number's value, a name's sound.
"""

from __future__ import annotations

import json
import re
import threading
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import chain
from pathlib import Path
from zlib import crc32

import numpy as np
import tantivy
from numpy.typing import NDArray
from tantivy import Filter

from onrecord.index.text.spelling import NUMBER_WORDS, SCALES, read_numbers, sounds
from onrecord.index.text.words import ACCENT, ACCENTS, UNSPACED, WORD, fold, offsets
from onrecord.index.types import Passage

MAX_WORD_BYTES = 60
# Shares of texts that hold each word, in open text: an archive of five articles cannot tell that
# "how" says less than "Nikopol". `onrecord eval count-background` counts them.
BACKGROUND = Path(__file__).with_name("background.json")
RAREST_SHARE = 0.0005  # a word that open text lacks weighs as one in 2,000 texts
NAME_SHARE = 0.01  # a word of more texts is a name in none of them, though it may begin a sentence
MAX_ACRONYM_LETTERS = 4
SHINGLE_WORDS = 4
_SHINGLE_WORD = re.compile(r"\w+")
# Mixes the ids of four words into one of 64 bits; any large odd number does.
MULTIPLIER = np.uint64(0x9E3779B97F4A7C15)
HALF = np.uint64(32)

ENGLISH = "en"  # how texts of unknown and of all other languages are read, too
# tantivy's stemmers, and simplemma's dictionaries for inflected languages that it has none for.
STEMMERS = {
    "ar": "arabic", "da": "danish", "de": "german", "el": "greek", "es": "spanish",
    "fi": "finnish", "fr": "french", "hu": "hungarian", "it": "italian",
    "nl": "dutch", "no": "norwegian", "pt": "portuguese", "ro": "romanian", "ru": "russian",
    "sv": "swedish", "tr": "turkish",
}  # fmt: skip
DICTIONARIES = ("bg", "cs", "pl", "sk", "uk")
LANGUAGES = tuple(sorted({*STEMMERS, *DICTIONARIES}))
ELIDING = ("fr", "it")  # they write an article and its noun as one word: l'eau

# Each with a quicker pattern that most texts do not match.
_ACRONYM = re.compile(r"(?<![^\W_])(?:[^\W\d_]\.){2,}(?:[^\W\d_](?![^\W_]))?")
_HAS_ACRONYM = re.compile(r"\.[^\W\d_](?![^\W_])")
_THOUSANDS = re.compile(r"(?<![\d.,])\d{1,3}(?:[, ]\d{3})+(?!\d|[.,]\d{3})")
_HAS_THOUSANDS = re.compile(r"\d[, ]\d{3}")
_SPLIT = re.compile(f"{_ACRONYM.pattern}|{_THOUSANDS.pattern}|{WORD.pattern}")
_HYPHENS = re.compile("[‐‑]")
_COMPOUND = re.compile(r"\b[^\W\d_]+(?:-[^\W\d_]+)+")
_SHORT_SCALE = re.compile(r"(\d+(?:\.\d+)?)(k|mn?|mln|bn|tn)")
_UNSPACED_RUN = re.compile(f"[{UNSPACED}]+")
_ELISION = re.compile(r"^(?:[cdjlmnst]|qu|all|dell|nell|un)'(?=\w)", re.I)
# What English writes after a word: of its terms only the word itself tells something.
_CONTRACTION = re.compile("'(?:s|t|m|d|ll|re|ve)$", re.I)
# What differs only in print between two copies: points, apostrophes and hyphens within a word, soft
# hyphens and other invisible characters, and what separates thousands.
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
_NUMBER_WORDS = frozenset(NUMBER_WORDS)
NUMBER_GAP = 4  # words at most from one of a number to the next: "five and a half thousand"
_thread = threading.local()

Ids = NDArray[np.uint32]


def analyse(text: str, language: str = ENGLISH) -> list[str]:
    """The terms of a text in that language, with repetitions.

    Those of its words are in order; those of compounds, numbers and unspaced scripts come after.
    A language that is not in `LANGUAGES` is read as English is.
    """
    plain = simplify(text)
    words = WORD.findall(plain if plain.isascii() else plain.translate(ACCENTS))
    terms = [term for word in words for term in read_terms(word, language)]
    hyphenated = [chunk for chunk in plain.split() if "-" in chunk] if "-" in plain else ()
    for chunk in hyphenated:
        for _, _, compound in read_compounds(chunk):
            terms += read_stems(compound, language)
    if not plain.isascii():
        terms += [plain[start:end] for start, end in read_unspaced(plain)]
    if language not in LANGUAGES:
        for stretch in _number_stretches(words):
            terms += [number.value for number in read_numbers(stretch)]
    return terms


def simplify(text: str) -> str:
    """The folded text with acronyms in one word and numbers without separators of thousands."""
    text = fold(text)
    if _HAS_ACRONYM.search(text):
        text = _ACRONYM.sub(lambda found: found.group().replace(".", ""), text)
    if _HAS_THOUSANDS.search(text):
        text = _THOUSANDS.sub(lambda found: re.sub("[, ]", "", found.group()), text)
    return text if text.isascii() else _HYPHENS.sub("-", text)


def _number_stretches(words: Sequence[str]) -> Iterator[str]:
    """The words around each number that is written in words; most of a text has none."""
    numerals = [at for at, word in enumerate(words) if word.lower() in _NUMBER_WORDS]
    while numerals:
        first = last = numerals.pop(0)
        while numerals and numerals[0] - last <= NUMBER_GAP:
            last = numerals.pop(0)
        yield " ".join(words[max(0, first - NUMBER_GAP) : last + NUMBER_GAP + 1])


@lru_cache(maxsize=131_072)
def read_terms(word: str, language: str = ENGLISH) -> tuple[str, ...]:
    """The terms of one word: its stems and, for one that may be a name, those of a name."""
    stems = read_stems(word, language)
    if not word[0].isupper():
        return stems
    if any(share(one) > NAME_SHARE for one in stems):
        return stems + read_acronym(word)
    return tuple(dict.fromkeys(stems + read_sounds(word, language)))


def read_stems(word: str, language: str = ENGLISH) -> tuple[str, ...]:
    """A word's stem, or its stem as a name and as another word; a number's figures.

    Nothing for characters of scripts without spaces, and for what is too long to be a word.
    """
    if _UNSPACED_RUN.match(word):
        return ()
    if word[0].isdigit():
        return _read_figures(word)
    bare = _bare(word, language)
    stems = _stem(bare.casefold(), language)
    if language in DICTIONARIES and word[0].isupper():  # dictionaries have names with a capital
        stems = tuple(dict.fromkeys(_stem(bare, language) + stems))
    return stems


def read_sounds(word: str, language: str = ENGLISH) -> tuple[str, ...]:
    """The terms that all spellings of a name share; one for each way to transliterate it."""
    if not word[0].isalpha() or _UNSPACED_RUN.match(word):
        return ()
    names = (_bare(word, language),) if language not in LANGUAGES else read_stems(word, language)
    heard = [_stem(one, ENGLISH) for name in names for one in sounds(name)]
    return tuple(dict.fromkeys(chain(*heard)))


def read_acronym(word: str) -> tuple[str, ...]:
    """The term of an acronym that is also a common word: US, WHO."""
    is_one = word.isupper() and 2 <= len(word) <= MAX_ACRONYM_LETTERS
    return (f"{word.casefold()}0",) if is_one and share(word.casefold()) > NAME_SHARE else ()


def _bare(word: str, language: str) -> str:
    """The word without apostrophes, what English writes after them and Romance before them."""
    bare = _CONTRACTION.sub("", word.replace(ACCENT, ""))
    return (_ELISION.sub("", bare) if language in ELIDING else bare).replace("'", "")


def _read_figures(word: str) -> tuple[str, ...]:
    """A number with its decimals; the parts of a time, or of numbers that points join."""
    word = word.casefold()
    parts = re.split("[.,:]", word)
    if len(parts) > 2 or ":" in word:
        return tuple(parts)
    scaled = _SHORT_SCALE.fullmatch(word)
    value = (f"{float(scaled[1]) * SCALES[scaled[2]]:.15g}",) if scaled else ()
    return (".".join(parts), *value)


def _stem(word: str, language: str) -> tuple[str, ...]:
    """The stem of a word; nothing for one that is too long to be a word."""
    if language in DICTIONARIES:
        from simplemma import lemmatize

        word = lemmatize(word, lang=language, low_memory=True)
    return tuple(_analyser(language).analyze(word))


def _analyser(language: str) -> tantivy.TextAnalyzer:
    """The analyzer of a language's words; one per thread, because analysing changes it."""
    known: dict[str, tantivy.TextAnalyzer] = _thread.__dict__
    if language not in known:
        builder = tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.simple())
        builder = builder.filter(Filter.remove_long(MAX_WORD_BYTES)).filter(Filter.lowercase())
        if language not in LANGUAGES:
            builder = builder.filter(Filter.ascii_fold()).filter(Filter.stemmer("english"))
        elif language in STEMMERS:  # their stemmers read accents
            builder = builder.filter(Filter.stemmer(STEMMERS[language])).filter(Filter.ascii_fold())
        known[language] = builder.build()
    return known[language]


def index_terms(title: str, text: str, language: str) -> list[str]:
    """The terms by which a passage is found: those of its article's title and its own.

    One more says its language, unless that is read as English is.
    """
    marker = [language_term(language)] if language in LANGUAGES else []
    return [*analyse(titled(title, text), language), *marker]


def language_term(language: str) -> str:
    """The term of all passages in that language; no word of a text has it."""
    return f"language{language}"


def share(term: str) -> float:
    """The share of open texts that hold a term; 0 for a rare one."""
    return _background().get(term, 0.0)


def is_stop_word(word: str, languages: Sequence[str]) -> bool:
    """Whether the word is a function word of one of the languages, of which English is none."""
    return any(word.casefold() in _stop_words(language) for language in languages)


@cache
def _stop_words(language: str) -> frozenset[str]:
    from stop_words import StopWordError, get_stop_words

    try:
        return frozenset(get_stop_words(language))
    except StopWordError:
        return frozenset()


def split_words(text: str) -> Iterator[tuple[int, int, str]]:
    """The words and numbers of a text, each with its place and as `read_terms` takes it."""
    folded, places = fold(text), offsets(text)
    marked = folded if folded.isascii() else folded.translate(ACCENTS)
    for found in _SPLIT.finditer(marked):
        start, end = found.span()
        yield places[start], places[end - 1] + 1, simplify(folded[start:end])


def read_compounds(text: str) -> Iterator[tuple[int, int, str]]:
    """The hyphenated words of a text, each with its place and in one word."""
    for found in _COMPOUND.finditer(text) if "-" in text else ():
        yield found.start(), found.end(), found.group().replace("-", "")


def read_unspaced(text: str) -> Iterator[tuple[int, int]]:
    """The places of the terms of scripts without spaces: pairs of neighbouring characters."""
    for run in _UNSPACED_RUN.finditer(text):
        for start in range(run.start(), max(run.end() - 1, run.start() + 1)):
            yield start, min(start + 2, run.end())


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


def read_term_ids(passage: Passage, language: str = ENGLISH) -> TermIds:
    """The ids of the terms and shingles of a passage in that language, from its text."""
    different = [dict.fromkeys(analyse(text, language)) for text in passage.sentence_texts]
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
    words = _SHINGLE_WORD.findall(text.casefold())
    ids = np.array([term_id(word) for word in words], np.uint64)
    runs = max(0, len(words) - SHINGLE_WORDS + 1)
    mixed = np.zeros(runs, np.uint64)
    for at in range(SHINGLE_WORDS):
        mixed = (mixed + ids[at : at + runs]) * MULTIPLIER
    return np.unique(mixed >> HALF).astype(np.uint32)
