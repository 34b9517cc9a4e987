"""What is measured: an answerer in this process, or a service over HTTP, asked the same way.

Both give the shapes of the HTTP contract, so one reading of them serves both. Every quote is held
against its article's text, fetched by the sha256 that the quote names.
"""

from __future__ import annotations

import hashlib
import signal
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass, field, replace
from datetime import date
from multiprocessing import get_context
from pathlib import Path
from typing import Any, Protocol, Self

import httpx

from eval.archives import opened_archive
from eval.datasets import Question
from eval.replies import TEXTS_KEPT, Reply, Returned, Timing
from index.errors import OnrecordError
from index.retrieve import Ranking
from index.types import Filter, Span
from service.answer import Answerer, Inquiry
from service.confidence import CALIBRATION
from service.opening import load_encoder
from service.schemas import AnswerOut
from service.settings import Settings

TIMEOUT_S = 60.0
MOST_QUOTES = 50  # as many as the contract gives
PATIENCE = 5  # times that a service may say "later"
MAX_WAIT_S = 30.0
LATER = (429, 503)
MIN_TO_SPREAD = 200  # questions; fewer are answered before another process has started
QUESTIONS_AT_ONCE = 8

Answered = tuple[Reply, Timing]
ReadText = Callable[[str, str | None], str | None]


class Unreachable(OnrecordError):
    """A service that does not answer as the contract says."""


class System(Protocol):
    """Something that answers questions."""

    def ask_each(self, questions: Sequence[Question], jobs: int) -> Iterator[Answered]:
        """The replies in the questions' order, so many asked at a time."""
        ...

    def read_text(self, article: str, sha256: str | None = None) -> str | None:
        """An article's text, in the version of that sha256; None where it has none."""
        ...

    def list_names(self) -> dict[str, str]:
        """The archive's articles: their ids by id, URL, title and, where known, file name."""
        ...

    def describe(self) -> dict[str, Any]:
        """What was measured, as far as it decides an answer."""
        ...


@dataclass(frozen=True, slots=True)
class Opening:
    """How to open an answerer over an archive; it travels to other processes."""

    folder: Path
    settings: Settings
    ranking: Ranking

    @contextmanager
    def open(self) -> Iterator[Answerer]:
        """The answerer, and the archive closed behind it."""
        encoder = load_encoder(self.settings)
        with opened_archive(self.folder, self.settings, encoder) as answers:
            yield replace(answers, ranking=self.ranking)


@dataclass(frozen=True, slots=True)
class InProcess:
    """An answerer on this machine, which other processes can open too.

    Python threads would wait for each other, and the times would be those of waiting.
    """

    answers: Answerer
    opening: Opening
    _texts: dict[tuple[str, str | None], str | None] = field(default_factory=dict)

    def ask_each(self, questions: Sequence[Question], jobs: int) -> Iterator[Answered]:
        """See `System`."""
        if jobs == 1 or len(questions) < MIN_TO_SPREAD:
            yield from map(self.ask, questions)
            return
        with ProcessPoolExecutor(jobs, get_context("spawn"), _start, (self.opening,)) as pool:
            try:
                yield from pool.map(_ask, questions, chunksize=QUESTIONS_AT_ONCE)
            finally:
                pool.shutdown(cancel_futures=True)

    def ask(self, question: Question) -> Answered:
        """The reply to one question and how long it took."""
        inquiry = Inquiry(
            question.text,
            top_k=MOST_QUOTES,
            history=question.history,
            today=date.fromisoformat(question.today) if question.today else None,
        )
        started = time.perf_counter()
        answer = self.answers.answer(inquiry)
        took = (time.perf_counter() - started) * 1000
        payload = AnswerOut.of(answer, took).model_dump(mode="json")
        return read_reply(question.id, payload, self.read_text), Timing(took, took)

    def read_text(self, article: str, sha256: str | None = None) -> str | None:
        """See `System`."""
        key = article, sha256
        if key not in self._texts:
            with self.answers.store.snapshot() as snapshot:
                found = snapshot.article(article, sha256)
            self._texts[key] = found.text if found else None
        return self._texts[key]

    def list_names(self) -> dict[str, str]:
        """See `System`."""
        names: dict[str, str] = {}
        after = None
        with self.answers.store.snapshot() as snapshot:
            while True:
                page = snapshot.articles(Filter(), after, 200)
                for article in page.articles:
                    file = article.source.rpartition("/")[2]
                    _name(names, article.id, article.url, article.title, file)
                after = page.next
                if after is None:
                    return names

    def describe(self) -> dict[str, Any]:
        """See `System`."""
        settings, encoder = self.opening.settings, self.answers.encoder
        return describe(settings, encoder.description.identity, self.opening.ranking)


@dataclass(frozen=True, slots=True)
class OverHttp:
    """A service that speaks the contract."""

    client: httpx.Client
    _texts: dict[tuple[str, str | None], str | None] = field(default_factory=dict)

    @classmethod
    def at(cls, url: str, key: str | None = None) -> Self:
        """The service at a URL, with a reader's key if it wants one."""
        headers = {"Authorization": f"Bearer {key}"} if key else {}
        return cls(httpx.Client(base_url=url, timeout=TIMEOUT_S, headers=headers))

    def ask_each(self, questions: Sequence[Question], jobs: int) -> Iterator[Answered]:
        """See `System`; raises `Unreachable`."""
        with ThreadPoolExecutor(jobs) as pool:
            try:
                yield from pool.map(self.ask, questions)
            finally:
                pool.shutdown(cancel_futures=True)

    def ask(self, question: Question) -> Answered:
        """The reply to one question and how long it took; raises `Unreachable`."""
        body = {
            "question": question.text,
            "top_k": MOST_QUOTES,
            "history": list(question.history),
            "today": question.today,
        }
        started = time.perf_counter()
        payload = self._send("POST", "/query", json=body)
        total = (time.perf_counter() - started) * 1000
        if payload is None:
            raise Unreachable(f"{self.client.base_url}query: not found")
        try:
            reply = read_reply(question.id, payload, self.read_text)
            return reply, Timing(total, float(payload["took_ms"]))
        except (KeyError, TypeError, ValueError) as error:
            raise Unreachable(f"{self.client.base_url}query: not our contract: {error}") from error

    def read_text(self, article: str, sha256: str | None = None) -> str | None:
        """See `System`."""
        key = article, sha256
        if key not in self._texts:
            params = {"sha256": sha256} if sha256 else {}
            found = self._send("GET", f"/articles/{article}", params=params)
            self._texts[key] = found["text"] if found else None
        return self._texts[key]

    def list_names(self) -> dict[str, str]:
        """See `System`."""
        names: dict[str, str] = {}
        after = None
        while True:
            params = {"limit": "200", **({"after": after} if after else {})}
            page = self._send("GET", "/articles", params=params) or {"articles": [], "next": None}
            for article in page["articles"]:
                _name(names, article["id"], article["url"], article["title"])
            after = page["next"]
            if after is None:
                return names

    def describe(self) -> dict[str, Any]:
        """See `System`."""
        return {"url": str(self.client.base_url)}

    def _send(self, method: str, path: str, **options: Any) -> dict[str, Any] | None:
        """The JSON of an answer, None where it is a 404; waits where the service asks for it."""
        for patience in range(PATIENCE, -1, -1):
            try:
                answer = self.client.request(method, path, **options)
            except httpx.RequestError as error:
                raise Unreachable(f"{self.client.base_url}: {error}") from error
            if answer.status_code not in LATER or not patience:
                break
            time.sleep(_wait(answer))
        if answer.status_code == httpx.codes.NOT_FOUND:
            return None
        if answer.status_code != httpx.codes.OK:
            raise Unreachable(f"{answer.url}: {answer.status_code} {answer.text[:300]}")
        try:
            payload = answer.json()
        except ValueError as error:
            raise Unreachable(f"{answer.url}: expected JSON, got {answer.text[:100]!r}") from error
        if not isinstance(payload, dict):
            raise Unreachable(f"{answer.url}: expected a JSON object, got {answer.text[:100]!r}")
        return payload


def describe_ranking(settings: Settings, encoder: str, ranking: Ranking) -> dict[str, Any]:
    """What decides which passages are found, and in which order, as reports name it."""
    return {
        "encoder": encoder,
        "encoding": settings.encoding,
        "passage_tokens": settings.passage_tokens,
        "ranking": asdict(ranking),
    }


def describe(settings: Settings, encoder: str, ranking: Ranking) -> dict[str, Any]:
    """What decides an answer beside the archive's articles: the ranking, and how it is judged."""
    return {
        **describe_ranking(settings, encoder, ranking),
        "calibration": hashlib.sha256(CALIBRATION.read_bytes()).hexdigest(),
        "min_confidence": settings.min_confidence,
    }


def read_reply(question: str, payload: Mapping[str, Any], read_text: ReadText) -> Reply:
    """A reply out of the contract's answer, each quote held against its article's text."""
    shown = payload["quotes"] or payload["nearest"]
    quotes = [_read_quote(quote, place, read_text) for place, quote in enumerate(shown)]
    return Reply(
        question=question,
        answered=payload["status"] == "answered",
        reason=payload["reason"],
        confidence=float(payload["confidence"]),
        quotes=tuple(quotes),
        fingerprint=payload["archive"]["fingerprint"],
    )


def _read_quote(quote: Mapping[str, Any], place: int, read_text: ReadText) -> Returned:
    article, span = quote["article"], Span(quote["start"], quote["end"])
    text = read_text(article["id"], article["sha256"])
    marks = [Span(mark["start"], mark["end"]) for mark in quote["highlights"]]
    verbatim = text is not None and _is_slice(text, span, quote["text"])
    return Returned(
        article=article["id"],
        span=span,
        text=quote["text"] if place < TEXTS_KEPT else None,
        highlights=tuple(marks),
        also_in=tuple(other["id"] for other in quote["also_in"]),
        title=article["title"],
        outlet=article["outlet"],
        url=article["url"],
        published=article["published"],
        verbatim=verbatim,
    )


def _is_slice(text: str, span: Span, quoted: str) -> bool:
    """Whether the quoted characters stand at the span, all of which lies in the text."""
    return len(span) > 0 and span.end <= len(text) and text[span.start : span.end] == quoted


def _name(names: dict[str, str], article: str, *called: str | None) -> None:
    """Note what an article goes by; a name that two share stays with the first, an id wins."""
    for name in called:
        if name:
            names.setdefault(name, article)
    names[article] = article


def _wait(answer: httpx.Response) -> float:
    """How long a service asks to be left alone, in seconds."""
    asked = answer.headers.get("retry-after", "1")
    return min(float(asked) if asked.isdigit() else 1.0, MAX_WAIT_S)


_here = ExitStack()  # what a worker process has opened, until it ends
_worker: list[InProcess] = []


def _start(opening: Opening) -> None:
    """Open the archive in a worker process; an interrupt is the main process's to handle."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _worker.append(InProcess(_here.enter_context(opening.open()), opening))


def _ask(question: Question) -> Answered:
    return _worker[0].ask(question)
