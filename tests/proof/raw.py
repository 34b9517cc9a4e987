"""Requests as bytes on a connection: no library sets right what is meant to be wrong."""

from __future__ import annotations

import socket
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from http.client import HTTPException, HTTPResponse
from urllib.parse import urlsplit

SECONDS = 30
Header = tuple[str, str]
CLOSED = 0  # in place of a status


@dataclass(frozen=True)
class Answer:
    """What came back; status 0 where the connection was closed without a word."""

    status: int
    kind: str = ""
    body: bytes = b""

    @property
    def text(self) -> str:
        return self.body.decode(errors="replace")


def connect(url: str) -> socket.socket:
    """A connection to the service at a base URL."""
    parts = urlsplit(url)
    return socket.create_connection((parts.hostname, parts.port), timeout=SECONDS)


def encode(method: str, target: str, headers: Sequence[Header], body: bytes = b"") -> bytes:
    """A request as it goes over the wire; whatever is not said of host and length is added."""
    named = {name.lower() for name, _ in headers}
    added = [("Connection", "close")]
    if "host" not in named:
        added.append(("Host", "127.0.0.1"))
    if body and not named & {"content-length", "transfer-encoding"}:
        added.append(("Content-Length", str(len(body))))
    lines = [f"{method} {target} HTTP/1.1", *(f"{n}: {v}" for n, v in [*added, *headers]), "", ""]
    return "\r\n".join(lines).encode("latin-1") + body


def ask(
    url: str, method: str, target: str, headers: Sequence[Header] = (), body: bytes = b""
) -> Answer:
    """What the service answers."""
    with connect(url) as connection:
        with suppress(OSError):  # it may have answered before it was told everything
            connection.sendall(encode(method, target, headers, body))
        return read(connection, method)


def read(connection: socket.socket, method: str = "GET") -> Answer:
    """The answer on a connection."""
    response = HTTPResponse(connection, method=method)
    try:
        response.begin()
        return Answer(response.status, response.getheader("content-type", ""), response.read())
    except (ConnectionError, HTTPException):
        return Answer(CLOSED)
    finally:
        response.close()
