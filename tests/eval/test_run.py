"""A run keeps what was said, goes on where it stopped, and notices what changed under it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from onrecord.eval.datasets import Dataset, Question
from onrecord.eval.replies import Reply, Returned, Timing
from onrecord.eval.run import ANSWERS, LATENCY, UNFINISHED, ArchiveChanged, ask_all, read_run
from onrecord.eval.systems import Answered
from onrecord.index.types import Span

NAMES = ("q1", "q2", "q3")
DATASET = Dataset(
    "three", tuple(Question(name, f"{name}?", None, {}) for name in NAMES), (), "sha-one", {}, {}
)


class Interrupted(Exception):
    """What stops a run in these tests."""


@dataclass
class Service:
    """Stands for a service: says the same to the same question, and breaks off before `until`."""

    until: str = ""
    name: str = "service"
    fingerprints: dict[str, str] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)

    def ask_each(self, questions: Sequence[Question], jobs: int) -> Iterator[Answered]:
        for question in questions:
            if question.id == self.until:
                raise Interrupted
            self.asked.append(question.id)
            fingerprint = self.fingerprints.get(question.id, "archive-one")
            yield say(question.id, fingerprint), Timing(float(len(self.asked)), 0.5)

    def read_text(self, article: str, sha256: str | None = None) -> str | None:
        return None

    def list_names(self) -> dict[str, str]:
        return {}

    def describe(self) -> dict[str, Any]:
        return {"name": self.name, "weights": (0.5, 0.35)}


def say(name: str, fingerprint: str = "archive-one") -> Reply:
    text = f"“{name}” — été"
    quote = Returned(name, Span(0, len(text)), text, (), (), "Title", None, None, None, True)
    return Reply(name, True, None, 0.75, (quote,), fingerprint)


def interrupt(folder: Path, before: str, dataset: Dataset = DATASET) -> None:
    with pytest.raises(Interrupted):
        ask_all(dataset, Service(until=before), folder, jobs=1)


def test_replies_are_kept_in_the_order_of_the_questions(tmp_path: Path) -> None:
    told: list[tuple[int, int]] = []
    run = ask_all(DATASET, Service(), tmp_path, 1, lambda done, of: told.append((done, of)))
    assert run.replies == (say("q1"), say("q2"), say("q3"))
    assert run.timings == (Timing(1.0, 0.5), Timing(2.0, 0.5), Timing(3.0, 0.5))
    assert told == [(1, 3), (2, 3), (3, 3)]
    assert read_run(tmp_path) == run
    assert sorted(file.name for file in tmp_path.iterdir()) == [ANSWERS, LATENCY]


def test_an_interrupted_run_asks_only_what_is_left(tmp_path: Path) -> None:
    interrupt(tmp_path, "q3")
    told: list[tuple[int, int]] = []
    service = Service()
    run = ask_all(DATASET, service, tmp_path, 1, lambda done, of: told.append((done, of)))
    assert service.asked == ["q3"]
    assert told == [(3, 3)]
    assert run.replies == (say("q1"), say("q2"), say("q3"))
    assert run.timings == (Timing(1.0, 0.5), Timing(2.0, 0.5), Timing(1.0, 0.5))
    assert not (tmp_path / UNFINISHED).exists()


def test_an_interrupted_run_can_be_interrupted_again(tmp_path: Path) -> None:
    interrupt(tmp_path, "q2")
    interrupt(tmp_path, "q3")
    service = Service()
    assert ask_all(DATASET, service, tmp_path, jobs=1).replies == (say("q1"), say("q2"), say("q3"))
    assert service.asked == ["q3"]


def test_an_interrupted_run_is_not_finished(tmp_path: Path) -> None:
    interrupt(tmp_path, "q2")
    with pytest.raises(FileNotFoundError):
        read_run(tmp_path)


@pytest.mark.parametrize(("system", "sha256"), [("another", "sha-one"), ("service", "sha-two")])
def test_another_system_or_data_set_is_asked_everything(
    tmp_path: Path, system: str, sha256: str
) -> None:
    interrupt(tmp_path, "q3")
    service = Service(name=system)
    ask_all(Dataset("three", DATASET.questions, (), sha256, {}, {}), service, tmp_path, jobs=1)
    assert service.asked == ["q1", "q2", "q3"]


def test_a_half_written_last_reply_is_asked_again(tmp_path: Path) -> None:
    interrupt(tmp_path, "q3")
    journal = tmp_path / UNFINISHED
    journal.write_text(journal.read_text("utf-8")[:-40], encoding="utf-8")
    service = Service()
    run = ask_all(DATASET, service, tmp_path, jobs=1)
    assert service.asked == ["q2", "q3"]
    assert run.replies == (say("q1"), say("q2"), say("q3"))


def test_a_half_written_header_begins_the_run_anew(tmp_path: Path) -> None:
    (tmp_path / UNFINISHED).write_text('{"dataset": "sha-o', encoding="utf-8")
    service = Service()
    ask_all(DATASET, service, tmp_path, jobs=1)
    assert service.asked == ["q1", "q2", "q3"]
    assert len((tmp_path / ANSWERS).read_text("utf-8").splitlines()) == 3


def test_an_archive_that_changes_on_the_way_stops_the_run(tmp_path: Path) -> None:
    service = Service(fingerprints={"q2": "archive-two"})
    with pytest.raises(ArchiveChanged, match="changed from archive-one to archive-two"):
        ask_all(DATASET, service, tmp_path, jobs=1)
    assert not (tmp_path / ANSWERS).exists()


def test_an_archive_that_changed_since_the_interruption_stops_the_run(tmp_path: Path) -> None:
    interrupt(tmp_path, "q3")
    with pytest.raises(ArchiveChanged, match="delete the run's folder"):
        ask_all(DATASET, Service(fingerprints={"q3": "archive-two"}), tmp_path, jobs=1)


def test_runs_of_the_same_are_the_same_bytes_interrupted_or_not(tmp_path: Path) -> None:
    ask_all(DATASET, Service(), tmp_path / "one", jobs=1)
    interrupt(tmp_path / "two", "q2")
    ask_all(DATASET, Service(), tmp_path / "two", jobs=1)
    written = (tmp_path / "one" / ANSWERS).read_bytes()
    assert (tmp_path / "two" / ANSWERS).read_bytes() == written
    assert [json.loads(line)["question"] for line in written.splitlines()] == list(NAMES)


def test_a_new_run_replaces_what_an_older_one_kept(tmp_path: Path) -> None:
    ask_all(DATASET, Service(fingerprints=dict.fromkeys(NAMES, "older")), tmp_path, jobs=1)
    ask_all(DATASET, Service(), tmp_path, jobs=1)
    assert read_run(tmp_path).replies == (say("q1"), say("q2"), say("q3"))
