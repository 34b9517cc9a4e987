"""Align the words of a quote with those of texts: find the nearest stretches, show what differs.

A stretch of a text is like the quote if few words have to be left out, put in or replaced to turn
one into the other, wherever the stretch begins and ends. Source: Sellers 1980, "The Theory and
Computation of Evolutionary Distances: Pattern Recognition".

In a diff the equal and deleted pieces joined are exactly the quote; the equal and inserted ones are
exactly the text. A piece is equal only where both have the same characters: a word in another case,
or an apostrophe of another form, is deleted and inserted.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from rapidfuzz.distance import Levenshtein, Postfix, Prefix

from onrecord.index.text.words import read_words

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


@dataclass(frozen=True, slots=True)
class DiffPiece:
    """Characters that both have, that only the quote has, or that only the text has."""

    op: Literal["equal", "delete", "insert"]
    text: str


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


def compare(quote: str, text: str) -> tuple[DiffPiece, ...]:
    """The pieces in order; where characters were replaced, the deleted come first."""
    pieces: list[DiffPiece] = []
    sides = (side for side in _sides(quote, text) if any(side))
    for same, alike in groupby(sides, key=lambda side: side[0] == side[1]):
        deleted, inserted = map("".join, zip(*alike, strict=True))
        if same:
            deleted, inserted, equal = "", "", deleted
            pieces.append(DiffPiece("equal", equal))
        pieces += [DiffPiece("delete", deleted)] if deleted else []
        pieces += [DiffPiece("insert", inserted)] if inserted else []
    return tuple(pieces)


def _sides(quote: str, text: str) -> Iterator[tuple[str, str]]:
    """Both sides, cut at the words that they share: each shared word, and what lies between."""
    ours, theirs = read_words(quote), read_words(text)
    at = there = 0
    for one, other in pair([word.folded for word in ours], [word.folded for word in theirs]):
        mine, its = ours[one], theirs[other]
        yield from _between(quote[at : mine.start], text[there : its.start])
        yield quote[mine.start : mine.end], text[its.start : its.end]
        at, there = mine.end, its.end
    yield from _between(quote[at:], text[there:])


def _between(ours: str, theirs: str) -> Iterator[tuple[str, str]]:
    """The spaces and punctuation that both sides begin or end with, and what is left between."""
    (our_first, our_last), (their_first, their_last) = _edges(ours), _edges(theirs)
    head = Prefix.similarity(ours[:our_first], theirs[:their_first])
    tail = Postfix.similarity(ours[max(our_last, head) :], theirs[max(their_last, head) :])
    yield ours[:head], theirs[:head]
    yield ours[head : len(ours) - tail], theirs[head : len(theirs) - tail]
    yield ours[len(ours) - tail :], theirs[len(theirs) - tail :]


def _edges(text: str) -> tuple[int, int]:
    """Where the first word begins and where the last one ends."""
    words = read_words(text)
    return (words[0].start, words[-1].end) if words else (len(text), 0)
