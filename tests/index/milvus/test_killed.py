"""Writers killed with SIGKILL leave every acknowledged article and no half of one."""

from __future__ import annotations

import random
import subprocess
import sys
import time
from pathlib import Path

import pytest

from onrecord.index.milvus.schema import PASSAGES, VERSIONS
from onrecord.index.milvus.store import UNPUBLISHED_SECONDS
from onrecord.index.types import Filter
from tests.index.milvus.conftest import OpenStore
from tests.index.milvus.papers import FERRY, listed, put
from tests.index.milvus.server import Server

ROUNDS = 4
PROJECT = Path(__file__).parents[3]
WRITER = """
import sys
from onrecord.index.milvus.store import MilvusStore
from onrecord.index.milvus.connection import Connection
from onrecord.index.types import Article
from tests.index.milvus.papers import put
store = MilvusStore(Connection(sys.argv[1], ""), {"encoder": "toy"}, 4)
for number in range(10_000):
    name = f"{sys.argv[2]}-{number}"
    put(store, Article(name, name, f"This is article {name}."))
    store.publish()
    print(name, flush=True)
"""


def test_a_killed_writer_leaves_all_it_acknowledged_and_no_half(
    server: Server, open_store: OpenStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    acknowledged: set[str] = set()
    for number in range(ROUNDS):
        command = [sys.executable, "-c", WRITER, server.uri, f"w{number}"]
        writer = subprocess.Popen(command, cwd=PROJECT, stdout=subprocess.PIPE, text=True)
        assert writer.stdout
        acknowledged.add(writer.stdout.readline().strip())
        time.sleep(random.uniform(0.0, 0.2))
        writer.kill()
        acknowledged |= {line.strip() for line in writer.stdout if line.endswith("\n")}
        writer.stdout.close()
        writer.wait()
    store = open_store(grace_seconds=-1.0)
    there = listed(store)
    assert {f"This is article {name}." for name in acknowledged} <= {*there}
    assert len(acknowledged) >= ROUNDS
    with store.snapshot() as snapshot:
        keys = [key for key, _ in snapshot.matching(["articl"], 10_000, Filter())]
        passages = snapshot.passages(keys)
        assert snapshot.stats().passages == len(there)
    assert sorted(one.passage.text for one in passages.values()) == sorted(there)
    clock = time.time
    monkeypatch.setattr(time, "time", lambda: clock() + 2 * UNPUBLISHED_SECONDS)
    put(store, FERRY)
    store.publish()
    assert store._connection.count(VERSIONS, 'key != ""') == len(there) + 1
    assert store._connection.count(PASSAGES, 'version != ""') == len(there) + 1
