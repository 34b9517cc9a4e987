"""The systems that are measured: how each is started, asked and, where it can, served."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal
from urllib.parse import quote

from onrecord.eval.lab.peers.environments import PROJECT, python_of
from onrecord.eval.lab.peers.ratios import OWN, OWN_READ
from onrecord.index.reranker.opening import EVIDENCE_READER, NONE

Kind = Literal["dense", "hybrid", "read"]
SCRIPTS = Path(__file__).parent / "scripts"
MOST = 10  # passages that a question is answered with
# No limit of ours counts requests here, and nothing is written beside what is measured.
OWN_ENVIRONMENT = {
    "PYTHONPATH": str(PROJECT),
    "ONRECORD_RATE_LIMIT": "0",
    "ONRECORD_LOG_LEVEL": "WARNING",
}
# As their documentation advises: no telemetry, no look at a network that is not needed.
PEERS = {"TOKENIZERS_PARALLELISM": "true", "HF_HUB_OFFLINE": "1", "HAYSTACK_TELEMETRY_ENABLED": ""}
COMMAND = "from onrecord.service.cli import main; main()"
Asked = tuple[str, str, bytes | None]  # method, path and body


@dataclass(frozen=True, slots=True)
class System:
    """One of the systems; `speak` and `serve` are commands, the second None where there is none."""

    name: str
    kind: Kind
    speak: tuple[str | Path, ...]
    serve: tuple[str | Path, ...] | None = None
    ready: str = "/"
    environment: Mapping[str, str] = field(default_factory=dict)

    @property
    def is_own(self) -> bool:
        """Whether it is this project."""
        return self.name == OWN

    @property
    def label(self) -> str:
        """What it is called in tables."""
        if self.is_own:
            return OWN if self.kind == "hybrid" else OWN_READ
        return f"{self.name}, {self.kind}"

    def serving(self, folder: Path, port: int) -> Sequence[str | Path]:
        """The command that serves what is kept in a folder."""
        assert self.serve is not None
        put = {"FOLDER": str(folder), "PORT": str(port)}
        return [put.get(str(part), part) for part in self.serve]

    def ask(self, question: str) -> Asked:
        """The request that asks a served system."""
        if self.name == "txtai":
            return "GET", f"/search?query={quote(question)}&limit={MOST}", None
        if self.name == "haystack":
            return "POST", "/search/run", json.dumps({"question": question}).encode()
        body = {"question": question, "top_k": MOST, "today": "2024-01-01"}
        return "POST", "/query", json.dumps(body).encode()


def own_systems() -> list[System]:
    """The project, run by the Python that runs this: without its evidence reader, and with it."""
    python = sys.executable
    speak = (python, SCRIPTS / "own_peer.py")
    serve = (python, "-c", COMMAND, "serve", "--archive", "FOLDER", "--port", "PORT")
    unread = {**OWN_ENVIRONMENT, "ONRECORD_RERANKER": NONE}
    read = {**OWN_ENVIRONMENT, "ONRECORD_RERANKER": EVIDENCE_READER}
    return [
        System(OWN, "hybrid", speak, serve, "/readyz", unread),
        System(OWN, "read", speak, serve, "/readyz", read),
    ]


def asking_once(folder: Path, question: str) -> tuple[str | Path, ...]:
    """The command that asks this project one question."""
    return (sys.executable, "-c", COMMAND, "ask", "--archive", folder, question)


def peer_systems(environments: Path, model: Path) -> list[System]:
    """The peers, each as it searches by vectors alone and by words too."""
    found = []
    kinds: tuple[Kind, ...] = ("dense", "hybrid")
    for kind in kinds:
        for name, ready in (("txtai", "/docs"), ("haystack", "/status"), ("langchain", "")):
            speak = (python_of(environments, name), SCRIPTS / f"{name}_peer.py", model, kind)
            serve = (*speak, "serve", "FOLDER", "PORT") if ready else None
            found.append(System(name, kind, speak, serve, ready, PEERS))
    return found
