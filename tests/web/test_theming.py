"""What an embedding page may change of the looks: custom properties and parts."""

from __future__ import annotations

import pytest

from tests.web.answers import answer_of, stream_of
from tests.web.browsing import Watch, expect
from tests.web.scripted import Script, problem
from tests.web.site import Site
from tests.web.widget import Widget, widget_on

ADOPT = """(css) => {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(css);
  document.adoptedStyleSheets.push(sheet);
}"""
COLOURS = {
    "ink": (".quote h3", "color"),
    "paper": (".panel", "background-color"),
    "muted": (".kicker", "color"),
    "line": (".quote", "border-top-color"),
    "accent": (".kicker b", "color"),
    "on-accent": (".question button[type=submit]", "color"),
    "mark": ("mark", "background-color"),
}
PARTS = ["panel", "tabs", "field", "button", "verdict", "answer", "timeline", "quotes", "quote"]
PARTS += ["source", "headline", "evidence"]


def shown(watch: Watch, url: str, css: str) -> Widget:
    page = watch.open(url)
    page.evaluate(ADOPT, css)
    asking = widget_on(page)
    asking.ask("What is new?")
    return asking


def test_colours_fonts_and_radius_are_custom_properties(
    scripted: str, script: Script, site: Site, watch: Watch
) -> None:
    script.chat = stream_of(answer_of())
    css = "; ".join(f"--onrecord-{name}: rgb(1, 2, {at})" for at, name in enumerate(COLOURS))
    more = "--onrecord-font: monospace; --onrecord-quote-font: cursive; --onrecord-radius: 9px"
    url = site.embed(scripted, "<onrecord-ask></onrecord-ask>")
    asking = shown(watch, url, f"onrecord-ask {{ {css}; {more} }}")
    for at, (selector, name) in enumerate(COLOURS.values()):
        expect(asking.element.locator(selector).first).to_have_css(name, f"rgb(1, 2, {at})")
    expect(asking.element.locator(".kicker").first).to_have_css("font-family", "monospace")
    expect(asking.element.locator("blockquote p").first).to_have_css("font-family", "cursive")
    expect(asking.question).to_have_css("border-top-left-radius", "9px")


def test_parts_can_be_styled_from_outside(
    scripted: str, script: Script, site: Site, watch: Watch
) -> None:
    script.chat = stream_of(answer_of())
    css = " ".join(
        f"onrecord-ask::part({part}) {{ outline: {at + 1}px dotted rgb(9, 9, 9) }}"
        for at, part in enumerate(PARTS)
    )
    asking = shown(watch, site.embed(scripted, "<onrecord-ask></onrecord-ask>"), css)
    asking.page.mouse.click(1, 1)  # a focus outline would win
    for at, part in enumerate(PARTS):
        styled = asking.element.locator(f"[part~={part}]").last
        expect(styled).to_have_css("outline-width", f"{at + 1}px")


@pytest.mark.parametrize("part", ["alert", "launcher", "dialog", "close"])
def test_parts_of_other_states_can_be_styled_too(
    scripted: str, script: Script, site: Site, watch: Watch, part: str
) -> None:
    watch.expect("Failed to load resource")
    script.chat = problem(500)
    url = site.embed(scripted, '<onrecord-ask mode="launcher"></onrecord-ask>')
    page = watch.open(url)
    page.evaluate(ADOPT, f"onrecord-ask::part({part}) {{ letter-spacing: 7px }}")
    asking = widget_on(page)
    asking.button("Ask the archive").click()
    asking.question.fill("What is new?")
    asking.question.press("Enter")
    expect(asking.alert).to_be_visible()
    expect(asking.element.locator(f"[part~={part}]")).to_have_css("letter-spacing", "7px")


def test_the_pages_own_style_does_not_reach_in(
    scripted: str, script: Script, site: Site, watch: Watch
) -> None:
    script.chat = stream_of(answer_of())
    css = "button, p, h3, mark { display: none } * { text-transform: uppercase; float: right }"
    asking = shown(watch, site.embed(scripted, "<onrecord-ask></onrecord-ask>"), css)
    expect(asking.quotes.first.get_by_role("heading")).to_be_visible()
    expect(asking.marks.first).to_be_visible()
    expect(asking.button("Ask").first).to_have_css("float", "none")
