"""Asking: what a reporter types, what is sent for it, and quotes as they arrive."""

from __future__ import annotations

import re
from typing import Any

import pytest

from tests.web.answers import STAGES, THREE, answer_of, echo, quote_of, stream_of, wire
from tests.web.articles import ARABIC, BEAMS, EVIDENCE
from tests.web.browsing import Watch, expect
from tests.web.scripted import PAUSE, Script, event
from tests.web.widget import widget_on


def test_a_question_typed_and_sent_by_enter_is_answered_in_the_articles_words(
    real: str, watch: Watch
) -> None:
    asking = widget_on(watch.open(real))
    asking.question.press_sequentially(BEAMS)
    asking.question.press("Enter")
    asking.wait()
    first = asking.quotes.first
    expect(first.get_by_role("heading")).to_have_text("Canal lock reopens")
    expect(first.locator("mark")).to_have_text(EVIDENCE)
    expect(first.locator("time")).to_have_text("4 March 2024")
    expect(first).to_contain_text("Brook Courier")
    expect(asking.verdict).to_have_text(re.compile(r"^The archive .* answers? this\."))
    expect(asking.verdict).to_have_text(re.compile(r"5 quotes, \d+ % confidence$"))


def test_a_press_of_the_button_asks_as_well(real: str, watch: Watch) -> None:
    asking = widget_on(watch.open(real))
    asking.question.fill(BEAMS)
    asking.button("Ask").click()
    expect(asking.quotes).to_have_count(5)


def test_the_service_is_asked_for_what_the_page_shows(
    scripted: str, script: Script, fresh: Watch
) -> None:
    script.chat = echo
    fresh.context.clock.set_fixed_time("2025-03-12T23:30:00")
    widget_on(fresh.open(scripted)).ask("  What is new?  ")
    assert script.asked == [
        {
            "messages": [{"role": "user", "content": "What is new?"}],
            "top_k": 5,
            "published_from": None,
            "published_to": None,
            "outlets": None,
            "sort": "relevance",
            "today": "2025-03-12",
        }
    ]
    assert script.headers[0]["accept"] == "text/event-stream"


def test_today_is_the_readers_day_and_not_the_servers(
    scripted: str, script: Script, new_watch: Any
) -> None:
    script.chat = echo
    watch = new_watch(timezone_id="Pacific/Auckland")
    watch.context.clock.set_fixed_time("2025-03-12T23:30:00Z")
    widget_on(watch.open(scripted)).ask("What happened last week?")
    assert script.asked[0]["today"] == "2025-03-13"


@pytest.mark.parametrize("blank", ["", "   "])
def test_nothing_is_not_asked(scripted: str, script: Script, watch: Watch, blank: str) -> None:
    asking = widget_on(watch.open(scripted))
    asking.question.fill(blank)
    asking.question.press("Enter")
    asking.button("Ask").click()
    expect(asking.question).to_be_focused()
    assert script.asked == []


def test_shift_and_enter_begin_a_line_and_ask_nothing(
    scripted: str, script: Script, watch: Watch
) -> None:
    asking = widget_on(watch.open(scripted))
    asking.question.fill("One")
    asking.question.press("Shift+Enter")
    asking.question.press_sequentially("two")
    expect(asking.question).to_have_value("One\ntwo")
    assert script.asked == []


def test_a_question_that_is_too_long_is_counted_in_code_points_and_not_sent(
    scripted: str, script: Script, watch: Watch
) -> None:
    script.chat = echo
    asking = widget_on(watch.open(scripted))
    asking.question.fill("🐝" * 1_001)
    asking.question.press("Enter")
    expect(asking.element).to_contain_text("1001 of at most 1000 characters")
    expect(asking.question).to_have_attribute("aria-invalid", "true")
    assert script.asked == []
    asking.ask("🐝" * 1_000)
    expect(asking.question).to_have_attribute("aria-invalid", "false")
    assert len(script.asked) == 1


def test_the_stages_are_said_as_they_begin(scripted: str, script: Script, watch: Watch) -> None:
    reading, searching, quoting = STAGES
    script.chat = [PAUSE, reading, PAUSE, searching, PAUSE, quoting, PAUSE]
    script.chat += stream_of(answer_of())[3:]
    asking = widget_on(watch.open(scripted))
    asking.question.fill("What is new?")
    asking.question.press("Enter")
    said = ["Asking…", "Reading the question…", "Searching the archive…", "Cutting the quotes…"]
    for stage in said:
        expect(asking.status).to_have_text(stage)
        script.go_on()
    asking.wait()


def test_quotes_are_shown_one_by_one_as_they_arrive(
    scripted: str, script: Script, watch: Watch
) -> None:
    script.chat = []
    for quote in THREE:
        script.chat += [event("quote", wire(quote)), PAUSE]
    script.chat += [event("answer", answer_of()), event("done", {})]
    asking = widget_on(watch.open(scripted))
    asking.question.fill("What is new?")
    asking.question.press("Enter")
    for count, said in [(1, "1 quote so far…"), (2, "2 quotes so far…"), (3, "3 quotes so far…")]:
        expect(asking.quotes).to_have_count(count)
        expect(asking.status).to_have_text(said)
        expect(asking.verdict).to_have_count(0)
        script.go_on()
    asking.wait()
    assert asking.quotes.get_by_role("heading").all_text_contents() == [
        "Canal lock reopens",
        "Greenhouse turns into a swimming hall",
        "Night tram stops",
    ]


@pytest.mark.parametrize("line_end", [b"\n", b"\r\n", b"\r"])
def test_events_are_read_however_the_network_cuts_them(
    scripted: str, script: Script, watch: Watch, line_end: bytes
) -> None:
    sent = b": a comment\n\n" + b"".join(stream_of(answer_of([quote_of(ARABIC)])))
    sent = sent.replace(b"\n", line_end)
    script.chat = [sent[at : at + 7] for at in range(0, len(sent), 7)]
    asking = widget_on(watch.open(scripted))
    asking.ask("What is new?")
    expect(asking.quotes.get_by_role("heading")).to_have_text(ARABIC.title)


def test_fifty_quotes_are_all_shown_and_numbered(
    scripted: str, script: Script, watch: Watch
) -> None:
    quotes = [THREE[at % 3] for at in range(50)]
    script.chat = stream_of(answer_of(quotes))
    asking = widget_on(watch.open(scripted))
    asking.ask("What is new?")
    expect(asking.quotes).to_have_count(50)
    expect(asking.quotes.last).to_have_attribute("aria-label", "Quote 50 of 50")
    expect(asking.verdict).to_contain_text("50 quotes")


def test_a_new_question_takes_the_place_of_one_that_is_being_answered(
    scripted: str, script: Script, watch: Watch
) -> None:
    script.chat = [event("quote", wire(THREE[0])), PAUSE]
    asking = widget_on(watch.open(scripted))
    asking.question.fill("First?")
    asking.question.press("Enter")
    expect(asking.quotes).to_have_count(1)
    asking.button("Stop").click()
    script.chat = echo
    asking.ask("Second?")
    expect(asking.quotes).to_have_count(3)
    assert script.left == 1


def test_more_quotes_are_asked_for_and_the_focus_is_kept(
    scripted: str, script: Script, watch: Watch
) -> None:
    script.chat = lambda asked: stream_of(answer_of([THREE[0]] * min(asked["top_k"], 18)))
    asking = widget_on(watch.open(scripted))
    asking.ask("What is new?")
    for wanted, given in [(15, 15), (25, 18)]:
        asking.button("More quotes").press("Enter")
        expect(asking.verdict).to_contain_text(f"{given} quotes")
        assert script.asked[-1]["top_k"] == wanted
        assert asking.focused() == "Ask"
    expect(asking.button("More quotes")).to_be_hidden()  # there are no more
