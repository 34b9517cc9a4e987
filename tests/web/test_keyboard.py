"""Everything by the keyboard alone, and the focus never lost."""

from __future__ import annotations

from datetime import date

import pytest

from onrecord.index.types import Filter
from tests.web.answers import THREE, answer_of, echo, stream_of, wire
from tests.web.browsing import Page, Watch, expect
from tests.web.scripted import PAUSE, Script, event, problem
from tests.web.widget import Widget, widget_on


def tab_to(asking: Widget, name: str, most: int = 40) -> None:
    """Press Tab until what is called so has the focus."""
    passed = []
    for _ in range(most):
        asking.page.keyboard.press("Tab")
        passed.append(asking.focused())
        if passed[-1] == name:
            return
    raise AssertionError(f"expected Tab to lead to {name!r}, it led to {passed}")


def outline(page: Page) -> dict[str, str]:
    """How what has the focus is outlined."""
    return page.evaluate(
        """() => {
          let at = document.activeElement;
          while (at.shadowRoot && at.shadowRoot.activeElement) at = at.shadowRoot.activeElement;
          const { outlineStyle: style, outlineWidth: width } = getComputedStyle(at);
          return { style, width };
        }"""
    )


def test_a_question_is_asked_read_copied_and_followed_up_by_keys_alone(
    real: str, watch: Watch
) -> None:
    watch.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page = watch.open(real)
    asking, keys = widget_on(page), page.keyboard
    tab_to(asking, "Ask the archive")
    keys.type("How many oak beams were replaced at the lock?")
    keys.press("Enter")
    asking.wait()
    expect(asking.question).to_be_focused()
    tab_to(asking, "Quote 1 of 5")
    keys.press("c")
    expect(asking.status).to_contain_text("Copied")
    assert "148 oak beams" in page.evaluate("navigator.clipboard.readText()")
    assert asking.focused() == "Quote 1 of 5"
    tab_to(asking, "Ask a follow-up")
    keys.type("And where did the old beams go?")
    keys.press("Enter")
    expect(asking.question).to_have_value("And where did the old beams go?")
    asking.wait()
    assert asking.focused() != ""


def test_the_filters_are_set_and_taken_away_by_keys_alone(
    scripted: str, script: Script, watch: Watch
) -> None:
    script.chat = echo
    page = watch.open(scripted)
    asking, keys = widget_on(page), page.keyboard
    tab_to(asking, "Filters")
    keys.press("Enter")
    tab_to(asking, "Published from")
    keys.type("02022024")
    tab_to(asking, "Outlet")
    keys.type("Gamma")
    keys.press("Enter")
    tab_to(asking, "Remove Gamma")
    keys.press("Enter")
    assert asking.focused() == "Outlet"
    asking.ask("What is new?")
    assert script.asked[-1]["published_from"] == "2024-02-02"
    assert script.asked[-1]["outlets"] is None


def test_arrows_lead_from_quote_to_quote(scripted: str, script: Script, watch: Watch) -> None:
    script.chat = echo
    page = watch.open(scripted)
    asking, keys = widget_on(page), page.keyboard
    asking.ask("What is new?")
    asking.quotes.first.focus()
    walk = [("ArrowDown", 2), ("ArrowDown", 3), ("ArrowDown", 3), ("ArrowUp", 2), ("ArrowUp", 1)]
    for key, place in [*walk, ("ArrowUp", 1)]:
        keys.press(key)
        assert asking.focused() == f"Quote {place} of 3"


@pytest.mark.parametrize(
    ("direction", "forth", "back"),
    [("ltr", "ArrowRight", "ArrowLeft"), ("rtl", "ArrowLeft", "ArrowRight")],
)
def test_arrows_lead_from_tab_to_tab(
    scripted: str, watch: Watch, direction: str, forth: str, back: str
) -> None:
    page = watch.open(scripted)
    page.evaluate("(dir) => (document.documentElement.dir = dir)", direction)
    asking = widget_on(page)
    asking.element.get_by_role("tab", name="Ask", exact=True).focus()
    for key, name in [(forth, "Check a quote"), (forth, "Ask"), (back, "Check a quote")]:
        page.keyboard.press(key)
        tab = asking.element.get_by_role("tab", name=name, exact=True)
        expect(tab).to_be_focused()
        expect(tab).to_have_attribute("aria-selected", "true")
    expect(asking.sentence).to_be_visible()
    page.keyboard.press("Tab")
    expect(asking.sentence).to_be_focused()


def test_a_point_of_the_timeline_leads_to_its_quote_by_keys(
    scripted: str, script: Script, watch: Watch
) -> None:
    script.chat = echo
    asking = widget_on(watch.open(scripted))
    asking.ask("What is new?")
    tab_to(asking, "1 quote, December 2024")
    asking.page.keyboard.press("Enter")
    assert asking.focused() == "Quote 2 of 3"


def test_a_slash_leads_to_the_question_but_is_typed_in_it(scripted: str, watch: Watch) -> None:
    page = watch.open(scripted)
    asking = widget_on(page)
    page.keyboard.press("/")
    expect(asking.question).to_be_focused()
    page.keyboard.type("and/or")
    expect(asking.question).to_have_value("and/or")


def test_the_first_stop_of_the_page_skips_to_its_content(scripted: str, watch: Watch) -> None:
    page = watch.open(scripted)
    page.keyboard.press("Tab")
    skip = page.get_by_role("link", name="Skip to the content")
    expect(skip).to_be_focused()
    expect(skip).to_be_in_viewport()


def test_whatever_has_the_focus_is_outlined(scripted: str, script: Script, watch: Watch) -> None:
    script.chat = stream_of(answer_of())
    page = watch.open(scripted)
    asking = widget_on(page)
    asking.ask("What is new?")
    for _ in range(30):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement === document.body"):
            return
        drawn = outline(page)
        assert drawn["style"] != "none", asking.focused()
        assert float(drawn["width"].removesuffix("px")) >= 2, asking.focused()
    raise AssertionError("expected Tab to leave the page at last")


@pytest.mark.parametrize("way", ["One?", "Remove the filters", "Try again", "Ask"])
def test_the_focus_stays_in_the_widget_when_what_was_pressed_goes_away(
    scripted: str, script: Script, watch: Watch, way: str
) -> None:
    watch.expect("Failed to load resource")
    where = Filter(published_to=date(2024, 1, 1))
    script.chat = stream_of(answer_of(filters=where, read_from="request"))
    if way == "Try again":
        script.chat = problem(500)
    asking = widget_on(watch.open(f"{scripted}/?q=One%3F&q=Two%3F&to=2024-01-01"))
    expect(asking.button(way).last).to_be_enabled()
    script.chat = echo
    if way == "Ask":
        asking.follow_up.fill("Three?")
    asking.button(way).last.press("Enter")
    expect(asking.element.locator(".number")).to_have_text("3 quotes, 90 % confidence")
    assert asking.focused() == "Ask"


def test_a_quote_keeps_the_focus_while_others_arrive(
    scripted: str, script: Script, watch: Watch
) -> None:
    first, *others = (event("quote", wire(quote)) for quote in THREE)
    script.chat = [first, PAUSE, *others, event("answer", answer_of()), event("done", {})]
    asking = widget_on(watch.open(scripted))
    asking.question.fill("What is new?")
    asking.question.press("Enter")
    asking.quotes.first.focus()
    script.go_on()
    asking.wait()
    assert asking.focused() == "Quote 1 of 3"


def test_the_focus_stays_when_a_check_is_tried_again(
    scripted: str, script: Script, watch: Watch
) -> None:
    watch.expect("Failed to load resource")
    script.verify = problem(500)
    asking = widget_on(watch.open(f"{scripted}/?check=A+sentence"))
    retry = asking.button("Try again")
    expect(retry).to_be_enabled()
    script.verify = {"verdict": "not_found", "matches": []}
    retry.press("Enter")
    expect(asking.verdict).to_be_visible()
    assert asking.focused() != ""
