"""The service answers to its own names alone."""

from __future__ import annotations

import pytest

from onrecord.service.answer import Answerer
from onrecord.service.http.auth import AllowedHosts
from onrecord.service.settings import Settings
from tests.service.clients import client_of


@pytest.mark.parametrize("host", ["evil.example", "localhost.evil.example", "", "127.0.0.1.evil"])
def test_another_host_is_a_421(paper: Answerer, host: str) -> None:
    client = client_of(paper, allowed_hosts=("localhost", "127.0.0.1"))
    response = client.get("/articles", headers={"Host": host})
    assert response.status_code == 421
    assert response.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize("host", ["localhost", "LOCALHOST:8000", "127.0.0.1:8000", "[::1]:8000"])
def test_a_local_service_answers_to_its_local_names(paper: Answerer, host: str) -> None:
    client = client_of(paper, allowed_hosts=Settings().hosts)
    assert client.get("/healthz", headers={"Host": host}).status_code == 200


def test_a_service_for_others_answers_to_any_name() -> None:
    assert Settings(host="0.0.0.0").hosts == ("*",)
    assert Settings(host="0.0.0.0", allowed_hosts="news.example").hosts == ("news.example",)


@pytest.mark.parametrize(
    ("host", "allowed"),
    [
        ("a.news.example", True),
        ("a.b.news.example:443", True),
        ("news.example", False),
        ("evilnews.example", False),
    ],
)
def test_a_star_stands_for_subdomains(host: str, allowed: bool) -> None:
    assert AllowedHosts(["*.news.example"]).allows(host) is allowed
