"""LangChain over FAISS, alone or joined with BM25."""

from __future__ import annotations

import json
from pathlib import Path

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

    def index(self, passages: list[dict[str, str]], folder: Path) -> int:
        texts = [passage["text"] for passage in passages]
        named = [{"id": passage["id"]} for passage in passages]
        FAISS.from_texts(texts, self._encoder, named).save_local(str(folder))
        (folder / TEXTS).write_text(json.dumps([texts, named]), encoding="utf-8")
        return len(passages)

    def load(self, folder: Path) -> None:
        encoder, trusted = self._encoder, {"allow_dangerous_deserialization": True}
        self._store = FAISS.load_local(str(folder), encoder, **trusted)
        if self._hybrid:
            texts, named = json.loads((folder / TEXTS).read_text(encoding="utf-8"))
            words = BM25Retriever.from_texts(texts, metadatas=named, k=DEPTH)
            near = self._store.as_retriever(search_kwargs={"k": DEPTH})
            self._retriever = EnsembleRetriever(retrievers=[words, near], weights=[0.5, 0.5])

    def search(self, question: str, most: int) -> list[str]:
        if self._hybrid:
            found = self._retriever.invoke(question)[:most]
        else:
            found = self._store.similarity_search(question, most)
        return [document.metadata["id"] for document in found]
