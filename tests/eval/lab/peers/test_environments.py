"""The peers' environments: theirs alone."""

from __future__ import annotations

import ast
import json
import tomllib
from pathlib import Path

import pytest

from onrecord.eval.lab.peers import environments
from onrecord.eval.lab.peers.environments import BASE, PINS, PROJECT, make_environments
from onrecord.eval.lab.peers.systems import SCRIPTS


def test_no_peer_is_a_dependency() -> None:
    project = tomllib.loads((PROJECT / "pyproject.toml").read_text())["project"]
    extras = project["optional-dependencies"]
    wanted = [*project["dependencies"], *(pin for pins in extras.values() for pin in pins)]
    peers = ("txtai", "haystack", "hayhooks", "langchain-comm", "langchain-hugg", "rank-bm25")
    assert [pin for pin in wanted if pin.startswith(peers)] == []


def test_every_peer_is_pinned() -> None:
    assert {*PINS} == {BASE, "txtai", "haystack", "langchain"}
    assert all("==" in pin for pins in PINS.values() for pin in pins)


def test_what_peers_run_imports_nothing_of_the_project() -> None:
    for script in SCRIPTS.glob("*.py"):
        if script.name == "own_peer.py":
            continue
        nodes = ast.walk(ast.parse(script.read_text(encoding="utf-8")))
        found = [n.module or "" for n in nodes if isinstance(n, ast.ImportFrom)]
        assert not [name for name in found if name.split(".")[0] in ("index", "service", "eval")]


def test_an_environment_that_is_there_is_not_made_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    torch = (PROJECT / "torch.lock").read_text().split()
    for name, pins in PINS.items():
        (tmp_path / name).mkdir()
        made = [*torch, *pins] if name != "txtai" else ["txtai[api]==1.0"]
        (tmp_path / name / "made.json").write_text(json.dumps(made))
    started: list[list[object]] = []

    def refuse(command: list[object], **_: object) -> None:
        started.append(command)
        raise OSError("no network")

    monkeypatch.setattr(environments.subprocess, "run", refuse)
    said: list[str] = []
    with pytest.raises(OSError, match="no network"):
        make_environments(tmp_path, None, said.append)
    assert said == [f"making the environment {tmp_path / 'txtai'}"]
    assert started[0][1:4] == ["-m", "venv", "--clear"]
