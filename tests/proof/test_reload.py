"""A service that goes on while its archive, its keys and its days change."""

from __future__ import annotations

import json
import re
import shutil
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx2
import pytest

from onrecord.index.encoder import Encoder
from onrecord.index.ingest import ingest
from onrecord.service.archive import open_store
from onrecord.service.settings import Settings
from tests.proof.process import STOPPING_SECONDS, Served, needs_proc, onrecord, serving_alone
from tests.proof.raw import connect, encode, read, received
from tests.waiting import wait_until

pytestmark = pytest.mark.slow

CRANE = {
    "id": "crane",
    "title": "Eastern crane reopens",
    "text": "The harbour of Varnholm reopened its eastern crane. Engineers replaced 312 bolts.",
}
FERRY = {
    "id": "ferry",
    "title": "Night ferry stops",
    "text": "The night ferry between Varnholm and Lys sails no more. It lost 2.5 million crowns.",
}
BOLTS = {"question": "How many bolts were replaced on the crane?"}
CROWNS = {"question": "How many crowns did the night ferry lose?"}
JSON = ("Content-Type", "application/json")


@pytest.fixture
def archive(tmp_path: Path, encoder: Encoder) -> Path:
    """An archive of one article."""
    archive = tmp_path / "archive"
    store = open_store(Settings(archive=archive), encoder)
    ingest([page_of(CRANE, tmp_path)], store, encoder, Settings().budget)
    store.close()
    return archive


def page_of(article: dict[str, str], folder: Path) -> Path:
    page = folder / f"{article['id']}.json"
    page.write_text(json.dumps(article))
    return page


def build(archive: Path, article: dict[str, str]) -> None:
    """Put an article into an archive, by a process of its own."""
    onrecord("build", page_of(article, archive.parent), "--archive", archive)


@pytest.fixture
def served(archive: Path) -> Iterator[Served]:
    with serving_alone(archive, rate_limit=0, min_confidence=0, body_seconds=2) as one:
        yield one


def query(served: Served, asked: dict[str, str]) -> dict[str, Any]:
    response = httpx2.post(f"{served.url}/query", json=asked, timeout=30)
    response.raise_for_status()
    answer: dict[str, Any] = response.json()
    return answer


def generation(served: Served) -> float:
    metrics = httpx2.get(f"{served.url}/metrics").text
    found = re.search(r"^\w*archive_generation (\S+)$", metrics, re.MULTILINE)
    assert found
    return float(found[1])


def meanwhile(ask: Callable[[], dict[str, Any]], change: Callable[[], object]) -> list[Any]:
    """The answers to a question that is asked again and again while something changes."""
    over = threading.Event()

    def ask_on() -> list[Any]:
        answers = [ask()]
        while not over.is_set():
            answers.append(ask())
        return answers

    with ThreadPoolExecutor(2) as askers:
        asking = [askers.submit(ask_on) for _ in range(2)]
        change()
        over.set()
        return [answer for one in asking for answer in one.result()]


def test_what_another_process_builds_is_found_by_the_next_question(
    served: Served, archive: Path
) -> None:
    assert query(served, CROWNS)["archive"]["articles"] == 1
    before = generation(served)
    build(archive, FERRY)
    answer = query(served, CROWNS)
    assert answer["archive"]["articles"] == 2
    assert answer["quotes"][0]["article"]["id"] == "ferry"
    assert "2.5 million crowns" in answer["quotes"][0]["text"]
    assert generation(served) == answer["archive"]["generation"] > before


def test_questions_that_run_meanwhile_are_answered_all_the_same(
    served: Served, archive: Path
) -> None:
    answers = meanwhile(lambda: query(served, BOLTS), lambda: build(archive, FERRY))
    assert len(answers) > 10
    for answer in answers:
        assert answer["quotes"][0]["article"]["id"] == "crane"
        assert answer["archive"]["articles"] in (1, 2)
    assert "Traceback" not in served.log.read_text()


def test_a_backup_is_made_and_restored_while_questions_are_answered(
    served: Served, archive: Path, tmp_path: Path
) -> None:
    file = tmp_path / "backup"

    def change() -> None:
        onrecord("backup", file, "--archive", archive)
        build(archive, FERRY)
        onrecord("restore", file, "--archive", archive)

    answers = meanwhile(lambda: query(served, BOLTS), change)
    assert {answer["quotes"][0]["article"]["id"] for answer in answers} == {"crane"}
    assert {answer["archive"]["articles"] for answer in answers} == {1, 2}
    after = query(served, BOLTS)["archive"]
    assert after["articles"] == 1
    assert after["fingerprint"] == answers[0]["archive"]["fingerprint"]
    assert onrecord("check", "--archive", archive).endswith("everything is as it must be")
    assert "Traceback" not in served.log.read_text()


def test_an_archive_that_is_deleted_and_built_anew_is_found(served: Served, archive: Path) -> None:
    assert query(served, BOLTS)["archive"]["articles"] == 1
    shutil.rmtree(archive)
    build(archive, FERRY)
    answer = query(served, CROWNS)
    assert answer["archive"]["articles"] == 1
    assert answer["quotes"][0]["article"]["id"] == "ferry"


def test_a_key_is_good_as_soon_as_it_is_made_and_worthless_when_removed(archive: Path) -> None:
    with serving_alone(archive, readers_need_keys=True) as served:
        key = onrecord("key", "new", "--archive", archive)
        given = {"Authorization": f"Bearer {key}"}
        assert httpx2.get(f"{served.url}/articles").status_code == 401
        assert httpx2.get(f"{served.url}/articles", headers=given).status_code == 200
        name = onrecord("key", "list", "--archive", archive).split()[0]
        onrecord("key", "remove", name, "--archive", archive)
        assert httpx2.get(f"{served.url}/articles", headers=given).status_code == 401


@needs_proc
def test_a_request_that_runs_at_the_end_is_finished_first(served: Served) -> None:
    request = encode("POST", "/query", [JSON], json.dumps(BOLTS).encode())
    with connect(served.url) as running, connect(served.url) as idle:
        running.sendall(request[:-5])
        wait_until(lambda: received(running), "the request was not read")
        served.process.terminate()
        assert idle.recv(1) == b""  # who asked for nothing is let go at once
        running.sendall(request[-5:])
        answer = read(running)
        assert answer.status == 200
        assert b"312 bolts" in answer.body
    assert served.process.wait(STOPPING_SECONDS) == 0
    assert "Application shutdown complete" in served.log.read_text()


@needs_proc
def test_who_never_finishes_does_not_put_off_the_end(served: Served) -> None:
    with connect(served.url) as running:
        running.sendall(encode("POST", "/query", [JSON], json.dumps(BOLTS).encode())[:-5])
        wait_until(lambda: received(running), "the request was not read")
        assert served.stop() == 0
        assert read(running).status == 408
