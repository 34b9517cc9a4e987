"""One round after another, every system in each, so that a busy moment meets all of them.

A round measures, of each system, in processes started for it: passages indexed a second, a cold
start, warm questions one at a time and from eight clients, and the memory of what answered them.
"""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import cycle, islice
from pathlib import Path

from onrecord.eval.lab.peers.collect import PASSAGES, VECTORS, Collection
from onrecord.eval.lab.peers.environments import BASE, python_of
from onrecord.eval.lab.peers.load import Times, ask_over_http
from onrecord.eval.lab.peers.processes import (
    Order,
    free_port,
    peak_mb,
    run_cold,
    served,
    spoken_to,
)
from onrecord.eval.lab.peers.systems import MOST, SCRIPTS, System, asking_once

CLIENTS = 8
CROWDS = (1, 2, 8, 32)  # clients of the project's own service
WARM_UP = 30  # questions that are not counted

Sample = dict[str, float]
Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Sizes:
    """How much is measured: questions one at a time, from many clients, and under long load."""

    rounds: int
    indexed: int
    warm: int
    crowd: int
    load: int
    collections: tuple[tuple[str, int], ...] = ()  # data sets, and about how many passages of each


@dataclass(frozen=True, slots=True)
class Bench:
    """What is measured, with what, and where logs and kept indexes lie."""

    collection: Collection
    questions: Sequence[str]
    model: Path
    work: Path
    sizes: Sizes

    def ask(self, count: int) -> list[str]:
        """Questions, each a different one as long as there are enough."""
        return list(islice(cycle(self.questions), count))

    def log(self, system: System) -> Path:
        """What a system says on its standard error."""
        return self.work / f"{system.name}-{system.kind}.log"

    def kept(self, system: System) -> Path:
        """Where a system finds its index of the collection."""
        if system.is_own:
            return self.collection.archive
        return self.collection.folder / "kept" / f"{system.name}-{system.kind}"

    @contextmanager
    def speaking(self, system: System) -> Iterator[Order]:
        """The system, spoken to."""
        with spoken_to(system.speak, self.log(system), system.environment) as order:
            yield order


def keep_indexes(bench: Bench, systems: Sequence[System], say: Say) -> None:
    """Make every peer's index of the collection, where it is missing, from the same vectors."""
    vectors = bench.collection.folder / VECTORS
    passages = bench.collection.folder / PASSAGES
    missing = [s for s in systems if not s.is_own and not bench.kept(s).exists()]
    if missing and not vectors.exists():
        say(f"encoding {bench.collection.passages} passages of {bench.collection.name}")
        python = python_of(bench.work, BASE)
        script = SCRIPTS / "make_vectors.py"
        subprocess.run([python, script, bench.model, passages, vectors], check=True)
    for system in missing:
        say(f"indexing {bench.collection.name}: {system.label}")
        with bench.speaking(system) as order:
            order("keep", passages=str(passages), vectors=str(vectors), folder=_text(bench, system))


def measure_round(bench: Bench, systems: Sequence[System], say: Say) -> dict[str, Sample]:
    """A sample of each system, by its label."""
    samples = {}
    for system in systems:
        samples[system.label] = {
            **_measure_inside(bench, system),
            "cold": _measure_cold(bench, system),
            **(_measure_served(bench, system) if system.serve else {}),
        }
        say(f"{system.label}: {_short(samples[system.label])}")
    return samples


def find_all(bench: Bench, system: System) -> list[list[str]]:
    """What the system finds for each judged question: passages' ids, best first."""
    asked = [question.text for question in bench.collection.questions]
    with bench.speaking(system) as order:
        order("load", folder=_text(bench, system))
        found: list[list[str]] = order("search", questions=asked, most=MOST)["found"]
        return found


def measure_load(bench: Bench, own: System) -> list[Sample]:
    """The project's own service under long load, a run a round: p50, p99 and rate."""
    questions = bench.ask(bench.sizes.load)
    runs = []
    for _ in range(bench.sizes.rounds):
        with _serving(bench, own, bench.kept(own)) as (port, _process):
            times = ask_over_http(port, own.ask, questions, CLIENTS)
        runs.append({**_spread(times, 50, 99), "requests": len(times.ms), "rate": times.rate})
    return runs


def measure_crowds(bench: Bench, own: System) -> dict[str, Sample]:
    """The project's own service with more and more clients, by their number."""
    found = {}
    with _serving(bench, own, bench.kept(own)) as (port, _process):
        for at, clients in enumerate(CROWDS, 1):
            questions = bench.ask(at * bench.sizes.crowd)[-bench.sizes.crowd :]
            times = ask_over_http(port, own.ask, questions, clients)
            found[str(clients)] = {**_spread(times, 50, 99), "rate": times.rate}
    return found


def measure_memory(bench: Bench, own: System, archive: Path) -> float:
    """The most megabytes that serving another archive takes."""
    with _serving(bench, own, archive) as (port, process):
        ask_over_http(port, own.ask, bench.ask(bench.sizes.crowd), CLIENTS)
        return peak_mb(process)


def _measure_inside(bench: Bench, system: System) -> Sample:
    """What is measured in a process: indexing and, where it serves nothing, all the rest too."""
    few = str(bench.collection.few)
    with bench.speaking(system) as order:
        indexed = order("index", passages=few)
    sample = {"indexed": indexed["passages"] / indexed["seconds"]}
    if system.serve and not system.is_own:
        return sample
    with bench.speaking(system) as order:
        order("load", folder=_text(bench, system))
        order("search", questions=bench.ask(WARM_UP), most=MOST)
        found = order("search", questions=_behind(bench, bench.sizes.warm), most=MOST)
        times = Times(tuple(found["ms"]), found["seconds"])
        crowd = _behind(bench, bench.sizes.crowd)
        found = order("search", questions=crowd, most=MOST, threads=CLIENTS)
        memory = order("memory")["peak_mb"]
    sample |= _spread(times, 50, 95)
    sample |= {"rate": len(crowd) / found["seconds"], "memory": memory}
    if system.is_own:  # beside what it does over HTTP
        return {name if name == "indexed" else f"{name} inside": v for name, v in sample.items()}
    return sample


def _measure_cold(bench: Bench, system: System) -> float:
    """Seconds from nothing to the first answer, the index being on disk."""
    question = bench.questions[0]
    if system.is_own:
        command = asking_once(bench.kept(system), question)
        return run_cold(command, bench.log(system), system.environment, fine=(0, 1))
    lines = [
        {"do": "load", "folder": _text(bench, system)},
        {"do": "search", "questions": [question], "most": MOST},
    ]
    orders = "\n".join(map(json.dumps, lines)) + "\n"
    return run_cold(system.speak, bench.log(system), system.environment, orders)


def _measure_served(bench: Bench, system: System) -> Sample:
    with _serving(bench, system, bench.kept(system)) as (port, process):
        times = ask_over_http(port, system.ask, _behind(bench, bench.sizes.warm))
        crowd = ask_over_http(port, system.ask, _behind(bench, bench.sizes.crowd), CLIENTS)
        memory = peak_mb(process)
    return {**_spread(times, 50, 95), "rate": crowd.rate, "memory": memory}


@contextmanager
def _serving(bench: Bench, system: System, folder: Path) -> Iterator[tuple[int, int]]:
    """The system as a service, warmed up: its port and its process."""
    port = free_port()
    command = system.serving(folder, port)
    with served(command, port, system.ready, bench.log(system), system.environment) as pid:
        ask_over_http(port, system.ask, bench.ask(WARM_UP))
        yield port, pid


def _behind(bench: Bench, count: int) -> list[str]:
    """Questions behind those of the warm-up; many at a time are others than one at a time."""
    first = WARM_UP if count == bench.sizes.warm else WARM_UP + bench.sizes.warm
    return bench.ask(first + count)[first:]


def _spread(times: Times, *percents: int) -> Sample:
    return {f"p{percent}": times.share(percent) for percent in percents}


def _text(bench: Bench, system: System) -> str:
    return str(bench.kept(system).absolute())


def _short(sample: Sample) -> str:
    return ", ".join(f"{name} {value:.3g}" for name, value in sample.items())
