"""The only way from a question to an answer; every door of the service and every test takes it."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from functools import cache
from hashlib import sha256
from threading import Semaphore
from typing import Literal, Protocol

from onrecord.index.encoder import Encoder
from onrecord.index.errors import QuestionTooLong
from onrecord.index.ranking import Hit, Ranking, retrieve
from onrecord.index.reranker import Reranker
from onrecord.index.store import Snapshot, Store
from onrecord.index.types import Answer, Filter, Quote
from onrecord.service.asked import encode_asked
from onrecord.service.asked_time import read_asked_time
from onrecord.service.confidence import Calibration, hash_calibration
from onrecord.service.followups import stand_alone
from onrecord.service.quotes import cut_quotes
from onrecord.service.signals import Signals, read_signals
from onrecord.service.windows import Window, read_window

MAX_QUESTION_CHARS = 1_000
Sort = Literal["relevance", "newest", "oldest"]
# In this order: the question is read, passages are searched for, quotes are cut from them. Over an
# empty archive the first is the last.
Stage = Literal["reading", "searching", "quoting"]
OnStage = Callable[[Stage], None]


def unwatched(stage: Stage) -> None:
    """Where nobody watches."""


def count_workers(wanted: int = 0) -> int:
    """So many, or one more than there are cores.

    On two cores and without a reranker, eight clients get a quarter more answers a second from
    three threads than from eight; with the evidence reader it makes no difference.
    """
    return wanted or (os.cpu_count() or 1) + 1


class Watcher(Protocol):
    """What counts and times answers."""

    def count_stage(self, stage: str, seconds: float) -> None:
        """Note how long one stage of an answer took."""
        ...

    def count_answer(self, outcome: str) -> None:
        """Note one question's outcome: `answered`, or the reason why not."""
        ...


@dataclass(frozen=True, slots=True)
class Inquiry:
    """A question with all that it is asked with.

    `history` holds the conversation's earlier questions, oldest first; `today` is what "last week"
    is read against, the UTC date where it is None.
    """

    question: str
    top_k: int = 5
    where: Filter = Filter()
    sort: Sort = "relevance"
    history: tuple[str, ...] = ()
    today: date | None = None


@dataclass(frozen=True, slots=True)
class Answerer:
    """Answers from one store. Safe to use from several threads.

    `room` lets so many answer at a time: threads that all compute hinder each other in Python.
    """

    store: Store
    encoder: Encoder
    ranking: Ranking
    calibration: Calibration
    min_confidence: float
    watcher: Watcher | None = None
    max_question_chars: int = MAX_QUESTION_CHARS
    reranker: Reranker | None = None
    room: Semaphore = field(default_factory=lambda: Semaphore(count_workers()))

    def answer(self, inquiry: Inquiry, on_stage: OnStage = unwatched) -> Answer:
        """Quotes in the order asked for, or none and the reason with the nearest misses.

        `on_stage` is told of each stage as it begins; what it raises ends the answering. Raises
        `QuestionTooLong`.
        """
        if len(inquiry.question) > self.max_question_chars:
            raise QuestionTooLong(
                f"expected a question of at most {self.max_question_chars} characters, "
                f"got {len(inquiry.question)}"
            )
        with self.room:
            if self.watcher is None:
                return self._answer(inquiry, on_stage)
            clock = _StageClock(self.watcher, on_stage)
            answer = self._answer(inquiry, clock.begin)
            clock.end()
        self.watcher.count_answer(answer.reason or answer.status)
        return answer

    def _answer(self, inquiry: Inquiry, on_stage: OnStage) -> Answer:
        on_stage("reading")
        today = inquiry.today or datetime.now(UTC).date()
        standalone = stand_alone(inquiry.question, inquiry.history)
        window = read_window(standalone, today)
        where, read_from = _filter(inquiry.where, window)
        asked = window.rest if window else standalone
        with self.store.snapshot() as snapshot:
            stats = snapshot.stats()
            blank = Answer(
                question=inquiry.question,
                standalone_question=standalone,
                status="no_answer",
                reason="empty_archive",
                confidence=0.0,
                quotes=(),
                nearest=(),
                filters=where,
                read_from=read_from,
                today=today,
                generation=stats.generation,
                fingerprint=self._fingerprint(stats.fingerprint),
                articles=stats.articles,
                passages=stats.passages,
            )
            if not stats.passages:
                return blank
            if where and not snapshot.articles(where, None, 1).articles:
                quotes, _ = self._quote(snapshot, asked, Filter(), inquiry, today, on_stage)
                return replace(blank, reason="nothing_in_window", nearest=quotes)
            quotes, confidence = self._quote(snapshot, asked, where, inquiry, today, on_stage)
        if quotes and confidence >= self.min_confidence:
            return replace(
                blank, status="answered", reason=None, confidence=confidence, quotes=quotes
            )
        return replace(blank, reason="weak_evidence", confidence=confidence, nearest=quotes)

    def signals(self, question: str, today: date | None = None) -> Signals:
        """What speaks for and against the archive answering a question that stands alone."""
        today = today or datetime.now(UTC).date()
        with self.store.snapshot() as snapshot:
            return self._find(snapshot, question, Filter(), 1, today)[1]

    def _quote(
        self,
        snapshot: Snapshot,
        question: str,
        where: Filter,
        inquiry: Inquiry,
        today: date,
        on_stage: OnStage,
    ) -> tuple[tuple[Quote, ...], float]:
        """The quotes, sorted, and the confidence that the archive answers the question.

        More hits are found than quotes are wanted: terms may leave no room for some.
        """
        on_stage("searching")
        limit = max(inquiry.top_k, self.ranking.reranked)
        found, signals = self._find(snapshot, question, where, limit, today)
        on_stage("quoting")
        quotes = cut_quotes(found, cache(snapshot.article), inquiry.top_k)
        if not quotes:  # nothing found, or the articles' terms leave no room for a quote
            return (), 0.0
        return _sorted(quotes, inquiry.sort), self.calibration.confidence(signals)

    def _find(
        self, snapshot: Snapshot, question: str, where: Filter, limit: int, today: date
    ) -> tuple[list[Hit], Signals]:
        """The hits, best first, and the signals of the first one."""
        vector = encode_asked(self.encoder, snapshot.stats().generation, question)  # type: ignore[arg-type]
        asked = read_asked_time(question, today)
        hits = retrieve(
            snapshot, question, vector, where, self.ranking, limit, asked, self.reranker
        )
        article = snapshot.article(hits[0].passage.article_id) if hits else None
        if article is None:
            return hits, Signals()
        return hits, read_signals(question, vector, hits[0], article, asked, snapshot)

    def _fingerprint(self, archive: str) -> str:
        """What decides an answer: the archive, how it is ranked and how it is judged."""
        parts = (
            archive,
            repr(self.ranking),
            self.ranking.describe(self.reranker),
            hash_calibration(),
            str(self.min_confidence),
        )
        return f"sha256:{sha256('|'.join(parts).encode()).hexdigest()}"


class _StageClock:
    """Times the stages of one answer, and passes them on."""

    def __init__(self, watcher: Watcher, on_stage: OnStage) -> None:
        self._watcher, self._on_stage = watcher, on_stage
        self._stage: Stage | None = None
        self._since = 0.0

    def begin(self, stage: Stage) -> None:
        """Note the end of the stage before."""
        self.end()
        self._stage, self._since = stage, time.perf_counter()
        self._on_stage(stage)

    def end(self) -> None:
        """Note the end of the stage, if one has begun."""
        if self._stage is not None:
            self._watcher.count_stage(self._stage, time.perf_counter() - self._since)


def _filter(
    requested: Filter, window: Window | None
) -> tuple[Filter, Literal["request", "question"] | None]:
    """The filter in force and where its dates came from: the request's override the question's."""
    if requested.published_from or requested.published_to or window is None:
        return requested, "request" if requested else None
    where = replace(requested, published_from=window.first, published_to=window.last)
    return where, "question"


def _sorted(quotes: Sequence[Quote], sort: Sort) -> tuple[Quote, ...]:
    """By date where asked for, undated ones last, ties by score."""
    if sort == "relevance":
        return tuple(quotes)

    def key(quote: Quote) -> tuple[bool, int, float]:
        first = quote.article.published.first
        day = first.toordinal() if first else 0
        return first is None, -day if sort == "newest" else day, -quote.score

    return tuple(sorted(quotes, key=key))
