"""Processes that are measured: spoken to in lines, started cold, served."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from onrecord.eval.lab.peers.load import Times, ask_over_http
from onrecord.eval.lab.peers.processes import (
    PeerFailed,
    free_port,
    peak_mb,
    run_cold,
    served,
    spoken_to,
)
from onrecord.eval.lab.peers.systems import Asked
from tests.eval.lab.peers.conftest import ENVIRONMENT, FAKE


def ask(question: str) -> Asked:
    return "GET", f"/search?query={question}", None


def test_a_peer_indexes_and_finds(tmp_path: Path, passages: Path) -> None:
    with spoken_to(FAKE, tmp_path / "log", ENVIRONMENT) as order:
        indexed = order("index", passages=str(passages), most=2)
        found = order("search", questions=["library open"], most=1)
    assert indexed["passages"] == 2
    assert indexed["seconds"] > 0
    assert found["found"] == [["a1:20-40"]]
    assert len(found["ms"]) == 1


def test_what_a_library_prints_is_no_answer(tmp_path: Path, kept: Path) -> None:
    with spoken_to(FAKE, tmp_path / "log", ENVIRONMENT) as order:
        order("load", folder=str(kept))
        found = order("search", questions=["the late ferry", "rain"], most=1, threads=2)["found"]
        memory = order("memory")["peak_mb"]
    assert found == [["a1:0-20"], ["a2:0-20"]]
    assert "a library says something" in (tmp_path / "log").read_text()
    assert 5 < memory < 500


def test_a_peer_that_fails_says_why(tmp_path: Path) -> None:
    with (
        spoken_to(FAKE, tmp_path / "log", ENVIRONMENT) as order,
        pytest.raises(PeerFailed, match=r"(?s)fake_peer.py ended at 'load'.*held.json"),
    ):
        order("load", folder=str(tmp_path / "nowhere"))


def test_a_cold_start_is_timed_to_the_first_answer(tmp_path: Path, kept: Path) -> None:
    orders = [
        {"do": "load", "folder": str(kept)},
        {"do": "search", "questions": ["rain"], "most": 1},
    ]
    lines = "".join(json.dumps(order) + "\n" for order in orders)
    assert run_cold(FAKE, tmp_path / "log", ENVIRONMENT, lines) > 0
    with pytest.raises(PeerFailed, match="exited with 1"):
        run_cold(FAKE, tmp_path / "log", ENVIRONMENT, '{"do": "dance"}\n')


def test_a_served_peer_is_asked_by_many_clients(tmp_path: Path, kept: Path) -> None:
    port = free_port()
    command = (*FAKE, "serve", kept, str(port))
    with served(command, port, "/", tmp_path / "log", ENVIRONMENT) as process:
        times = ask_over_http(port, ask, ["ferry", "rain", "pier", "open", "late"], clients=2)
        assert 5 < peak_mb(process) < 500
        with pytest.raises(PeerFailed, match="500"):
            ask_over_http(port, ask, ["fail"])
    assert len(times.ms) == 5
    with pytest.raises(ProcessLookupError):
        os.kill(process, 0)


def test_a_service_that_does_not_start_says_why(tmp_path: Path) -> None:
    port = free_port()
    command = (*FAKE, "serve", tmp_path / "nowhere", str(port))
    with (
        pytest.raises(PeerFailed, match=r"(?s)does not serve.*held.json"),
        served(command, port, "/", tmp_path / "log", ENVIRONMENT),
    ):
        pass


def test_times_know_their_rate_and_shares() -> None:
    times = Times(tuple(float(ms) for ms in range(1, 102)), 2.0)
    assert times.rate == 50.5
    assert times.share(50) == 51.0
    assert times.share(99) == 100.0
