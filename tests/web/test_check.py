"""Check a quote: the verdict, and the words that differ."""

from __future__ import annotations

from tests.web.articles import HOSTILE, HOSTILE_TITLE
from tests.web.browsing import Watch, expect
from tests.web.scripted import Script, problem
from tests.web.widget import Widget, widget_on

VERBATIM = "Workers replaced 148 oak beams and tested the gates with the basin full."
ALTERED = "Workers replaced 200 oak beams and tested the gates with the basin full."


def checking(watch: Watch, url: str) -> Widget:
    asking = widget_on(watch.open(url))
    asking.element.get_by_role("tab", name="Check a quote").click()
    return asking


def check(asking: Widget, sentence: str) -> None:
    asking.sentence.fill(sentence)
    asking.sentence.press("Enter")
    expect(asking.verdict).to_be_visible()


def test_a_sentence_of_the_archive_is_verbatim(real: str, watch: Watch) -> None:
    asking = checking(watch, real)
    check(asking, VERBATIM)
    expect(asking.verdict).to_have_text("Verbatim. The archive has it word for word.")
    match = asking.quotes.first
    expect(match.get_by_role("heading")).to_have_text("Canal lock reopens")
    expect(match.locator("blockquote")).to_have_text(VERBATIM)
    expect(match.locator("ins, del")).to_have_count(0)
    expect(match).to_contain_text("100 % of the words agree")


def test_an_altered_sentence_shows_what_differs(real: str, watch: Watch) -> None:
    asking = checking(watch, real)
    check(asking, ALTERED)
    expect(asking.verdict).to_have_text("Altered. The archive has it in other words.")
    match = asking.quotes.first
    expect(match.locator("del")).to_have_text("only in your sentence: 200")
    expect(match.locator("ins")).to_have_text("only in the article: 148")
    expect(match.locator("del .unseen")).to_have_css("position", "absolute")
    expect(asking.element.locator(".legend")).to_be_visible()


def test_what_the_archive_does_not_have_is_not_found(real: str, watch: Watch) -> None:
    asking = checking(watch, real)
    check(asking, "Submarines harvest tulips under seven moons.")
    expect(asking.verdict).to_have_text("Not found. The archive has nothing like it.")
    expect(asking.quotes).to_have_count(0)


def test_a_match_opens_the_article_at_its_place(real: str, watch: Watch) -> None:
    asking = checking(watch, real)
    check(asking, VERBATIM)
    with asking.page.expect_popup() as opened:
        asking.quotes.first.get_by_role("link", name="Open at the quote").click()
    expect(opened.value.locator("mark")).to_have_text(VERBATIM)
    expect(opened.value.locator("mark")).to_be_in_viewport()


def test_markup_in_a_sentence_and_in_an_article_is_text(real: str, watch: Watch) -> None:
    asking = checking(watch, real)
    check(asking, HOSTILE.text)
    match = asking.quotes.first
    expect(match.locator("blockquote")).to_have_text(HOSTILE.text)
    expect(match.get_by_role("heading")).to_have_text(HOSTILE_TITLE)
    assert asking.page.evaluate("window.hacked") is None


def test_a_refusal_is_an_alert_and_can_be_tried_again(
    scripted: str, script: Script, watch: Watch
) -> None:
    watch.expect("Failed to load resource")
    script.verify = problem(503)
    asking = checking(watch, scripted)
    asking.sentence.fill(VERBATIM)
    asking.sentence.press("Enter")
    expect(asking.alert).to_have_text("The archive is busy.")
    script.verify = {"verdict": "not_found", "matches": []}
    asking.button("Try again").click()
    expect(asking.verdict).to_contain_text("Not found.")
    expect(asking.alert).to_have_count(0)
    assert script.asked == [{"quote": VERBATIM}] * 2


def test_the_question_is_still_there_after_a_check(real: str, watch: Watch) -> None:
    asking = widget_on(watch.open(real))
    asking.ask("How many oak beams?")
    asking.element.get_by_role("tab", name="Check a quote").click()
    expect(asking.quotes).to_have_count(0)
    asking.element.get_by_role("tab", name="Ask", exact=True).click()
    expect(asking.quotes).to_have_count(5)
    assert asking.page.url == f"{real}/?q=How+many+oak+beams%3F"
