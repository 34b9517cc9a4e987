"""The window and the outlets that a question is limited to."""

from __future__ import annotations

from datetime import date
from typing import Any

from onrecord.index.types import Filter
from tests.web.answers import THREE, answer_of, echo, stream_of
from tests.web.browsing import Watch, expect
from tests.web.scripted import Script
from tests.web.widget import Widget, widget_on


def opened(watch: Watch, url: str) -> Widget:
    asking = widget_on(watch.open(url))
    asking.element.get_by_text("Filters").click()
    return asking


def add(asking: Widget, outlet: str) -> None:
    field = asking.element.get_by_label("Outlet")
    field.fill(outlet)
    field.press("Enter")


def chips(asking: Widget) -> list[str]:
    return [
        text.removesuffix("×") for text in asking.element.locator(".chips li").all_text_contents()
    ]


def sent(script: Script) -> dict[str, Any]:
    names = ("published_from", "published_to", "outlets")
    return {name: script.asked[-1][name] for name in names}


def test_a_window_and_outlets_are_sent_with_the_question(
    scripted: str, script: Script, watch: Watch
) -> None:
    script.chat = echo
    asking = opened(watch, scripted)
    asking.element.get_by_label("Published from").fill("2024-01-01")
    asking.element.get_by_label("Published to").fill("2024-12-31")
    add(asking, "Brook Courier")
    asking.element.get_by_label("Outlet").fill("Millbrook Times")
    asking.button("Add").click()
    expect(asking.element.locator("summary", has_text="Filters")).to_have_text("Filters (3)")
    assert chips(asking) == ["Brook Courier", "Millbrook Times"]
    assert script.asked == []  # nothing is asked before there is a question
    asking.ask("What is new?")
    assert sent(script) == {
        "published_from": "2024-01-01",
        "published_to": "2024-12-31",
        "outlets": ["Brook Courier", "Millbrook Times"],
    }


def test_a_filter_that_is_changed_asks_again(scripted: str, script: Script, watch: Watch) -> None:
    script.chat = echo
    asking = opened(watch, scripted)
    asking.ask("What is new?")
    add(asking, "Gamma")
    expect(asking.element.get_by_label("Outlet")).to_be_focused()
    asking.wait()
    assert sent(script)["outlets"] == ["Gamma"]
    asking.button("Remove Gamma").click()
    expect(asking.element.get_by_label("Outlet")).to_be_focused()
    asking.wait()
    assert sent(script)["outlets"] is None
    assert len(script.asked) == 3


def test_one_outlet_is_added_once_and_a_blank_one_never(
    scripted: str, script: Script, watch: Watch
) -> None:
    asking = opened(watch, scripted)
    for outlet in ("Gamma", "Gamma", "  "):
        add(asking, outlet)
    assert chips(asking) == ["Gamma"]


def test_a_window_that_ends_before_it_begins_is_an_alert_and_is_not_asked(
    scripted: str, script: Script, watch: Watch
) -> None:
    script.chat = echo
    asking = opened(watch, scripted)
    asking.ask("What is new?")
    asking.element.get_by_label("Published from").fill("2024-12-31")
    asking.wait()
    asking.element.get_by_label("Published to").fill("2024-01-01")
    expect(asking.alert).to_have_text("The first date lies after the second.")
    assert sent(script)["published_to"] is None


def test_the_archives_outlets_are_suggested(real: str, watch: Watch) -> None:
    asking = opened(watch, real)
    names = asking.element.locator("datalist option")
    expect(names).to_have_count(7)
    given = {str(name.get_attribute("value")) for name in names.all()}
    assert {"Brook Courier", "Millbrook Times", "صحيفة النهر"} <= given


def test_a_window_of_the_archive_keeps_what_lies_in_it_whole(real: str, watch: Watch) -> None:
    asking = opened(watch, real)
    asking.element.get_by_label("Published from").fill("2024-01-01")
    asking.element.get_by_label("Published to").fill("2024-11-30")
    asking.ask("What is new?")
    when = asking.quotes.locator("time").all_text_contents()
    assert sorted(when) == ["1 July 2024", "14 September 2024", "4 March 2024"]
    expect(asking.element.locator(".notes")).to_contain_text(
        "Only articles published from 1 January 2024 to 30 November 2024."
    )


def test_a_window_without_articles_can_be_taken_away_again(real: str, watch: Watch) -> None:
    asking = opened(watch, real)
    asking.element.get_by_label("Published to").fill("1999-12-31")
    asking.ask("What is new?")
    expect(asking.verdict).to_have_text("No article passes the filters.")
    asking.button("Remove the filters").click()
    expect(asking.verdict).to_contain_text("5 quotes")
    expect(asking.element.get_by_label("Published to")).to_have_value("")
    assert "to=" not in asking.page.url


def test_a_window_read_from_the_question_is_said_and_not_to_be_removed(
    scripted: str, script: Script, watch: Watch
) -> None:
    where = Filter(date(2024, 1, 1), date(2024, 12, 31))
    script.chat = stream_of(answer_of(THREE, filters=where, read_from="question"))
    asking = widget_on(watch.open(scripted))
    asking.ask("Which articles from 2024 mention boats?")
    expect(asking.element.locator(".notes")).to_contain_text(
        "Only articles published from 1 January 2024 to 31 December 2024, as the question says."
    )
    expect(asking.button("Remove the filters")).to_have_count(0)


def test_a_list_of_outlets_that_cannot_be_had_is_no_fault(
    scripted: str, script: Script, watch: Watch
) -> None:
    watch.expect("Failed to load resource")
    page = watch.open(scripted)
    page.route("**/status", lambda route: route.fulfill(status=500))
    asking = widget_on(page)
    asking.element.get_by_text("Filters").click()
    add(asking, "Gamma")
    assert chips(asking) == ["Gamma"]
    expect(asking.alert).to_have_count(0)
