"""Compare replies with a data set's judgements.

Articles rank by first appearance, those that a quote is also in directly after it. Passages are
judged as this project cuts them: a relevant article's passages that hold an answer are the gold,
whatever system is measured, and a quote stands for each of them of which it holds at least half.
A text holds an answer if the answer's words stand next to each other in it, as whole words. Case,
accents, the kind of quotation marks and dashes, and the width of white space do not count. A number
is a word as a whole: "500" does not stand in "5,500". Where words are not set apart by white space,
as in Japanese, an answer is found only where it stands alone.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache

from onrecord.eval.datasets import Dataset, Question
from onrecord.eval.replies import Reply, Returned
from onrecord.index.encoder import Encoder
from onrecord.index.passages import cut
from onrecord.index.types import Article, Budget, Span

HELD = 0.5  # of a passage, for a quote to stand for it
_SAME = str.maketrans(
    dict.fromkeys("‘’‚‛′", "'") | dict.fromkeys("“”„″«»", '"') | dict.fromkeys("‐‑‒–—―−", "-")
)

CutPassages = Callable[[str], Mapping[Span, str]]


@dataclass(frozen=True, slots=True)
class Case:
    """A question, its reply and the verdicts on it.

    `right` says of each quote whose text is kept whether it holds an answer where one counts.
    `articles` and `passages` are ids in the order that they were given; `gold_passages` are those
    that hold an answer, with their article's grade.
    """

    question: Question
    reply: Reply
    right: tuple[bool, ...]
    articles: tuple[str, ...]
    passages: tuple[str, ...]
    gold_passages: Mapping[str, int]

    @property
    def correct(self) -> bool:
        """Whether the first quote answers: by its words, by its article where no words are known.

        False for a question that the archive does not answer.
        """
        if self.question.answerable is False:
            return False
        if self.question.answers:
            return self.right[:1] == (True,)
        return bool(self.articles) and self.articles[0] in self.question.relevant


def judge(
    dataset: Dataset,
    replies: Sequence[Reply],
    read_text: Callable[[str], str | None],
    budget: Budget,
    encoder: Encoder,
) -> list[Case]:
    """A case a question, in the data set's order. `read_text` gives an article's text by its id."""

    @cache
    def passages_of(article: str) -> Mapping[Span, str]:
        text = read_text(article)
        if text is None:
            return {}
        truth = dataset.truths.get(article)
        title = (truth.title if truth else None) or ""
        cut_out = cut(Article(article, title, text), budget, encoder)
        return {passage.span: passage.text for passage in cut_out}

    pairs = zip(dataset.questions, replies, strict=True)
    return [_judge(question, reply, passages_of) for question, reply in pairs]


def is_right(question: Question, quote: Returned) -> bool:
    """Whether a quote holds one of the answers, in an article where they count."""
    articles = {quote.article, *quote.also_in}
    if question.within is not None and not articles & question.within:
        return False
    return quote.text is not None and holds(quote.text, question.answers)


def holds(text: str, answers: Iterable[str]) -> bool:
    """Whether one of the answers stands in the text."""
    plain = fold(text)
    return any(_pattern(answer).search(plain) for answer in answers)


def fold(text: str) -> str:
    """The text without what does not count; its length may change."""
    decomposed = unicodedata.normalize("NFKD", text.translate(_SAME))
    bare = "".join(mark for mark in decomposed if not unicodedata.combining(mark))
    return re.sub(r"\s+", " ", bare.casefold()).strip()


def _judge(question: Question, reply: Reply, passages_of: CutPassages) -> Case:
    if question.id != reply.question:
        raise ValueError(f"expected the reply to {question.id}, got the one to {reply.question}")
    kept = [quote for quote in reply.quotes if quote.text is not None]
    gold = {
        _id(article, span): grade
        for article, grade in question.gold.items()
        if grade > 0 and question.answers
        for span, text in passages_of(article).items()
        if holds(text, question.answers)
    }
    return Case(
        question,
        reply,
        tuple(is_right(question, quote) for quote in kept),
        tuple(dict.fromkeys(name for one in reply.quotes for name in (one.article, *one.also_in))),
        tuple(_rank_passages(question, reply, passages_of)) if gold else (),
        gold,
    )


def _rank_passages(question: Question, reply: Reply, passages_of: CutPassages) -> dict[str, None]:
    """The passages that the quotes stand for; a quote of an unjudged article is its own."""
    ranked: dict[str, None] = {}
    for quote in reply.quotes:
        stands_for = [
            _id(quote.article, span)
            for span in (passages_of(quote.article) if quote.article in question.gold else ())
            if min(span.end, quote.span.end) - max(span.start, quote.span.start) >= HELD * len(span)
        ]
        ranked.update(dict.fromkeys(stands_for or [_id(quote.article, quote.span)]))
    return ranked


def _id(article: str, span: Span) -> str:
    return f"{article}:{span.start}-{span.end}"


@lru_cache(maxsize=100_000)
def _pattern(answer: str) -> re.Pattern[str]:
    """The answer as a pattern; one without a word in it is found nowhere."""
    words = fold(answer)
    if not re.search(r"\w", words):
        return re.compile(r"(?!)")
    return re.compile(rf"(?<!\w)(?<!\d[.,]){re.escape(words)}(?!\w)(?![.,]\d)")
