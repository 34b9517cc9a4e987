"""What is measured: an archive on this machine, or a service that speaks the HTTP contract.

Both give the shapes of the contract, so one reading of them serves both.
"""

from __future__ import annotations

import hashlib
import signal
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from dataclasses import asdict, dataclass, field
from datetime import date
from multiprocessing import get_context
from pathlib import Path
from typing import Any, Protocol, Self

import httpx2

from onrecord.eval.archives import open_archive
from onrecord.eval.datasets import Question
from onrecord.eval.replies import Reply, Timing, read_reply
from onrecord.index.errors import OnrecordError
from onrecord.index.ranking import Ranking
from onrecord.index.reranker import open_reranker
from onrecord.service.answer import Query
from onrecord.service.archive import Archive, load_encoder
from onrecord.service.confidence import CALIBRATION
from onrecord.service.schemas import AnswerOut
from onrecord.service.settings import Settings

MOST_QUOTES = 50  # as many as the contract gives
MIN_TO_SPREAD = 200  # questions; fewer are answered before another process has started
QUESTIONS_AT_ONCE = 8
FOLDS = Path("reader", "folds.json")  # in a working folder: written by `train-reader`
TIMEOUT_S = 60.0
RETRIES = 5  # after a service said "later"
MAX_WAIT_S = 30.0
LATER = (429, 503)

Answered = tuple[Reply, Timing]


class System(Protocol):
    """Something that answers questions."""

    def ask_each(self, questions: Sequence[Question], jobs: int) -> Iterator[Answered]:
        """The replies in the questions' order, so many asked at a time."""

    def read_text(self, article: str, sha256: str | None = None) -> str | None:
        """An article's text, in the version of that sha256; None where it has none."""

    def list_names(self) -> dict[str, str]:
        """The archive's articles: their ids by id, URL, title and, where known, file name."""

    def describe(self) -> dict[str, Any]:
        """What was measured, as far as it decides an answer."""


@dataclass(frozen=True, slots=True)
class ArchiveOpening:
    """How to open an archive; it travels to other processes.

    It has the settings' reranker if there is a `work` folder; where that holds readers of folds,
    those read the questions that they were not trained on.
    """

    folder: Path
    settings: Settings
    ranking: Ranking
    work: Path | None = None

    def open(self) -> Archive:
        """The archive."""
        reranker = None
        if self.work and (self.work / FOLDS).is_file():
            from onrecord.eval.lab.fold_readers import load_unseen

            reranker = load_unseen(self.settings, self.work)
        elif self.work:
            reranker = open_reranker(self.settings.reranker, self.settings.threads)
        encoder = load_encoder(self.settings)
        return open_archive(self.folder, self.settings, encoder, reranker, self.ranking)


@dataclass(frozen=True, slots=True)
class InProcess:
    """An archive on this machine, which other processes can open too.

    Python threads would wait for each other, and the times would be those of waiting.
    """

    archive: Archive
    opening: ArchiveOpening
    _texts: dict[tuple[str, str | None], str | None] = field(default_factory=dict)

    def ask_each(self, questions: Sequence[Question], jobs: int) -> Iterator[Answered]:
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
        query = Query(
            question.text,
            top_k=MOST_QUOTES,
            history=question.history,
            today=date.fromisoformat(question.today) if question.today else None,
        )
        started = time.perf_counter()
        answer = self.archive.answerer.answer(query)
        took = (time.perf_counter() - started) * 1000
        payload = AnswerOut.of(answer, started).model_dump(mode="json")
        return read_reply(question.id, payload, self.read_text), Timing(took, took)

    def read_text(self, article: str, sha256: str | None = None) -> str | None:
        key = article, sha256
        if key not in self._texts:
            found = self.archive.article(article, sha256)
            self._texts[key] = found.text if found else None
        return self._texts[key]

    def list_names(self) -> dict[str, str]:
        names: dict[str, str] = {}
        for article in self.archive.articles():
            file = article.source.rpartition("/")[2]
            name_article(names, article.id, article.url, article.title, file)
        return names

    def describe(self) -> dict[str, Any]:
        settings, ranking = self.archive.settings, self.archive.ranking
        described = describe(settings, self.archive.encoder.description.identity, ranking)
        return {**described, "reranking": ranking.describe(self.archive.answerer.reranker)}


class Unreachable(OnrecordError):
    """A service that does not answer as the contract says."""


@dataclass(frozen=True, slots=True)
class OverHttp:
    """A service that speaks the contract."""

    client: httpx2.Client
    _texts: dict[tuple[str, str | None], str | None] = field(default_factory=dict)

    @classmethod
    def at(cls, url: str, key: str | None = None) -> Self:
        """The service at a URL, with a reader's key if it wants one."""
        headers = {"Authorization": f"Bearer {key}"} if key else {}
        return cls(httpx2.Client(base_url=url, timeout=TIMEOUT_S, headers=headers))

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
        key = article, sha256
        if key not in self._texts:
            params = {"sha256": sha256} if sha256 else {}
            found = self._send("GET", f"/articles/{article}", params=params)
            self._texts[key] = found["text"] if found else None
        return self._texts[key]

    def list_names(self) -> dict[str, str]:
        names: dict[str, str] = {}
        after = None
        while True:
            params = {"limit": "200", **({"after": after} if after else {})}
            page = self._send("GET", "/articles", params=params) or {"articles": [], "next": None}
            for article in page["articles"]:
                name_article(names, article["id"], article["url"], article["title"])
            after = page["next"]
            if after is None:
                return names

    def describe(self) -> dict[str, Any]:
        return {"url": str(self.client.base_url)}

    def _send(self, method: str, path: str, **options: Any) -> dict[str, Any] | None:
        """The JSON of an answer, None where it is a 404; waits where the service asks for it."""
        for left in range(RETRIES, -1, -1):
            try:
                answer = self.client.request(method, path, **options)
            except httpx2.RequestError as error:
                raise Unreachable(f"{self.client.base_url}: {error}") from error
            if answer.status_code not in LATER or not left:
                break
            time.sleep(_wait(answer))
        if answer.status_code == httpx2.codes.NOT_FOUND:
            return None
        if answer.status_code != httpx2.codes.OK:
            raise Unreachable(f"{answer.url}: {answer.status_code} {answer.text[:300]}")
        try:
            payload = answer.json()
        except ValueError as error:
            raise Unreachable(f"{answer.url}: expected JSON, got {answer.text[:100]!r}") from error
        if not isinstance(payload, dict):
            raise Unreachable(f"{answer.url}: expected a JSON object, got {answer.text[:100]!r}")
        return payload


def describe_ranking(settings: Settings, encoder: str, ranking: Ranking) -> dict[str, Any]:
    """What decides which passages are found, and in which order, as reports name it.

    The reranker and its part are reported as one entry, `reranking`, where there is one.
    """
    weights = {name: value for name, value in asdict(ranking).items() if "reranker" not in name}
    return {
        "encoder": encoder,
        "encoding": settings.budget.encoding,
        "passage_tokens": settings.passage_tokens,
        "ranking": weights,
    }


def describe(settings: Settings, encoder: str, ranking: Ranking) -> dict[str, Any]:
    """What decides an answer besides the archive's articles: the ranking and the confidence."""
    return {
        **describe_ranking(settings, encoder, ranking),
        "calibration": hashlib.sha256(CALIBRATION.read_bytes()).hexdigest(),
        "min_confidence": settings.min_confidence,
    }


def name_article(names: dict[str, str], article: str, *called: str | None) -> None:
    """Note what an article goes by; a name that two share stays with the first, an id wins."""
    for name in called:
        if name:
            names.setdefault(name, article)
    names[article] = article


_worker: list[InProcess] = []  # what a worker process asks, until it ends


def _start(opening: ArchiveOpening) -> None:
    """Open the archive in a worker process; an interrupt is the main process's to handle."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _worker.append(InProcess(opening.open(), opening))


def _ask(question: Question) -> Answered:
    return _worker[0].ask(question)


def _wait(answer: httpx2.Response) -> float:
    """How long a service asks to be left alone, in seconds."""
    asked = answer.headers.get("retry-after", "1")
    return min(float(asked) if asked.isdigit() else 1.0, MAX_WAIT_S)
