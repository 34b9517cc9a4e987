"""What is asked stands in the page's address: shared, gone back to, loaded again."""

from __future__ import annotations

from urllib.parse import parse_qsl, urlsplit

import pytest

from tests.web.answers import echo
from tests.web.browsing import Page, Watch, expect
from tests.web.scripted import Script
from tests.web.widget import widget_on


def query(page: Page) -> list[tuple[str, str]]:
    return parse_qsl(urlsplit(page.url).query, keep_blank_values=True)


def test_the_question_its_filters_and_its_order_stand_in_the_address(
    scripted: str, script: Script, watch: Watch
) -> None:
    script.chat = echo
    page = watch.open(scripted)
    asking = widget_on(page)
    asking.element.get_by_text("Filters").click()
    asking.element.get_by_label("Published from").fill("2024-01-01")
    asking.element.get_by_label("Outlet").fill("A, B & C")
    asking.button("Add").click()
    asking.ask("What is new? & why = so #1")
    asking.ask_on("And then?")
    asking.element.get_by_label("Order").select_option("newest")
    assert query(page) == [
        ("q", "What is new? & why = so #1"),
        ("q", "And then?"),
        ("from", "2024-01-01"),
        ("outlet", "A, B & C"),
        ("sort", "newest"),
    ]
    assert page.title() == "And then? – onrecord"


def test_a_shared_address_shows_what_was_shared(
    scripted: str, script: Script, watch: Watch
) -> None:
    script.chat = echo
    shared = "?q=One%3F&q=Two%3F&from=2024-01-01&to=2024-02-01&outlet=Gamma&outlet=Beta&sort=oldest"
    asking = widget_on(watch.open(f"{scripted}/{shared}"))
    asking.wait()
    asked = script.asked[0]
    assert [message["content"] for message in asked["messages"]] == ["One?", "Two?"]
    assert (asked["published_from"], asked["published_to"]) == ("2024-01-01", "2024-02-01")
    assert (asked["outlets"], asked["sort"]) == (["Gamma", "Beta"], "oldest")
    expect(asking.question).to_have_value("Two?")
    expect(asking.element.get_by_label("Order")).to_have_value("oldest")
    expect(asking.element.get_by_text("Filters (3)")).to_be_visible()
    assert asking.page.url == f"{scripted}/{shared}"


def test_back_and_forward_lead_through_what_was_asked(
    scripted: str, script: Script, watch: Watch
) -> None:
    script.chat = echo
    page = watch.open(scripted)
    asking = widget_on(page)
    asking.ask("One?")
    asking.ask("Two?")
    page.go_back()
    expect(asking.question).to_have_value("One?")
    asking.wait()
    assert query(page) == [("q", "One?")]
    page.go_back()
    expect(asking.question).to_have_value("")
    expect(asking.quotes).to_have_count(0)
    assert page.title() == "onrecord"
    page.go_forward()
    page.go_forward()
    expect(asking.question).to_have_value("Two?")
    asking.wait()
    assert page.title() == "Two? – onrecord"


def test_a_page_loaded_again_asks_again(scripted: str, script: Script, watch: Watch) -> None:
    script.chat = echo
    page = watch.open(scripted)
    widget_on(page).ask("One?")
    page.reload()
    asking = widget_on(page)
    asking.wait()
    expect(asking.question).to_have_value("One?")
    assert len(script.asked) == 2


def test_a_sentence_that_was_checked_is_shared_as_well(real: str, watch: Watch) -> None:
    page = watch.open(f"{real}/?check=The+weir+above+Brambleford")
    asking = widget_on(page)
    expect(asking.verdict).to_be_visible()
    expect(asking.sentence).to_have_value("The weir above Brambleford")
    assert page.title() == "The weir above Brambleford – onrecord"


def test_back_from_a_checked_sentence_shows_an_empty_field_again(real: str, watch: Watch) -> None:
    page = watch.open(real)
    asking = widget_on(page)
    asking.element.get_by_role("tab", name="Check a quote").click()
    asking.sentence.fill("The weir above Brambleford")
    asking.sentence.press("Enter")
    expect(asking.verdict).to_be_visible()
    page.go_back()
    assert query(page) == [("check", "")]
    expect(asking.sentence).to_have_value("")
    expect(asking.quotes).to_have_count(0)
    page.go_back()
    expect(asking.question).to_be_visible()


@pytest.mark.parametrize("strange", ["?from=x&to=2024&sort=best&outlet=", "?q=+&q=", "?utm=1"])
def test_an_address_that_says_nothing_sound_asks_nothing(
    scripted: str, script: Script, watch: Watch, strange: str
) -> None:
    asking = widget_on(watch.open(f"{scripted}/{strange}"))
    expect(asking.element.get_by_text("Filters", exact=True)).to_be_visible()
    assert script.asked == []


def test_markup_in_an_address_is_text(scripted: str, script: Script, watch: Watch) -> None:
    script.chat = echo
    hostile = "%3Cimg%20src%3Dx%20onerror%3D%22window.hacked%3D1%22%3E"
    page = watch.open(f"{scripted}/?q={hostile}&q={hostile}&outlet={hostile}")
    widget_on(page).wait()
    assert page.evaluate("window.hacked") is None
    assert page.title().startswith("<img src=x")
    expect(page.locator("onrecord-ask img")).to_have_count(0)
