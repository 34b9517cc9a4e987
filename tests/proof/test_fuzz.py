"""Every endpoint, sent what hypothesis makes up; the same every day, much more at night."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.nightly import amount
from tests.proof.bodies import places
from tests.proof.conftest import Scratch
from tests.proof.endpoints import FULL, endpoints
from tests.proof.judge import Trial
from tests.serving import serving

pytestmark = pytest.mark.slow

JSON = ("Content-Type", "application/json")
BOTH = ("Accept", "application/json, text/event-stream")
tried = settings(
    max_examples=amount(200, 10_000),
    derandomize=True,
    deadline=None,
    database=None,
    suppress_health_check=list(HealthCheck),
)

texts = st.text(st.characters(exclude_categories=()), max_size=60)  # lone surrogates, too
leaves = st.none() | st.booleans() | st.integers() | st.floats() | texts
values = st.recursive(
    leaves, lambda inner: st.lists(inner) | st.dictionaries(texts, inner), max_leaves=20
)
# What no header may hold on the wire; an HTTP library would end the header there.
words = st.text(st.characters(max_codepoint=255, exclude_characters="\r\n"), max_size=200)


@pytest.fixture(scope="module")
def trial(scratch: Scratch) -> Iterator[Trial]:
    """The service, asked with a writer's key."""
    with serving(scratch.app(allowed_hosts=("127.0.0.1",))) as url:
        yield Trial(url, ("Authorization", f"Bearer {scratch.writer}"), BOTH)


@pytest.fixture(scope="module")
def operations(scratch: Scratch) -> list[tuple[str, str]]:
    return endpoints(scratch.app())


@st.composite
def spoilt(draw: st.DrawFn) -> tuple[str, dict[str, Any]]:
    """A path and a body that is right but for one value."""
    path = draw(st.sampled_from(sorted(FULL)))
    body = json.loads(json.dumps(FULL[path]))
    *above, last = draw(st.sampled_from(list(places(body))))
    holder = body
    for name in above:
        holder = holder[name]
    holder[last] = draw(values)
    return path, body


@tried
@given(spoilt())
def test_no_value_is_a_fault(trial: Trial, sent: tuple[str, dict[str, Any]]) -> None:
    path, body = sent
    trial.send("value", "POST", path, [JSON], json.dumps(body).encode())
    assert trial.faults == []


@tried
@given(st.sampled_from(sorted(FULL)), values)
def test_no_body_is_a_fault(trial: Trial, path: str, body: object) -> None:
    trial.send("body", "POST", path, [JSON], json.dumps(body).encode())
    assert trial.faults == []


@tried
@given(st.sampled_from(sorted(FULL)), st.binary(max_size=2_000), st.booleans())
def test_no_bytes_are_a_fault(trial: Trial, path: str, body: bytes, page: bool) -> None:
    kind = ("Content-Type", "text/html") if page else JSON
    trial.send("bytes", "POST", path, [kind], body)
    assert trial.faults == []


@tried
@given(st.data())
def test_no_path_is_a_fault(
    trial: Trial, operations: list[tuple[str, str]], data: st.DataObject
) -> None:
    method, path = data.draw(st.sampled_from(operations))
    more = data.draw(st.binary(max_size=80).map(lambda raw: quote(raw, safe="/;:@=&?%.")))
    trial.send("path", method, path + data.draw(st.sampled_from(["", "/", "?"])) + more)
    assert trial.faults == []


@tried
@given(st.data())
def test_no_header_is_a_fault(
    trial: Trial, operations: list[tuple[str, str]], data: st.DataObject
) -> None:
    method, path = data.draw(st.sampled_from(operations))
    names = ["Accept", "Content-Type", "Origin", "X-Request-ID", "Host", "Last-Event-ID", "Range"]
    odd = (data.draw(st.sampled_from(names)), data.draw(words))
    body = json.dumps(FULL[path]).encode() if method == "POST" else b""
    trial.send("header", method, path, [odd], body)
    assert trial.faults == []
