"""A service that speaks the HTTP contract, asked in as many threads as there are jobs."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any, Self

import httpx

from onrecord.eval.datasets import Question
from onrecord.eval.replies import Timing, read_reply
from onrecord.eval.systems import MOST_QUOTES, Answered, name_article
from onrecord.index.errors import OnrecordError

TIMEOUT_S = 60.0
PATIENCE = 5  # times that a service may say "later"
MAX_WAIT_S = 30.0
LATER = (429, 503)


class Unreachable(OnrecordError):
    """A service that does not answer as the contract says."""


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
                name_article(names, article["id"], article["url"], article["title"])
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


def _wait(answer: httpx.Response) -> float:
    """How long a service asks to be left alone, in seconds."""
    asked = answer.headers.get("retry-after", "1")
    return min(float(asked) if asked.isdigit() else 1.0, MAX_WAIT_S)
