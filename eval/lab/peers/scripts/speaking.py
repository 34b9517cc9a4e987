"""What the benchmark and a peer's process say to each other: a JSON object a line, both ways.

Run by the peer's own Python: this file imports nothing of the project. `index` encodes passages
with the peer's own model, `keep` indexes them with vectors that this model gave before and saves
them, `load` opens what was saved, `search` asks; `memory` is the most that the process took.
"""

from __future__ import annotations

import json
import os
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, Protocol


class Peer(Protocol):
    """Something that finds passages. Texts and ids run side by side."""

    def index(self, texts: list[str], ids: list[str], vectors: Any | None) -> None:
        """Hold these passages and no others; `vectors`, where given, are what encoding gives."""
        ...

    def save(self, folder: Path) -> None:
        """Write what is held to an empty folder."""
        ...

    def load(self, folder: Path) -> None:
        """Hold what `save` wrote."""
        ...

    def search(self, question: str, most: int) -> list[str]:
        """The ids of the best passages, best first; their texts are at hand then."""
        ...


def speak(peer: Any, orders: dict[str, Any] | None = None) -> None:
    """Answer orders from standard input until it ends; what libraries print goes to the error."""
    known = {**ORDERS, **(orders or {})}
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    for line in sys.stdin:
        order = json.loads(line)
        print(json.dumps(known[order.pop("do")](peer, **order)), file=answers, flush=True)


def index(peer: Peer, passages: str, most: int | None = None) -> dict[str, float]:
    """Encode and index the file's passages; one is encoded first, so that the model is loaded."""
    texts, ids = _read(passages, most)
    peer.index(texts[:1], ids[:1], None)
    started = time.perf_counter()
    peer.index(texts, ids, None)
    return {"seconds": time.perf_counter() - started, "passages": len(texts)}


def keep(peer: Peer, passages: str, vectors: str, folder: str) -> dict[str, float]:
    """Index the file's passages with their vectors, and save them."""
    import numpy

    texts, ids = _read(passages, None)
    peer.index(texts, ids, numpy.load(vectors))
    Path(folder).mkdir(parents=True)
    peer.save(Path(folder))
    return {"passages": len(texts)}


def load(peer: Peer, folder: str) -> dict[str, float]:
    """Open what was saved."""
    started = time.perf_counter()
    peer.load(Path(folder))
    return {"seconds": time.perf_counter() - started}


def search(peer: Peer, questions: list[str], most: int, threads: int = 1) -> dict[str, Any]:
    """What each question finds and how long it takes, so many asked at a time."""

    def ask(question: str) -> tuple[list[str], float]:
        started = time.perf_counter()
        found = peer.search(question, most)
        return found, (time.perf_counter() - started) * 1000

    started = time.perf_counter()
    if threads == 1:
        answers = [ask(question) for question in questions]
    else:
        with ThreadPoolExecutor(threads) as pool:
            answers = list(pool.map(ask, questions))
    seconds = time.perf_counter() - started
    return {"found": [f for f, _ in answers], "ms": [ms for _, ms in answers], "seconds": seconds}


def memory(peer: Peer) -> dict[str, float]:
    """The most megabytes that the process has had in memory."""
    lines = dict(line.split(":", 1) for line in Path("/proc/self/status").read_text().splitlines())
    return {"peak_mb": int(lines["VmHWM"].split()[0]) / 1024}


def _read(passages: str, most: int | None) -> tuple[list[str], list[str]]:
    with Path(passages).open(encoding="utf-8") as lines:
        read = [json.loads(line) for line in lines][:most]
    return [passage["text"] for passage in read], [passage["id"] for passage in read]


ORDERS: dict[str, Any] = {
    "index": index,
    "keep": keep,
    "load": load,
    "search": search,
    "memory": memory,
}
