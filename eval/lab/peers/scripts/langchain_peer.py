"""LangChain over FAISS, alone or joined with BM25; it has no service of its own.

python langchain_peer.py MODEL dense|hybrid
"""

from __future__ import annotations

import pickle
import sys
from pathlib import Path
from typing import Any

from langchain_community.retrievers import BM25Retriever
from langchain_community.vectorstores import FAISS
from langchain_huggingface import HuggingFaceEmbeddings
from speaking import speak

DEPTH = 10  # passages that each retriever brings


class LangChain:
    """See `speaking.Peer`."""

    def __init__(self, model: str, kind: str) -> None:
        self._hybrid = kind == "hybrid"
        self._encoder = HuggingFaceEmbeddings(model_name=model, model_kwargs={"device": "cpu"})

    def index(self, texts: list[str], ids: list[str], vectors: Any | None) -> None:
        """See `speaking.Peer`."""
        self._texts, self._named = texts, [{"id": name} for name in ids]
        if vectors is None:
            store = FAISS.from_texts(texts, self._encoder, self._named)
        else:
            pairs = zip(texts, vectors.tolist(), strict=True)
            store = FAISS.from_embeddings(pairs, self._encoder, self._named)
        self._hold(store)

    def save(self, folder: Path) -> None:
        """See `speaking.Peer`; BM25 has no file of its own and is counted anew."""
        self._store.save_local(str(folder))
        (folder / "texts.pickle").write_bytes(pickle.dumps((self._texts, self._named)))

    def load(self, folder: Path) -> None:
        """See `speaking.Peer`."""
        if self._hybrid:
            kept = (folder / "texts.pickle").read_bytes()
            self._texts, self._named = pickle.loads(kept)  # noqa: S301 - written by `save`
        self._hold(
            FAISS.load_local(str(folder), self._encoder, allow_dangerous_deserialization=True)
        )

    def search(self, question: str, most: int) -> list[str]:
        """See `speaking.Peer`."""
        if self._hybrid:
            found = self._retriever.invoke(question)[:most]
        else:
            found = self._store.similarity_search(question, most)
        return [document.metadata["id"] for document in found]

    def _hold(self, store: Any) -> None:
        self._store = store
        if not self._hybrid:
            return
        from langchain_classic.retrievers import EnsembleRetriever

        words = BM25Retriever.from_texts(self._texts, metadatas=self._named, k=DEPTH)
        near = store.as_retriever(search_kwargs={"k": DEPTH})
        self._retriever = EnsembleRetriever(retrievers=[words, near], weights=[0.5, 0.5])


if __name__ == "__main__":
    speak(LangChain(*sys.argv[1:3]))
