"""The passages that may hold a quote or words like it, found by BM25.

A long quote is searched for stretch by stretch, so that a passage of it is found whatever else the
quote holds.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from onrecord.index.store import Key, Snapshot
from onrecord.index.text.terms import ENGLISH, analyse
from onrecord.index.text.words import Word, fold
from onrecord.index.types import Filter, Passage

STRETCH_WORDS = 40
MOST_STRETCHES = 8
# How many passages are considered. In an archive of 3,315 articles the one that holds a sentence
# with a third of its words replaced is among the first 50; but of 500 sentences of 4 to 8 words
# altered in this way, 10 are missed at a depth of 200, 7 at 300 and 5 at 600.
DEPTH = 100
SHORT_QUOTE_WORDS, SHORT_QUOTE_DEPTH = 8, 300


def find_passages(snapshot: Snapshot, quote: str, words: Sequence[Word]) -> list[Passage]:
    """The likeliest passages first, ties by passage id; `words` are the quote's.

    A passage is likelier if it has more of the quote's pairs of words, since BM25 ignores their
    order; for a long quote, if its article is found by more of the quote's stretches.
    """
    stretches = _stretches(quote, words)
    depth = SHORT_QUOTE_DEPTH if len(words) <= SHORT_QUOTE_WORDS else DEPTH // len(stretches)
    found = [_match(snapshot, stretch, depth) for stretch in stretches]
    entries = snapshot.passages(list({key for scores in found for key in scores}))
    passages = {key: entry.passage for key, entry in entries.items()}
    totals = _add_up(found, passages) if len(found) > 1 else {}
    pairs = _pairs(quote, words) if len(found) == 1 else []

    def order(key: Key) -> tuple[float, int, float, str]:
        passage, score = passages[key], max(scores.get(key, 0.0) for scores in found)
        text = fold(passage.text).casefold()
        shared = sum(pair in text for pair in pairs)
        return -round(totals.get(passage.article_id, 0), 5), -shared, -round(score, 5), passage.id

    return [passages[key] for key in sorted(passages, key=order)]


def _pairs(quote: str, words: Sequence[Word]) -> list[str]:
    """Each two adjacent words with what is between them; a single word by itself."""
    sides = zip(words, words[1:] or words, strict=False)
    return [fold(quote[one.start : other.end]).casefold() for one, other in sides]


def _add_up(found: Sequence[dict[Key, float]], passages: dict[Key, Passage]) -> dict[str, float]:
    """Each article's score: the sum of its best passage's for each stretch."""
    totals: dict[str, float] = defaultdict(float)
    for scores in found:
        best: dict[str, float] = {}
        for key in scores.keys() & passages.keys():
            name = passages[key].article_id
            best[name] = max(scores[key], best.get(name, 0.0))
        for name, score in best.items():
            totals[name] += score
    return totals


def _match(snapshot: Snapshot, stretch: str, depth: int) -> dict[Key, float]:
    """The passages that have words of a stretch, with their scores, highest first."""
    spoken = (ENGLISH, *snapshot.stats().languages)
    words = list(dict.fromkeys(term for language in spoken for term in analyse(stretch, language)))
    return dict(snapshot.matching(words, depth, Filter())) if words else {}


def _stretches(quote: str, words: Sequence[Word]) -> list[str]:
    """The quote in pieces of at most 40 words; eight spread over it if it is very long."""
    starts = range(0, len(words), STRETCH_WORDS)
    step = max(1, len(starts) / MOST_STRETCHES)
    chosen = [starts[int(n * step)] for n in range(min(len(starts), MOST_STRETCHES))]
    ends = [min(start + STRETCH_WORDS, len(words)) - 1 for start in chosen]
    return [quote[words[a].start : words[b].end] for a, b in zip(chosen, ends, strict=True)]
