"""Clients that are slow, silent or deaf: they are let go, and nobody else waits for them."""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator
from contextlib import ExitStack, suppress

import pytest

from onrecord.index.encoder import Encoder
from tests.proof.endpoints import CRANE, taken
from tests.proof.process import Served, needs_proc, serving_alone
from tests.proof.raw import Answer, ask, connect, encode, let_go, read
from tests.service.conftest import PAPER, open_articles
from tests.waiting import wait_until

pytestmark = pytest.mark.slow

PATIENCE = 1  # second, as the service is set
LET_GO = 60  # seconds, with time for a machine that is busy
JSON = ("Content-Type", "application/json")
EVENTS = ("Accept", "text/event-stream")


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory, encoder: Encoder) -> Iterator[Served]:
    archive = tmp_path_factory.mktemp("slow") / "archive"
    open_articles(archive, encoder, PAPER).store.close()
    with serving_alone(archive, body_seconds=PATIENCE, rate_limit=0, min_confidence=0) as one:
        yield one


def check_answered(served: Served) -> None:
    """An ordinary client is answered, whoever else is there."""
    answer = ask(served.url, "POST", "/query", [JSON], b'{"question": "%s"}' % CRANE.encode())
    assert answer.status == 200
    assert b"312 bolts" in answer.body


def trickle(connection: socket.socket, sent: bytes) -> Answer:
    """What comes of sending a byte at a time."""
    started = time.monotonic()
    connection.settimeout(0.05)
    for byte in sent:
        try:
            connection.send(bytes([byte]))
            if connection.recv(1, socket.MSG_PEEK) is not None:
                break
        except TimeoutError:
            assert time.monotonic() - started < LET_GO, "it may trickle for ever"
        except ConnectionError:
            break
    connection.settimeout(LET_GO)
    return read(connection)


def is_closed(connection: socket.socket) -> bool:
    """Whether the service lets go of a client that says nothing more; it answers nothing."""
    connection.settimeout(LET_GO)
    try:
        return connection.recv(1) == b""
    except ConnectionError:
        return True


@pytest.mark.parametrize("begin", [b"", b"G", b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nX-A: "])
def test_who_never_ends_a_head_is_let_go(served: Served, begin: bytes) -> None:
    with connect(served.url) as connection:
        connection.sendall(begin)
        check_answered(served)
        assert is_closed(connection)


def test_a_head_a_byte_at_a_time_is_cut_off(served: Served) -> None:
    with connect(served.url) as connection:
        head = b"GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\nX-A: " + b"a" * 1_000
        assert trickle(connection, head).status == 0
    check_answered(served)


def test_a_second_head_may_not_trickle_either(served: Served) -> None:
    with connect(served.url) as connection:
        connection.sendall(b"GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
        assert read(connection).status == 200
        assert trickle(connection, b"GET /healthz HTTP/1.1\r\n" + b"a" * 1_000).status == 0


def test_a_body_a_byte_at_a_time_is_a_408(served: Served) -> None:
    request = encode("POST", "/query", [JSON], taken("/query"))
    head, body = request.split(b"\r\n\r\n", 1)
    with connect(served.url) as connection:
        connection.sendall(head + b"\r\n\r\n")
        answer = trickle(connection, body + b" " * 1_000)
        assert (answer.status, answer.kind) == (408, "application/problem+json")
    check_answered(served)


@pytest.mark.parametrize("path", ["/query", "/chat", "/verify", "/v1/chat/completions", "/mcp"])
def test_a_body_that_never_ends_is_a_408(served: Served, path: str) -> None:
    with connect(served.url) as connection:
        connection.sendall(encode("POST", path, [JSON], taken(path))[:-1])
        assert read(connection).status == 408


def test_two_hundred_silent_connections_hold_nobody_up(served: Served) -> None:
    with ExitStack() as opened:
        idle = [opened.enter_context(connect(served.url)) for _ in range(200)]
        check_answered(served)
        assert all(is_closed(connection) for connection in idle)


def deaf(served: Served, request: bytes) -> socket.socket:
    """A connection that has asked, with as little room for the answer as the system allows."""
    address = connect(served.url)
    peer = address.getpeername()
    address.close()
    connection = socket.socket()
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1)
    connection.connect(peer)
    connection.settimeout(LET_GO)
    connection.sendall(request)
    return connection


def test_sixty_four_listeners_who_do_not_listen_hold_nobody_up(served: Served) -> None:
    request = encode("POST", "/chat", [JSON, EVENTS], taken("/chat"))
    with ExitStack() as opened:
        for _ in range(64):
            opened.enter_context(deaf(served, request))
        check_answered(served)


@needs_proc
def test_who_reads_nothing_of_a_lot_is_let_go(served: Served) -> None:
    request = encode("GET", "/openapi.json", []).replace(b"Connection: close\r\n", b"")
    size = len(ask(served.url, "GET", "/openapi.json").body)
    with deaf(served, request * 300) as connection:  # more to come than any system holds for it
        wait_until(lambda: let_go(connection), "the service waits for it")
        check_answered(served)
        taken_at_last = 0
        with suppress(ConnectionError):
            while piece := connection.recv(1_000_000):
                taken_at_last += len(piece)
    assert taken_at_last < 300 * size


def test_who_reads_slowly_gets_everything_and_holds_nobody_up(served: Served) -> None:
    request = encode("GET", "/openapi.json", [])
    with deaf(served, request) as connection:
        pieces = [connection.recv(1_000)]
        while pieces[-1]:
            pieces.append(connection.recv(4_000))
            time.sleep(0.02)
        check_answered(served)
    assert b"".join(pieces).endswith(b"}")


@needs_proc
def test_nothing_is_left_of_them(served: Served) -> None:
    """The descriptors of all the clients above are free again."""
    wait_until(lambda: served.files <= 60, "more than 60 files are open")
    assert "Traceback" not in served.log.read_text()
