"""The wiki page of docs/examples, as it stands but for the service's address."""

from __future__ import annotations

from pathlib import Path

from tests.web.articles import BEAMS, EVIDENCE
from tests.web.browsing import Watch, expect
from tests.web.site import Site
from tests.web.widget import widget_on

EXAMPLE = Path(__file__).parents[2] / "docs" / "examples" / "wiki.html"
SERVICE = "http://127.0.0.1:8000"


def test_the_wiki_page_asks_and_shows_quotes(real: str, site: Site, watch: Watch) -> None:
    page = EXAMPLE.read_text(encoding="utf-8")
    assert SERVICE in page
    site.pages["wiki"] = page.replace(SERVICE, real), None
    asking = widget_on(watch.open(f"{site.url}/wiki"))
    asking.ask(BEAMS)
    expect(asking.quotes.first.locator("mark")).to_have_text(EVIDENCE)
    expect(asking.question).to_have_attribute("placeholder", "What has the archive on the draft?")
