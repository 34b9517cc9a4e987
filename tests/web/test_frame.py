"""`/embed`: the widget in a frame, for wikis that strip scripts."""

from __future__ import annotations

from tests.web.answers import echo
from tests.web.articles import BEAMS, EVIDENCE
from tests.web.browsing import Page, Watch, expect
from tests.web.conftest import Serve
from tests.web.scripted import Script
from tests.web.site import Site
from tests.web.widget import Widget, widget_on


def framed(site: Site, service: str, query: str = "") -> str:
    """A page without any script of its own that frames the service."""
    policy = f"default-src 'none'; frame-src {service}"
    frame = f'<iframe src="{service}/embed{query}" title="Archive"></iframe>'
    return site.put(frame, policy=policy)


def inside(page: Page) -> Widget:
    element = page.frame_locator("iframe").locator("onrecord-ask")
    expect(element.get_by_role("tablist")).to_be_visible()
    return Widget(page, element)


def test_an_allowed_site_frames_it(real: str, site: Site, watch: Watch) -> None:
    page = watch.open(framed(site, real))
    asking = inside(page)
    asking.ask(BEAMS)
    expect(asking.quotes.first.locator("mark")).to_have_text(EVIDENCE)


def test_another_site_cannot_frame_it(serve: Serve, site: Site, watch: Watch) -> None:
    watch.expect("frame-ancestors|ERR_BLOCKED_BY_RESPONSE")
    page = watch.open(framed(site, serve()))
    watch.wait_for("frame-ancestors")
    expect(page.frame_locator("iframe").locator("onrecord-ask")).to_have_count(0)


def test_no_other_page_can_be_framed_even_by_an_allowed_site(
    real: str, site: Site, watch: Watch
) -> None:
    watch.expect("frame-ancestors|ERR_BLOCKED_BY_RESPONSE")
    policy = f"default-src 'none'; frame-src {real}"
    page = watch.open(site.put(f'<iframe src="{real}/" title="Page"></iframe>', policy=policy))
    watch.wait_for("frame-ancestors")
    expect(page.frame_locator("iframe").locator("onrecord-ask")).to_have_count(0)


def test_its_query_holds_the_attributes_and_the_fragment_the_key(
    scripted: str, script: Script, watch: Watch
) -> None:
    script.chat = echo
    query = "?top-k=7&outlets=Gamma,Beta&published-from=2024-01-01&published-to=2024-12-31"
    page = watch.open(f"{scripted}/embed{query}&placeholder=Ask+us&theme=dark#key=a-key")
    asking = widget_on(page)
    expect(asking.question).to_have_attribute("placeholder", "Ask us")
    expect(asking.element).to_have_attribute("theme", "dark")
    asking.ask("What is new?")
    asked = script.asked[0]
    assert (asked["top_k"], asked["outlets"]) == (7, ["Gamma", "Beta"])
    assert (asked["published_from"], asked["published_to"]) == ("2024-01-01", "2024-12-31")
    assert script.headers[0]["authorization"] == "Bearer a-key"
    assert page.url.endswith("#key=a-key")  # the address is not written to
    assert not any("a-key" in address.partition("#")[0] for address in watch.asked)


def test_nothing_else_in_its_query_becomes_an_attribute(scripted: str, watch: Watch) -> None:
    page = watch.open(f"{scripted}/embed?endpoint=https://evil.example&onclick=x&url-state=&key=k")
    names = widget_on(page).element.evaluate("(element) => element.getAttributeNames()")
    assert names == []


def test_a_quote_is_copied_out_of_a_frame(real: str, site: Site, watch: Watch) -> None:
    watch.expect("The Clipboard API has been blocked")  # the embedding page does not allow it
    watch.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page = watch.open(framed(site, real))
    asking = inside(page)
    asking.ask(BEAMS)
    asking.quotes.first.get_by_role("button", name="Copy quote").click()
    expect(asking.status).to_contain_text("Copied")
    reading = watch.open(real)
    reading.bring_to_front()
    assert "148 oak beams" in reading.evaluate("navigator.clipboard.readText()")
