"""The peers' own Python environments, made under `.onrecord-eval/`; the project depends on none.

What they share (torch, sentence-transformers, FAISS) is installed once, in `base`, which a `.pth`
file shows to the others.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[3]
BASE = "base"
PINS = {
    BASE: ("sentence-transformers==6.2.0", "faiss-cpu==1.15.1"),
    "langchain": (
        "langchain-community==0.4.2",
        "langchain-huggingface==1.2.3",
        "langchain-classic==1.0.8",
        "rank-bm25==0.2.2",
    ),
    "haystack": (
        "haystack-ai==3.4.0",
        "sentence-transformers-haystack==2.0.0",
        "hayhooks==2.1.0",
    ),
    "txtai": ("txtai[api]==9.14.0",),
}
MADE = "made.json"  # in an environment that is complete: what was installed

Say = Callable[[str], None]


def make_environments(folder: Path, torch_index: str | None, say: Say) -> None:
    """Make the environments that are missing or were made with other versions."""
    torch = (PROJECT / "torch.lock").read_text(encoding="utf-8").split()
    for name, pins in PINS.items():
        wanted = [*torch, *pins]
        made = folder / name / MADE
        if made.exists() and json.loads(made.read_text()) == wanted:
            continue
        say(f"making the environment {folder / name}")
        subprocess.run([sys.executable, "-m", "venv", "--clear", folder / name], check=True)
        if name == BASE:
            _install(folder / name, torch, torch_index)
        else:
            shown = _packages(folder / name) / f"{BASE}.pth"
            shown.write_text(f"{_packages(folder / BASE).resolve()}\n")
        _install(folder / name, pins, None)
        made.write_text(json.dumps(wanted))


def python_of(folder: Path, name: str) -> Path:
    """An environment's Python, by a path that does not depend on where it is called from."""
    return folder.absolute() / name / "bin" / "python"


def _install(environment: Path, pins: tuple[str, ...] | list[str], index: str | None) -> None:
    where = ["--index-url", index] if index else []
    options = ["--quiet", "--disable-pip-version-check", *where]
    python = environment / "bin" / "python"
    subprocess.run([python, "-m", "pip", "install", *options, *pins], check=True)


def _packages(environment: Path) -> Path:
    return next(environment.glob("lib/python*/site-packages"))
