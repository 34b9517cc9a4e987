"""A quote: its source, its evidence, what else says the same, and text that is only ever text."""

from __future__ import annotations

import re

import pytest

from onrecord.index.types import Article, Span, Terms
from tests.service.conftest import dated
from tests.web.answers import answer_of, quote_of, stream_of
from tests.web.articles import (
    ARABIC,
    ASTRAL,
    ASTRAL_TEXT,
    GREENHOUSE,
    HOSTILE,
    HOSTILE_TITLE,
    LOCK,
    LOCK_TEXT,
    TRAM,
    WEIRS,
    WINDMILL,
)
from tests.web.browsing import Watch, expect
from tests.web.scripted import Script
from tests.web.widget import Widget, widget_on


def shown(watch: Watch, url: str, question: str) -> Widget:
    asking = widget_on(watch.open(url))
    asking.ask(question)
    return asking


@pytest.mark.parametrize(
    ("article", "said", "machine"),
    [
        (LOCK, "4 March 2024", "2024-03-04"),
        (GREENHOUSE, "December 2024", "2024-12"),
        (WINDMILL, "2023", "2023"),
    ],
)
def test_a_date_is_as_precise_as_it_is_known(
    scripted: str, script: Script, watch: Watch, article: Article, said: str, machine: str
) -> None:
    script.chat = stream_of(answer_of([quote_of(article)]))
    asking = shown(watch, scripted, "When?")
    time = asking.quotes.locator("time")
    expect(time).to_have_text(said)
    expect(time).to_have_attribute("datetime", machine)


def test_undated_is_said_with_the_reason(real: str, watch: Watch) -> None:
    asking = shown(watch, real, "How many riders did the night tram carry?")
    first = asking.quotes.first
    expect(first.get_by_role("heading")).to_have_text("Night tram stops")
    reason = first.get_by_text("The page states no date of publication")
    expect(reason).to_be_hidden()
    first.get_by_text("undated. Why?").click()
    expect(reason).to_be_visible()


def test_articles_that_say_the_same_are_named_with_outlet_and_date(real: str, watch: Watch) -> None:
    asking = shown(watch, real, "Why was the weir lowered by forty centimetres?")
    first = asking.quotes.first
    first.get_by_text("Also in 2 articles").click()
    lines = first.locator(".also li").all_text_contents()
    main = first.locator(".kicker b").text_content()
    known = {"Gamma": "1 June 2022", "Alpha": "May 2022", "Beta": "undated"}
    expected = [
        f"Weir lowered {outlet}, {when}" for outlet, when in known.items() if outlet != main
    ]
    assert sorted(lines) == sorted(expected)
    links = first.locator(".also a")
    expect(links.first).to_have_attribute("href", re.compile(rf"^{re.escape(real)}/articles/weir-"))


def test_one_other_article_is_told_in_the_singular(
    scripted: str, script: Script, watch: Watch
) -> None:
    script.chat = stream_of(answer_of([quote_of(WEIRS[0], also_in=(WEIRS[1],))]))
    expect(shown(watch, scripted, "Why?").quotes).to_contain_text("Also in 1 article")


def test_a_quote_leads_to_its_place_in_the_article_and_at_the_publisher(
    real: str, watch: Watch
) -> None:
    asking = shown(watch, real, "How many oak beams were replaced at the lock?")
    first = asking.quotes.first
    address = f"{real}/articles/lock#0-{len(LOCK_TEXT)}"
    for link in (first.get_by_role("link", name="Open at the quote"), first.locator("h3 a")):
        expect(link).to_have_attribute("href", address)
        expect(link).to_have_attribute("target", "_blank")
    publisher = first.get_by_role("link", name="Publisher’s page")
    start = "https://courier.example/lock?page=1#:~:text=The%20canal%20lock"
    expect(publisher).to_have_attribute("href", re.compile("^" + re.escape(start)))


def test_without_a_url_no_publishers_page_is_offered(
    scripted: str, script: Script, watch: Watch
) -> None:
    script.chat = stream_of(answer_of([quote_of(TRAM)]))
    asking = shown(watch, scripted, "What?")
    expect(asking.quotes.get_by_role("link", name="Publisher’s page")).to_have_count(0)


def test_the_terms_of_the_page_are_shown(scripted: str, script: Script, watch: Watch) -> None:
    limited = Article("limited", "Notes", LOCK_TEXT, terms=Terms(300, True, "Up to 300."))
    script.chat = stream_of(answer_of([quote_of(limited)]))
    asking = shown(watch, scripted, "What?")
    expect(asking.quotes).to_contain_text(
        "Terms of the page: at most 300 characters may be quoted. "
        "A link to the article is required."
    )


def test_markup_in_an_article_is_shown_as_text_and_never_run(real: str, watch: Watch) -> None:
    asking = shown(watch, real, "How many broken pages did the parser fair show?")
    quote = asking.quotes.filter(has_text="parser fair")
    expect(quote.get_by_role("heading")).to_have_text(HOSTILE_TITLE)
    expect(quote.locator("blockquote")).to_have_text(HOSTILE.text)
    expect(quote.locator(".kicker b")).to_have_text(str(HOSTILE.outlet))
    expect(quote.locator(".authors")).to_have_text(HOSTILE.authors[0])
    expect(quote.locator("script, img, svg, b b, [onclick], [onload], [onerror]")).to_have_count(0)
    quote.get_by_role("heading").hover()
    assert asking.page.evaluate("window.hacked") is None


def test_highlights_hold_behind_code_points_beyond_the_bmp(real: str, watch: Watch) -> None:
    asking = shown(watch, real, "How many jars of honey did the hives give?")
    quote = asking.quotes.filter(has_text="jars of honey")
    expect(quote.locator("mark").first).to_have_text(
        "The hives on the slope gave 59 jars of honey."
    )
    assert quote.locator("blockquote").text_content() == ASTRAL_TEXT


def test_several_highlights_are_marked_each_where_it_stands(
    scripted: str, script: Script, watch: Watch
) -> None:
    wanted = ["🐝🍯🌼 Bees 𝔰warmed early 🏡", "🐝 Nobody 𝔢xpected", "August."]
    places = [ASTRAL_TEXT.index(words) for words in wanted]
    marks = [Span(at, at + len(words)) for at, words in zip(places, wanted, strict=True)]
    script.chat = stream_of(answer_of([quote_of(ASTRAL, *marks)]))
    asking = shown(watch, scripted, "What?")
    expect(asking.marks).to_have_text(wanted)
    assert asking.quotes.locator("blockquote").text_content() == ASTRAL_TEXT


def test_a_quote_from_the_middle_of_an_article_is_marked_by_the_articles_offsets(
    scripted: str, script: Script, watch: Watch
) -> None:
    answer = answer_of([quote_of(ASTRAL)])
    quote, start = answer["quotes"][0], ASTRAL_TEXT.index("The hives")
    mark = ASTRAL_TEXT.index("59 jars")
    quote |= {"text": ASTRAL_TEXT[start:], "start": start}
    quote["highlights"] = [{"start": mark, "end": mark + 7, "text": "59 jars"}]
    script.chat = stream_of(answer)
    expect(shown(watch, scripted, "What?").marks).to_have_text("59 jars")


def test_an_arabic_article_runs_from_right_to_left(real: str, watch: Watch) -> None:
    asking = shown(watch, real, "كم كتابا تضم المكتبة المتنقلة؟")
    quote = asking.quotes.filter(has_text="415")
    words = quote.locator("blockquote")
    expect(words).to_have_attribute("lang", "ar")
    expect(words).to_have_css("direction", "rtl")
    expect(quote.get_by_role("heading")).to_have_css("direction", "rtl")
    expect(asking.question).to_have_css("direction", "rtl")
    assert words.text_content() == ARABIC.text


def test_paragraphs_of_a_quote_stay_apart(scripted: str, script: Script, watch: Watch) -> None:
    text = "The first line ends here. \nThe second begins."
    script.chat = stream_of(
        answer_of([quote_of(Article("two", "Two", text, published=dated(None)))])
    )
    asking = shown(watch, scripted, "What?")
    assert asking.quotes.locator("blockquote").inner_text().splitlines() == [
        "The first line ends here.",
        "The second begins.",
    ]
