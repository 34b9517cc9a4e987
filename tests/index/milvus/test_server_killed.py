"""Milvus itself killed with SIGKILL under a writer: nothing acknowledged is lost."""

from __future__ import annotations

import random
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from threading import Event, Thread

import pytest

from onrecord.index.errors import ArchiveUnreachable
from onrecord.index.milvus import connection
from onrecord.index.milvus.connection import Connection
from onrecord.index.milvus.store import MilvusStore
from onrecord.index.types import Article, Filter
from tests.index.milvus.papers import listed, put
from tests.waiting import wait_until

ROUNDS = 2
LITE = """
import sys, time
from milvus_lite.adapter.grpc.server import start_server_in_thread
kept = start_server_in_thread(sys.argv[1], port=int(sys.argv[2]))
print("there", flush=True)
time.sleep(600)
"""


class Lite:
    """Milvus Lite in a process of its own."""

    def __init__(self, folder: Path) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self._folder = folder
        self.start()

    def start(self) -> None:
        command = [sys.executable, "-c", LITE, str(self._folder), str(self.port)]
        self._process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        assert self._process.stdout
        assert self._process.stdout.readline() == "there\n"

    def kill(self) -> None:
        self._process.send_signal(signal.SIGKILL)
        self._process.wait()
        assert self._process.stdout
        self._process.stdout.close()


@pytest.fixture
def lite(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, impatient: None) -> Iterator[Lite]:
    """A server that can be killed."""
    monkeypatch.setattr(connection, "PAUSE_SECONDS", 0.2)
    running = Lite(tmp_path / "milvus.db")
    yield running
    running.kill()


def listed_again(store: MilvusStore) -> list[str]:
    """What the archive holds, once it can be asked again."""
    found: list[list[str]] = []

    def recovered() -> bool:
        with suppress(ArchiveUnreachable):
            found.append(listed(store))
        return bool(found)

    wait_until(recovered, "the readers did not recover")
    return found[0]


def test_what_was_acknowledged_outlives_a_killed_milvus(lite: Lite) -> None:
    store = MilvusStore(Connection(f"http://127.0.0.1:{lite.port}", ""), {"encoder": "toy"}, 4)
    acknowledged, refused, over = list[str](), list[str](), Event()

    def write() -> None:
        number = 0
        while not over.is_set():
            number += 1
            article = Article(f"a{number}", "", f"This is article {number}.")
            try:
                put(store, article)
                store.publish()
            except ArchiveUnreachable:
                refused.append(article.text)
                time.sleep(0.1)
            else:
                acknowledged.append(article.text)

    writer = Thread(target=write)
    writer.start()
    for _ in range(ROUNDS):
        before = len(acknowledged)
        wait_until(lambda before=before: len(acknowledged) > before, "the writer did not recover")
        time.sleep(random.uniform(0.0, 0.3))
        lite.kill()
        lite.start()
    over.set()
    writer.join()
    there = set(listed_again(store))
    assert set(acknowledged) <= there
    assert len(acknowledged) >= ROUNDS
    assert refused
    with store.snapshot() as snapshot:
        stats = snapshot.stats()
        keys = [key for key, _ in snapshot.matching(["articl"], 10_000, Filter())]
        found = {one.passage.text for one in snapshot.passages(keys).values()}
    assert found == there
    assert stats.articles == stats.passages == len(keys) == len(there)
