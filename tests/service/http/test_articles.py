"""GET /articles and GET /articles/{id}."""

from __future__ import annotations

import base64
from dataclasses import replace
from hashlib import sha256

import pytest
from fastapi.testclient import TestClient

from onrecord.index.encoder import Encoder
from onrecord.index.ingest import encode_article
from onrecord.index.types import Article
from onrecord.service.settings import Settings
from tests.service.clients import client_of
from tests.service.conftest import OpenArchive

NEWEST_FIRST = [
    "museum",
    "bakery",
    "crane",
    "library",
    "orchard",
    "tunnel-late",
    "tunnel-early",
    "ferry",
    "tunnel-never",
]


def listed(client: TestClient, **params: object) -> list[str]:
    response = client.get("/articles", params=params)
    assert response.status_code == 200, response.text
    return [article["id"] for article in response.json()["articles"]]


def test_articles_are_listed_newest_first_and_undated_last(client: TestClient) -> None:
    assert listed(client) == NEWEST_FIRST


def test_a_listed_article_is_the_article_without_text_and_evidence(client: TestClient) -> None:
    listing = client.get("/articles").json()
    assert set(listing) == {"articles", "next"}
    assert listing["next"] is None
    for article in listing["articles"]:
        whole = client.get(f"/articles/{article['id']}").json()
        del whole["text"], whole["evidence"]
        assert article == whole


@pytest.mark.parametrize("limit", [1, 2, 4, 9, 200])
def test_pages_joined_give_every_article_once(client: TestClient, limit: int) -> None:
    seen, params = [], {"limit": limit}
    while True:
        page = client.get("/articles", params=params).json()
        assert len(page["articles"]) <= limit
        seen += [article["id"] for article in page["articles"]]
        if page["next"] is None:
            break
        params = {"limit": limit, "after": page["next"]}
    assert seen == NEWEST_FIRST


@pytest.mark.parametrize(
    ("params", "kept"),
    [
        ({"outlet": "harbour post"}, ["crane", "orchard"]),
        ({"outlet": ["ALPHA", "Strasse Blatt"]}, ["museum", "tunnel-early"]),
        ({"outlet": "nobody"}, []),
        (
            {"published_from": "2024-01-01", "published_to": "2024-12-31"},
            ["bakery", "crane", "library"],
        ),
        ({"published_from": "2024-01-02", "published_to": "2024-12-31"}, ["bakery", "crane"]),
        ({"published_to": "2022-05-31"}, ["tunnel-early"]),
        ({"outlet": "varnholm gazette", "published_from": "2024-06-01"}, ["bakery"]),
    ],
)
def test_filters_keep_what_they_say(
    client: TestClient, params: dict[str, object], kept: list[str]
) -> None:
    assert listed(client, **params) == kept


def test_pages_under_a_filter_go_on_under_it(client: TestClient) -> None:
    first = client.get("/articles", params={"outlet": "Harbour Post", "limit": 1}).json()
    assert [article["id"] for article in first["articles"]] == ["crane"]
    assert listed(client, outlet="Harbour Post", limit=1, after=first["next"]) == ["orchard"]


def cursor(of: str) -> str:
    return base64.urlsafe_b64encode(of.encode()).decode()


FORGED = (
    "null",
    '[1, "a", 2]',
    '[1.5, "a"]',
    '[NaN, "a"]',
    '[99999999999999999999999999, "a"]',
    '[1, ["a"]]',
    '[1, "\\ud800"]',
    '[1, "\\u0000"]',
    '[1, "a\' OR 1=1 --"]',
    '{"first": 1, "id": "a"}',
    "[" * 200,
)


@pytest.mark.parametrize("after", ["", "....", "café", "\x00", "a" * 301, *map(cursor, FORGED)])
def test_a_cursor_that_was_never_given_is_refused(client: TestClient, after: str) -> None:
    response = client.get("/articles", params={"after": after})
    assert response.status_code == 422
    assert [fault["pointer"] for fault in response.json()["errors"]] == ["/after"]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("limit", "0"),
        ("limit", "201"),
        ("limit", "-1"),
        ("limit", "many"),
        ("limit", "9" * 5000),
        ("limit", "NaN"),
        ("published_from", "2024"),
        ("published_from", "86400"),
        ("published_from", "2024-02-30"),
        ("published_from", "2024-01-01T00:00:00"),
        ("published_to", ""),
        ("published_to", "yesterday"),
        ("published_to", "٢٠٢٤-٠١-٠١"),
    ],
)
def test_a_wrong_parameter_is_named_and_not_echoed(
    client: TestClient, name: str, value: str
) -> None:
    response = client.get("/articles", params={name: value})
    assert response.status_code == 422
    assert [fault["pointer"] for fault in response.json()["errors"]] == [f"/{name}"]
    if len(value) > 4:
        assert value not in response.text


def test_a_window_that_runs_backwards_is_refused(client: TestClient) -> None:
    params = {"published_from": "2024-05-02", "published_to": "2024-05-01"}
    response = client.get("/articles", params=params)
    assert response.status_code == 422
    assert "2024-05-0" not in response.text


def test_an_article_is_given_whole_with_all_its_evidence(client: TestClient) -> None:
    article = client.get("/articles/crane").json()
    text = article.pop("text")
    assert text.startswith("The harbour of Varnholm reopened its eastern crane on Monday")
    assert text.endswith("\nHarbour master Jonas Ek thanked the night shift.")
    assert article == {
        "id": "crane",
        "title": "Eastern crane reopens",
        "outlet": "Harbour Post",
        "authors": ["Ida Lund", "Per Aune"],
        "url": "https://post.example/crane?page=1",
        "language": "en",
        "published": "2024-03-04",
        "published_precision": "day",
        "published_evidence": {"rule": "field published", "snippet": "2024-03-04"},
        "terms": {
            "max_chars": 5_000,
            "link_required": True,
            "snippet": "Quote up to 5,000 characters with a link.",
        },
        "sha256": sha256(text.encode()).hexdigest(),
        "evidence": {
            "published": [
                {"rule": "field published", "snippet": "2024-03-04"},
                {"rule": "body", "snippet": "Monday"},
            ],
            "title": [{"rule": "field title", "snippet": "Eastern crane reopens"}],
            "outlet": [],
            "authors": [],
        },
    }


def test_an_undated_article_says_nothing_of_a_date(client: TestClient) -> None:
    article = client.get("/articles/ferry").json()
    assert article["published"] is None
    assert article["published_precision"] is None
    assert article["published_evidence"] is None
    assert article["terms"] is None
    assert article["outlet"] is None


@pytest.mark.parametrize(
    ("article", "published", "precision"),
    [("bakery", "2024-12", "month"), ("library", "2024", "year"), ("museum", "2025-02-23", "day")],
)
def test_a_date_is_given_as_far_as_it_is_known(
    client: TestClient, article: str, published: str, precision: str
) -> None:
    given = client.get(f"/articles/{article}").json()
    assert (given["published"], given["published_precision"]) == (published, precision)


def test_an_earlier_version_stays_readable_by_its_sha256(
    open_archive: OpenArchive, encoder: Encoder
) -> None:
    before = Article("bridge", "Bridge", "The bridge over the Lune is open to cars again.")
    after = replace(before, text="The bridge over the Lune is closed to cars again.")
    answers = open_archive([before])
    entries = encode_article(after, encoder, Settings().budget)
    answers.store.put(after, entries, "bridge.json")
    answers.store.publish()
    client = client_of(answers)
    assert client.get("/articles/bridge").json()["text"] == after.text
    for version in (before, after):
        given = client.get("/articles/bridge", params={"sha256": version.sha256})
        assert given.json()["text"] == version.text
    assert client.get("/articles/bridge", params={"sha256": "0" * 64}).status_code == 404


def test_a_sha256_of_another_article_finds_nothing(client: TestClient) -> None:
    other = client.get("/articles/ferry").json()["sha256"]
    assert client.get("/articles/crane", params={"sha256": other}).status_code == 404


@pytest.mark.parametrize("sha256", ["", "0" * 63, "0" * 65, "A" * 64, "g" * 64, "0" * 64 + "\n"])
def test_a_sha256_that_is_none_is_refused(client: TestClient, sha256: str) -> None:
    assert client.get("/articles/crane", params={"sha256": sha256}).status_code == 422


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/articles/nobody", 404),
        ("/articles/CRANE", 404),
        ("/articles/crane.", 404),
        ("/articles/..%2f..%2fetc%2fpasswd", 404),
        ("/articles/crane%2f..%2fferry", 404),
        ("/articles/%2e%2e", 404),
        ("/articles/%00", 422),
        ("/articles/crane%00", 422),
        ("/articles/crane%0a", 422),
        ("/articles/crane%20", 422),
        ("/articles/..%5c..%5cetc", 422),
        ("/articles/caf%C3%A9", 422),
        ("/articles/%FF%FE", 422),
        ("/articles/%F0%9F%98%80", 422),
        ("/articles/" + "a" * 65, 422),
        ("/articles/" + "a" * 64, 404),
        ("/articles/crane'--", 422),
    ],
)
def test_an_id_that_is_no_articles_is_a_problem(client: TestClient, path: str, status: int) -> None:
    response = client.get(path)
    assert response.status_code == status
    assert response.headers["content-type"] == "application/problem+json"
    assert response.json()["status"] == status
