"""The project itself, spoken to as the others are; run by its own Python.

python own_peer.py
"""

from __future__ import annotations

import tempfile
import time
from datetime import date
from pathlib import Path
from typing import Any

from speaking import speak

from onrecord.service.answer import Answerer, Inquiry
from onrecord.service.opening import load_encoder, open_answerer, open_store
from onrecord.service.settings import Settings

TODAY = date(2024, 1, 1)  # the same whenever it is measured
ARTICLES = "articles.jsonl"  # beside the passages that were cut from them
MANY_BYTES = 1 << 40  # a collection is one file, however large


class Own:
    """An archive that is there."""

    answers: Answerer

    def load(self, folder: Path) -> None:
        """See `speaking.Peer`."""
        self.answers = open_answerer(Settings(archive=folder))

    def search(self, question: str, most: int) -> list[str]:
        """The quotes' passages, or the nearest misses'; `:also` marks who else says the same."""
        answer = self.answers.answer(Inquiry(question, top_k=most, today=TODAY))
        return [
            name
            for quote in answer.quotes or answer.nearest
            for name in (quote.id, *(f"{article.id}:also" for article in quote.also_in))
        ]


def build(peer: Own, passages: str, most: int | None = None) -> dict[str, Any]:
    """Read, cut, encode and index the articles that the passages were cut from."""
    from onrecord.index.ingest import Options, ingest

    settings = Settings()
    encoder = load_encoder(settings)
    encoder.encode_question("ready?")
    with tempfile.TemporaryDirectory() as scratch:
        articles = Path(passages).with_name(ARTICLES)
        store = open_store(settings.model_copy(update={"archive": Path(scratch)}), encoder)
        started = time.perf_counter()
        options = Options(max_bytes=MANY_BYTES)
        report = ingest([articles], store, encoder, settings.budget, options)
        seconds = time.perf_counter() - started
        store.close()
    return {"seconds": seconds, "passages": report.passages}


if __name__ == "__main__":
    speak(Own(), {"index": build})
