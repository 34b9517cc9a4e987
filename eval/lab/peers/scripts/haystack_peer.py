"""Haystack over its store in memory, alone or joined with BM25 by rank."""

from __future__ import annotations

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

DEPTH = 10  # passages that each retriever brings
STORE = "store.json"


class HaystackPeer:
    """See `load.Peer`."""

    def __init__(self, kind: str, model: str) -> None:
        self._model, self._hybrid = model, kind == "hybrid"
        self._embedder = SentenceTransformersDocumentEmbedder(model=model, progress_bar=False)

    def index(self, passages: list[dict[str, str]], folder: Path) -> int:
        self._embedder.warm_up()
        documents = [
            Document(id=passage["id"], content=passage["text"], meta={"name": passage["id"]})
            for passage in passages
        ]
        store = InMemoryDocumentStore(embedding_similarity_function="dot_product")
        store.write_documents(self._embedder.run(documents)["documents"])
        store.save_to_disk(str(folder / STORE))
        return len(passages)

    def load(self, folder: Path) -> None:
        store = InMemoryDocumentStore.load_from_disk(str(folder / STORE))
        self._pipeline = Pipeline()
        embedder = SentenceTransformersTextEmbedder(model=self._model, progress_bar=False)
        self._pipeline.add_component("embedder", embedder)
        near = InMemoryEmbeddingRetriever(store, top_k=DEPTH)
        self._pipeline.add_component("near", near)
        self._pipeline.connect("embedder.embedding", "near.query_embedding")
        if self._hybrid:
            words = InMemoryBM25Retriever(store, top_k=DEPTH)
            self._pipeline.add_component("words", words)
            joiner = DocumentJoiner(join_mode="reciprocal_rank_fusion")
            self._pipeline.add_component("joiner", joiner)
            self._pipeline.connect("near", "joiner")
            self._pipeline.connect("words", "joiner")
        self._pipeline.warm_up()

    def search(self, question: str, most: int) -> list[str]:
        asked: dict[str, Any] = {"embedder": {"text": question}}
        if self._hybrid:
            asked["words"] = {"query": question}
        found = self._pipeline.run(asked)["joiner" if self._hybrid else "near"]["documents"]
        return [document.meta["name"] for document in found[:most]]
