"""`onrecord eval bench peers`: each system indexes the passages and answers the questions.

Every measurement is a process of its own (`scripts/load.py`), run by the system's own Python, in
rounds in which all systems take turns, so that a busy moment meets all of them. The peers'
environments are made under `.onrecord-eval/`; the project depends on none of the peers.
"""

from __future__ import annotations

import json
import os
import platform
import random
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import cycle, islice
from pathlib import Path
from statistics import median
from typing import Any

from onrecord.eval.datasets import read_lines
from onrecord.eval.lab.peers.collection import Collection, collect, measure_quality
from onrecord.eval.lab.publish import PROJECT, write_tables
from onrecord.index.encoder import model_folder
from onrecord.service.archive import load_encoder
from onrecord.service.settings import Settings

SCRIPTS = Path(__file__).parent / "scripts"
OWN, BASE = "own", "base"
# The peers share what BASE holds, which a `.pth` file shows to their environments.
PINS = {
    BASE: ("sentence-transformers==6.2.0", "faiss-cpu==1.15.1"),
    "langchain": (
        "langchain-community==0.4.2",
        "langchain-huggingface==1.2.3",
        "langchain-classic==1.0.8",
        "rank-bm25==0.2.2",
    ),
    "haystack": ("haystack-ai==3.4.0", "sentence-transformers-haystack==2.0.0"),
    "txtai": ("txtai==9.14.0",),
}
INSTALLED = "installed.json"  # in an environment that is complete
# As the peers' documentation advises: no telemetry, no look at a network that is not needed.
ENVIRONMENT = {
    "TOKENIZERS_PARALLELISM": "true",
    "HF_HUB_OFFLINE": "1",
    "HAYSTACK_TELEMETRY_ENABLED": "",
    "PYTHONPATH": str(PROJECT),
}
ASKED = ("rtqa-dev-2022", "timeqa-human-train", "squad2-dev-half")  # whose questions are timed
SEED = 7
HEADS = {
    "indexed": "passages indexed a second",
    "cold": "cold start to first answer, s",
    "p50": "p50, ms",
    "p95": "p95, ms",
    "rate": "questions a second, 8 threads",
    "memory": "peak memory, MB",
    "nDCG@10": "nDCG@10",
    "first": "answer first",
    "first three": "answer in three",
}

Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Contender:
    """One of the systems, as it searches by vectors alone, by words too, or with a reader."""

    name: str
    kind: str

    @property
    def label(self) -> str:
        """What it is called in tables."""
        own = {"unread": "onrecord", "read": "onrecord with its reader"}
        return own[self.kind] if self.name == OWN else f"{self.name}, {self.kind}"


@dataclass(frozen=True, slots=True)
class BenchSize:
    """How much is measured: rounds, about so many passages, and questions."""

    rounds: int
    passages: int
    single: int
    together: int


CONTENDERS = (
    Contender(OWN, "unread"),
    Contender(OWN, "read"),
    *(Contender(name, kind) for kind in ("dense", "hybrid") for name in PINS if name != BASE),
)
FULL = BenchSize(rounds=3, passages=5_000, single=180, together=240)
QUICK = BenchSize(rounds=1, passages=300, single=70, together=80)


def measure_peers(
    data: Path, work: Path, size: BenchSize, torch_index: str | None, say: Say
) -> dict[str, Any]:
    """All figures of one run over `rtqa-dev-2022`; environments and indexes are kept in `work`."""
    settings = Settings()
    make_environments(work, torch_index, say)
    collection = collect(data / ASKED[0], size.passages, work, settings, load_encoder(settings))
    questions = _read_questions(data)
    samples: dict[str, list[dict[str, Any]]] = {one.label: [] for one in CONTENDERS}
    folders = {one: _index(one, collection, work, say) for one in CONTENDERS}
    for one in CONTENDERS:
        samples[one.label].append(_describe(one, collection, folders[one], work))
    for number in range(size.rounds):
        turn = number * 2 % len(CONTENDERS)
        for one in (*CONTENDERS[turn:], *CONTENDERS[:turn]):
            samples[one.label].append(_time(one, folders[one], work, questions, size))
            say(f"round {number + 1}, {one.label}: {samples[one.label][-1]}")
    return {
        "command": "onrecord eval bench peers --data DIR",
        "machine": f"{os.cpu_count()} cores, {platform.machine()}",
        "versions": {name: list(pins) for name, pins in PINS.items()},
        "model": settings.encoder,
        "passages": collection.count,
        "judged": len(collection.questions),
        "samples": samples,
    }


def render(found: Mapping[str, Any]) -> str:
    """A table of the systems: medians of the rounds."""
    lines = [f"| system | {' | '.join(HEADS.values())} |", "|---" * (1 + len(HEADS)) + "|"]
    for label, samples in found["samples"].items():
        known = [[one[name] for one in samples if name in one] for name in HEADS]
        cells = [f"{median(values):.3g}" if values else "–" for values in known]
        lines.append(f"| {label} | {' | '.join(cells)} |")
    return "\n".join(lines)


def write_peers(found: Mapping[str, Any], folder: Path) -> list[Path]:
    """Write `peers.json` and the table of `peers.md`; returns the files written."""
    file = folder / "peers.json"
    file.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")
    return [file, write_tables({"peers": render(found)}, folder / "peers.md")]


def make_environments(folder: Path, torch_index: str | None, say: Say) -> None:
    """Make the environments that are missing or were made with other versions."""
    torch = (PROJECT / "torch.lock").read_text(encoding="utf-8").split()
    for name, pins in PINS.items():
        installed = folder / name / INSTALLED
        wanted = [*torch, *pins]
        if installed.exists() and json.loads(installed.read_text()) == wanted:
            continue
        say(f"making the environment {folder / name}")
        subprocess.run([sys.executable, "-m", "venv", "--clear", folder / name], check=True)
        if name == BASE:
            where = ["--index-url", torch_index] if torch_index else []
            _install(folder / name, [*where, *torch])
        else:
            shown = _packages(folder / name) / f"{BASE}.pth"
            shown.write_text(f"{_packages(folder / BASE).resolve()}\n")
        _install(folder / name, pins)
        installed.write_text(json.dumps(wanted))


def _install(environment: Path, pins: Sequence[str]) -> None:
    pip: list[str | Path] = [environment / "bin" / "python", "-m", "pip", "install", "--quiet"]
    subprocess.run([*pip, "--disable-pip-version-check", *pins], check=True)


def _packages(environment: Path) -> Path:
    return next(environment.glob("lib/python*/site-packages"))


def _read_questions(data: Path) -> list[str]:
    """Every different question of the data sets, in an order that is always the same."""
    files = [data / name / "queries.jsonl" for name in ASKED]
    asked = sorted({str(line["text"]) for file in files for line in read_lines(file)})
    return random.Random(SEED).sample(asked, len(asked))


def _index(one: Contender, collection: Collection, work: Path, say: Say) -> Path:
    """The folder of a system's index of the collection, made where it is missing."""
    folder = work / "indexes" / collection.passages.stem / f"{one.name}-{one.kind}"
    figures = folder.with_suffix(".json")
    if not figures.exists():
        say(f"indexing {collection.count} passages: {one.label}")
        shutil.rmtree(folder, ignore_errors=True)
        source = collection.articles if one.name == OWN else collection.passages
        figures.parent.mkdir(parents=True, exist_ok=True)
        figures.write_text(json.dumps(run_script(one, "index", source, folder, work)))
    return folder


def _describe(one: Contender, collection: Collection, folder: Path, work: Path) -> dict[str, Any]:
    """What does not change from round to round: the rate of indexing and the quality."""
    asked = {"single": [question.text for question in collection.questions], "together": []}
    found = _ask(one, asked, folder, work)["found"]
    indexed = json.loads(folder.with_suffix(".json").read_text())
    return {**indexed, **measure_quality(collection.questions, found)}


def _time(
    one: Contender, folder: Path, work: Path, questions: Sequence[str], size: BenchSize
) -> dict[str, Any]:
    """One round's sample; no question is asked of a process twice."""
    asked = list(islice(cycle(questions), size.single + size.together))
    started = time.perf_counter()
    _ask(one, {"single": asked[:1], "together": []}, folder, work)
    cold = time.perf_counter() - started
    timed = {"single": asked[: size.single], "together": asked[size.single :]}
    sample = _ask(one, timed, folder, work)
    return {"cold": cold, **{name: value for name, value in sample.items() if name != "found"}}


def _ask(one: Contender, asked: Mapping[str, Any], folder: Path, work: Path) -> dict[str, Any]:
    with tempfile.NamedTemporaryFile("w", suffix=".json", encoding="utf-8") as questions:
        questions.write(json.dumps(asked))
        questions.flush()
        return run_script(one, "ask", Path(questions.name), folder, work)


def run_script(one: Contender, do: str, source: Path, folder: Path, work: Path) -> dict[str, Any]:
    """What `load.py` writes. Raises `CalledProcessError` where the system fails."""
    python = sys.executable if one.name == OWN else work.absolute() / one.name / "bin" / "python"
    model = model_folder(Settings().encoder)
    with tempfile.TemporaryDirectory() as scratch:
        out = Path(scratch, "out.json")
        files = [source.absolute(), folder.absolute(), out]
        command: list[str | Path] = [
            python,
            SCRIPTS / "load.py",
            do,
            *files,
            one.name,
            one.kind,
            model,
        ]
        extra = [f"{name}={value}" for name, value in ENVIRONMENT.items()]
        subprocess.run(["/usr/bin/env", *extra, *command], check=True)
        found: dict[str, Any] = json.loads(out.read_text(encoding="utf-8"))
        return found
