"""GET /articles/{id}/citation."""

from __future__ import annotations

import json

import pytest
import rispy
from fastapi.testclient import TestClient

from onrecord.index.types import Article, Terms
from onrecord.service.references import STYLES
from tests.service.clients import client_of
from tests.service.conftest import OpenArchive


def cited(client: TestClient, article: str = "crane", **params: object) -> str:
    response = client.get(f"/articles/{article}/citation", params=params)
    assert response.status_code == 200, response.text
    return response.text


@pytest.mark.parametrize("style", STYLES)
def test_each_style_comes_under_its_media_type_and_name(style: str, client: TestClient) -> None:
    response = client.get("/articles/bakery/citation", params={"format": style})
    media_type, ending, _, _ = STYLES[style]  # type: ignore[index]
    assert response.headers["content-type"] == f"{media_type}; charset=utf-8"
    assert response.headers["content-disposition"] == f'inline; filename="bakery.{ending}"'
    assert "Old bakery turns into a school" in response.text


def test_a_quote_is_cited_word_for_word_with_a_link_to_it(client: TestClient) -> None:
    answer = client.post("/query", json={"question": "How many pupils has the school?"}).json()
    (quote, *_) = [*answer["quotes"], *answer["nearest"]]
    where = {"start": quote["start"], "end": quote["end"]}
    article = quote["article"]["id"]
    assert cited(client, article, **where) == f"{quote['citation']}\n{quote['link']}\n"
    (item,) = json.loads(cited(client, article, format="csl", **where))
    assert item["URL"] == quote["link"]
    (entry,) = rispy.loads(cited(client, article, format="ris", **where))
    assert entry["notes"] == [f"“{' '.join(quote['text'].split())}”"]


def test_an_article_without_an_address_is_cited_with_its_page_here(client: TestClient) -> None:
    assert cited(client, "library").endswith("\nhttp://testserver/articles/library\n")


@pytest.mark.parametrize(
    "params",
    [
        {"format": "endnote"},
        {"start": -1, "end": 9},
        {"end": "x"},
        {"sha256": "x"},
    ],
)
def test_what_is_no_parameter_is_a_422(params: dict[str, object], client: TestClient) -> None:
    response = client.get("/articles/crane/citation", params=params)
    assert response.status_code == 422
    assert response.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize("params", [{"start": 9, "end": 9}, {"end": 99_999}, {"start": 99_999}])
def test_characters_that_the_article_lacks_are_a_404(
    params: dict[str, object], client: TestClient
) -> None:
    assert client.get("/articles/crane/citation", params=params).status_code == 404


def test_one_bound_alone_leaves_the_other_to_the_text(client: TestClient) -> None:
    text = client.get("/articles/library").json()["text"]
    assert cited(client, "library", end=16).startswith(f"“{text[:16]}” — ")
    assert cited(client, "library", start=17).startswith(f"“{text[17:]}” — ")


def test_no_more_is_quoted_than_the_articles_terms_allow(open_archive: OpenArchive) -> None:
    limited = Article("a", "Ships", "Nine ships a day.", terms=Terms(10, False, "Ten characters."))
    with client_of(open_archive([limited])) as client:
        assert cited(client, "a", start=0, end=10).startswith("“Nine ships”")
        refused = client.get("/articles/a/citation", params={"start": 0, "end": 11})
    assert refused.status_code == 422
    assert "quotes of 10 characters" in refused.text


def test_an_article_that_is_not_there_is_a_404(client: TestClient) -> None:
    assert client.get("/articles/nobody/citation").status_code == 404
