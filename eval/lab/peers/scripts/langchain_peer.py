"""LangChain over FAISS, alone or joined with BM25."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from langchain_classic.retrievers import EnsembleRetriever
from langchain_community.retrievers import BM25Retriever
from langchain_community.vectorstores import FAISS
from langchain_huggingface import HuggingFaceEmbeddings

DEPTH = 10  # passages that each retriever brings
TEXTS = "texts.json"  # BM25 has no file of its own and counts the words again


class LangchainPeer:
    """See `load.Peer`."""

    def __init__(self, kind: str, model: str) -> None:
        self._hybrid = kind == "hybrid"
        self._encoder = HuggingFaceEmbeddings(model_name=model, model_kwargs={"device": "cpu"})

    def index(self, passages: list[dict[str, str]]) -> int:
        """See `load.Peer`."""
        self._texts = [passage["text"] for passage in passages]
        self._named = [{"id": passage["id"]} for passage in passages]
        self._hold(FAISS.from_texts(self._texts, self._encoder, self._named))
        return len(passages)

    def save(self, folder: Path) -> None:
        """See `load.Peer`."""
        self._store.save_local(str(folder))
        (folder / TEXTS).write_text(json.dumps([self._texts, self._named]), encoding="utf-8")

    def load(self, folder: Path) -> None:
        """See `load.Peer`."""
        self._texts, self._named = json.loads((folder / TEXTS).read_text(encoding="utf-8"))
        self._hold(
            FAISS.load_local(str(folder), self._encoder, allow_dangerous_deserialization=True)
        )

    def search(self, question: str, most: int) -> list[str]:
        """See `load.Peer`."""
        if self._hybrid:
            found = self._retriever.invoke(question)[:most]
        else:
            found = self._store.similarity_search(question, most)
        return [document.metadata["id"] for document in found]

    def _hold(self, store: Any) -> None:
        self._store = store
        if self._hybrid:
            words = BM25Retriever.from_texts(self._texts, metadatas=self._named, k=DEPTH)
            near = store.as_retriever(search_kwargs={"k": DEPTH})
            self._retriever = EnsembleRetriever(retrievers=[words, near], weights=[0.5, 0.5])
