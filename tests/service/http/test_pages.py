"""The page for reporters and the frame, as HTML."""

from __future__ import annotations

import pytest
from fastapi.testclient import TestClient
from lxml import html

from onrecord.service.answer import Answerer
from onrecord.service.http.pages import WEB, current_version
from tests.service.clients import client_of

PAGES = ["/", "/embed"]


@pytest.mark.parametrize("path", PAGES)
def test_a_page_is_html_that_is_asked_for_each_time(client: TestClient, path: str) -> None:
    page = client.get(path)
    assert page.status_code == 200
    assert page.headers["content-type"] == "text/html; charset=utf-8"
    assert page.headers["cache-control"] == "no-cache"
    assert "default-src 'none'; script-src 'self'" in page.headers["content-security-policy"]


@pytest.mark.parametrize("path", [*PAGES, "/articles/crane", "/articles/nowhere"])
def test_all_that_a_page_loads_is_there_and_the_services_own(client: TestClient, path: str) -> None:
    page = client.get(path, headers={"Accept": "text/html"})
    root = html.fromstring(page.text, base_url=f"http://testserver{path}")
    root.make_links_absolute()
    loaded = root.xpath("//script/@src | //link/@href | //img/@src")
    assert loaded
    for address in loaded:
        assert address.startswith("http://testserver/")
        assert client.get(address).status_code == 200, address


@pytest.mark.parametrize("path", [*PAGES, "/articles/crane"])
def test_a_page_has_a_language_a_title_and_no_code_of_its_own(
    client: TestClient, path: str
) -> None:
    root = html.fromstring(client.get(path, headers={"Accept": "text/html"}).text)
    assert root.get("lang") == "en"
    assert root.findtext("head/title")
    assert root.xpath("//script[not(@src) and not(@type='application/ld+json')]") == []
    assert root.xpath("//style | //@style | //@onclick | //@onload") == []


def test_the_page_is_the_element_with_its_state_in_the_address(client: TestClient) -> None:
    root = html.fromstring(client.get("/").text)
    (element,) = root.xpath("//onrecord-ask")
    assert dict(element.attrib) == {"url-state": "", "shortcut": "/"}
    assert len(root.xpath("//h1")) == len(root.xpath("//main")) == 1
    assert "POST /query" in root.xpath("string(//noscript)")


def test_the_frame_leaves_the_element_to_its_script(client: TestClient) -> None:
    root = html.fromstring(client.get("/embed").text)
    assert root.xpath("//onrecord-ask") == []
    assert f"web/{current_version()}/embed.js" in root.xpath("//script/@src")


def test_pages_lead_up_to_the_service_wherever_a_proxy_has_put_it(client: TestClient) -> None:
    page = client.get("/articles/crane", headers={"Accept": "text/html"})
    addresses = html.fromstring(page.text).xpath("//script/@src | //link/@href | //header//a/@href")
    inside = [address for address in addresses if not address.startswith("#")]
    assert inside
    assert all(address.startswith("../") for address in inside)


def test_who_asks_for_json_gets_the_page_all_the_same(client: TestClient) -> None:
    page = client.get("/", headers={"Accept": "*/*"})
    assert page.headers["content-type"].startswith("text/html")


def test_pages_need_no_key(paper: Answerer) -> None:
    client = client_of(paper, readers_need_keys=True)
    assert [client.get(path).status_code for path in PAGES] == [200, 200]


def test_every_template_is_escaped_and_every_file_ships() -> None:
    templates = sorted(file.name for file in (WEB / "pages").iterdir())
    assert templates == [
        f"{name}.html.j2" for name in ("article", "embed", "index", "key", "layout", "missing")
    ]
    assert not any("| safe" in (WEB / "pages" / name).read_text() for name in templates)
