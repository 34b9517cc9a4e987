"""Find where the words of a quote, or words most like them, stand in some texts.

A stretch of a text is like the quote if few words have to be left out, put in or replaced to turn
one into the other, wherever the stretch begins and ends. Source: Sellers 1980, "The Theory and
Computation of Evolutionary Distances: Pattern Recognition".
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from rapidfuzz.distance import Levenshtein

LEAST_SIMILARITY = 0.5
_EDIT = 1 << 24  # a cell counts edits in this unit; the rest of it is where its stretch begins
_WALL_COST = 1 << 40  # more than any quote's edits: no stretch reaches from one text into the next
_WALL, _UNKNOWN = -2, -1


@dataclass(frozen=True, slots=True)
class Stretch:
    """Words `start` to `end` of the text number `text`."""

    text: int
    start: int
    end: int


def find_stretches(
    quote: Sequence[str], texts: Sequence[Sequence[str]], most: int
) -> list[Stretch]:
    """At most `most` disjoint stretches at least half like the quote, the most similar first."""
    numbers = {word: number for number, word in enumerate(dict.fromkeys(quote))}
    words = [
        number
        for text in texts
        for number in (*(numbers.get(word, _UNKNOWN) for word in text), _WALL)
    ]
    edits, starts = _align([numbers[word] for word in quote], np.array(words, dtype=np.int64))
    lengths = np.arange(len(words) + 1) - starts
    likeness = 1 - edits / np.maximum(lengths, len(quote))
    ends = np.flatnonzero(likeness >= LEAST_SIMILARITY)
    off = np.abs(lengths - len(quote))
    order = np.lexsort((ends, off[ends], -likeness[ends]))
    first = np.cumsum([0, *(len(text) + 1 for text in texts)])
    taken = np.zeros(len(words), dtype=bool)
    stretches: list[Stretch] = []
    for end in ends[order]:
        start = starts[end]
        if len(stretches) == most:
            break
        if not taken[start:end].any():
            taken[start:end] = True
            text = int(np.searchsorted(first, start, side="right")) - 1
            stretches.append(Stretch(text, int(start - first[text]), int(end - first[text])))
    return stretches


def similarity(quote: Sequence[str], words: Sequence[str]) -> float:
    """1 minus the word edits from one to the other, over the longer's number of words."""
    return Levenshtein.normalized_similarity(quote, words)


def pair(quote: Sequence[str], words: Sequence[str]) -> list[tuple[int, int]]:
    """The indices of the words that both have, in the order of both, with the fewest edits."""
    blocks = Levenshtein.opcodes(quote, words).as_matching_blocks()
    return [(block.a + n, block.b + n) for block in blocks for n in range(block.size)]


def _align(
    quote: Sequence[int], words: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """For each place in the words: the edits of the best stretch that ends there, and its start.

    Both have shape (words + 1,). Of stretches with equally many edits the longest counts.
    """
    insert = np.where(words == _WALL, _WALL_COST, _EDIT)
    inserted = np.concatenate([[0], np.cumsum(insert)])
    row = np.arange(len(words) + 1)
    for number in quote:
        cell = row + _EDIT
        np.minimum(cell[1:], row[:-1] + np.where(words == number, 0, insert), out=cell[1:])
        row = np.minimum.accumulate(cell - inserted) + inserted
    return row // _EDIT, row % _EDIT
