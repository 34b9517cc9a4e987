"""txtai with its texts kept, alone or joined with its BM25; served by its own API.

python txtai_peer.py MODEL dense|hybrid [serve FOLDER PORT]
"""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path
from typing import Any
from unittest.mock import patch

from speaking import speak
from txtai import Embeddings
from txtai.vectors import HFVectors

INDEX = "index"


class Txtai:
    """See `speaking.Peer`."""

    def __init__(self, model: str, kind: str) -> None:
        self._model, self._hybrid = model, kind == "hybrid"
        self._models: dict[str, Any] = {}  # so that the model is loaded once

    def index(self, texts: list[str], ids: list[str], vectors: Any | None) -> None:
        """See `speaking.Peer`."""
        self._held = Embeddings(
            path=self._model, content=True, hybrid=self._hybrid, models=self._models
        )
        documents = zip(ids, texts, strict=True)
        if vectors is None:
            self._held.index(documents)
            return
        import numpy

        known = dict(zip(texts, vectors, strict=True))

        def recall(own: Any, wanted: list[str], category: str | None = None) -> Any:
            return numpy.stack([known[text] for text in wanted])

        with patch.object(HFVectors, "encode", recall):
            self._held.index(documents)

    def save(self, folder: Path) -> None:
        """See `speaking.Peer`."""
        self._held.save(str(folder / INDEX))

    def load(self, folder: Path) -> None:
        """See `speaking.Peer`."""
        self._held = Embeddings()
        self._held.load(str(folder / INDEX))

    def search(self, question: str, most: int) -> list[str]:
        """See `speaking.Peer`."""
        return [found["id"] for found in self._held.search(question, most)]


def serve(model: str, folder: str, port: str) -> None:
    """Become txtai's API, with `GET /search`."""
    config = Path(tempfile.mkdtemp(), "txtai.yml")
    config.write_text(f"path: {folder}/{INDEX}\nwritable: false\nembeddings:\n  path: {model}\n")
    server = [sys.executable, "-m", "uvicorn", "txtai.api:app"]
    options = ["--port", port, "--log-level", "warning"]
    os.execvp("env", ["env", f"CONFIG={config}", *server, *options])  # noqa: S606, S607


if __name__ == "__main__":
    if sys.argv[3:4] == ["serve"]:
        serve(sys.argv[1], *sys.argv[4:6])
    else:
        speak(Txtai(*sys.argv[1:3]))
