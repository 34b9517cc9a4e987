"""The project itself: `unread` without its evidence reader, `read` with it."""

from __future__ import annotations

import json
import shutil
import tempfile
from datetime import date
from pathlib import Path
from typing import Any

from onrecord.index.ingest import Options, ingest
from onrecord.service.answer import Answerer, Query
from onrecord.service.archive import Archive, load_encoder, open_store
from onrecord.service.settings import Settings

MAX_BYTES = 1 << 40  # a collection is one file, however large
TODAY = date(2024, 1, 1)  # the same whenever it is measured


class OwnPeer:
    """See `load.Peer`; it is given articles and cuts them into the passages that others get."""

    answers: Answerer

    def __init__(self, kind: str, model: str) -> None:
        self._settings: dict[str, Any] = {} if kind == "read" else {"reranker": "none"}

    def index(self, articles: list[dict[str, Any]]) -> int:
        """Build an archive of the articles in a folder that lasts as long as this object."""
        self._scratch = tempfile.TemporaryDirectory()
        file, self._archive = Path(self._scratch.name, "a.jsonl"), Path(self._scratch.name, "built")
        file.write_text("".join(json.dumps(article) + "\n" for article in articles))
        settings = Settings(archive=self._archive)
        encoder = load_encoder(settings)
        store = open_store(settings, encoder)
        report = ingest([file], store, encoder, settings.budget, Options(max_bytes=MAX_BYTES))
        store.close()
        return report.passages

    def save(self, folder: Path) -> None:
        """Copy the archive to a folder."""
        shutil.copytree(self._archive, folder, dirs_exist_ok=True)

    def load(self, folder: Path) -> None:
        """Open the archive."""
        self.answers = Archive.open(folder, **self._settings).answerer

    def search(self, question: str, most: int) -> list[str]:
        """The quotes' passages, or the nearest misses'; `:also` marks who else says the same."""
        answer = self.answers.answer(Query(question, top_k=most, today=TODAY))
        return [
            name
            for quote in answer.quotes or answer.nearest
            for name in (quote.id, *(f"{article.id}:also" for article in quote.also_in))
        ]
