"""Index passages with one system, or ask it questions, and write what that took as JSON.

Run by the system's own Python: this file imports nothing of the project.

python load.py index PASSAGES FOLDER OUT PEER KIND MODEL
python load.py ask QUESTIONS FOLDER OUT PEER KIND MODEL
"""

from __future__ import annotations

import importlib
import json
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, Protocol

PLACES = 10  # passages that a question is answered with
WARM_UP = 30  # questions that are not timed
CLIENTS = 8  # that ask at the same time


class Peer(Protocol):
    """Something that finds passages; each is in a module of its own, as `haystack_peer.py`."""

    def index(self, passages: list[dict[str, str]], folder: Path) -> int:
        """Write an index of passages (`id`, `text`) to an empty folder; returns their number."""

    def load(self, folder: Path) -> None:
        """Open what `index` wrote."""

    def search(self, question: str, most: int) -> list[str]:
        """The ids of the best passages, best first."""


def index(peer: Peer, passages: str, folder: str) -> dict[str, float]:
    """Encode, index and save; one passage is encoded first, so that the model is loaded."""
    with Path(passages).open(encoding="utf-8") as lines:
        read = [json.loads(line) for line in lines]
    with tempfile.TemporaryDirectory() as scratch:
        peer.index(read[:1], Path(scratch))
    Path(folder).mkdir(parents=True)
    started = time.perf_counter()
    count = peer.index(read, Path(folder))
    return {"indexed": count / (time.perf_counter() - started)}


def ask(peer: Peer, questions: str, folder: str) -> dict[str, Any]:
    """Ask the questions one by one, then those of `together` from several threads.

    A single question is the first answer of a system that has just started.
    """
    asked = json.loads(Path(questions).read_text(encoding="utf-8"))
    peer.load(Path(folder))

    def answer(question: str) -> tuple[list[str], float]:
        started = time.perf_counter()
        found = peer.search(question, PLACES)
        return found, (time.perf_counter() - started) * 1000

    answers = [answer(question) for question in asked["single"]]
    result: dict[str, Any] = {"found": [found for found, _ in answers]}
    if not asked["together"]:
        return result
    started = time.perf_counter()
    with ThreadPoolExecutor(CLIENTS) as threads:
        list(threads.map(answer, asked["together"]))
    seconds = time.perf_counter() - started
    times = sorted(ms for _, ms in answers[WARM_UP:])
    return {
        **result,
        "p50": times[len(times) // 2],
        "p95": times[len(times) * 95 // 100],
        "rate": len(asked["together"]) / seconds,
        "memory": _peak_mb(getattr(peer, "pid", "self")),  # a service has a process of its own
    }


def _peak_mb(pid: int | str) -> float:
    """The most megabytes that a process has had in memory."""
    status = Path(f"/proc/{pid}/status").read_text()
    lines = dict(line.split(":", 1) for line in status.splitlines())
    return int(lines["VmHWM"].split()[0]) / 1024


if __name__ == "__main__":
    do, source, folder, out, name, *options = sys.argv[1:]
    peer = getattr(importlib.import_module(f"{name}_peer"), f"{name.capitalize()}Peer")(*options)
    result = {"index": index, "ask": ask}[do](peer, source, folder)
    Path(out).write_text(json.dumps(result), encoding="utf-8")
