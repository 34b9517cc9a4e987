"""What a passage says, as numbers that are quick to compare with a question's and another's.

They are read when a passage is stored and kept with it: reading them takes longer than all else
that is done with a passage while a question waits.
"""

from __future__ import annotations

from dataclasses import dataclass
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from onrecord.index.analysis import analyse
from onrecord.index.duplicates import Shingles, shingles
from onrecord.index.types import Passage

Numbers = NDArray[np.uint32]


@dataclass(frozen=True, slots=True)
class Wording:
    """A passage's words and shingles.

    `words` are each sentence's different words, one sentence behind the other, shape (words,), and
    `counts` how many each sentence has, shape (sentences,); `shingles` rise and differ.
    """

    words: Numbers
    counts: Numbers
    shingles: Shingles

    def equals(self, other: Wording) -> bool:
        """Whether the two say the same."""
        return (
            np.array_equal(self.counts, other.counts)
            and np.array_equal(self.words, other.words)
            and np.array_equal(self.shingles, other.shingles)
        )


def read_wording(passage: Passage) -> Wording:
    """The wording of a passage's text."""
    different = [dict.fromkeys(analyse(text)) for text in passage.sentence_texts]
    words = [number_word(word) for words in different for word in words]
    return Wording(
        np.array(words, np.uint32),
        np.array([*map(len, different)], np.uint32),
        shingles(passage.text),
    )


def number_word(word: str) -> int:
    """The number of an analysed word, the same wherever it is read."""
    return crc32(word.encode())
