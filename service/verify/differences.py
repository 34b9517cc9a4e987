"""What differs between a quote and an article's text, word by word.

The equal and deleted pieces joined are exactly the quote; the equal and inserted ones are exactly
the text. A piece is equal only where both have the same characters: a word in another case, or an
apostrophe of another form, is deleted and inserted.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from typing import Literal

from rapidfuzz.distance import Postfix, Prefix

from onrecord.service.verify.alignment import pair
from onrecord.service.verify.words import read_words


@dataclass(frozen=True, slots=True)
class DiffPiece:
    """Characters that both have, that only the quote has, or that only the text has."""

    op: Literal["equal", "delete", "insert"]
    text: str


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
    head = len(ours) if ours == theirs else Prefix.similarity(_head(ours), _head(theirs))
    yield ours[:head], theirs[:head]
    ours, theirs = ours[head:], theirs[head:]
    tail = Postfix.similarity(_tail(ours), _tail(theirs)) if ours and theirs else 0
    yield ours[: len(ours) - tail], theirs[: len(theirs) - tail]
    yield ours[len(ours) - tail :], theirs[len(theirs) - tail :]


def _head(text: str) -> str:
    """What stands before the first word."""
    words = read_words(text)
    return text[: words[0].start] if words else text


def _tail(text: str) -> str:
    """What stands after the last word."""
    words = read_words(text)
    return text[words[-1].end :] if words else text
