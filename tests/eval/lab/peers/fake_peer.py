"""A peer that ranks passages by the words they share with the question; no model, no library.

Run as a script, as the peers are: it may be asked over lines, or serve `GET /search`.
"""

from __future__ import annotations

import json
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import onrecord.eval.lab.peers as peers

sys.path.insert(0, str(Path(peers.__file__).parent / "scripts"))

from speaking import speak


class Fake:
    held: dict[str, str]

    def index(self, texts: list[str], ids: list[str], vectors: Any | None) -> None:
        self.held = dict(zip(ids, texts, strict=True))

    def save(self, folder: Path) -> None:
        (folder / "held.json").write_text(json.dumps(self.held))

    def load(self, folder: Path) -> None:
        print("a library says something on standard output")
        self.held = json.loads((folder / "held.json").read_text())

    def search(self, question: str, most: int) -> list[str]:
        words = set(question.lower().split())
        shared = {name: len(words & set(text.lower().split())) for name, text in self.held.items()}
        return sorted(shared, key=lambda name: -shared[name])[:most]


def serve(folder: str, port: str) -> None:
    peer = Fake()
    peer.load(Path(folder))

    class Door(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            question = parse_qs(urlsplit(self.path).query).get("query", [""])[0]
            body = json.dumps(peer.search(question, 10)).encode()
            self.send_response(500 if question == "fail" else 200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    ThreadingHTTPServer(("127.0.0.1", int(port)), Door).serve_forever()


if __name__ == "__main__":
    if sys.argv[1:2] == ["serve"]:
        serve(*sys.argv[2:4])
    else:
        speak(Fake())
