"""Find a quote, or the words most like it, in the headlines and texts of articles.

The passages that may hold it are found by BM25, and their articles are read word by word. A long
quote is searched for part by part, so that a passage of it is found whatever else it holds.

Verbatim means character by character after folding, with all quotation marks alike, because double
marks turn single inside a quotation. Marks around the entire quote are the client's own: `“The
ferry stops”` is verbatim where the article says `The ferry stops`.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import islice

from rapidfuzz.distance import Postfix, Prefix

from onrecord.index.store import Key, Snapshot
from onrecord.index.text.terms import ENGLISH, analyse
from onrecord.index.text.words import (
    Word,
    fold,
    fold_words,
    offsets,
    read_words,
    splits_word,
)
from onrecord.index.types import Article, Filter, Passage, Span
from onrecord.service.verify.alignment import DiffPiece, compare, find_stretches, pair, similarity

PART_WORDS = 40
MOST_PARTS = 8
# How many passages are considered. In an archive of 3,315 articles the one that holds a sentence
# with a third of its words replaced is among the first 50; but of 500 sentences of 4 to 8 words
# altered in this way, 10 are missed at a depth of 200, 7 at 300 and 5 at 600.
DEPTH = 100
SHORT_QUOTE_WORDS, SHORT_QUOTE_DEPTH = 8, 300
MOST_CELLS = 2_000_000  # words of the quote times words of the articles: about 20 ms
_SENTENCE_ENDS = ".!?…\n"
_DASHES = re.compile("[\u2010-\u2015\u2212\ufe58\uff0d]")


@dataclass(frozen=True)
class Region:
    """A range of code points of an article's headline or of its text."""

    article: Article
    headline: bool
    span: Span

    @property
    def source(self) -> str:
        """The complete headline or text."""
        return self.article.title if self.headline else self.article.text

    @property
    def text(self) -> str:
        """The article's own characters."""
        return self.source[self.span.start : self.span.end]

    def overlaps(self, other: Region) -> bool:
        """Whether both hold the same code point of the same article."""
        same = (self.article.id, self.headline) == (other.article.id, other.headline)
        return same and self.span.overlaps(other.span)


@dataclass(frozen=True)
class Match(Region):
    """A region that is the quote or like it: `similarity` of the words is from .5 to 1.

    The offsets of `span` count in the article's title if `headline`, else in its text.
    """

    quote: str
    similarity: float
    verbatim: bool

    @cached_property
    def diff(self) -> tuple[DiffPiece, ...]:
        """What leads from the quote to the text."""
        return compare(self.quote, self.text)


def find_passages(snapshot: Snapshot, quote: str, words: Sequence[Word]) -> list[Passage]:
    """The likeliest passages first, ties by passage id; `words` are the quote's.

    A passage is likelier if it has more of the quote's pairs of words, since BM25 ignores their
    order; for a long quote, if its article is found by more of the quote's parts.
    """
    parts = _parts(quote, words)
    depth = SHORT_QUOTE_DEPTH if len(words) <= SHORT_QUOTE_WORDS else DEPTH // len(parts)
    found = [_score(snapshot, part, depth) for part in parts]
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
    """Each article's score: the sum of its best passage's for each part."""
    totals: dict[str, float] = defaultdict(float)
    for scores in found:
        best: dict[str, float] = {}
        for key in scores.keys() & passages.keys():
            name = passages[key].article_id
            best[name] = max(scores[key], best.get(name, 0.0))
        for name, score in best.items():
            totals[name] += score
    return totals


def _score(snapshot: Snapshot, part: str, depth: int) -> dict[Key, float]:
    """The passages that have words of a part, with their scores, highest first."""
    spoken = (ENGLISH, *snapshot.stats().languages)
    words = list(dict.fromkeys(term for language in spoken for term in analyse(part, language)))
    return dict(snapshot.matching(words, depth, Filter())) if words else {}


def _parts(quote: str, words: Sequence[Word]) -> list[str]:
    """The quote in parts of at most 40 words; eight spread over it if it is very long."""
    starts = range(0, len(words), PART_WORDS)
    step = max(1, len(starts) / MOST_PARTS)
    chosen = [starts[int(n * step)] for n in range(min(len(starts), MOST_PARTS))]
    ends = [min(start + PART_WORDS, len(words)) - 1 for start in chosen]
    return [quote[words[a].start : words[b].end] for a, b in zip(chosen, ends, strict=True)]


def find_verbatim(quote: str, regions: Sequence[Region], most: int) -> list[Match]:
    """Where the quote stands in complete headlines and texts, at most `most` times in each."""
    forms = _forms(quote)
    return [
        Match(region.article, region.headline, span, quote, 1.0, True)
        for region in regions
        for span in _occurrences(forms, region.source, most)
    ]


def find_alike(quote: str, regions: Sequence[Region], most: int) -> Iterator[Match]:
    """At most `most` matches at least half like the quote, the most similar first.

    The same match may come twice. The quote has at least one word.
    """
    ours = read_words(quote)
    folded = [word.folded for word in ours]
    texts = list(_read(regions, MOST_CELLS // len(ours)))
    for stretch in find_stretches(folded, texts, most):
        region = regions[stretch.text]
        words = read_words(region.source, region.span.start, region.span.end)
        words = _trim(folded, words[stretch.start : stretch.end], region.source)
        span = _widen(quote, ours, words, region.source)
        if not any(splits_word(region.source, at) for at in (span.start, span.end)):
            alike = similarity(folded, [word.folded for word in words])
            yield Match(region.article, region.headline, span, quote, alike, False)


def surroundings(
    length: int, passages: Sequence[Passage], articles: dict[str, Article]
) -> Iterator[Region]:
    """Each passage with its surroundings, as far as a quote of that length may reach; none twice.

    A passage whose article is not among `articles` is left out.
    """
    reach = length * 5 // 4 + 40
    seen: dict[str, list[Span]] = {name: [] for name in articles}
    for passage in passages:
        own, article = passage.span, articles.get(passage.article_id)
        if article is None:
            continue
        near = seen[article.id]
        if not any(span.start <= own.start and own.end <= span.end for span in near):
            near.append(Span(max(0, own.start - reach), min(own.end + reach, len(article.text))))
            yield Region(article, False, near[-1])


def _forms(quote: str) -> list[str]:
    """The quote folded, then without each pair of marks that encloses all of it."""
    form = _alike_marks(quote).strip()
    forms = [form]
    while len(form) > 2 and form[0] == form[-1] == "'":
        form = form[1:-1].strip()
        forms.append(form)
    return forms


def _occurrences(forms: Sequence[str], text: str, most: int) -> list[Span]:
    """At most `most` spans of the text that hold the first of the forms that is found there.

    They run from word boundary to word boundary and do not overlap.
    """
    folded = _alike_marks(text)
    found = (list(islice(_occurrences_of(form, folded, text), most)) for form in forms)
    return next(filter(None, found), [])


def _occurrences_of(form: str, folded: str, text: str) -> Iterator[Span]:
    at = folded.find(form)
    places = offsets(text) if at >= 0 else []
    while at >= 0:
        start, end = places[at], places[at + len(form) - 1] + 1
        complete = not splits_word(text, start) and not splits_word(text, end)
        if complete:
            yield Span(start, end)
        at = folded.find(form, at + (len(form) if complete else 1))


def _alike_marks(text: str) -> str:
    """The text folded, with single marks for double ones; as long as what `fold` gives."""
    return fold(text).replace('"', "'")


def _read(regions: Sequence[Region], most: int) -> Iterator[list[str]]:
    """The regions' words, until there would be more than `most`; at least one region's."""
    so_far = 0
    for region in regions:
        words = fold_words(region.text)
        if so_far and so_far + len(words) > most:
            return
        so_far += len(words)
        yield words


def _trim(quote: Sequence[str], words: list[Word], text: str) -> list[Word]:
    """The words without those of leading and trailing sentences that share none with the quote.

    Only where there are no more words than in the quote: then what is left is no less similar.
    """
    if len(words) > len(quote):
        return words
    matched = [place for _, place in pair(quote, [word.folded for word in words])]
    first, last = matched[0], matched[-1]
    ends = [
        place
        for place in range(1, len(words))
        if any(mark in text[words[place - 1].end : words[place].start] for mark in _SENTENCE_ENDS)
    ]
    start = max((place for place in ends if place <= first), default=0)
    end = min((place for place in ends if place > last), default=len(words))
    return words[start:end]


def _widen(quote: str, ours: Sequence[Word], words: Sequence[Word], text: str) -> Span:
    """From the first word to the last, with the punctuation around them that the quote also has."""
    start, end = words[0].start, words[-1].end
    before, after = quote[: ours[0].start], quote[ours[-1].end :]
    left, right = text[max(0, start - len(before)) : start], text[end : end + len(after)]
    shared = Postfix.similarity(_alike_dashes(before), _alike_dashes(left))
    start -= len(left) - [*offsets(left), len(left)][len(offsets(left)) - shared]
    shared = Prefix.similarity(_alike_dashes(after), _alike_dashes(right))
    end += offsets(right)[shared - 1] + 1 if shared else 0
    widened = text[start:end]
    white_before = len(widened) - len(widened.lstrip())
    return Span(start + white_before, start + len(widened.rstrip()))


def _alike_dashes(text: str) -> str:
    return _DASHES.sub("-", fold(text))
