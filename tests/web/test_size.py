"""What the widget weighs, what it loads, and from whom."""

from __future__ import annotations

from urllib.parse import urlsplit

from onrecord.service.http.pages import WEB
from tests.web.articles import BEAMS
from tests.web.browsing import Page, Watch
from tests.web.site import Site
from tests.web.widget import widget_on

MOST_BYTES = 34_000  # of all modules together, gzipped
INLINE = "[style], style, [onclick], [onload], script:not([src]):not([type='application/ld+json'])"


def loaded(watch: Watch, url: str) -> tuple[Page, dict[str, int], set[str]]:
    """The page, the bytes sent for each module, and every header's encoding."""
    modules: dict[str, int] = {}
    encodings: set[str] = set()
    responses = []
    watch.context.on("response", lambda response: responses.append(response))
    page = watch.open(url)
    widget_on(page)
    for response in responses:
        if response.request.resource_type == "script":
            sizes = response.request.sizes()
            modules[urlsplit(response.url).path] = sizes["responseBodySize"]
            encodings.add(response.header_value("content-encoding") or "none")
    return page, modules, encodings


def test_the_widget_and_all_its_modules_weigh_at_most_34_kb_gzipped(
    real: str, site: Site, fresh: Watch
) -> None:
    url = site.embed(real, "<onrecord-ask></onrecord-ask>")
    _, modules, encodings = loaded(fresh, url)
    assert encodings == {"gzip"}
    assert "/widget.js" in modules
    assert 20 <= len(modules) <= len(list((WEB / "assets").glob("*.js"))) + 1
    assert all(modules.values())
    assert sum(modules.values()) <= MOST_BYTES, modules


def test_no_third_party_is_asked_on_any_page(real: str, site: Site, watch: Watch) -> None:
    page = watch.open(f"{real}/")
    asking = widget_on(page)
    asking.ask(BEAMS)
    asking.element.get_by_role("tab", name="Check a quote").click()
    page.goto(f"{real}/articles/lock#0-10")
    page.goto(f"{real}/embed")
    page.goto(site.embed(real, "<onrecord-ask></onrecord-ask>"))
    widget_on(page).ask(BEAMS)
    asked = {f"{parts.scheme}://{parts.netloc}" for parts in map(urlsplit, watch.asked)}
    assert asked == {real, site.url}


def test_no_page_has_a_script_or_a_style_in_it(real: str, watch: Watch) -> None:
    for path in ("/", "/embed", "/articles/lock", "/articles/hostile"):
        page = watch.open(real + path)
        assert page.locator(f"css:light={INLINE}").count() == 0, path


def test_a_second_visit_loads_no_module_again(real: str, watch: Watch) -> None:
    widget_on(watch.open(real))
    page = watch.open(real)
    widget_on(page)
    sent = page.evaluate(
        """() => performance.getEntriesByType("resource")
          .filter(({name, transferSize}) => name.includes("/web/") && transferSize)
          .map(({name}) => name)"""
    )
    assert sent == []
