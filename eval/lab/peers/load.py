"""Ask a served system over HTTP: so many clients at a time, each on its own connection."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from http.client import HTTPConnection

import numpy as np

from onrecord.eval.lab.peers.processes import ASK_SECONDS, PeerFailed
from onrecord.eval.lab.peers.systems import Asked

Ask = Callable[[str], Asked]


@dataclass(frozen=True, slots=True)
class Times:
    """How long each question took, in milliseconds, and all of them together, in seconds."""

    ms: tuple[float, ...]
    seconds: float

    @property
    def rate(self) -> float:
        """Questions a second."""
        return len(self.ms) / self.seconds

    def share(self, percent: float) -> float:
        """The milliseconds in which that share of the questions was answered."""
        return float(np.percentile(self.ms, percent))


def ask_over_http(port: int, ask: Ask, questions: Sequence[str], clients: int = 1) -> Times:
    """The times of all questions; client n asks every n-th. Raises `PeerFailed`."""
    taken: list[list[float]] = [[] for _ in range(clients)]
    failed: list[PeerFailed] = []

    def run(client: int) -> None:
        connection = HTTPConnection("127.0.0.1", port, timeout=ASK_SECONDS)
        try:
            for question in questions[client::clients]:
                taken[client].append(_ask(connection, *ask(question)))
        except PeerFailed as error:
            failed.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(client,)) for client in range(clients)]
    started = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    seconds = time.perf_counter() - started
    if failed:
        raise failed[0]
    return Times(tuple(ms for client in taken for ms in client), seconds)


def _ask(connection: HTTPConnection, method: str, path: str, body: bytes | None) -> float:
    started = time.perf_counter()
    headers = {"Content-Type": "application/json"} if body else {}
    connection.request(method, path, body, headers)
    response = connection.getresponse()
    answer = response.read()
    if response.status != 200:
        raise PeerFailed(f"{path[:40]}: {response.status} {answer[:300]!r}")
    return (time.perf_counter() - started) * 1000
