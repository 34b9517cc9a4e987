"""What is shown while there is nothing to show, or not yet, or not at all."""

from __future__ import annotations

import pytest

from tests.web.answers import STAGES, THREE, answer_of, stream_of, wire
from tests.web.browsing import Watch, expect
from tests.web.scripted import PAUSE, Script, event
from tests.web.widget import Widget, widget_on


def send(asking: Widget, question: str = "What is new?") -> None:
    asking.question.fill(question)
    asking.question.press("Enter")


def test_before_a_question_the_page_says_what_it_gives(scripted: str, watch: Watch) -> None:
    asking = widget_on(watch.open(scripted))
    expect(asking.element).to_contain_text("word for word, each with its source and its date")
    expect(asking.quotes).to_have_count(0)
    expect(asking.follow_up).to_be_hidden()
    expect(asking.button("Copy link to this question")).to_be_hidden()


def test_no_answer_is_a_plain_sentence_and_the_nearest_misses_are_marked_as_such(
    scripted: str, script: Script, watch: Watch
) -> None:
    script.chat = stream_of(answer_of(reason="weak_evidence", confidence=0.1))
    asking = widget_on(watch.open(scripted))
    asking.ask("Who won the cup?")
    expect(asking.verdict).to_have_text("The archive does not answer this.")
    heading = asking.element.get_by_role("heading", name="Nearest misses, which do not answer it")
    expect(heading).to_be_visible()
    expect(asking.quotes).to_have_count(3)
    expect(asking.quotes.first).to_contain_text("Nearest miss")
    expect(asking.quotes.first).to_have_attribute("aria-label", "Nearest miss 1 of 3")
    expect(asking.marks).to_have_count(0)  # nothing in them is evidence
    expect(asking.element.locator(".timeline")).to_have_count(0)


def test_a_window_without_articles_says_so(scripted: str, script: Script, watch: Watch) -> None:
    script.chat = stream_of(answer_of(THREE[:1], reason="nothing_in_window", confidence=0.0))
    asking = widget_on(watch.open(scripted))
    asking.ask("What is new?")
    expect(asking.verdict).to_have_text("No article passes the filters.")
    expect(asking.quotes).to_have_count(1)


def test_an_empty_archive_says_so(scripted: str, script: Script, watch: Watch) -> None:
    empty = answer_of((), reason="empty_archive", confidence=0.0, articles=0)
    script.chat = stream_of(empty)
    asking = widget_on(watch.open(scripted))
    asking.ask("What is new?")
    expect(asking.verdict).to_have_text("The archive is empty.")
    expect(asking.element).to_contain_text("Searched 0 articles.")
    expect(asking.element.get_by_role("heading", name="Nearest misses")).to_be_hidden()


@pytest.mark.parametrize(
    ("confidence", "said"),
    [
        (0.97, "The archive very likely answers this."),
        (0.7, "The archive probably answers this."),
        (0.35, "The archive may answer this. Read the quotes with care."),
    ],
)
def test_confidence_is_said_in_words_and_then_in_figures(
    scripted: str, script: Script, watch: Watch, confidence: float, said: str
) -> None:
    script.chat = stream_of(answer_of(confidence=confidence))
    asking = widget_on(watch.open(scripted))
    asking.ask("What is new?")
    expect(asking.verdict).to_have_text(f"{said} 3 quotes, {round(confidence * 100)} % confidence")


def test_an_answer_that_takes_long_says_so(scripted: str, script: Script, fresh: Watch) -> None:
    fresh.context.clock.install()
    script.chat = [STAGES[0], PAUSE, *stream_of(answer_of())[1:]]
    asking = widget_on(fresh.open(scripted))
    send(asking)
    expect(asking.status).to_have_text("Reading the question…")
    fresh.context.clock.fast_forward(5_100)
    expect(asking.status).to_have_text("Still at work. The archive is busy or large.")
    script.go_on()
    asking.wait()


def test_what_is_asked_can_be_stopped_and_what_has_arrived_stays(
    scripted: str, script: Script, watch: Watch
) -> None:
    script.chat = [event("quote", wire(THREE[0])), PAUSE]
    asking = widget_on(watch.open(scripted))
    send(asking)
    expect(asking.quotes).to_have_count(1)
    asking.button("Stop").click()
    expect(asking.status).to_have_text("Stopped.")
    expect(asking.quotes).to_have_count(1)
    expect(asking.alert).to_have_count(0)
    expect(asking.button("Ask")).to_be_visible()
