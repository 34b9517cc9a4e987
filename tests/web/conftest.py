"""The page and the widget in a real browser, over real servers.

Playwright keeps an event loop running in this thread for as long as the browser lives, so that
tests which start one themselves must not run after these in one session; they sort before them.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from onrecord.index.encoder import Encoder
from onrecord.service.answer import Answerer
from onrecord.service.http.app import create_app
from tests.conftest import archive_of
from tests.service.clients import app_settings
from tests.service.conftest import open_articles
from tests.serving import serving
from tests.web.articles import PAPER
from tests.web.scripted import Script, Scripted
from tests.web.site import Site

if TYPE_CHECKING:
    from tests.web.browsing import Watch

FLAGS = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking"]
FLAGS += ["--disable-component-update", "--disable-sync", "--no-first-run"]
HOST = "127.0.0.1"
READER = {"locale": "en-GB", "timezone_id": "UTC"}
Serve = Callable[..., str]
NewWatch = Callable[..., "Watch"]


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    """One Chromium for all tests."""
    path = shutil.which("chromium") or shutil.which("chromium-browser")
    if path is None:
        pytest.skip("there is no chromium on this machine")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as driver:
        opened = driver.chromium.launch(executable_path=path, args=FLAGS)
        yield opened
        opened.close()


@pytest.fixture(scope="session")
def servers() -> Iterator[ExitStack]:
    """What is served until the last test has ended."""
    with ExitStack() as stack:
        yield stack


@pytest.fixture(scope="session")
def origins() -> set[str]:
    """Every origin that a page of ours may ask."""
    return set()


@pytest.fixture(scope="session")
def site(servers: ExitStack, origins: set[str]) -> Site:
    """The embedding site."""
    site = Site()
    site.url = servers.enter_context(serving(site.app()))
    origins.add(site.url)
    return site


@pytest.fixture(scope="session")
def archive(tmp_path_factory: pytest.TempPathFactory, encoder: Encoder) -> Iterator[Answerer]:
    """An answerer over the small paper."""
    opened = open_articles(tmp_path_factory.mktemp("web-paper"), encoder, PAPER)
    yield opened
    opened.store.close()


@pytest.fixture(scope="session")
def serve(archive: Answerer, servers: ExitStack, origins: set[str], site: Site) -> Serve:
    """Serves the small paper under the settings given, once for each; gives the base URL."""
    served: dict[str, str] = {}

    def serve_it(min_confidence: float = 0.0, **settings: Any) -> str:
        name = repr((min_confidence, sorted(settings.items())))
        if name not in served:
            answers = replace(archive, min_confidence=min_confidence)
            app = create_app(archive_of(answers, app_settings(allowed_hosts=(HOST,), **settings)))
            served[name] = servers.enter_context(serving(app))
            origins.add(served[name])
        return served[name]

    return serve_it


@pytest.fixture(scope="session")
def real(serve: Serve, site: Site) -> str:
    """The real service; the site may ask it and frame it."""
    return serve(allowed_origins=site.url)


@pytest.fixture(scope="session")
def _scripted(servers: ExitStack, origins: set[str]) -> tuple[Scripted, str]:
    service = Scripted()
    url = servers.enter_context(serving(service.app()))
    origins.add(url)
    return service, url


@pytest.fixture
def script(_scripted: tuple[Scripted, str]) -> Iterator[Script]:
    """What the scripted service says in this test."""
    service, _ = _scripted
    service.script = Script()
    yield service.script
    service.script.over = True


@pytest.fixture
def scripted(_scripted: tuple[Scripted, str], script: Script) -> str:
    """The scripted service's base URL."""
    return _scripted[1]


@pytest.fixture
def new_watch(browser: Any, origins: set[str]) -> Iterator[NewWatch]:
    """Opens a fresh browser profile; fails the test for what went wrong on its pages."""
    from tests.web.browsing import Watch

    opened: list[Watch] = []

    def open_one(**options: Any) -> Watch:
        opened.append(Watch(browser.new_context(**READER | options), origins))
        return opened[-1]

    yield open_one
    for one in opened:
        one.context.close()
    assert [fault for one in opened for fault in one.unexpected] == []


@pytest.fixture
def fresh(new_watch: NewWatch) -> Watch:
    """A fresh browser profile: for tests that set its clock or leave something in it."""
    return new_watch()


@pytest.fixture(scope="session")
def _shared(browser: Any, origins: set[str]) -> Iterator[Watch]:
    from tests.web.browsing import Watch

    shared = Watch(browser.new_context(**READER), origins)
    yield shared
    shared.context.close()


@pytest.fixture
def watch(_shared: Watch) -> Iterator[Watch]:
    """A browser profile that other tests have used, so that it has loaded the modules before."""
    _shared.forget()
    yield _shared
    for page in _shared.context.pages:
        page.close()
    _shared.context.clear_permissions()
    assert _shared.unexpected == []
