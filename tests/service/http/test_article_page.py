"""`GET /articles/{id}` for people: what is negotiated, and what the page holds."""

from __future__ import annotations

import json
from typing import Any

import pytest
from fastapi.testclient import TestClient
from lxml import html

from onrecord.index.types import Article, Evidence
from onrecord.service.answer import Answerer
from onrecord.service.keys import KeyFile
from tests.service.clients import client_of
from tests.service.conftest import PAPER, OpenArchive

PEOPLE = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}
NAMES = [article.id for article in PAPER]
TEXTS = {article.id: article.text for article in PAPER}


def page_of(client: TestClient, name: str, **params: Any) -> html.HtmlElement:
    response = client.get(f"/articles/{name}", headers=PEOPLE, params=params)
    assert response.status_code == 200
    return html.fromstring(response.text)


@pytest.mark.parametrize("accept", ["*/*", "application/json", "", "text/plain"])
def test_curl_and_programs_get_json(client: TestClient, accept: str) -> None:
    response = client.get("/articles/crane", headers={"Accept": accept})
    assert response.headers["content-type"] == "application/json"
    assert response.json()["id"] == "crane"
    assert "Accept" in response.headers["vary"]


def test_a_browser_gets_a_page_that_caches_keep_apart(client: TestClient) -> None:
    response = client.get("/articles/crane", headers=PEOPLE)
    assert response.headers["content-type"] == "text/html; charset=utf-8"
    assert "Accept" in response.headers["vary"]
    assert response.headers["cache-control"] == "no-cache"


@pytest.mark.parametrize("name", NAMES)
def test_the_pages_paragraphs_stand_at_their_offsets_in_the_text(
    client: TestClient, name: str
) -> None:
    lines = page_of(client, name).xpath("//div[@class='text']/p")
    for line in lines:
        start, shown = int(line.get("data-start")), line.text_content()
        assert TEXTS[name][start : start + len(shown)] == shown
    assert "\n".join(line.text_content() for line in lines) == TEXTS[name]


def test_blank_lines_and_blanks_move_no_offset(open_archive: OpenArchive) -> None:
    text = "  First 🐟 line \n\n \n\tSecond & <third>\n"
    client = client_of(open_archive([Article("blank", "Blank", text)]))
    lines = page_of(client, "blank").xpath("//div[@class='text']/p")
    assert "\n".join(line.text_content() for line in lines) == text
    shown = [line for line in lines if line.get("hidden") is None]
    assert [(int(line.get("data-start")), line.text_content()) for line in shown] == [
        (0, "  First 🐟 line "),
        (text.index("\tSecond"), "\tSecond & <third>"),
    ]


def test_what_browsers_drop_keeps_its_place(open_archive: OpenArchive) -> None:
    client = client_of(open_archive([Article("nul", "Nul", "One\0two\nthree")]))
    lines = page_of(client, "nul").xpath("//div[@class='text']/p")
    assert [line.text_content() for line in lines] == ["One\ufffdtwo", "three"]


def test_the_evidence_is_listed_the_winner_first(client: TestClient) -> None:
    terms = page_of(client, "crane").xpath("//section[@class='evidence']//dt")
    shown = {term.text_content(): " ".join(term.getnext().text_content().split()) for term in terms}
    assert list(shown) == ["Date", "Headline", "Outlet", "Authors", "Text"]
    assert shown["Date"] == "field published: 2024-03-04 Not taken, body: Monday"
    assert shown["Headline"] == "field title: Eastern crane reopens"
    assert shown["Outlet"] == "Nothing on the page says so."


def test_a_date_that_lost_does_not_make_an_article_dated(open_archive: OpenArchive) -> None:
    evidence = {"published": (Evidence("body", "last Tuesday"),)}
    lost = Article("lost", "Lost", "A text of a few words.", evidence=evidence)
    page = page_of(client_of(open_archive([lost])), "lost")
    assert page.xpath("//time") == []
    shown = " ".join(page.xpath("string(//section[@class='evidence']//dd)").split())
    assert shown.startswith("Undated: nothing on the page says when it was published.")
    assert "last Tuesday" in shown


@pytest.mark.parametrize("name", NAMES)
def test_its_description_for_machines_is_json_of_what_is_known(
    client: TestClient, name: str
) -> None:
    (described,) = page_of(client, name).xpath("//script[@type='application/ld+json']/text()")
    article = json.loads(described)
    given = client.get(f"/articles/{name}").json()
    assert article["@type"] == "NewsArticle"
    assert article["headline"] == given["title"]
    assert article.get("datePublished") == given["published"]
    assert article.get("url") == given["url"]
    assert article.get("publisher", {}).get("name") == given["outlet"]
    assert [author["name"] for author in article.get("author", [])] == given["authors"]


def test_a_script_in_a_title_ends_no_description(open_archive: OpenArchive) -> None:
    title = "</script><script>alert(1)</script> {{ 7 * 7 }} <!--"
    client = client_of(open_archive([Article("bad", title, "A text of a few words.")]))
    page = page_of(client, "bad")
    assert len(page.xpath("//script")) == 2
    assert page.xpath("string(//h1)") == title
    (described,) = page.xpath("//script[@type='application/ld+json']/text()")
    assert json.loads(described)["headline"] == title


def test_no_such_article_is_a_page_for_people_and_a_problem_for_programs(
    client: TestClient,
) -> None:
    page = client.get("/articles/nowhere", headers=PEOPLE)
    assert (page.status_code, page.headers["content-type"]) == (404, "text/html; charset=utf-8")
    problem = client.get("/articles/nowhere")
    assert problem.status_code == 404
    assert problem.headers["content-type"] == "application/problem+json"


def test_no_such_version_is_a_404_as_well(client: TestClient) -> None:
    page = client.get("/articles/crane", headers=PEOPLE, params={"sha256": "0" * 64})
    assert page.status_code == 404


def test_a_key_is_asked_for_by_a_page_and_opens_it(paper: Answerer, tmp_path: Any) -> None:
    key = KeyFile(tmp_path / "keys.json").make("reader")
    client = client_of(paper, keys=tmp_path / "keys.json", readers_need_keys=True)
    closed = client.get("/articles/crane", headers=PEOPLE)
    assert (closed.status_code, closed.headers["www-authenticate"]) == (401, "Bearer")
    assert html.fromstring(closed.text).xpath("//input[@type='password']")
    assert "crane" not in closed.text
    assert client.get("/articles/crane").headers["content-type"] == "application/problem+json"
    opened = client.get("/articles/crane", headers=PEOPLE | {"Authorization": f"Bearer {key}"})
    assert "Eastern crane reopens" in opened.text


def test_nothing_but_an_articles_page_asks_for_a_key_by_a_page(paper: Answerer) -> None:
    client = client_of(paper, readers_need_keys=True)
    for path in ("/articles", "/metrics"):
        refused = client.get(path, headers=PEOPLE)
        assert refused.status_code == 401
        assert refused.headers["content-type"] == "application/problem+json"
