"""Requests as bytes on a connection: no library sets right what is meant to be wrong."""

from __future__ import annotations

import socket
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from http.client import HTTPException, HTTPResponse
from pathlib import Path
from urllib.parse import urlsplit

SECONDS = 30
Header = tuple[str, str]
CLOSED = 0  # in place of a status
ESTABLISHED = 1  # of /proc/net/tcp


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


def received(connection: socket.socket) -> bool:
    """Whether the service has taken everything sent so far out of its socket; asks /proc."""
    state, unread = _other_end(connection)
    return (state, unread) == (ESTABLISHED, 0)


def let_go(connection: socket.socket) -> bool:
    """Whether the service has closed its end, whatever is still on the way; asks /proc."""
    return _other_end(connection)[0] != ESTABLISHED


def _other_end(connection: socket.socket) -> tuple[int, int]:
    """The state of the service's end and the bytes that it has not read; 0 where it is gone."""
    ends = (connection.getpeername()[1], connection.getsockname()[1])
    for line in Path("/proc/net/tcp").read_text().splitlines()[1:]:
        _, local, remote, state, queues, *_ = line.split()
        if tuple(int(end.split(":")[1], 16) for end in (local, remote)) == ends:
            return int(state, 16), int(queues.split(":")[1], 16)
    return 0, 0


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
