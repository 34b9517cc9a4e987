"""txtai with its texts stored, alone or joined with its BM25."""

from __future__ import annotations

from pathlib import Path

from txtai import Embeddings

INDEX = "index"


class TxtaiPeer:
    """See `load.Peer`."""

    def __init__(self, kind: str, model: str) -> None:
        self._embeddings = Embeddings(path=model, content=True, hybrid=kind == "hybrid")

    def index(self, passages: list[dict[str, str]], folder: Path) -> int:
        self._embeddings.index((passage["id"], passage["text"]) for passage in passages)
        self._embeddings.save(str(folder / INDEX))
        return len(passages)

    def load(self, folder: Path) -> None:
        self._embeddings = Embeddings()
        self._embeddings.load(str(folder / INDEX))

    def search(self, question: str, most: int) -> list[str]:
        return [found["id"] for found in self._embeddings.search(question, most)]
