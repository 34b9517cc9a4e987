"""`onrecord eval run`: ask a system every question of a data set, judge and measure the replies.

A run that was interrupted goes on where it stopped, provided that nothing it depends on has
changed. Replies are written in the data set's order, so two runs of the same are the same file.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from onrecord.eval import figures
from onrecord.eval.archives import build_archive
from onrecord.eval.datasets import Dataset, UnreadableDataset, resolve, write_lines
from onrecord.eval.judge import judge
from onrecord.eval.measures import per_question
from onrecord.eval.measures.rankings import write_trec
from onrecord.eval.options import Retriever
from onrecord.eval.replies import Reply, Timing
from onrecord.eval.systems import ArchiveOpening, InProcess, OverHttp, System
from onrecord.index import ingest
from onrecord.index.encoder import Encoder
from onrecord.index.errors import OnrecordError
from onrecord.index.local.database import RECORDS
from onrecord.index.ranking import Ranking
from onrecord.service.archive import load_encoder
from onrecord.service.settings import Settings

ANSWERS, LATENCY, UNFINISHED = "answers.jsonl", "latency.jsonl", "unfinished.jsonl"
Progress = Callable[[int, int], None]


class ArchiveChanged(OnrecordError):
    """The archive that is asked is not the one that the run began with."""


@dataclass(frozen=True, slots=True)
class Run:
    """The replies to a data set's questions, in its order, and how long each took."""

    replies: tuple[Reply, ...]
    timings: tuple[Timing, ...]


@dataclass(frozen=True, slots=True)
class Target:
    """What to ask: a service at `url`, an archive that is there, or one built of the set's pages.

    In this process `retriever` leaves parts of the ranking out: `dense` and `words` rank by one
    search alone, `hybrid` fuses both, `full` is all that the service does and `unread` that without
    its reranker.
    """

    work: Path
    url: str | None = None
    key: str | None = None
    archive: Path | None = None
    pages: tuple[Path, ...] = ()
    retriever: Retriever = "full"


def evaluate(
    dataset: Dataset,
    target: Target,
    folder: Path,
    jobs: int,
    command: str,
    building: ingest.Progress | None = None,
    asking: Progress | None = None,
) -> dict[str, Any]:
    """The run's figures; all that it gave is kept in `folder`.

    Raises what `ask_all` raises, and `UnreadableDataset` where an article is not in the archive.
    """
    settings = Settings()
    encoder = load_encoder(settings)
    with _opened(dataset, target, settings, encoder, building) as system:
        dataset = resolve(dataset, system.list_names())
        run = ask_all(dataset, system, folder, jobs, asking)
        cases = judge(dataset, run.replies, system.read_text, settings.budget, encoder)
        described = system.describe()
    values = per_question(cases, dataset.truths)
    found = {
        "command": command,
        "system": {**described, "jobs": jobs},
        **figures.compute(dataset, cases, values, run.timings),
    }
    figures.write(folder, found, cases, values)
    write_trec(folder, cases, f"onrecord-{'service' if target.url else target.retriever}")
    return found


def rank_by(ranking: Ranking, retriever: Retriever) -> Ranking:
    """The ranking with parts of it left out."""
    if retriever in ("unread", "full"):
        return ranking
    weights = {"dense": 1.0, "words": 0.0, "hybrid": ranking.dense_weight}
    return replace(ranking, dense_weight=weights[retriever], evidence_weight=0.0, time_weight=0.0)


def ask_all(
    dataset: Dataset, system: System, folder: Path, jobs: int, progress: Progress | None = None
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
            if replies and reply.fingerprint != replies[0].fingerprint:
                raise ArchiveChanged(
                    f"the archive changed from {replies[0].fingerprint} to {reply.fingerprint}: "
                    "delete the run's folder to begin again"
                )
            replies.append(reply)
            timings.append(timing)
            lines.write(_line({"reply": reply.as_line(), "timing": asdict(timing)}))
            if progress is not None:
                progress(len(replies), len(dataset.questions))
    run = Run(tuple(replies), tuple(timings))
    write_lines(folder / ANSWERS, (reply.as_line() for reply in replies))
    write_lines(folder / LATENCY, map(asdict, timings))
    journal.unlink()
    return run


def read_run(folder: Path) -> Run:
    """The run that was kept in a folder. Raises `FileNotFoundError` where it was not finished."""
    replies = tuple(Reply.from_line(line) for line in _lines(folder / ANSWERS))
    timings = tuple(Timing(**line) for line in _lines(folder / LATENCY))
    return Run(replies, timings)


@contextmanager
def _opened(
    dataset: Dataset,
    target: Target,
    settings: Settings,
    encoder: Encoder,
    building: ingest.Progress | None,
) -> Iterator[System]:
    if target.url is not None:
        yield OverHttp.at(target.url, target.key)
        return
    if target.archive is not None and not (target.archive / RECORDS).is_file():
        raise UnreadableDataset(f"there is no archive at {target.archive}")
    pages = target.pages or dataset.pages
    if target.archive is None and not pages:
        raise UnreadableDataset(
            f"{dataset.name} has no articles of its own: give --pages, --archive or --url"
        )
    folder = target.archive or build_archive(
        target.work, dataset.name, pages, settings, encoder, building
    )
    work = target.work if target.retriever == "full" else None
    opening = ArchiveOpening(folder, settings, rank_by(Ranking(), target.retriever), work)
    with opening.open() as archive:
        yield InProcess(archive, opening)


def _resume(journal: Path, header: dict[str, Any]) -> tuple[list[Reply], list[Timing]]:
    """What an interrupted run of the same thing already has; the journal is cut to just that."""
    written = list(_lines(journal)) if journal.is_file() else []
    if written[:1] != [json.loads(json.dumps(header))]:
        return [], []
    write_lines(journal, written)
    replies = [Reply.from_line(line["reply"]) for line in written[1:]]
    return replies, [Timing(**line["timing"]) for line in written[1:]]


def _line(written: object) -> str:
    return json.dumps(written, ensure_ascii=False) + "\n"


def _lines(file: Path) -> Iterator[Any]:
    """The objects of a file, up to a line that was not written to its end."""
    with file.open("rb") as lines:
        for line in lines:
            if not line.endswith(b"\n"):
                return
            yield json.loads(line)
