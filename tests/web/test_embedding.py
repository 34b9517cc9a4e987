"""The widget on pages of another origin, under the strictest content policy."""

from __future__ import annotations

import re

import pytest

from tests.web.answers import answer_of, echo, stream_of
from tests.web.articles import BEAMS, EVIDENCE
from tests.web.browsing import Page, Watch, expect
from tests.web.conftest import Serve
from tests.web.scripted import Script, problem
from tests.web.site import Site
from tests.web.widget import widget_on

PLAIN = "<onrecord-ask></onrecord-ask>"
LISTEN = """() => {
  window.heard = [];
  for (const name of ["answer", "copy", "error"])
    document.addEventListener(`onrecord-${name}`, (event) => heard.push([name, event.detail]));
}"""


def heard(page: Page) -> list[list[object]]:
    return page.evaluate("heard")  # type: ignore[no-any-return]


def test_a_strict_page_of_another_origin_asks_and_is_answered(
    real: str, site: Site, watch: Watch
) -> None:
    page = watch.open(site.embed(real, PLAIN))
    asking = widget_on(page)
    asking.ask(BEAMS)
    expect(asking.quotes.first.locator("mark")).to_have_text(EVIDENCE)
    link = asking.quotes.first.get_by_role("link", name="Open at the quote")
    expect(link).to_have_attribute(
        "href", re.compile(rf"^{re.escape(real)}/articles/lock#\d+-\d+$")
    )
    assert page.url.startswith(site.url)
    assert "?" not in page.url  # the page's address is its own


def test_a_site_that_is_not_allowed_is_told_so(serve: Serve, site: Site, watch: Watch) -> None:
    watch.expect("blocked by CORS policy|ERR_FAILED")
    asking = widget_on(watch.open(site.embed(serve(), PLAIN)))
    asking.question.fill("What is new?")
    asking.question.press("Enter")
    expect(asking.alert).to_contain_text("this site may not be allowed to ask it")


def test_attributes_say_what_is_asked(
    scripted: str, script: Script, site: Site, watch: Watch
) -> None:
    script.chat = echo
    element = """<onrecord-ask key="a-key" top-k="12" placeholder="Ask the paper"
      published-from="2024-01-01" published-to="2024-12-31"
      outlets="Gamma, Brook Courier"></onrecord-ask>"""
    asking = widget_on(watch.open(site.embed(scripted, element)))
    expect(asking.question).to_have_attribute("placeholder", "Ask the paper")
    asking.ask("What is new?")
    asked = script.asked[0]
    assert (asked["top_k"], asked["outlets"]) == (12, ["Gamma", "Brook Courier"])
    assert (asked["published_from"], asked["published_to"]) == ("2024-01-01", "2024-12-31")
    assert script.headers[0]["authorization"] == "Bearer a-key"


@pytest.mark.parametrize(("given", "wanted"), [("0", 5), ("-3", 1), ("many", 5), ("999", 50)])
def test_a_number_of_quotes_that_cannot_be_is_brought_into_bounds(
    scripted: str, script: Script, site: Site, watch: Watch, given: str, wanted: int
) -> None:
    script.chat = echo
    page = watch.open(site.embed(scripted, f'<onrecord-ask top-k="{given}"></onrecord-ask>'))
    widget_on(page).ask("What is new?")
    assert script.asked[0]["top_k"] == wanted


def test_an_endpoint_is_asked_in_the_place_of_the_scripts_own_host(
    real: str, scripted: str, script: Script, site: Site, watch: Watch
) -> None:
    script.chat = echo
    module = f'<script type="module" src="{real}/widget.js"></script>'
    policy = f"default-src 'none'; script-src {real}; connect-src {scripted}"
    element = f'<onrecord-ask endpoint="{scripted}/"></onrecord-ask>'
    asking = widget_on(watch.open(site.put(module + element, policy=policy)))
    asking.ask("What is new?")
    assert len(script.asked) == 1
    link = asking.quotes.first.get_by_role("link", name="Open at the quote")
    expect(link).to_have_attribute("href", re.compile(rf"^{re.escape(scripted)}/articles/"))


def test_attributes_may_change_while_it_stands_there(
    scripted: str, script: Script, site: Site, watch: Watch
) -> None:
    script.chat = echo
    page = watch.open(site.embed(scripted, PLAIN))
    asking = widget_on(page)
    page.evaluate(
        """() => {
          const element = document.querySelector("onrecord-ask");
          element.setAttribute("placeholder", "Another");
          element.setAttribute("key", "later");
          element.setAttribute("shortcut", "alt+j");
          element.remove();
          document.body.append(element);
        }"""
    )
    expect(asking.question).to_have_attribute("placeholder", "Another")
    page.keyboard.press("Alt+j")
    expect(asking.question).to_be_focused()
    asking.ask("What is new?")
    assert script.headers[0]["authorization"] == "Bearer later"


def test_the_page_hears_of_answers_copies_and_faults(
    scripted: str, script: Script, site: Site, watch: Watch
) -> None:
    watch.expect("Failed to load resource")
    watch.context.grant_permissions(["clipboard-read", "clipboard-write"])
    script.chat = stream_of(answer_of())
    page = watch.open(site.embed(scripted, PLAIN))
    page.evaluate(LISTEN)
    asking = widget_on(page)
    asking.ask("What is new?")
    asking.quotes.first.get_by_role("button", name="Copy quote").click()
    expect(asking.status).to_contain_text("Copied")
    script.chat = problem(429, "slow down", Retry_After="7")
    asking.question.press("Enter")
    expect(asking.alert).to_be_visible()
    (answered, answer), (copied, clipping), (failed, fault) = heard(page)
    assert (answered, copied, failed) == ("answer", "copy", "error")
    assert answer == answer_of()
    assert clipping["quote"] == answer["quotes"][0]
    assert clipping["text"].startswith(answer["quotes"][0]["citation"])
    assert clipping["html"].startswith("<blockquote")
    assert fault == {"kind": "limited", "status": 429, "detail": "slow down", "wait": 7}


def test_it_works_inside_a_dialog(real: str, site: Site, watch: Watch) -> None:
    page = watch.open(site.embed(real, f"<dialog>{PLAIN}</dialog>"))
    page.evaluate("document.querySelector('dialog').showModal()")
    asking = widget_on(page)
    asking.ask(BEAMS)
    asking.quotes.first.click()
    expect(asking.quotes.first).to_be_in_viewport()
    page.keyboard.press("Escape")
    expect(asking.question).to_be_hidden()


def test_two_on_one_page_keep_apart(
    scripted: str, script: Script, site: Site, watch: Watch
) -> None:
    script.chat = echo
    two = f'<div id="a">{PLAIN}</div><div id="b">{PLAIN}</div>'
    script_twice = f'<script type="module" src="{scripted}/widget.js?again"></script>'
    page = watch.open(site.embed(scripted, two + script_twice))
    one, other = widget_on(page, "#a > onrecord-ask"), widget_on(page, "#b > onrecord-ask")
    one.ask("One?")
    expect(other.quotes).to_have_count(0)
    other.ask("Other?")
    expect(one.question).to_have_value("One?")
    expect(one.quotes).to_have_count(3)
    other.element.get_by_role("tab", name="Check a quote").click()
    expect(one.question).to_be_visible()


def test_a_page_from_right_to_left_mirrors_it(
    scripted: str, script: Script, site: Site, watch: Watch
) -> None:
    script.chat = echo
    page = watch.open(site.embed(scripted, PLAIN, html='lang="ar" dir="rtl"'))
    asking = widget_on(page)
    asking.ask("What is new?")
    field, button = asking.question.bounding_box(), asking.button("Ask").first.bounding_box()
    assert field is not None
    assert button is not None
    assert button["x"] < field["x"]
    points = asking.element.locator(".strip button")
    first, last = points.first.bounding_box(), points.last.bounding_box()
    assert first is not None
    assert last is not None
    assert first["x"] > last["x"]  # time runs from right to left as well
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0


def test_the_launcher_opens_by_button_and_by_shortcut_and_gives_the_focus_back(
    scripted: str, script: Script, site: Site, watch: Watch
) -> None:
    script.chat = echo
    element = (
        '<a href="#x">A link</a><onrecord-ask mode="launcher" shortcut="mod+k"></onrecord-ask>'
    )
    page = watch.open(site.embed(scripted, element))
    asking = widget_on(page)
    expect(asking.question).to_be_hidden()
    asking.button("Ask the archive").click()
    expect(asking.question).to_be_focused()
    page.keyboard.press("Escape")
    expect(asking.button("Ask the archive")).to_be_focused()
    page.get_by_role("link", name="A link").focus()
    page.keyboard.press("Control+k")
    expect(asking.question).to_be_focused()
    asking.ask("What is new?")
    asking.button("Close").click()
    expect(asking.quotes).to_have_count(0)
    expect(page.get_by_role("link", name="A link")).to_be_focused()


def test_no_shortcut_is_taken_that_the_page_did_not_give(
    scripted: str, site: Site, watch: Watch
) -> None:
    page = watch.open(site.embed(scripted, PLAIN))
    asking = widget_on(page)
    for chord in ("/", "Control+k", "Meta+k"):
        page.keyboard.press(chord)
    expect(asking.question).not_to_be_focused()


@pytest.mark.parametrize(("theme", "dark"), [("dark", True), ("light", False), ("auto", True)])
def test_a_theme_is_chosen_or_follows_the_reader(
    scripted: str, site: Site, watch: Watch, theme: str, dark: bool
) -> None:
    page = watch.open(site.embed(scripted, f'<onrecord-ask theme="{theme}"></onrecord-ask>'))
    page.emulate_media(color_scheme="light" if theme == "dark" else "dark")
    paper = "rgb(23, 22, 20)" if dark else "rgb(255, 254, 251)"
    expect(widget_on(page).element.locator(".panel")).to_have_css("background-color", paper)
