"""Downloading: only named hosts, politely, and within limits."""

from __future__ import annotations

import socket
import time
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from onrecord.service.watch import fetch
from onrecord.service.watch.fetch import Fetcher, HostDown, Hosts, Refused, TryLater, Validators
from tests.service.watch.site import Answer, Site, served


def fetcher(*sources: str, named: tuple[str, ...] = (), **options: Any) -> Fetcher:
    """One that waits for nobody."""
    return Fetcher(Hosts(sources, named), **{"pause": 0.0, **options})


def resolve_to(address: str, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Let every name have that address; returns the names that are asked for."""
    asked: list[str] = []

    def resolve(host: str, port: int, **_: object) -> list[tuple[object, ...]]:
        asked.append(host)
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port))]

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    return asked


def test_a_page_comes_with_its_kind_and_is_not_sent_again(site: Site) -> None:
    site.put("/a", "<p>krän", content_type="text/html; charset=utf-8", etag='"1"')
    asking = fetcher(site.url)
    page = asking.get(f"{site.url}/a")
    assert page is not None
    assert (page.url, page.body) == (f"{site.url}/a", "<p>krän".encode())
    assert page.content_type == "text/html; charset=utf-8"
    assert asking.get(f"{site.url}/a", page.validators) is None
    assert asking.get(f"{site.url}/a", Validators('"0"')) == page
    assert site.asked[-1][1]["user-agent"].startswith("onrecord/")


@pytest.mark.parametrize(
    "url", ["https://elsewhere.example/a", "ftp://127.0.0.1/a", "file:///etc/passwd", "//x", ""]
)
def test_what_was_not_named_is_not_asked(url: str, site: Site) -> None:
    with pytest.raises(Refused, match=r"was not named|only http and https"):
        fetcher(site.url).get(url)
    assert not site.asked


def test_a_redirection_leads_only_to_named_hosts(site: Site) -> None:
    with served() as other:
        other.put("/b", "there")
        site.put("/a", "", 302, location=f"{other.url}/b")
        with pytest.raises(Refused, match=f"{other.host} was not named: --host allows it"):
            fetcher(site.url).get(f"{site.url}/a")
        assert not other.asked
        page = fetcher(site.url, named=(other.host,)).get(f"{site.url}/a")
    assert page is not None
    assert (page.url, page.body) == (f"{other.url}/b", b"there")


def test_redirections_in_a_circle_end(site: Site) -> None:
    site.put("/a", "", 301, location="/a")
    with pytest.raises(Refused, match="more than 5 redirections"):
        fetcher(site.url).get(f"{site.url}/a")
    assert len(site.paths) == 6


@pytest.mark.parametrize(
    "address", ["10.0.0.5", "127.0.0.1", "169.254.169.254", "::1", "fd00::1", "::ffff:10.0.0.5"]
)
def test_a_name_in_a_private_network_is_refused(
    address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    resolve_to(address, monkeypatch)
    with pytest.raises(Refused, match=r"news.example is in a private network"):
        fetcher("http://news.example/feed").get("http://news.example/feed")


def test_a_private_name_is_asked_once_where_it_was_named(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    host = f"wiki.example:{site.host.partition(':')[2]}"
    site.put("/a", "inside")
    site.put("/robots.txt", "", 404)
    asked = resolve_to("127.0.0.1", monkeypatch)
    page = fetcher(f"http://{host}/feed", named=(host,)).get(f"http://{host}/a")
    assert page is not None
    assert page.body == b"inside"
    assert asked == ["wiki.example"] * 2  # for robots.txt and the page: what is checked is used
    assert {headers["host"] for _, headers in site.asked} == {host}


def test_only_the_named_port_of_a_host_is_asked(site: Site) -> None:
    with served() as other, pytest.raises(Refused, match="was not named"):
        fetcher(site.url).get(f"{other.url}/a")


@pytest.mark.parametrize("name", ["", "http://news.example", "news.example/x", "me@news.example"])
def test_what_is_no_host_cannot_be_named(name: str) -> None:
    with pytest.raises(ValueError, match="expected a host"):
        Hosts([], [name])


def test_robots_txt_is_obeyed_and_read_once(site: Site) -> None:
    rules = "User-agent: *\nDisallow: /private/*.html$\nUser-agent: other\nDisallow: /\n"
    site.put("/robots.txt", rules)
    site.put("/a", "open")
    asking = fetcher(site.url)
    with pytest.raises(Refused, match=r"robots.txt asks for it not to be downloaded"):
        asking.get(f"{site.url}/private/a.html")
    assert asking.get(f"{site.url}/a")
    assert [path for path, _ in site.asked] == ["/robots.txt", "/a"]


def test_where_robots_txt_cannot_be_read_nothing_is_asked(site: Site) -> None:
    site.put("/robots.txt", "", 500)
    site.put("/a", "open")
    with pytest.raises(HostDown, match=r"robots.txt cannot be read: HTTP 500"):
        fetcher(site.url).get(f"{site.url}/a")
    assert not site.paths


def test_a_host_is_asked_as_slowly_as_it_wants(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    slept: list[float] = []
    monkeypatch.setattr(time, "sleep", slept.append)
    site.put("/robots.txt", "User-agent: *\nCrawl-delay: 7\n")
    site.put("/a", "open")
    asking = fetcher(site.url)
    asking.get(f"{site.url}/a")
    asking.get(f"{site.url}/a")
    assert [6 < seconds <= 7 for seconds in slept] == [True, True]


@pytest.mark.parametrize(
    ("retry_after", "minutes"),
    [("3600", 60), ("", 15), ("rubbish", 15), ("99999999", 24 * 60), ("{date}", 90)],
)
def test_a_host_that_asks_for_time_gets_it(retry_after: str, minutes: int, site: Site) -> None:
    now = datetime.now(UTC)
    date = (now + timedelta(minutes=90)).strftime("%a, %d %b %Y %H:%M:%S GMT")
    site.put("/a", "", 429, retry_after=retry_after.format(date=date))
    with pytest.raises(TryLater, match="asked to be left alone until") as raised:
        fetcher(site.url).get(f"{site.url}/a")
    assert abs(raised.value.until - now - timedelta(minutes=minutes)) < timedelta(minutes=1)


def test_a_page_without_an_end_is_cut_off(site: Site) -> None:
    def send(handler: Any) -> None:
        try:
            while True:
                handler.wfile.write(b"x" * 10_000)
        except OSError:
            return

    site.answers["/a"] = Answer(send=send)
    with pytest.raises(Refused, match="too large: expected at most 100,000 bytes"):
        fetcher(site.url, max_bytes=100_000).get(f"{site.url}/a")


def test_a_host_that_says_nothing_is_left(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    site.put("/robots.txt", "", 404)
    asking = fetcher(site.url)
    site.put("/b", "quick")
    assert asking.get(f"{site.url}/b")
    site.answers["/a"] = Answer(headers={"content-length": "9"}, send=lambda _: time.sleep(2))
    monkeypatch.setattr(fetch, "SECONDS", 0.2)
    with pytest.raises(HostDown, match="no answer within"):
        asking.get(f"{site.url}/a")


@pytest.mark.parametrize(("status", "kind"), [(404, Refused), (410, Refused), (502, HostDown)])
def test_an_answer_that_is_no_page_is_named(status: int, kind: type[Refused], site: Site) -> None:
    site.put("/a", "sorry", status)
    with pytest.raises(kind, match=f"HTTP {status}"):
        fetcher(site.url).get(f"{site.url}/a")


def test_a_host_that_is_not_there_is_unreachable(monkeypatch: pytest.MonkeyPatch) -> None:
    with served() as gone:
        url = gone.url
    with pytest.raises(HostDown):
        fetcher(url).get(url)
    monkeypatch.setattr(socket, "getaddrinfo", _no_address)
    with pytest.raises(HostDown, match="the host has no address"):
        fetcher("http://news.example").get("http://news.example/a")


def _no_address(*_: object, **__: object) -> None:
    raise socket.gaierror(-2, "Name or service not known")
