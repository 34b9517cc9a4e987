"""Keys, roles and the rate limit."""

from __future__ import annotations

from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from httpx2 import Response

from onrecord.service.answer import Answerer
from onrecord.service.keys import KeyFile
from tests.service.clients import client_of

OPEN = ["/healthz", "/readyz", "/openapi.json"]
CLOSED = ["/articles", "/articles/crane", "/metrics"]
ARTICLE = {"title": "Tide table", "text": "The tide turns at nine in the evening at Varnholm pier."}


@pytest.fixture
def keys(tmp_path: Path) -> KeyFile:
    return KeyFile(tmp_path / "keys.json")


def bearer(key: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {key}"}


def closed(paper: Answerer, tmp_path: Path) -> TestClient:
    return client_of(paper, keys=tmp_path / "keys.json", readers_need_keys=True)


def check_refusal(response: Response, status: int) -> None:
    assert response.status_code == status
    assert response.headers["content-type"] == "application/problem+json"
    assert response.headers["x-request-id"]
    assert (response.headers.get("www-authenticate") == "Bearer") == (status == 401)


@pytest.mark.parametrize("path", OPEN)
def test_probes_and_the_contract_need_no_key(paper: Answerer, tmp_path: Path, path: str) -> None:
    assert closed(paper, tmp_path).get(path).status_code == 200


@pytest.mark.parametrize("path", CLOSED)
def test_where_readers_need_keys_none_is_a_401(paper: Answerer, tmp_path: Path, path: str) -> None:
    check_refusal(closed(paper, tmp_path).get(path), 401)


@pytest.mark.parametrize("path", CLOSED)
def test_a_readers_key_reads(paper: Answerer, tmp_path: Path, keys: KeyFile, path: str) -> None:
    key = keys.make("reader")
    assert closed(paper, tmp_path).get(path, headers=bearer(key)).status_code == 200


def test_a_question_needs_a_key_too(paper: Answerer, tmp_path: Path, keys: KeyFile) -> None:
    client, asked = closed(paper, tmp_path), {"question": "Who runs the harbour?"}
    check_refusal(client.post("/query", json=asked), 401)
    answer = client.post("/query", json=asked, headers=bearer(keys.make("reader")))
    assert answer.status_code == 200


@pytest.mark.parametrize("given", ["Bearer wrong", "Bearer", "Basic b25yOg==", "onr_x", "Bearer  "])
def test_an_unknown_key_is_a_401_even_where_none_is_needed(
    paper: Answerer, tmp_path: Path, keys: KeyFile, given: str
) -> None:
    keys.make("reader")
    client = client_of(paper, keys=tmp_path / "keys.json")
    check_refusal(client.get("/articles", headers={"Authorization": given}), 401)


def test_the_scheme_is_read_in_any_case(paper: Answerer, tmp_path: Path, keys: KeyFile) -> None:
    given = {"Authorization": f"bearer {keys.make('reader')}"}
    assert closed(paper, tmp_path).get("/articles", headers=given).status_code == 200


@pytest.mark.parametrize(("method", "path"), [("POST", "/articles"), ("DELETE", "/articles/crane")])
def test_writing_needs_a_writers_key_and_is_closed_where_none_is_set(
    paper: Answerer, tmp_path: Path, keys: KeyFile, method: str, path: str
) -> None:
    reader = bearer(keys.make("reader"))
    client = client_of(paper, keys=tmp_path / "keys.json")
    check_refusal(client.request(method, path, json=ARTICLE), 403)
    check_refusal(client.request(method, path, json=ARTICLE, headers=reader), 403)
    keys.make("writer")
    check_refusal(client.request(method, path, json=ARTICLE), 401)
    check_refusal(client.request(method, path, json=ARTICLE, headers=reader), 403)


def test_the_third_request_of_two_a_minute_is_told_when_to_come_back(paper: Answerer) -> None:
    client = client_of(paper, rate_limit=2)
    assert [client.get("/articles").status_code for _ in range(2)] == [200, 200]
    refused = client.get("/articles")
    check_refusal(refused, 429)
    assert 1 <= int(refused.headers["retry-after"]) <= 120


def test_probes_are_never_limited(paper: Answerer) -> None:
    client = client_of(paper, rate_limit=1)
    assert [client.get("/healthz").status_code for _ in range(4)] == [200] * 4


def test_a_writer_is_not_limited(paper: Answerer, tmp_path: Path, keys: KeyFile) -> None:
    given = bearer(keys.make("writer"))
    client = client_of(paper, keys=tmp_path / "keys.json", rate_limit=1)
    assert [client.get("/articles", headers=given).status_code for _ in range(4)] == [200] * 4


def test_each_address_and_each_key_has_its_own_limit(
    paper: Answerer, tmp_path: Path, keys: KeyFile
) -> None:
    app = client_of(paper, keys=tmp_path / "keys.json", rate_limit=1).app
    one, other = (TestClient(app, client=(address, 1)) for address in ("10.0.0.1", "10.0.0.2"))
    given = bearer(keys.make("reader"))
    assert [client.get("/articles").status_code for client in (one, other)] == [200, 200]
    assert [one.get("/articles", headers=given).status_code for _ in range(2)] == [200, 429]
    assert [client.get("/articles").status_code for client in (one, other)] == [429, 429]


def test_no_limit_is_no_limit(paper: Answerer) -> None:
    client = client_of(paper, rate_limit=0)
    assert {client.get("/articles?limit=1").status_code for _ in range(100)} == {200}


def test_a_key_is_never_logged(
    paper: Answerer, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG")
    closed(paper, tmp_path).get("/articles", headers=bearer("onr_secret-of-mine"))
    assert "secret-of-mine" not in caplog.text


def test_openais_clients_may_send_any_key_where_none_is_needed(
    paper: Answerer, tmp_path: Path
) -> None:
    unknown = bearer("sk-anything")
    assert client_of(paper).get("/v1/models", headers=unknown).status_code == 200
    assert closed(paper, tmp_path).get("/v1/models", headers=unknown).status_code == 401


@pytest.mark.parametrize("needed", [False, True])
def test_the_contract_says_whether_readers_need_keys(
    paper: Answerer, tmp_path: Path, needed: bool
) -> None:
    client = client_of(paper, keys=tmp_path / "keys.json", readers_need_keys=needed)
    paths = client.get("/openapi.json").json()["paths"]
    assert paths["/query"]["post"]["security"] == ([{"key": []}] if needed else [{}, {"key": []}])
    assert paths["/articles"]["post"]["security"] == [{"key": []}]
    assert "security" not in paths["/healthz"]["get"]
