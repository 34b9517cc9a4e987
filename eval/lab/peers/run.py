"""`onrecord eval bench peers`: environments, collections, rounds, figures."""

from __future__ import annotations

import os
import platform
from collections.abc import Callable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from onrecord.eval.lab.peers.collect import collect, read_questions
from onrecord.eval.lab.peers.environments import PINS, PROJECT, make_environments
from onrecord.eval.lab.peers.quality import judge
from onrecord.eval.lab.peers.ratios import OWN, compare, hold_bars
from onrecord.eval.lab.peers.rounds import (
    Bench,
    Sizes,
    find_all,
    keep_indexes,
    measure_crowds,
    measure_load,
    measure_memory,
    measure_round,
)
from onrecord.eval.lab.peers.systems import System, own_systems, peer_systems
from onrecord.eval.lab.reader.examples import SQUAD, TIMEQA
from onrecord.index.encoder import model_folder
from onrecord.index.ingest import ingest
from onrecord.service.opening import load_encoder, open_store
from onrecord.service.settings import Settings

LEARNED_FROM = (SQUAD, TIMEQA)  # by the evidence reader that ships
ASKED = ("rtqa-dev-2022", "timeqa-human-train", "squad2-dev-half")  # questions for load
# All is asked of the first collection; how good what is found is, of each.
FULL = Sizes(
    rounds=3,
    indexed=320,
    warm=150,
    crowd=240,
    load=2_000,
    collections=(("rtqa-dev-2022", 5_000), ("squad2-dev-half", 800)),
)
QUICK = Sizes(
    rounds=1, indexed=24, warm=40, crowd=80, load=400, collections=(("rtqa-dev-2022", 300),)
)

Say = Callable[[str], None]


def run(data: Path, work: Path, sizes: Sizes, torch_index: str | None, say: Say) -> dict[str, Any]:
    """All figures of one run; environments and indexes are kept in `work`."""
    make_environments(work, torch_index, say)
    settings = Settings()
    encoder = load_encoder(settings)
    own = own_systems()
    systems = [*own, *peer_systems(work, model_folder(settings.encoder))]
    benches = [
        Bench(
            collect(data / name, most, sizes.indexed, work, settings, encoder),
            read_questions(data, ASKED),
            model_folder(settings.encoder),
            work,
            sizes,
        )
        for name, most in sizes.collections
    ]
    for bench in benches:
        keep_indexes(bench, systems, say)
    main, rounds = benches[0], []
    for number in range(sizes.rounds):
        say(f"round {number + 1} of {sizes.rounds}")
        rounds.append(measure_round(main, _turned(systems, number), say))
    loads = {system.label: measure_load(main, system) for system in own}
    archive = _build_seeds(work, settings)
    seeds = {system.label: measure_memory(main, system, archive) for system in own}
    ratios = compare(rounds, [system.label for system in systems if system.serve])
    return {
        "command": "onrecord eval bench peers --data DIR",
        "machine": f"{os.cpu_count()} cores, {platform.machine()}",
        "versions": {name: list(pins) for name, pins in PINS.items()},
        "model": settings.encoder,
        "passages": main.collection.passages,
        "sizes": asdict(sizes),
        "doors": {s.label: "HTTP" if s.serve else "in process" for s in systems},
        "rounds": rounds,
        "ratios": {
            label: {name: asdict(ratio) for name, ratio in of.items()}
            for label, of in ratios.items()
        },
        "load": loads,
        "crowds": {system.label: measure_crowds(main, system) for system in own},
        "seeds_mb": seeds,
        "quality": {bench.collection.name: _judge(bench, systems) for bench in benches},
        "bars": [asdict(bar) for bar in hold_bars(rounds, ratios, loads[OWN], seeds[OWN])],
    }


def _judge(bench: Bench, systems: Sequence[System]) -> dict[str, dict[str, float]]:
    """By label; nothing of the evidence reader where it learned from the very pages."""
    questions, learned = bench.collection.questions, bench.collection.name in LEARNED_FROM
    return {
        system.label: judge(questions, find_all(bench, system))
        for system in systems
        if not (learned and system.kind == "read")
    }


def _turned(systems: Sequence[System], number: int) -> list[System]:
    """The systems in another order in each round."""
    at = number * 2 % len(systems)
    return [*systems[at:], *systems[:at]]


def _build_seeds(work: Path, settings: Settings) -> Path:
    """An archive of the articles that ship."""
    encoder = load_encoder(settings)
    folder = work / "collections" / "seeds"
    store = open_store(settings.model_copy(update={"archive": folder}), encoder)
    try:
        ingest([PROJECT / "seeds"], store, encoder, settings.budget)
    finally:
        store.close()
    return folder
