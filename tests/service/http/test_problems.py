"""Faults are problems of RFC 9457 that never echo what was sent."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from fastapi.testclient import TestClient

from onrecord.index.errors import ArchiveBusy, ArchiveDamaged, ArchiveMismatch, ArchiveUnwritable
from onrecord.service.answer import Answerer
from tests.service.clients import client_of
from tests.service.http.conversations import SECRET, Broken

JSON = {"Content-Type": "application/json"}


def check_problem(response: Any, status: int, path: str = "/query") -> dict[str, Any]:
    """All that the contract says of a fault."""
    assert response.status_code == status, response.text
    assert response.headers["content-type"] == "application/problem+json"
    assert response.headers["x-request-id"]
    problem = response.json()
    assert set(problem) - {"errors"} == {"type", "title", "status", "detail", "instance"}
    assert problem["status"] == status
    assert problem["instance"] == path
    assert all(isinstance(problem[name], str) for name in ("type", "title", "detail"))
    for fault in problem.get("errors", []):
        assert set(fault) == {"pointer", "detail"}
        assert fault["pointer"].startswith("/")
    return problem


@pytest.mark.parametrize(
    "body",
    [
        b"{",
        b'{"question": "kx9secretqz"',
        b'{"question": "kx9secretqz",}',
        b"{'question': 'kx9secretqz'}",
        b"kx9secretqz",
        b'{"question": "kx9secretqz"}{}',
        b'{"question": "kx9secretqz\n"}',
        b'{"question": "kx9secretqz \xff"}',
        b"\xff\xfe\xfd",
        b'\xc3\x28{"question": "kx9secretqz"}',
        b'{"question": "kx9secretqz", "top_k": 01}',
        b'{"question": "\\ud8"}',
        b'{"question": "kx9secretqz", "top_k": ' + b"9" * 5_000 + b"}",
        b"[" * 100_000,
        b"[" * 100_000 + b"]" * 100_000,
        b'{"question":' * 50_000,
        b'{"question": ' + b"[" * 100_000 + b"]" * 100_000 + b"}",
    ],
    ids=range(17),
)
def test_malformed_json_is_a_400(client: TestClient, body: bytes) -> None:
    response = client.post("/query", content=body, headers=JSON)
    assert "errors" not in check_problem(response, 400)
    assert SECRET not in response.text


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        (b"null", "/"),
        (b"[]", "/"),
        (b'"kx9secretqz"', "/"),
        (b"7", "/"),
        (b"{}", "/question"),
        (b'{"question": null}', "/question"),
        (b'{"question": ""}', "/question"),
        (b'{"question": " \\n\\t\\u00a0\\u2003 "}', "/question"),
        (b'{"question": 7}', "/question"),
        (b'{"question": true}', "/question"),
        (b'{"question": ["kx9secretqz"]}', "/question"),
        (b'{"question": {"kx9secretqz": 1}}', "/question"),
        (b'{"question": "kx9secretqz ' + b"x" * 1000 + b'"}', "/question"),
        (b'{"question": "\\ud800 kx9secretqz"}', "/question"),
        (b'{"question": "\\udc00\\ud800"}', "/question"),
        (b'{"question": "q", "top_k": 0}', "/top_k"),
        (b'{"question": "q", "top_k": 51}', "/top_k"),
        (b'{"question": "q", "top_k": -1}', "/top_k"),
        (b'{"question": "q", "top_k": "3"}', "/top_k"),
        (b'{"question": "q", "top_k": 3.0}', "/top_k"),
        (b'{"question": "q", "top_k": true}', "/top_k"),
        (b'{"question": "q", "top_k": null}', "/top_k"),
        (b'{"question": "q", "top_k": 1e999}', "/top_k"),
        (b'{"question": "q", "top_k": -1e999}', "/top_k"),
        (b'{"question": "q", "top_k": ' + b"9" * 4_000 + b"}", "/top_k"),
        (b'{"question": "q", "published_from": "kx9secretqz"}', "/published_from"),
        (b'{"question": "q", "published_from": "2024"}', "/published_from"),
        (b'{"question": "q", "published_from": "2024-02-30"}', "/published_from"),
        (b'{"question": "q", "published_from": 0}', "/published_from"),
        (b'{"question": "q", "published_to": 1e999}', "/published_to"),
        (b'{"question": "q", "published_to": "2024-01-01T00:00:00Z"}', "/published_to"),
        (b'{"question": "q", "today": "10000-01-01"}', "/today"),
        (b'{"question": "q", "today": ""}', "/today"),
        (b'{"question": "q", "today": "kx9secretqz"}', "/today"),
        (b'{"question": "q", "today": "0000-01-01"}', "/today"),
        (b'{"question": "q", "outlets": []}', "/outlets"),
        (b'{"question": "q", "outlets": "kx9secretqz"}', "/outlets"),
        (b'{"question": "q", "outlets": [7]}', "/outlets/0"),
        (b'{"question": "q", "outlets": ["a", null]}', "/outlets/1"),
        (b'{"question": "q", "outlets": ["\\ud800"]}', "/outlets/0"),
        (b'{"question": "q", "outlets": {"kx9secretqz": 1}}', "/outlets"),
        (b'{"question": "q", "sort": "kx9secretqz"}', "/sort"),
        (b'{"question": "q", "sort": "Newest"}', "/sort"),
        (b'{"question": "q", "sort": null}', "/sort"),
        (b'{"question": "q", "history": "kx9secretqz"}', "/history"),
        (b'{"question": "q", "history": ["kx9secretqz", 7]}', "/history/1"),
        (b'{"question": "q", "history": ["\\ud800"]}', "/history/0"),
        (b'{"question": "q", "history": [' + b'"a",' * 20 + b'"a"]}', "/history"),
    ],
)
def test_a_wrong_field_is_a_422_that_names_it(
    client: TestClient, body: bytes, pointer: str
) -> None:
    response = client.post("/query", content=body, headers=JSON)
    problem = check_problem(response, 422)
    expected = "/" if pointer == "/question" and body == b"{}" else pointer
    assert pointer in [fault["pointer"] for fault in problem["errors"]] or expected == "/"
    assert SECRET not in response.text


@pytest.mark.parametrize(
    "body",
    [
        b'{"question": "q", "kx9secretqz": 1}',
        b'{"question": "q", "kx9secretqz\\ud800": 1}',
        b'{"question": "q", "": 1}',
        b'{"question": "q", "topk": 3}',
        b'{"question": "q", "__proto__": {"kx9secretqz": 1}}',
    ],
)
def test_an_unknown_field_is_refused_without_its_name(client: TestClient, body: bytes) -> None:
    response = client.post("/query", content=body, headers=JSON)
    assert check_problem(response, 422)["errors"]
    assert not any(name in response.text for name in (SECRET, "topk", "__proto__"))


def test_a_window_that_runs_backwards_is_a_422(client: TestClient) -> None:
    window = {"published_from": "2024-05-02", "published_to": "2024-05-01"}
    response = client.post("/query", json={"question": "q", **window})
    check_problem(response, 422)
    assert "published_from is after published_to" in response.text
    assert "2024-05" not in response.text


def test_twenty_earlier_questions_and_a_window_of_one_day_are_no_fault(client: TestClient) -> None:
    window = {"published_from": "2024-05-01", "published_to": "2024-05-01"}
    asked = {"question": "q", "history": ["a"] * 20, **window}
    assert client.post("/query", json=asked).status_code == 200


@pytest.mark.parametrize(
    "body",
    [b"", b" ", b'{"question": NaN}', b'{"question": "q", "top_k": NaN}', b'{"top_k": -Infinity}'],
)
def test_what_is_hardly_json_is_a_problem(client: TestClient, body: bytes) -> None:
    response = client.post("/query", content=body, headers=JSON)
    assert response.status_code in (400, 422)
    check_problem(response, response.status_code)


@pytest.mark.parametrize(
    "content_type",
    [
        None,
        "",
        "text/plain",
        "application/xml",
        "application/x-www-form-urlencoded",
        "multipart/form-data",
        "multipart/form-data; boundary=x",
        "kx9secretqz",
        "application/json/kx9secretqz",
    ],
)
def test_a_body_that_is_not_said_to_be_json_is_a_problem(
    client: TestClient, content_type: str | None
) -> None:
    headers = {} if content_type is None else {"Content-Type": content_type}
    response = client.post("/query", content=b'{"question": "kx9secretqz"}', headers=headers)
    assert response.status_code in (400, 415, 422)
    check_problem(response, response.status_code)
    assert SECRET not in response.text


@pytest.mark.parametrize(
    ("path", "instance"),
    [
        ("/nowhere", "/nowhere"),
        ("/docs", "/docs"),
        ("/a%20b%0ac", "/a%20b%0Ac"),
        ("/caf%C3%A9", "/caf%C3%A9"),
        ("/what%3Fwhere", "/what%3Fwhere"),
    ],
)
def test_a_path_that_is_none_is_a_404_whose_instance_is_a_uri(
    client: TestClient, path: str, instance: str
) -> None:
    problem = check_problem(client.get(path), 404, instance)
    assert problem["title"] == "Not Found"


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("GET", "/query", "POST"),
        ("DELETE", "/query", "POST"),
        ("PUT", "/articles", "GET, POST"),
        ("PUT", "/articles/crane", "DELETE, GET"),
        ("POST", "/healthz", "GET"),
    ],
)
def test_a_method_that_is_not_there_is_a_405_that_says_which_is(
    client: TestClient, method: str, path: str, allowed: str
) -> None:
    response = client.request(method, path)
    check_problem(response, 405, path)
    assert response.headers["allow"] == allowed


def broken(paper: Answerer, error: Exception) -> TestClient:
    answers = replace(paper, store=Broken(error))  # type: ignore[arg-type]
    return client_of(answers, raises=False)


@pytest.mark.parametrize(
    ("path", "status"), [("/articles", 500), ("/articles/crane", 500), ("/readyz", 503)]
)
def test_an_unforeseen_error_is_told_without_its_text(
    paper: Answerer, path: str, status: int
) -> None:
    response = broken(paper, RuntimeError(SECRET)).get(path)
    check_problem(response, status, path)
    assert SECRET not in response.text
    assert "Traceback" not in response.text


def test_an_unforeseen_error_of_a_query_is_logged_under_the_requests_id(
    paper: Answerer, caplog: pytest.LogCaptureFixture
) -> None:
    response = broken(paper, OSError(SECRET)).post(
        "/query", json={"question": "q"}, headers={"X-Request-ID": "mine-1"}
    )
    check_problem(response, 500)
    assert SECRET not in response.text
    assert response.headers["x-request-id"] == "mine-1"
    logged = [
        record for record in caplog.records if record.name == "onrecord.service.http.problems"
    ]
    assert [record.levelname for record in logged] == ["ERROR"]
    assert "mine-1" in logged[0].getMessage()
    assert SECRET in str(logged[0].exc_info)


def test_a_busy_archive_is_a_503_that_says_when_to_come_back(paper: Answerer) -> None:
    client = broken(paper, ArchiveBusy("another process is writing"))
    response = client.post("/query", json={"question": "q"})
    check_problem(response, 503)
    assert response.headers["retry-after"] == "5"


@pytest.mark.parametrize("fault", [ArchiveUnwritable, ArchiveDamaged, ArchiveMismatch])
def test_a_disk_that_has_to_be_seen_to_is_a_503_that_tells_no_path(
    paper: Answerer, fault: type[Exception], caplog: pytest.LogCaptureFixture
) -> None:
    client = broken(paper, fault("the disk of /srv/secret is full"))
    response = client.post("/query", json={"question": "q"})
    check_problem(response, 503)
    assert response.headers["retry-after"] == "5"
    assert "secret" not in response.text
    assert "the disk of /srv/secret is full" in caplog.text
