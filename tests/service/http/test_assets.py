"""The widget's files over HTTP: how they are named, kept, packed and who may have them."""

from __future__ import annotations

import gzip
import re
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from onrecord.service.answer import Answerer
from onrecord.service.http.pages import WEB, current_version, path_of
from tests.service.clients import client_of

NAMES = sorted(file.name for file in (WEB / "assets").iterdir())
TYPES = {".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml"}
FOR_GOOD = "public, max-age=31536000, immutable"


def test_the_widget_imports_its_modules_of_the_current_version(client: TestClient) -> None:
    widget = client.get("/widget.js")
    assert widget.status_code == 200
    assert widget.headers["content-type"] == "text/javascript; charset=utf-8"
    assert f'from "./web/{current_version()}/element.js"' in widget.text


@pytest.mark.parametrize("name", NAMES)
def test_every_file_is_sent_as_it_is_with_its_type(client: TestClient, name: str) -> None:
    sent = client.get(f"/{path_of(name)}")
    assert sent.content == (WEB / "assets" / name).read_bytes()
    assert sent.headers["content-type"].partition(";")[0] == TYPES[Path(name).suffix]
    assert sent.headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize("name", [name for name in NAMES if name.endswith(".js")])
def test_every_module_that_one_imports_is_there(client: TestClient, name: str) -> None:
    source = (WEB / "assets" / name).read_text(encoding="utf-8")
    for imported in re.findall(r'(?:from|import\()\s*"\./([\w.]+)"', source):
        assert client.get(f"/{path_of(imported)}").status_code == 200, imported


def test_only_the_current_version_is_kept_for_good(client: TestClient) -> None:
    current = client.get(f"/{path_of('ask.js')}")
    other = client.get("/web/000000000000/ask.js")
    assert current.headers["cache-control"] == FOR_GOOD
    assert other.headers["cache-control"] == "no-cache"
    assert other.content == current.content
    assert client.get("/widget.js").headers["cache-control"] == "no-cache"


@pytest.mark.parametrize("path", ["/widget.js", f"/{path_of('ask.js')}"])
def test_what_a_browser_has_already_is_not_sent_again(client: TestClient, path: str) -> None:
    first = client.get(path)
    tag = first.headers["etag"]
    for given in (tag, f"W/{tag}", f'"other", {tag}'):
        again = client.get(path, headers={"If-None-Match": given})
        assert (again.status_code, again.content) == (304, b"")
        assert again.headers["etag"] == tag
        assert again.headers["cache-control"] == first.headers["cache-control"]
    assert client.get(path, headers={"If-None-Match": '"other"'}).status_code == 200


def test_two_files_have_two_tags(client: TestClient) -> None:
    tags = {client.get(f"/{path_of(name)}").headers["etag"] for name in NAMES}
    assert len(tags) == len(NAMES)


@pytest.mark.parametrize("accepted", ["gzip", "br, gzip;q=0.5", "GZIP", "*"])
def test_it_is_packed_for_who_can_unpack_it(client: TestClient, accepted: str) -> None:
    path = f"/{path_of('styles.js')}"
    with client.stream("GET", path, headers={"Accept-Encoding": accepted}) as sent:
        assert sent.headers["content-encoding"] == "gzip"
        packed = b"".join(sent.iter_raw())
    assert gzip.decompress(packed) == (WEB / "assets" / "styles.js").read_bytes()
    assert len(packed) == int(sent.headers["content-length"])


@pytest.mark.parametrize("accepted", ["identity", "br", "gzip;q=0, *", "x-gzip", ""])
def test_it_is_not_packed_for_others(client: TestClient, accepted: str) -> None:
    sent = client.get("/widget.js", headers={"Accept-Encoding": accepted})
    assert "content-encoding" not in sent.headers
    assert "Accept-Encoding" in sent.headers["vary"]


@pytest.mark.parametrize(
    "path",
    [
        f"/{path_of('nothing.js')}",
        f"/{path_of('')}",
        f"/{path_of('%2e%2e%2fwidget.js')}",
        f"/{path_of('..%5cwidget.js')}",
        f"/{path_of('ask.js')}/more",
        "/web/",
        "/web/ask.js",
        "/web/../settings.py",
    ],
)
def test_what_is_not_there_is_a_404(client: TestClient, path: str) -> None:
    missing = client.get(path)
    assert missing.status_code == 404
    assert missing.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize("path", ["/widget.js", f"/{path_of('icon.svg')}"])
def test_any_page_may_load_it(client: TestClient, path: str) -> None:
    headers = client.get(path, headers={"Origin": "https://any.example"}).headers
    assert headers["access-control-allow-origin"] == "*"
    assert headers["cross-origin-resource-policy"] == "cross-origin"


def test_it_is_open_without_a_key_and_outside_the_rate_limit(paper: Answerer) -> None:
    client = client_of(paper, readers_need_keys=True, rate_limit=1)
    for path in ["/widget.js", f"/{path_of('ask.js')}", "/", "/embed"] * 3:
        assert client.get(path).status_code == 200
    assert client.get("/articles").status_code == 401
