"""The one path from a question to an answer; HTTP, the command line, MCP and evaluation take it."""

from __future__ import annotations

import json
import time
from collections.abc import Generator, Sequence
from contextlib import closing
from dataclasses import asdict, dataclass, replace
from datetime import UTC, date, datetime
from functools import cache
from hashlib import sha256
from typing import Literal, Protocol

from onrecord.index.defaults import MAX_QUESTION_CHARS
from onrecord.index.encoder import Encoder
from onrecord.index.errors import QuestionTooLong
from onrecord.index.question import AnalysedQuestion, read_question
from onrecord.index.ranking import Hit, Ranking, retrieve
from onrecord.index.reranker import Reranker
from onrecord.index.store import Snapshot, Store
from onrecord.index.types import Answer, Filter, Quote
from onrecord.service.confidence import Calibration, Signals, read_signals
from onrecord.service.followups import stand_alone
from onrecord.service.quotes import cut_quotes
from onrecord.service.times import Window, read_asked_time, read_window

Sort = Literal["relevance", "newest", "oldest"]
Stage = Literal["reading", "searching", "quoting"]  # in this order; an empty archive ends the first
Stages = Generator[Stage | Answer, None, None]  # each stage as it begins, and then the answer


class Observer(Protocol):
    """What counts and times answers."""

    def count_stage(self, stage: str, seconds: float) -> None:
        """Record how long one stage of an answer took."""
        ...

    def count_answer(self, outcome: str) -> None:
        """Record one question's outcome: `answered`, or the reason why not."""
        ...


@dataclass(frozen=True, slots=True)
class Query:
    """A question with everything that it is asked with.

    `history` holds the conversation's earlier questions, oldest first; `today` is what "last week"
    is read against, the current UTC date where it is None.
    """

    question: str
    top_k: int = 5
    where: Filter = Filter()
    sort: Sort = "relevance"
    history: tuple[str, ...] = ()
    today: date | None = None

    def __post_init__(self) -> None:
        if not self.question.strip():
            raise ValueError("expected a question, got an empty one")
        if self.top_k < 1:
            raise ValueError(f"expected top_k of at least 1, got {self.top_k}")


@dataclass(frozen=True, slots=True)
class Answerer:
    """Answers questions from one store. Safe to use from several threads."""

    store: Store
    encoder: Encoder
    ranking: Ranking
    calibration: Calibration
    min_confidence: float
    observer: Observer | None = None
    max_question_chars: int = MAX_QUESTION_CHARS
    reranker: Reranker | None = None

    def answer(self, query: Query) -> Answer:
        """Quotes in the order asked for, or none and the reason with the nearest misses.

        Raises `QuestionTooLong`.
        """
        *_, answer = self.stages(query)
        assert isinstance(answer, Answer)
        return answer

    def stages(self, query: Query) -> Stages:
        """Each stage as it begins, and then the answer.

        Closing the generator ends the work at the next stage. The first step raises
        `QuestionTooLong`.
        """
        stages = self._stages(query)
        return _observe(stages, self.observer) if self.observer else stages

    def _stages(self, query: Query) -> Stages:
        if len(query.question) > self.max_question_chars:
            raise QuestionTooLong(
                f"expected a question of at most {self.max_question_chars} characters, "
                f"got {len(query.question)}"
            )
        yield "reading"
        today = query.today or datetime.now(UTC).date()
        standalone = stand_alone(query.question, query.history)
        window = read_window(standalone, today)
        where, read_from = _filter(query.where, window)
        asked = window.rest if window else standalone
        with self.store.snapshot() as snapshot:
            stats = snapshot.stats()
            blank = Answer(
                question=query.question,
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
                yield blank
                return
            outside = bool(where) and not snapshot.articles(where, None, 1).articles
            yield "searching"
            # More hits are found than quotes are wanted: terms may forbid some.
            limit = max(query.top_k, self.ranking.reranked)
            within = Filter() if outside else where
            read = self._read(snapshot, asked, today)
            found, signals = self._find(snapshot, read, within, limit)
            if window is None:
                blank = replace(blank, standalone_question=read.text)
            yield "quoting"
            cut = cut_quotes(found, cache(snapshot.article), query.top_k)
            quotes = _sorted(cut, query.sort)
        # Without a quote nothing was found, or the articles' terms forbid one.
        confidence = self.calibration.confidence(signals) if quotes and not outside else 0.0
        if outside:
            yield replace(blank, reason="nothing_in_window", nearest=quotes)
        elif quotes and confidence >= self.min_confidence:
            yield replace(
                blank, status="answered", reason=None, confidence=confidence, quotes=quotes
            )
        else:
            yield replace(blank, reason="weak_evidence", confidence=confidence, nearest=quotes)

    def signals(self, question: str, today: date | None = None) -> Signals:
        """What speaks for and against the archive answering a question that stands alone."""
        today = today or datetime.now(UTC).date()
        with self.store.snapshot() as snapshot:
            return self._find(snapshot, self._read(snapshot, question, today), Filter(), 1)[1]

    def _read(self, snapshot: Snapshot, question: str, today: date) -> AnalysedQuestion:
        asked_time = read_asked_time(question, today)
        return read_question(question, snapshot, self.encoder, asked_time)

    def _find(
        self, snapshot: Snapshot, question: AnalysedQuestion, where: Filter, limit: int
    ) -> tuple[list[Hit], Signals]:
        """The hits, best first, and the signals of the first one."""
        hits = retrieve(snapshot, question, where, self.ranking, limit, self.reranker)
        article = snapshot.article(hits[0].passage.article_id) if hits else None
        if article is None:
            return hits, Signals()
        return hits, read_signals(question, hits[0], article, snapshot)

    def _fingerprint(self, archive: str) -> str:
        """Hash of what decides an answer: the archive, its ranking and the confidence in use."""
        parts = (
            archive,
            repr(self.ranking),
            self.ranking.describe(self.reranker),
            json.dumps(asdict(self.calibration), sort_keys=True),
            str(self.min_confidence),
        )
        return f"sha256:{sha256('|'.join(parts).encode()).hexdigest()}"


def _observe(stages: Stages, observer: Observer) -> Stages:
    """The same stages, each timed while it runs, and the outcome counted."""
    stage: Stage | None = None
    with closing(stages):
        while True:
            began = time.perf_counter()
            try:
                found = next(stages)
            finally:
                if stage is not None:
                    observer.count_stage(stage, time.perf_counter() - began)
            if isinstance(found, Answer):
                break
            yield found
            stage = found
    observer.count_answer(found.reason or found.status)
    yield found


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
