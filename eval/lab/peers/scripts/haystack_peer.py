"""Haystack over its store in memory, alone or joined with BM25 by rank; served by Hayhooks.

python haystack_peer.py MODEL dense|hybrid [serve FOLDER PORT]
"""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path
from typing import Any

from haystack import Document, Pipeline
from haystack.components.joiners import DocumentJoiner
from haystack.components.retrievers.in_memory import (
    InMemoryBM25Retriever,
    InMemoryEmbeddingRetriever,
)
from haystack.document_stores.in_memory import InMemoryDocumentStore
from haystack_integrations.components.embedders.sentence_transformers import (
    SentenceTransformersDocumentEmbedder,
    SentenceTransformersTextEmbedder,
)
from speaking import speak

DEPTH = 10  # passages that each retriever brings
STORE = "store.json"
WRAPPER = """
import sys
sys.path.insert(0, {here!r})
from pathlib import Path
from hayhooks import BasePipelineWrapper
from haystack_peer import Haystack


class PipelineWrapper(BasePipelineWrapper):
    def setup(self) -> None:
        self.peer = Haystack({model!r}, {kind!r})
        self.peer.load(Path({folder!r}))
        self.pipeline = self.peer.pipeline

    def run_api(self, question: str) -> list[dict]:
        found = self.peer.find(question)
        return [{{"id": d.meta["name"], "text": d.content, "score": d.score}} for d in found]
"""


class Haystack:
    """See `speaking.Peer`."""

    pipeline: Pipeline

    def __init__(self, model: str, kind: str) -> None:
        self._model, self._hybrid = model, kind == "hybrid"
        self._embedder: Any = None

    def index(self, texts: list[str], ids: list[str], vectors: Any | None) -> None:
        """See `speaking.Peer`."""
        known = [None] * len(ids) if vectors is None else vectors.tolist()
        documents = [
            Document(id=name, content=text, meta={"name": name}, embedding=vector)
            for text, name, vector in zip(texts, ids, known, strict=True)
        ]
        if vectors is None:
            if self._embedder is None:
                self._embedder = SentenceTransformersDocumentEmbedder(
                    model=self._model, progress_bar=False
                )
                self._embedder.warm_up()
            documents = self._embedder.run(documents)["documents"]
        self._store = InMemoryDocumentStore(embedding_similarity_function="dot_product")
        self._store.write_documents(documents)

    def save(self, folder: Path) -> None:
        """See `speaking.Peer`."""
        self._store.save_to_disk(str(folder / STORE))

    def load(self, folder: Path) -> None:
        """See `speaking.Peer`."""
        self._store = InMemoryDocumentStore.load_from_disk(str(folder / STORE))
        self.pipeline = self._join() if self._hybrid else self._plain()
        self.pipeline.warm_up()

    def search(self, question: str, most: int) -> list[str]:
        """See `speaking.Peer`."""
        return [document.meta["name"] for document in self.find(question)[:most]]

    def find(self, question: str) -> list[Document]:
        """The documents that a question finds."""
        asked: dict[str, Any] = {"embedder": {"text": question}}
        if self._hybrid:
            asked["words"] = {"query": question}
        found = self.pipeline.run(asked)
        documents: list[Document] = found["joiner" if self._hybrid else "near"]["documents"]
        return documents[:DEPTH]

    def _plain(self) -> Pipeline:
        pipeline = Pipeline()
        pipeline.add_component(
            "embedder", SentenceTransformersTextEmbedder(model=self._model, progress_bar=False)
        )
        near = InMemoryEmbeddingRetriever(self._store, top_k=DEPTH)
        pipeline.add_component("near", near)
        pipeline.connect("embedder.embedding", "near.query_embedding")
        return pipeline

    def _join(self) -> Pipeline:
        pipeline = self._plain()
        pipeline.add_component("words", InMemoryBM25Retriever(self._store, top_k=DEPTH))
        pipeline.add_component("joiner", DocumentJoiner(join_mode="reciprocal_rank_fusion"))
        pipeline.connect("near", "joiner")
        pipeline.connect("words", "joiner")
        return pipeline


def serve(model: str, kind: str, folder: str, port: str) -> None:
    """Become Hayhooks, with the pipeline as `POST /search/run`."""
    here = str(Path(__file__).resolve().parent)
    pipelines = Path(tempfile.mkdtemp())
    (pipelines / "search").mkdir()
    wrapper = WRAPPER.format(here=here, model=model, kind=kind, folder=folder)
    (pipelines / "search" / "pipeline_wrapper.py").write_text(wrapper)
    hayhooks = str(Path(sys.executable).with_name("hayhooks"))
    plain = ["--without-monitoring", "--without-tracing"]  # which would only cost it time
    where = ["--pipelines-dir", str(pipelines), "--host", "127.0.0.1", "--port", port]
    os.execv(hayhooks, [hayhooks, "run", *where, *plain])  # noqa: S606


if __name__ == "__main__":
    if sys.argv[3:4] == ["serve"]:
        serve(*sys.argv[1:3], *sys.argv[4:6])
    else:
        speak(Haystack(*sys.argv[1:3]))
