"""Ask a system every question of a data set, several at a time, and keep what it said.

A run that was interrupted goes on where it stopped, provided that nothing it depends on has
changed. Replies are kept in the data set's order, so two runs of the same thing are the same file.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from onrecord.eval.datasets import Dataset
from onrecord.eval.replies import Reply, Timing
from onrecord.eval.systems import System
from onrecord.index.errors import OnrecordError

ANSWERS, LATENCY, UNFINISHED = "answers.jsonl", "latency.jsonl", "unfinished.jsonl"
Progress = Callable[[int, int], None]


class ArchiveChanged(OnrecordError):
    """The archive that is asked is not the one that the run began with."""


@dataclass(frozen=True, slots=True)
class Run:
    """The replies to a data set's questions, in its order, and how long each took."""

    replies: tuple[Reply, ...]
    timings: tuple[Timing, ...]


def ask_all(
    dataset: Dataset,
    system: System,
    folder: Path,
    jobs: int,
    progress: Progress | None = None,
) -> Run:
    """Ask all questions, `jobs` at a time; replies are written to `folder` as they come.

    Raises `ArchiveChanged` where the archive becomes another one on the way.
    """
    folder.mkdir(parents=True, exist_ok=True)
    journal = folder / UNFINISHED
    header = {"dataset": dataset.sha256, "system": system.describe()}
    replies, timings = _resume(journal, header)
    ahead = dataset.questions[len(replies) :]
    with journal.open("a", 1, "utf-8") as lines:
        if not replies:
            lines.truncate(0)
            lines.write(_line(header))
        for reply, timing in system.ask_each(ahead, jobs):
            _refuse_other_archive(replies, reply)
            replies.append(reply)
            timings.append(timing)
            lines.write(_line({"reply": reply.as_line(), "timing": asdict(timing)}))
            if progress is not None:
                progress(len(replies), len(dataset.questions))
    run = Run(tuple(replies), tuple(timings))
    _keep(run, folder)
    journal.unlink()
    return run


def read_run(folder: Path) -> Run:
    """The run that was kept in a folder. Raises `FileNotFoundError` where it was not finished."""
    replies = tuple(Reply.from_line(line) for line in _lines(folder / ANSWERS))
    timings = tuple(Timing(**line) for line in _lines(folder / LATENCY))
    return Run(replies, timings)


def _resume(journal: Path, header: dict[str, Any]) -> tuple[list[Reply], list[Timing]]:
    """What an interrupted run of the same thing already has; the journal is cut to just that."""
    written = list(_lines(journal)) if journal.is_file() else []
    if written[:1] != [json.loads(json.dumps(header))]:
        return [], []
    with journal.open("w", encoding="utf-8") as lines:
        lines.writelines(map(_line, written))
    replies = [Reply.from_line(line["reply"]) for line in written[1:]]
    return replies, [Timing(**line["timing"]) for line in written[1:]]


def _refuse_other_archive(replies: list[Reply], reply: Reply) -> None:
    if replies and reply.fingerprint != replies[0].fingerprint:
        raise ArchiveChanged(
            f"the archive changed from {replies[0].fingerprint} to {reply.fingerprint}: "
            "delete the run's folder to begin anew"
        )


def _keep(run: Run, folder: Path) -> None:
    with (folder / ANSWERS).open("w", encoding="utf-8") as lines:
        for reply in run.replies:
            lines.write(_line(reply.as_line()))
    with (folder / LATENCY).open("w", encoding="utf-8") as lines:
        for timing in run.timings:
            lines.write(_line(asdict(timing)))


def _line(written: object) -> str:
    return json.dumps(written, ensure_ascii=False) + "\n"


def _lines(file: Path) -> Iterator[Any]:
    """The objects of a file, up to a line that was not written to its end."""
    with file.open("rb") as lines:
        for line in lines:
            if not line.endswith(b"\n"):
                return
            yield json.loads(line)
