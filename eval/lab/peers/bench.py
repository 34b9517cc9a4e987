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
from collections.abc import Mapping, Sequence
from itertools import cycle, islice
from pathlib import Path
from statistics import median
from typing import Any, NamedTuple

from onrecord.eval.datasets import read_lines
from onrecord.eval.lab.peers.collection import SEED, Collection, collect, measure_quality
from onrecord.eval.lab.publish import Say
from onrecord.eval.lab.tables import DOCS, PROJECT, table, write_report
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

ROUNDS = 3
PASSAGES = 5_000  # about so many
SINGLE, TOGETHER = 180, 240  # questions that are timed one by one, and by several clients


class Contender(NamedTuple):
    """One of the systems, as it searches by vectors alone, by words too, or with a reader."""

    name: str
    kind: str

    @property
    def label(self) -> str:
        """What it is called in tables."""
        return OWN_KINDS[self.kind] if self.name == OWN else f"{self.name}, {self.kind}"


OWN_KINDS = {
    "unread": "onrecord",
    "read": "onrecord with its reader",
    "served": "onrecord with its reader, over HTTP",
}
CONTENDERS = (
    *(Contender(OWN, kind) for kind in OWN_KINDS),
    *(Contender(name, kind) for kind in ("dense", "hybrid") for name in PINS if name != BASE),
)


def measure_peers(data: Path, work: Path, say: Say) -> dict[str, Any]:
    """All figures of one run over `rtqa-dev-2022`; environments and indexes are kept in `work`."""
    settings = Settings()
    encoder = load_encoder(settings)
    make_environments(work, say)
    collection = collect(data / ASKED[0], PASSAGES, work, settings, encoder)
    asked = [question.text for question in collection.dataset.questions]
    timed = _read_questions(data)
    folders = {one: _index(one, collection, work, say) for one in CONTENDERS}
    samples: dict[str, list[dict[str, Any]]] = {}
    for one, folder in folders.items():
        found = _ask(one, folder, work, asked)["found"]
        indexed = json.loads(folder.with_suffix(".json").read_text(encoding="utf-8"))
        quality = measure_quality(collection, found, settings, encoder)
        samples[one.label] = [{**indexed, **quality}]
    for number in range(ROUNDS):
        turn = number * 2 % len(CONTENDERS)
        for one in (*CONTENDERS[turn:], *CONTENDERS[:turn]):
            samples[one.label].append(_time(one, folders[one], work, timed))
            say(f"round {number + 1}, {one.label}: {samples[one.label][-1]}")
    return {
        "command": "onrecord eval bench peers --data DIR",
        "machine": f"{os.cpu_count()} cores, {platform.machine()}",
        "versions": PINS,
        "model": settings.encoder,
        "passages": collection.count,
        "judged": len(asked),
        "samples": samples,
    }


def render(found: Mapping[str, Any]) -> str:
    """A table of the systems: medians of the rounds."""
    rows = []
    for label, samples in found["samples"].items():
        known = [[one[name] for one in samples if name in one] for name in HEADS]
        rows.append([label, *(f"{median(values):.3g}" if values else "–" for values in known)])
    return table(["system", *HEADS.values()], rows)


def write_peers(found: Mapping[str, Any], folder: Path = DOCS) -> list[Path]:
    """Write `peers.json` and the table of `peers.md`; returns the files written."""
    return write_report(found, folder / "peers.json", {"peers": render(found)}, folder / "peers.md")


def make_environments(folder: Path, say: Say) -> None:
    """Make the environments that are missing or were made with other versions.

    pip's own settings, such as `PIP_EXTRA_INDEX_URL`, say where torch comes from.
    """
    torch = (PROJECT / "torch.lock").read_text(encoding="utf-8").split()
    for name, pins in PINS.items():
        installed = folder / name / INSTALLED
        wanted = [*torch, *pins]
        if installed.exists() and json.loads(installed.read_text()) == wanted:
            continue
        say(f"making the environment {folder / name}")
        subprocess.run([sys.executable, "-m", "venv", "--clear", folder / name], check=True)
        if name != BASE:
            shown = _packages(folder / name) / f"{BASE}.pth"
            shown.write_text(f"{_packages(folder / BASE).resolve()}\n")
        python = folder / name / "bin" / "python"
        pip = (python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check")
        packages = wanted if name == BASE else pins
        subprocess.run([*pip, *packages], check=True)
        installed.write_text(json.dumps(wanted))


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


def _time(one: Contender, folder: Path, work: Path, questions: Sequence[str]) -> dict[str, Any]:
    """One round's sample; no question is asked of a process twice."""
    asked = list(islice(cycle(questions), SINGLE + TOGETHER))
    started = time.perf_counter()
    _ask(one, folder, work, asked[:1])
    cold = time.perf_counter() - started
    sample = _ask(one, folder, work, asked[:SINGLE], asked[SINGLE:])
    return {"cold": cold, **{name: value for name, value in sample.items() if name != "found"}}


def _ask(
    one: Contender, folder: Path, work: Path, single: Sequence[str], together: Sequence[str] = ()
) -> dict[str, Any]:
    with tempfile.TemporaryDirectory() as scratch:
        questions = Path(scratch, "questions.json")
        questions.write_text(json.dumps({"single": single, "together": together}), "utf-8")
        return run_script(one, "ask", questions, folder, work)


def run_script(one: Contender, do: str, source: Path, folder: Path, work: Path) -> dict[str, Any]:
    """What `load.py` writes. Raises `CalledProcessError` where the system fails."""
    python = sys.executable if one.name == OWN else work.absolute() / one.name / "bin" / "python"
    model = model_folder(Settings().encoder)
    with tempfile.TemporaryDirectory() as scratch:
        out = Path(scratch, "out.json")
        files = [source.absolute(), folder.absolute(), out]
        command = [python, SCRIPTS / "load.py", do, *files, one.name, one.kind, model]
        subprocess.run(command, env={**os.environ, **ENVIRONMENT}, check=True)
        found: dict[str, Any] = json.loads(out.read_text(encoding="utf-8"))
        return found
