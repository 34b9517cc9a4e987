"""A fake peer, an index of it and the environment that it needs."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import numpy as np
import pytest

from onrecord.eval.lab.peers.processes import spoken_to

PROJECT = Path(__file__).parents[4]
FAKE = (sys.executable, Path(__file__).with_name("fake_peer.py"))
ENVIRONMENT = {"PYTHONPATH": str(PROJECT)}
TEXTS = {
    "a1:0-20": "the ferry was late",
    "a1:20-40": "the library stays open",
    "a2:0-20": "rain on the pier",
}


@pytest.fixture
def passages(tmp_path: Path) -> Path:
    """The file of passages."""
    file = tmp_path / "passages.jsonl"
    lines = [json.dumps({"id": name, "text": text}) for name, text in TEXTS.items()]
    file.write_text("\n".join(lines) + "\n")
    return file


@pytest.fixture
def kept(tmp_path: Path, passages: Path) -> Path:
    """What the fake peer saved."""
    np.save(tmp_path / "vectors.npy", np.ones((3, 2), dtype=np.float32))
    folder = tmp_path / "kept" / "fake"
    with spoken_to(FAKE, tmp_path / "log", ENVIRONMENT) as order:
        vectors = str(tmp_path / "vectors.npy")
        answer = order("keep", passages=str(passages), vectors=vectors, folder=str(folder))
    assert answer == {"passages": 3}
    return folder
