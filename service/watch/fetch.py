"""Download pages of the hosts that an operator named, politely and within limits.

Only http and https, only named hosts, each redirection checked like a first address, and no host in
a private network unless it was named for that. The address that was checked is the one that is
connected to, so that no name server can change its mind between the two. robots.txt is obeyed, as
are `Retry-After` and the pause that a host asks for. Proxies of the environment are not used.
Source: RFC 9309 (robots.txt), RFC 9110 (conditional requests, Retry-After).
"""

from __future__ import annotations

import ipaddress
import socket
import ssl
import time
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from importlib.metadata import version
from urllib.parse import urljoin

import anyio
import httpx2
from protego import Protego

from onrecord.index.defaults import MAX_PAGE_BYTES
from onrecord.index.errors import OnrecordError
from onrecord.index.readers.records import clean_url

AGENT = "onrecord"
SECONDS = 60.0  # for one address, from its name to its last byte
CONNECT_SECONDS = 10.0
MOST_REDIRECTS = 5
MAX_ROBOTS_BYTES = 500_000  # the least that RFC 9309 wants to be read
ROBOTS_HOURS = 24
MAX_PAUSE = 60.0  # seconds between two requests, whatever robots.txt asks for
LATER_MINUTES = 15  # after "too many requests" that does not say how long
LATER = (429, 503)
PORTS = {"http": 80, "https": 443}
_GONE_WRONG = (httpx2.HTTPError, httpx2.InvalidURL, OSError, TimeoutError)


class Refused(OnrecordError):
    """An address that was not downloaded; the text is the reason."""


class HostDown(Refused):
    """A host that does not answer, or not in order: its other pages need not be asked for now."""


class TryLater(HostDown):
    """A host that asked to be left alone until `until`."""

    def __init__(self, host: str, until: datetime) -> None:
        super().__init__(f"{host} asked to be left alone until {until:%Y-%m-%d %H:%M} UTC")
        self.until = until


@dataclass(frozen=True, slots=True)
class Validators:
    """What a server said of a page's version, to be asked whether it is still the newest."""

    etag: str | None = None
    last_modified: str | None = None

    @property
    def headers(self) -> dict[str, str]:
        """The headers of a conditional request."""
        given = {"If-None-Match": self.etag, "If-Modified-Since": self.last_modified}
        return {name: value for name, value in given.items() if value}


@dataclass(frozen=True, slots=True)
class Download:
    """A page as a server gave it, with the address where it was found in the end."""

    url: str
    body: bytes
    content_type: str
    validators: Validators


class Hosts:
    """The hosts that may be asked: those of the sources, and those named beside them.

    A host stands for itself and one port. One named beside the sources, or written as an address
    (`127.0.0.1:8000`), may be in a private network.
    """

    def __init__(self, sources: Iterable[str], named: Iterable[str] = ()) -> None:
        """Raises `ValueError` for an address or a name that is none."""
        urls = [_read_url(source) for source in sources]
        beside = [_read_host(name) for name in named]
        self._private = {host for host, _ in beside} | {u.host for u in urls if _is_address(u.host)}
        self._named = {(url.host, _port(url)) for url in urls}
        self._named |= {(host, one) for host, port in beside for one in port or PORTS.values()}

    def check(self, url: httpx2.URL) -> None:
        """Raises `Refused` for an address that is not to be asked."""
        if url.scheme not in PORTS:
            raise Refused(f"{url.scheme or 'no scheme'}: only http and https are downloaded")
        others = {(url.host, PORTS[scheme]) for scheme in PORTS}
        asked = others if _port(url) in PORTS.values() else {(url.host, _port(url))}
        if self._named.isdisjoint(asked):
            raise Refused(f"{url.netloc.decode()} was not named: --host allows it")

    def resolve(self, url: httpx2.URL) -> list[str]:
        """The host's addresses. Raises `Refused` where one is private and was not named."""
        found = socket.getaddrinfo(url.host, _port(url), type=socket.SOCK_STREAM)
        addresses = list(dict.fromkeys(str(entry[4][0]) for entry in found))
        for address in addresses:
            if url.host not in self._private and not ipaddress.ip_address(address).is_global:
                raise Refused(f"{url.host} is in a private network: --host allows it")
        return addresses


@dataclass
class Fetcher:
    """Downloads of named hosts, one at a time, at least `pause` seconds between two of one host."""

    hosts: Hosts
    pause: float = 1.0
    max_bytes: int = MAX_PAGE_BYTES
    _tls: ssl.SSLContext = field(default_factory=ssl.create_default_context)
    _robots: dict[str, tuple[float, Protego | None]] = field(default_factory=dict)
    _asked: dict[str, float] = field(default_factory=dict)  # by host, when, by `time.monotonic`

    def get(self, url: str, validators: Validators | None = None) -> Download | None:
        """The page at an address; None where it is still the version that the validators name.

        Raises `Refused` with the reason, `TryLater` where the host asks for that.
        """
        headers = (validators or Validators()).headers
        try:
            return self._follow(httpx2.URL(url), headers, robots=True)
        except _BadStatus as status:
            if status.code >= httpx2.codes.INTERNAL_SERVER_ERROR:
                raise HostDown(str(status)) from status
            raise
        except _GONE_WRONG as error:
            raise HostDown(_explain(error)) from error

    def _follow(self, url: httpx2.URL, headers: dict[str, str], *, robots: bool) -> Download | None:
        for _ in range(MOST_REDIRECTS + 1):
            self.hosts.check(url)
            if robots:
                self._obey_robots(url)
            limit = self.max_bytes if robots else MAX_ROBOTS_BYTES
            self._wait(url)
            answer, body = anyio.run(self._ask, url, headers, limit)
            if answer.status_code == httpx2.codes.NOT_MODIFIED:
                return None
            if answer.is_redirect:
                url = httpx2.URL(urljoin(str(url), answer.headers.get("location", "")))
                continue
            if answer.status_code in LATER:
                raise TryLater(url.host, _later(answer.headers.get("retry-after", "")))
            if answer.status_code != httpx2.codes.OK:
                raise _BadStatus(answer.status_code)
            given = Validators(answer.headers.get("etag"), answer.headers.get("last-modified"))
            return Download(str(url), body, answer.headers.get("content-type", ""), given)
        raise Refused(f"more than {MOST_REDIRECTS} redirections")

    async def _ask(
        self, url: httpx2.URL, headers: dict[str, str], limit: int
    ) -> tuple[httpx2.Response, bytes]:
        """The answer and its body, of at most `limit` bytes, from one of the host's addresses."""
        with anyio.fail_after(SECONDS):
            addresses = await anyio.to_thread.run_sync(
                self.hosts.resolve, url, abandon_on_cancel=True
            )
            for address in addresses[:-1]:
                try:
                    return await self._ask_at(address, url, headers, limit)
                except httpx2.ConnectError:
                    continue
            return await self._ask_at(addresses[-1], url, headers, limit)

    async def _ask_at(
        self, address: str, url: httpx2.URL, headers: dict[str, str], limit: int
    ) -> tuple[httpx2.Response, bytes]:
        sent = {
            **headers,
            "Host": url.netloc.decode(),
            "User-Agent": f"{AGENT}/{version('onrecord')}",
            "Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.5",
        }
        async with (
            httpx2.AsyncClient(
                verify=self._tls,
                timeout=httpx2.Timeout(SECONDS, connect=CONNECT_SECONDS),
                trust_env=False,
            ) as client,
            client.stream(
                "GET",
                url.copy_with(host=address),
                headers=sent,
                extensions={"sni_hostname": url.host},  # whose certificate is asked for
            ) as answer,
        ):
            body = bytearray()
            async for piece in answer.aiter_bytes():
                body += piece
                if len(body) > limit:
                    raise Refused(f"too large: expected at most {limit:,} bytes")
            return answer, bytes(body)

    def _obey_robots(self, url: httpx2.URL) -> None:
        rules = self._read_robots(url)
        if rules is not None and not rules.can_fetch(str(url), AGENT):
            raise Refused("robots.txt asks for it not to be downloaded")

    def _read_robots(self, url: httpx2.URL) -> Protego | None:
        """The host's rules; None where it has none. Raises `Refused` where it cannot say."""
        origin = f"{url.scheme}://{url.netloc.decode()}"
        read, rules = self._robots.get(origin, (0.0, None))
        if origin in self._robots and time.monotonic() - read < ROBOTS_HOURS * 3_600:
            return rules
        try:
            found = self._follow(httpx2.URL(f"{origin}/robots.txt"), {}, robots=False)
            rules = Protego.parse(found.body.decode("utf-8", "replace")) if found else None
        except _BadStatus as status:
            if status.code >= httpx2.codes.INTERNAL_SERVER_ERROR:
                raise HostDown(f"robots.txt cannot be read: {status}") from status
            rules = None
        self._robots[origin] = (time.monotonic(), rules)
        return rules

    def _wait(self, url: httpx2.URL) -> None:
        """Wait until the host may be asked again."""
        _, rules = self._robots.get(f"{url.scheme}://{url.netloc.decode()}", (0.0, None))
        wanted = float(rules.crawl_delay(AGENT) or 0) if rules else 0.0
        pause = max(self.pause, min(wanted, MAX_PAUSE))
        if url.host in self._asked:
            time.sleep(max(0.0, self._asked[url.host] + pause - time.monotonic()))
        self._asked[url.host] = time.monotonic()


class _BadStatus(Refused):
    """An answer that is neither a page nor a redirection."""

    def __init__(self, code: int) -> None:
        super().__init__(f"HTTP {code} {httpx2.codes.get_reason_phrase(code)}".rstrip())
        self.code = code


def _later(retry_after: str) -> datetime:
    """When to come back: in so many seconds, or at a date."""
    now = datetime.now(UTC)
    if retry_after.strip().isdecimal():
        return now + timedelta(seconds=min(int(retry_after), 86_400))
    try:
        until = parsedate_to_datetime(retry_after)
    except ValueError:
        return now + timedelta(minutes=LATER_MINUTES)
    return min(until if until.tzinfo else until.replace(tzinfo=UTC), now + timedelta(days=1))


def _read_url(address: str) -> httpx2.URL:
    """An address. Raises `ValueError` for what is none."""
    if clean_url(address):
        with suppress(httpx2.InvalidURL):
            return httpx2.URL(address)
    raise ValueError(f"expected an address like https://news.example/feed, got {address!r}")


def _read_host(name: str) -> tuple[str, tuple[int, ...]]:
    """A host and its port, if one is named. Raises `ValueError` for what is no host."""
    with suppress(httpx2.InvalidURL, ValueError):
        url = httpx2.URL(f"//{name}")
        if url.host and url.path in ("", "/") and not url.userinfo:
            return url.host, () if url.port is None else (url.port,)
    raise ValueError(f"expected a host like news.example or wiki.example:8080, got {name!r}")


def _is_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


def _port(url: httpx2.URL) -> int:
    return url.port or PORTS.get(url.scheme, 0)


def _explain(error: Exception) -> str:
    if isinstance(error, (TimeoutError, httpx2.TimeoutException)):
        return f"no answer within {SECONDS:.0f} seconds"
    if isinstance(error, socket.gaierror):
        return "the host has no address"
    return str(error) or type(error).__name__
