"""The project itself: `unread` without its evidence reader, `read` with it, `served` over HTTP."""

from __future__ import annotations

import atexit
import json
import os
import socket
import subprocess
import sys
import tempfile
import time
from datetime import date
from pathlib import Path
from typing import Any

import httpx2

from onrecord.service.answer import Query
from onrecord.service.archive import Archive

TODAY = date(2024, 1, 1)  # the same whenever it is measured
SERVE = "from onrecord.service.cli import main; main()"
POLL_SECONDS = 0.01


class OwnPeer:
    """A `load.Peer`; it is given articles and cuts them into the passages that others get."""

    archive: Archive | None = None
    client: httpx2.Client

    def __init__(self, kind: str, model: str) -> None:
        self._settings: dict[str, Any] = {"reranker": "none"} if kind == "unread" else {}
        self._served = kind == "served"

    def index(self, articles: list[dict[str, Any]], folder: Path) -> int:
        with tempfile.TemporaryDirectory() as scratch, Archive.open(folder) as archive:
            file = Path(scratch, "articles.jsonl")
            file.write_text("".join(json.dumps(article) + "\n" for article in articles))
            return archive.build(file).passages

    def load(self, folder: Path) -> None:
        """Open the archive, or start a service of it."""
        if self._served:
            self._serve(folder)
        else:
            self.archive = Archive.open(folder, **self._settings)

    def search(self, question: str, most: int) -> list[str]:
        """The quotes' passages, or the nearest misses'; `:also` marks who else says the same."""
        if self.archive:
            answer = self.archive.answerer.answer(Query(question, top_k=most, today=TODAY))
            quotes = answer.quotes or answer.nearest
            found = [(quote.id, [article.id for article in quote.also_in]) for quote in quotes]
        else:
            body = {"question": question, "top_k": most, "today": TODAY.isoformat()}
            reply = self.client.post("/query", json=body).raise_for_status().json()
            found = [
                (quote["id"], [article["id"] for article in quote["also_in"]])
                for quote in reply["quotes"] or reply["nearest"]
            ]
        return [name for own, also in found for name in (own, *(f"{one}:also" for one in also))]

    def _serve(self, folder: Path) -> None:
        """Start a service in a process of its own, whose memory is then the system's."""
        with socket.create_server(("127.0.0.1", 0)) as free:
            port = str(free.getsockname()[1])
        command = [sys.executable, "-c", SERVE, "serve", "--archive", folder, "--port", port]
        environment = {**os.environ, "ONRECORD_RATE_LIMIT": "0"}
        service = subprocess.Popen(command, env=environment, stderr=subprocess.DEVNULL)
        atexit.register(service.terminate)
        self.pid = service.pid
        self.client = httpx2.Client(base_url=f"http://127.0.0.1:{port}", timeout=60)
        while service.poll() is None:
            try:
                self.client.get("/readyz").raise_for_status()
                return
            except httpx2.HTTPError:
                time.sleep(POLL_SECONDS)
        raise RuntimeError(f"the service ended with {service.returncode}")
