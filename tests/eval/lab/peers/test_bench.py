"""Systems are measured in processes of their own, and their figures stand in one table."""

from __future__ import annotations

import ast
import json
import subprocess
import tomllib
from pathlib import Path
from typing import Any

import pytest

from onrecord.eval.lab.peers import bench
from onrecord.eval.lab.peers.bench import (
    BASE,
    CONTENDERS,
    OWN,
    PINS,
    SCRIPTS,
    Contender,
    make_environments,
    render,
    run_script,
    write_peers,
)
from onrecord.eval.lab.tables import PROJECT

TEXTS = {
    "a1:0-20": "the ferry was late",
    "a1:20-40": "the library stays open",
    "a2:0-20": "rain on the pier",
}
FAKE = Contender("fake", "dense")


@pytest.fixture
def passages(tmp_path: Path) -> Path:
    """The file of passages."""
    file = tmp_path / "passages.jsonl"
    file.write_text("".join(json.dumps({"id": n, "text": t}) + "\n" for n, t in TEXTS.items()))
    return file


@pytest.fixture
def fake(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A working folder in which the fake peer has an environment."""
    (tmp_path / "fake" / "bin").mkdir(parents=True)
    python = subprocess.run(["which", "python3"], capture_output=True, text=True, check=True)
    (tmp_path / "fake" / "bin" / "python").symlink_to(python.stdout.strip())
    extra = {**bench.ENVIRONMENT, "PYTHONPATH": str(Path(__file__).parent)}
    monkeypatch.setattr(bench, "ENVIRONMENT", extra)
    return tmp_path


def test_a_peer_indexes_and_answers_in_its_own_process(fake: Path, passages: Path) -> None:
    folder, asked = fake / "index", fake / "asked.json"
    assert run_script(FAKE, "index", passages, folder, fake)["indexed"] > 0
    single = [f"was the ferry late on day {day}" for day in range(40)]
    asked.write_text(json.dumps({"single": single, "together": single[:8]}))
    sample = run_script(FAKE, "ask", asked, folder, fake)
    assert [found[0] for found in sample["found"]] == ["a1:0-20"] * 40
    assert 0 < sample["p50"] <= sample["p95"]
    assert sample["rate"] > 0
    assert sample["memory"] > 1


def test_a_first_answer_is_not_timed_inside(fake: Path, passages: Path) -> None:
    run_script(FAKE, "index", passages, fake / "index", fake)
    asked = fake / "asked.json"
    asked.write_text(json.dumps({"single": ["rain on the pier"], "together": []}))
    found = run_script(FAKE, "ask", asked, fake / "index", fake)
    assert found == {"found": [["a2:0-20", "a1:0-20", "a1:20-40"]]}


def test_a_system_that_fails_is_an_error(fake: Path) -> None:
    with pytest.raises(subprocess.CalledProcessError):
        run_script(FAKE, "ask", fake / "nothing.json", fake / "index", fake)


@pytest.mark.parametrize("kind", ["unread", pytest.param("served", marks=pytest.mark.slow)])
def test_the_project_answers_as_the_peers_do(tmp_path: Path, kind: str) -> None:
    own, articles = Contender(OWN, kind), tmp_path / "articles.jsonl"
    article = {"_id": "a1", "title": "Ferry", "text": "The night ferry to Varnholm left at dawn."}
    articles.write_text(json.dumps(article) + "\n")
    assert run_script(own, "index", articles, tmp_path / "index", tmp_path)["indexed"] > 0
    asked = tmp_path / "asked.json"
    asked.write_text(json.dumps({"single": ["When did the ferry leave?"], "together": []}))
    found = run_script(own, "ask", asked, tmp_path / "index", tmp_path)["found"]
    assert [name.partition(":")[0] for name in found[0]] == ["a1"]


def test_medians_of_the_rounds_stand_in_one_table(tmp_path: Path) -> None:
    times = [
        {"cold": 1.0, "p50": p50, "p95": 9.0, "rate": 160.0, "memory": 250.4} for p50 in (4, 6)
    ]
    once = {"indexed": 70.0, "nDCG@10": 0.8125, "first": 0.7, "first three": 0.9}
    found: dict[str, Any] = {"samples": {"onrecord": [once, *times], "txtai, dense": [times[0]]}}
    assert render(found).splitlines()[2:] == [
        "| onrecord | 70 | 1 | 5 | 9 | 160 | 250 | 0.812 | 0.7 | 0.9 |",
        "| txtai, dense | – | 1 | 4 | 9 | 160 | 250 | – | – | – |",
    ]
    (tmp_path / "peers.md").write_text("before\n<!-- peers -->\nstale\n<!-- /peers -->\nafter\n")
    written = write_peers(found, tmp_path)
    assert [file.name for file in written] == ["peers.json", "peers.md"]
    assert json.loads(written[0].read_text()) == found
    assert "stale" not in written[1].read_text()


def test_no_peer_is_a_dependency() -> None:
    project = tomllib.loads((PROJECT / "pyproject.toml").read_text())["project"]
    extras = project["optional-dependencies"]
    wanted = [*project["dependencies"], *(pin for pins in extras.values() for pin in pins)]
    peers = ("txtai", "haystack", "langchain-comm", "langchain-hugg", "rank-bm25")
    assert [pin for pin in wanted if pin.startswith(peers)] == []


def test_every_peer_is_pinned_and_has_a_script() -> None:
    assert {one.name for one in CONTENDERS} == {OWN, *PINS} - {BASE}
    assert all("==" in pin for pins in PINS.values() for pin in pins)
    assert all((SCRIPTS / f"{one.name}_peer.py").is_file() for one in CONTENDERS)


def test_what_peers_run_imports_nothing_of_the_project() -> None:
    for script in SCRIPTS.glob("*.py"):
        if script.name == "own_peer.py":
            continue
        nodes = ast.walk(ast.parse(script.read_text(encoding="utf-8")))
        found = [node.module or "" for node in nodes if isinstance(node, ast.ImportFrom)]
        assert not [name for name in found if name.split(".")[0] == "onrecord"]


def test_an_environment_that_is_there_is_not_made_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    torch = (PROJECT / "torch.lock").read_text().split()
    for name, pins in PINS.items():
        (tmp_path / name).mkdir()
        made = [*torch, *pins] if name != "txtai" else ["txtai==1.0"]
        (tmp_path / name / "installed.json").write_text(json.dumps(made))
    started: list[list[object]] = []

    def refuse(command: list[object], **_: object) -> None:
        started.append(command)
        raise OSError("no network")

    monkeypatch.setattr(bench.subprocess, "run", refuse)
    said: list[str] = []
    with pytest.raises(OSError, match="no network"):
        make_environments(tmp_path, said.append)
    assert said == [f"making the environment {tmp_path / 'txtai'}"]
    assert started[0][1:4] == ["-m", "venv", "--clear"]
