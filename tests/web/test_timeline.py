"""The strip that shows when the quotes were published, and the order of the quotes."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.service.conftest import dated
from tests.web.answers import answer_of, quote_of, stream_of
from tests.web.articles import ASTRAL, GREENHOUSE, LOCK, TRAM, WEIRS, WINDMILL
from tests.web.browsing import Watch, expect
from tests.web.scripted import Script
from tests.web.widget import Widget, widget_on

FIVE = [
    quote_of(article, score=1 - at / 10)
    for at, article in enumerate([LOCK, TRAM, WINDMILL, GREENHOUSE, ASTRAL])
]


def shown(watch: Watch, url: str) -> Widget:
    asking = widget_on(watch.open(url))
    asking.ask("What is new?")
    return asking


def points(asking: Widget) -> list[str]:
    return [
        str(point.get_attribute("aria-label"))
        for point in asking.element.locator(".strip button").all()
    ]


def order(asking: Widget) -> list[str]:
    return asking.quotes.get_by_role("heading").all_text_contents()


def test_every_dated_quote_is_a_point_in_the_order_of_time(
    scripted: str, script: Script, watch: Watch
) -> None:
    script.chat = stream_of(answer_of(FIVE))
    asking = shown(watch, scripted)
    assert points(asking) == [
        "1 quote, 2023",
        "1 quote, 31 December 2023",
        "1 quote, 4 March 2024",
        "1 quote, December 2024",
    ]
    scale = asking.element.locator(".scale span")
    expect(scale).to_have_text(["2023", "1 undated", "December 2024"])
    lefts = [point.bounding_box()["x"] for point in asking.element.locator(".strip button").all()]
    assert lefts == sorted(lefts)


def test_quotes_of_one_time_are_one_point_with_their_number(
    scripted: str, script: Script, watch: Watch
) -> None:
    late, early, _ = WEIRS
    script.chat = stream_of(answer_of([quote_of(late), quote_of(early), quote_of(GREENHOUSE)]))
    asking = shown(watch, scripted)
    assert points(asking) == ["2 quotes, May 2022 – 1 June 2022", "1 quote, December 2024"]
    expect(asking.element.locator(".strip .several button")).to_have_text("2")


def test_a_point_leads_to_its_quotes_one_after_the_other(
    scripted: str, script: Script, watch: Watch
) -> None:
    late, early, _ = WEIRS
    script.chat = stream_of(answer_of([quote_of(late), quote_of(GREENHOUSE), quote_of(early)]))
    asking = shown(watch, scripted)
    point = asking.element.get_by_role("button", name="2 quotes, May 2022")
    for place in (2, 0, 2):
        point.click()
        expect(asking.quotes.nth(place)).to_be_focused()
        expect(asking.quotes.nth(place)).to_be_in_viewport()


@pytest.mark.parametrize("quotes", [FIVE[:1], [FIVE[1], quote_of(WEIRS[2])]])
def test_there_is_no_strip_for_one_quote_or_for_none_that_is_dated(
    scripted: str, script: Script, watch: Watch, quotes: list[object]
) -> None:
    script.chat = stream_of(answer_of(quotes))  # type: ignore[arg-type]
    asking = shown(watch, scripted)
    expect(asking.element.locator(".strip")).to_have_count(0)


@pytest.mark.parametrize(
    ("sort", "first", "last"),
    [
        (
            "newest",
            ["Greenhouse turns into a swimming hall", "Canal lock reopens"],
            "Night tram stops",
        ),
        ("oldest", ["Windmill grinds again", "Bees swarm early 🐝"], "Night tram stops"),
        ("relevance", ["Canal lock reopens", "Night tram stops"], "Bees swarm early 🐝"),
    ],
)
def test_the_order_can_be_changed_without_asking_again(
    scripted: str, script: Script, watch: Watch, sort: str, first: list[str], last: str
) -> None:
    script.chat = stream_of(answer_of(FIVE))
    asking = shown(watch, scripted)
    choose = asking.element.get_by_label("Order")
    choose.select_option("oldest" if sort == "relevance" else sort)
    choose.select_option(sort)
    assert order(asking)[:2] == first
    assert order(asking)[-1] == last
    expect(asking.quotes.first).to_have_attribute("aria-label", "Quote 1 of 5")
    assert len(script.asked) == 1


def test_the_pages_order_by_date_is_the_services(real: str, watch: Watch) -> None:
    page = watch.open(f"{real}/?q=What+is+new+in+Brambleford%3F")
    asking = widget_on(page)
    asking.wait()
    for sort in ("newest", "oldest"):
        asking.element.get_by_label("Order").select_option(sort)
        chosen = order(asking)
        page.goto(f"{real}/?q=What+is+new+in+Brambleford%3F&sort={sort}")
        asking.wait()
        assert order(asking) == chosen


def test_one_quote_has_no_order_and_quotes_of_one_day_one_date(
    scripted: str, script: Script, watch: Watch
) -> None:
    script.chat = stream_of(answer_of(FIVE[:1]))
    asking = shown(watch, scripted)
    expect(asking.element.get_by_label("Order")).to_be_hidden()
    same = replace(WINDMILL, published=dated("2024-03-04"))
    script.chat = stream_of(answer_of([quote_of(LOCK), quote_of(same)]))
    asking.ask("What else?")
    expect(asking.element.locator(".scale span")).to_have_text(["", "4 March 2024", ""])
