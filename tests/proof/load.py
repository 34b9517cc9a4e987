"""Load for a service that runs: clients in processes of their own, each at it without a pause."""

from __future__ import annotations

import json
import multiprocessing
import random
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from itertools import count
from typing import Any

import httpx2

EVENTS = {"Accept": "text/event-stream"}
MESSAGES = {"Accept": "application/json, text/event-stream"}
OVERLOAD = 503  # with Retry-After: what the contract says where too many wait
WRITES_EVERY = 2.0  # seconds between two changes of the archive
QUESTIONS = [
    "How many people were drafted in Crimea in 2024?",
    "How many bolts were replaced on the crane?",
    "What did the company lose on the night ferry?",
    "Which museum broke its record last year?",
    "Who won the chess cup?",
    "What happened to the tunnel under the hill?",
    "articles from 2024 about the harbour",
    "Qui a fermé la boulangerie ?",
]
Call = Callable[[httpx2.Client, random.Random], httpx2.Response]


@dataclass
class Tally:
    """What one client saw: the time of every request by its kind, and whatever was wrong."""

    seconds: dict[str, list[float]] = field(default_factory=dict)
    faults: Counter[str] = field(default_factory=Counter)
    overloads: int = 0

    def note(self, kind: str, response: httpx2.Response, seconds: float) -> None:
        """Count one request."""
        self.seconds.setdefault(kind, []).append(seconds)
        if response.status_code == OVERLOAD and "retry-after" in response.headers:
            self.overloads += 1
        elif fault := check(kind, response):
            self.faults[f"{kind}: {fault}"] += 1

    def add(self, other: Tally) -> None:
        """Take in what another client saw."""
        for kind, seconds in other.seconds.items():
            self.seconds.setdefault(kind, []).extend(seconds)
        self.faults.update(other.faults)
        self.overloads += other.overloads


def check(kind: str, response: httpx2.Response) -> str | None:
    """What is wrong with an answer, if anything."""
    if response.status_code not in (200, 201, 204):
        return f"status {response.status_code}"
    if kind == "delete":
        return None
    if kind == "chat":
        is_whole = response.text.endswith("event: done\ndata: {}\n\n")
        return None if is_whole else "a stream that does not end"
    return _miss(kind, response.json())


def _miss(kind: str, body: dict[str, Any]) -> str | None:
    expected = {
        "query": {"status", "quotes", "nearest", "archive"},
        "verify": {"verdict", "matches"},
        "articles": {"articles", "next"},
        "openai": {"choices", "usage"},
        "mcp": {"jsonrpc", "id", "result"},
        "post": {"id", "sha256"},
    }[kind]
    return None if expected <= set(body) else f"an answer without {expected - set(body)}"


def _ask(client: httpx2.Client, chance: random.Random) -> httpx2.Response:
    return client.post("/query", json={"question": chance.choice(QUESTIONS), "top_k": 5})


def _chat(client: httpx2.Client, chance: random.Random) -> httpx2.Response:
    asked = {"messages": [{"role": "user", "content": chance.choice(QUESTIONS)}]}
    return client.post("/chat", json=asked, headers=EVENTS)


def _verify(client: httpx2.Client, chance: random.Random) -> httpx2.Response:
    return client.post("/verify", json={"quote": chance.choice(QUESTIONS)})


def _list(client: httpx2.Client, chance: random.Random) -> httpx2.Response:
    return client.get("/articles", params={"limit": 20})


def _complete(client: httpx2.Client, chance: random.Random) -> httpx2.Response:
    asked = {"messages": [{"role": "user", "content": chance.choice(QUESTIONS)}]}
    return client.post("/v1/chat/completions", json={"model": "onrecord", **asked})


def _call_tool(client: httpx2.Client, chance: random.Random) -> httpx2.Response:
    called = {"name": "ask", "arguments": {"question": chance.choice(QUESTIONS)}}
    message = {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": called}
    return client.post("/mcp", json=message, headers=MESSAGES)


# Questions are the most of it, as they are in earnest.
MIX: list[tuple[str, Call]] = [
    ("query", _ask),
    ("query", _ask),
    ("query", _ask),
    ("chat", _chat),
    ("chat", _chat),
    ("verify", _verify),
    ("articles", _list),
    ("openai", _complete),
    ("mcp", _call_tool),
]


def read(url: str, until: float, seed: int) -> Tally:
    """Ask one thing after another until the time is up."""
    tally, chance = Tally(), random.Random(seed)
    with httpx2.Client(base_url=url, timeout=60, trust_env=False) as client:
        while time.time() < until:
            kind, call = chance.choice(MIX)
            _time(tally, kind, partial(call, client, chance))
    return tally


def write(url: str, until: float, key: str, changes: int | None = None) -> Tally:
    """Add an article and delete it again until the time is up, or so often without a pause."""
    tally, headers = Tally(), {"Authorization": f"Bearer {key}"}
    with httpx2.Client(base_url=url, timeout=60, trust_env=False, headers=headers) as client:
        for number in range(changes) if changes else count():
            if time.time() >= until:
                break
            _time(tally, "post", partial(client.post, "/articles", json=_article(number)))
            time.sleep(0 if changes else WRITES_EVERY)
            _time(tally, "delete", partial(client.delete, "/articles/tide"))
    return tally


def run(url: str, key: str, seconds: float, clients: int) -> Callable[[], Tally]:
    """Start the clients; what is given waits for them and tells what they saw."""
    until = time.time() + seconds
    pool = ProcessPoolExecutor(clients + 1, multiprocessing.get_context("spawn"))
    runs = [pool.submit(read, url, until, seed) for seed in range(clients)]
    runs.append(pool.submit(write, url, until, key))

    def wait() -> Tally:
        whole = Tally()
        with pool:
            for one in runs:
                whole.add(one.result())
        return whole

    return wait


def _article(number: int) -> dict[str, str]:
    text = f"The tide turned at {number} minutes past nine at Varnholm pier. " * 5
    return {"id": "tide", "title": f"Tide table {number}", "text": text}


def _time(tally: Tally, kind: str, call: Callable[[], httpx2.Response]) -> None:
    started = time.perf_counter()
    try:
        tally.note(kind, call(), time.perf_counter() - started)
    except (httpx2.TransportError, json.JSONDecodeError) as error:
        tally.faults[f"{kind}: {error!r}"] += 1
