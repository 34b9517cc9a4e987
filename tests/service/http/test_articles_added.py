"""POST /articles and DELETE /articles/{id}."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from onrecord.index.types import Article
from onrecord.service.keys import KeyFile
from tests.service.clients import client_of
from tests.service.conftest import OpenArchive

TEXT = (
    "The lighthouse of Skerry Point was lit again on Tuesday, 41 years after its last keeper left. "
    "Its new lamp turns twice a minute and can be seen from Varnholm pier."
)
RECORD = {"title": "Lighthouse lit again", "text": TEXT, "id": "lighthouse"}
PAGE = f"""<!doctype html><html lang="en"><head><title>Lighthouse lit again</title>
<meta property="og:title" content="Lighthouse lit again"></head>
<body><article><h1>Lighthouse lit again</h1><p>{TEXT}</p>
<p>The keeper's house becomes an inn with seven rooms, the council of Varnholm decided.</p>
</article></body></html>"""


@pytest.fixture
def writer(tmp_path: Path, open_archive: OpenArchive) -> TestClient:
    """A client with a writer's key, over an archive of one article that was built from a file."""
    crane = Article("crane", "Eastern crane", "The eastern crane lifts forty tonnes again.")
    file = tmp_path / "keys.json"
    client = client_of(open_archive([crane]), keys=file, max_upload_bytes=20_000)
    client.headers["Authorization"] = f"Bearer {KeyFile(file).make('writer')}"
    return client


def ask(client: TestClient, question: str) -> dict[str, Any]:
    answer: dict[str, Any] = client.post("/query", json={"question": question}).json()
    return answer


def test_a_record_is_stored_and_the_next_query_sees_it(writer: TestClient) -> None:
    posted = writer.post("/articles", json={**RECORD, "published": "2024-12", "outlet": "Post"})
    assert posted.status_code == 201
    assert posted.headers["location"] == "/articles/lighthouse"
    article = posted.json()
    assert (article["id"], article["title"]) == ("lighthouse", "Lighthouse lit again")
    assert (article["published"], article["published_precision"]) == ("2024-12", "month")
    assert article["sha256"] == hashlib.sha256(TEXT.encode()).hexdigest()
    quotes = ask(writer, "When was the lighthouse of Skerry Point lit again?")["quotes"]
    assert quotes[0]["article"]["id"] == "lighthouse"


def test_what_is_known_already_is_a_200(writer: TestClient) -> None:
    first = writer.post("/articles", json=RECORD)
    again = writer.post("/articles", json=RECORD)
    assert (first.status_code, again.status_code) == (201, 200)
    assert again.json() == first.json()


def test_a_changed_article_keeps_its_id_and_its_old_version(writer: TestClient) -> None:
    before = writer.post("/articles", json=RECORD).json()
    after = writer.post("/articles", json={**RECORD, "text": TEXT.replace("41", "42")})
    assert after.status_code == 201
    assert after.json()["sha256"] != before["sha256"]
    old = writer.get("/articles/lighthouse", params={"sha256": before["sha256"]})
    assert "41 years" in old.json()["text"]


def test_without_an_id_the_url_names_it(writer: TestClient) -> None:
    url = "https://post.example/lighthouse"
    posted = writer.post("/articles", json={"title": "T", "text": TEXT, "url": url})
    assert posted.json()["id"] == hashlib.sha256(url.encode()).hexdigest()[:16]
    assert posted.json()["url"] == url


def test_a_page_of_html_is_read_as_pages_are(writer: TestClient) -> None:
    posted = writer.post("/articles", content=PAGE, headers={"Content-Type": "text/html"})
    assert posted.status_code == 201
    text = writer.get(f"/articles/{posted.json()['id']}").json()["text"]
    assert TEXT in text


@pytest.mark.parametrize("name", ["page.html", "../../etc/passwd.html", "C:\\x\\page.html", ""])
def test_a_files_name_is_no_path(writer: TestClient, name: str) -> None:
    posted = writer.post("/articles", files={"file": (name or "x", PAGE, "text/html")})
    assert posted.status_code == 201
    assert posted.json()["title"] == "Lighthouse lit again"


def test_another_sources_id_is_a_409_and_stays_what_it_was(writer: TestClient) -> None:
    before = writer.get("/articles/crane").json()
    refused = writer.post("/articles", json={**RECORD, "id": "crane"})
    assert refused.status_code == 409
    assert writer.get("/articles/crane").json() == before


def test_a_deleted_article_is_gone_with_every_version(writer: TestClient) -> None:
    posted = writer.post("/articles", json=RECORD).json()
    assert writer.delete("/articles/lighthouse").status_code == 204
    assert writer.get("/articles/lighthouse").status_code == 404
    params = {"sha256": posted["sha256"]}
    assert writer.get("/articles/lighthouse", params=params).status_code == 404
    assert writer.delete("/articles/lighthouse").status_code == 404


def test_posting_a_deleted_article_brings_it_back(writer: TestClient) -> None:
    writer.post("/articles", json=RECORD)
    writer.delete("/articles/lighthouse")
    assert writer.post("/articles", json=RECORD).status_code == 201
    assert writer.get("/articles/lighthouse").status_code == 200


@pytest.mark.parametrize(
    ("wrong", "pointer"),
    [
        ({"title": ""}, "/title"),
        ({"text": 7}, "/text"),
        ({"id": "../x"}, "/id"),
        ({"url": "file:///etc/passwd"}, "/url"),
        ({"authors": "Ida"}, "/authors"),
    ],
)
def test_a_wrong_field_is_a_422_that_names_it(
    writer: TestClient, wrong: dict[str, object], pointer: str
) -> None:
    refused = writer.post("/articles", json={**RECORD, **wrong})
    assert refused.status_code == 422
    assert [error["pointer"] for error in refused.json()["errors"]] == [pointer]


def test_an_unknown_field_is_a_422(writer: TestClient) -> None:
    assert writer.post("/articles", json={**RECORD, "path": "/etc/passwd"}).status_code == 422


@pytest.mark.parametrize(
    ("content", "kind", "status"),
    [
        (b"{", "application/json", 400),
        (b'{"title": "T", "text": "\\ud800"}', "application/json", 400),
        (b"\xff\xfe", "application/json", 400),
        (b"x", "text/plain", 415),
        (b"x", "", 415),
        (b"", "text/html", 422),
        (b"<p>Log in", "text/html", 422),
        (b"x" * 20_001, "text/html", 413),
        (b"no form", "multipart/form-data", 400),
        (b"--a--", "multipart/form-data; boundary=a", 422),
    ],
)
def test_what_cannot_be_read_says_why(
    writer: TestClient, content: bytes, kind: str, status: int
) -> None:
    headers = {"Content-Type": kind} if kind else {}
    refused = writer.post("/articles", content=content, headers=headers)
    assert refused.status_code == status
    assert refused.headers["content-type"] == "application/problem+json"


def test_a_file_of_two_articles_is_refused(writer: TestClient) -> None:
    two = '[{"title": "A", "text": "One text of it."}, {"title": "B", "text": "Another text."}]'
    refused = writer.post("/articles", files={"file": ("two.json", two)})
    assert refused.status_code == 422
    assert "one article" in refused.json()["detail"]


@pytest.mark.parametrize("published", ["kx9secretq", "kx9-se", "2024-13", "2024-W49-4", "20241205"])
def test_a_date_that_is_none_is_refused_without_being_repeated(
    writer: TestClient, published: str
) -> None:
    refused = writer.post("/articles", json={**RECORD, "published": published})
    assert refused.status_code == 422
    assert [fault["pointer"] for fault in refused.json()["errors"]] == ["/published"]
    assert published not in refused.text


def test_a_form_with_more_than_a_file_is_refused(writer: TestClient) -> None:
    form = {"file": ("page.html", PAGE, "text/html"), "kx9secretqz": (None, "a")}
    refused = writer.post("/articles", files=form)
    assert refused.status_code == 422
    assert refused.json()["errors"] == [{"pointer": "/", "detail": "a file is all that is taken"}]
