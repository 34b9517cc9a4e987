"""Every endpoint, sent what is made to break it: it says what is wrong, and goes on answering."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import product

import pytest

from tests.proof.bodies import BODIES, FORMS, VALUES, places, repeat, spoil
from tests.proof.conftest import Scratch
from tests.proof.endpoints import CRANE, FULL, endpoints, taken
from tests.proof.judge import Trial
from tests.proof.oddities import CONTENT_TYPES, HEADERS, METHODS, PATHS, QUERIES
from tests.proof.raw import CLOSED, Header, ask
from tests.serving import serving

pytestmark = pytest.mark.slow

JSON: Header = ("Content-Type", "application/json")
BOTH: Header = ("Accept", "application/json, text/event-stream")
FORM: Header = ("Content-Type", "multipart/form-data; boundary=x")
MODERN: Header = ("MCP-Protocol-Version", "2026-07-28")  # read by other code of the SDK
DOORS = [*((path, ()) for path in FULL), ("/mcp", (MODERN,))]


@pytest.fixture(scope="module")
def url(scratch: Scratch) -> Iterator[str]:
    with serving(scratch.app(allowed_hosts=("127.0.0.1",))) as base:
        yield base


@pytest.fixture(scope="module")
def key(scratch: Scratch) -> Header:
    return "Authorization", f"Bearer {scratch.writer}"


@pytest.fixture(scope="module")
def operations(scratch: Scratch) -> list[tuple[str, str]]:
    return endpoints(scratch.app())


@pytest.fixture(autouse=True)
def still_answers(url: str) -> Iterator[None]:
    """Whatever a test sends, an ordinary question is answered after it."""
    yield
    answer = ask(url, "POST", "/query", [JSON], b'{"question": "%s"}' % CRANE.encode())
    assert answer.status == 200
    assert b"312 bolts" in answer.body


def test_every_endpoint_that_takes_a_body_is_known_here(operations: list[tuple[str, str]]) -> None:
    assert {path for method, path in operations if method == "POST"} == set(FULL)


@pytest.mark.parametrize("path", FULL)
def test_the_bodies_that_are_spoilt_here_are_taken_before(url: str, key: Header, path: str) -> None:
    assert ask(url, "POST", path, [key, JSON, BOTH], taken(path)).status in (200, 201)


@pytest.mark.parametrize(("path", "headers"), DOORS)
def test_no_value_of_any_field_is_a_fault(
    url: str, key: Header, path: str, headers: Sequence[Header]
) -> None:
    trial = Trial(url, key, JSON, BOTH, *headers)
    full = FULL[path]
    for place, (name, value) in product(places(full), VALUES.items()):
        trial.send((place, name), "POST", path, body=spoil(full, place, value))
    for name in full:
        trial.send(("twice", name), "POST", path, body=repeat(full, name))
    assert trial.faults == []


# Starlette leaves the file of a form that breaks off to the garbage collector, which closes it.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.parametrize("path", FULL)
def test_no_body_is_a_fault(url: str, key: Header, path: str) -> None:
    trial = Trial(url, key, BOTH)
    for name, body in BODIES.items():
        trial.send(name, "POST", path, [JSON], body)
    for kind in CONTENT_TYPES:
        trial.send(kind[:80], "POST", path, [("Content-Type", kind)], taken(path))
    trial.send("no type", "POST", path, body=taken(path))
    for form in FORMS:
        trial.send(form[:80], "POST", path, [FORM], form)
    for name, body in BODIES.items():
        trial.send((name, "as HTML"), "POST", path, [("Content-Type", "text/html")], body)
    assert trial.faults == []


def test_no_header_is_a_fault(url: str, operations: list[tuple[str, str]]) -> None:
    trial = Trial(url)
    for (method, path), odd in product(operations, HEADERS):
        headers = [*odd.items()]
        if method == "POST" and "Content-Length" not in odd:
            headers = [JSON, *([] if "Accept" in odd else [BOTH]), *headers]
            trial.send(odd, method, path, headers, taken(path))
        else:
            trial.send(odd, method, path, headers)
    assert trial.faults == []


@pytest.mark.parametrize("offered", ["h2c", "websocket"])
def test_the_body_of_who_offers_another_protocol_is_read(url: str, offered: str) -> None:
    """Java's client and `curl --http2` offer one with every request."""
    offer = [("Connection", "Upgrade"), ("Upgrade", offered)]
    answer = ask(url, "POST", "/query", [JSON, *offer], taken("/query"))
    assert (answer.status, answer.kind) == (200, "application/json")


def test_no_preflight_is_a_fault(url: str, operations: list[tuple[str, str]]) -> None:
    trial = Trial(url)
    for (_, path), odd in product(operations, HEADERS):
        asked = {"Origin": "http://127.0.0.1", "Access-Control-Request-Method": "POST"} | odd
        trial.send(odd, "OPTIONS", path, [*asked.items()])
    assert trial.faults == []


def test_no_path_is_a_fault(url: str, key: Header, operations: list[tuple[str, str]]) -> None:
    trial = Trial(url, key)
    for (method, path), odd in product(operations, PATHS):
        above = path.rpartition("/")[0]
        for target in (f"{path}/{odd}", f"{above}/{odd}", f"{path}{odd}"):
            trial.send("path", method, target)
    assert trial.faults == []


def test_no_query_is_a_fault(url: str, operations: list[tuple[str, str]]) -> None:
    trial = Trial(url)
    for (method, path), odd in product(operations, QUERIES):
        trial.send(odd[:80], method, path + odd)
    assert trial.faults == []


def test_no_method_is_a_fault(url: str, key: Header, operations: list[tuple[str, str]]) -> None:
    trial = Trial(url, key)
    for (_, path), method in product(operations, METHODS):
        status = trial.send("method", method, path, [JSON], b"{}")
        assert status in (200, 400, 405), (method, path, status)
    assert trial.faults == []


def test_a_body_that_is_too_large_is_refused_or_cut_off(url: str, key: Header) -> None:
    trial = Trial(url, key, JSON)
    for path in FULL:
        status = trial.send("11 MB", "POST", path, body=b" " * 11_000_000)
        assert status in (413, CLOSED), path
    assert trial.faults == []
