"""Whether a text holds an answer: the answer's words, next to each other, as whole words.

Case, accents, the kind of quotation marks and dashes, and the width of white space do not count. A
number is a word as a whole: "500" does not stand in "5,500". Where words are not set apart by white
space, as in Japanese, an answer is found only where it stands alone.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache

_SAME = str.maketrans(
    dict.fromkeys("‘’‚‛′", "'") | dict.fromkeys("“”„″«»", '"') | dict.fromkeys("‐‑‒–—―−", "-")
)


def holds(text: str, answers: Iterable[str]) -> bool:
    """Whether one of the answers stands in the text."""
    plain = fold(text)
    return any(_pattern(answer).search(plain) for answer in answers)


def fold(text: str) -> str:
    """The text without what does not count; its length may change."""
    decomposed = unicodedata.normalize("NFKD", text.translate(_SAME))
    bare = "".join(mark for mark in decomposed if not unicodedata.combining(mark))
    return re.sub(r"\s+", " ", bare.casefold()).strip()


@lru_cache(maxsize=100_000)
def _pattern(answer: str) -> re.Pattern[str]:
    """The answer as a pattern; one without a word in it is found nowhere."""
    words = fold(answer)
    if not re.search(r"\w", words):
        return re.compile(r"(?!)")
    return re.compile(rf"(?<!\w)(?<!\d[.,]){re.escape(words)}(?!\w)(?![.,]\d)")
