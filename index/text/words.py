"""Fold texts and read their words, so that they are compared as people copy and retype them.

A word is a run of letters and digits; an apostrophe inside it, and a point, comma or colon between
two digits, belong to it: `don’t`, `2.5`, `90,318`. Scripts that are written without spaces give a
word for each character.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

DOUBLE_MARKS = "“”„‟«»″〝〞「」『』＂"
SINGLE_MARKS = "‘’‚‛‹›′´`＇ʼ"
# Soft hyphens, joiners, zero-width spaces, direction and byte-order marks, variation selectors.
# Source: Default_Ignorable_Code_Point of the Unicode Character Database, without Hangul fillers.
_INVISIBLE = (
    "\u00ad\u034f\u061c\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f"
    "\ufe00-\ufe0f\ufeff\ufff9-\ufffb\U000e0000-\U000e0fff"
)
# Latin and Armenian ligatures, digraphs of one code point, and the forms of Arabic letters.
_LIGATURES = "\ufb00-\ufb06\ufb13-\ufb17\u0132\u0133\u01c4-\u01cc\u01f1-\u01f3\ufe80-\ufefc"
# What is replaced, one after the other; each pattern begins with a set of characters, for speed.
_STEPS: tuple[tuple[re.Pattern[str], Callable[[re.Match[str]], str]], ...] = (
    # A soft hyphen at the end of a line takes the line break with it.
    (re.compile(rf"[{_INVISIBLE}](?:(?<=\u00ad)\s*\n\s*)?"), lambda _: ""),
    (re.compile(rf"[{_LIGATURES}]"), lambda found: unicodedata.normalize("NFKC", found[0])),
    (re.compile(r"[^\S ]"), lambda _: " "),
    (re.compile(r"  +"), lambda _: " "),
    # The spaces inside French quotation marks.
    (re.compile(r"[«‹](?<!\S[«‹]) "), lambda found: found[0][0]),
    (re.compile(r" (?=[»›](?:[ ,;:!?)]|\.(?!\.)|$))"), lambda _: ""),
    (re.compile(f"[{DOUBLE_MARKS}]"), lambda _: '"'),
    (re.compile(f"[{SINGLE_MARKS}]"), lambda _: "'"),
)
# Thai and Lao, Myanmar, Khmer, kana, Han.
UNSPACED = (
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff"
    "\U00020000-\U0003ffff"
)
ACCENT = "ˑ"  # stands for combining characters; matches \w in a regular expression
_LETTER = rf"[^\W{UNSPACED}]"
WORD = re.compile(
    rf"[{UNSPACED}]{ACCENT}*"
    rf"|(?!{ACCENT}){_LETTER}(?:{_LETTER}+|'(?={_LETTER})|(?<=\d)[.,:](?=\d))*"
)


def fold(text: str) -> str:
    """The text with plain quotation marks, one space for any white space, and no ligatures.

    What nobody sees is dropped. Case, dashes, accents and punctuation stay.
    """
    for pattern, form in _STEPS:
        text = pattern.sub(form, text)
    return text


def offsets(text: str) -> list[int]:
    """Where each code point of the folded text stands in the text."""
    places = list(range(len(text)))
    for pattern, form in _STEPS:
        read, kept = 0, []
        for found in pattern.finditer(text):
            kept += places[read : found.start()]
            kept += [places[found.start()]] * len(form(found))
            read = found.end()
        text, places = pattern.sub(form, text), kept + places[read:]
    return places


@dataclass(frozen=True, slots=True)
class Word:
    """A word as it is compared, and the range of code points at which it stands."""

    folded: str
    start: int
    end: int


def read_words(text: str, start: int = 0, end: int | None = None) -> list[Word]:
    """The words that lie between two offsets of a text, in order."""
    text = text[start:end]
    folded, places = fold(text), offsets(text)
    return [
        Word(_normalise(folded[a:b]), start + places[a], start + places[b - 1] + 1)
        for a, b in (found.span() for found in WORD.finditer(folded.translate(ACCENTS)))
    ]


def fold_words(text: str) -> list[str]:
    """The folded words of a text, twice as fast as `read_words`, which also gives their places."""
    folded = fold(text)
    spans = (found.span() for found in WORD.finditer(folded.translate(ACCENTS)))
    return [_normalise(folded[a:b]) for a, b in spans]


def splits_word(text: str, at: int) -> bool:
    """Whether an offset lies inside a word."""
    context = 16  # code points: enough for a letter with all its accents
    low = max(0, at - context)
    return any(word.start < at - low < word.end for word in read_words(text[low : at + context]))


class _Accents(dict[int, str]):
    """Combining characters become one mark, others stay; each is looked up once."""

    def __missing__(self, code: int) -> str:
        combining = unicodedata.category(chr(code)).startswith("M")
        self[code] = ACCENT if combining else chr(code)
        return self[code]


ACCENTS = _Accents()


@lru_cache(maxsize=65_536)
def _normalise(word: str) -> str:
    """The word without case and compatibility forms."""
    if word.isascii():
        return word.lower()
    return unicodedata.normalize("NFKC", word).casefold().replace("i\u0307", "i")  # İ, in two
