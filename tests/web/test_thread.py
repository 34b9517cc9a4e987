"""Follow-up questions: the thread that they keep, and the way back along it."""

from __future__ import annotations

from tests.web.answers import answer_of, echo, stream_of
from tests.web.browsing import Watch, expect
from tests.web.scripted import Script
from tests.web.widget import Widget, widget_on


def earlier(asking: Widget) -> list[str]:
    thread = asking.element.get_by_role("navigation", name="Earlier in this conversation")
    return thread.locator("li button").all_text_contents()


def questions(script: Script) -> list[str]:
    return [message["content"] for message in script.asked[-1]["messages"]]


def test_a_follow_up_is_sent_with_the_questions_before_it(
    scripted: str, script: Script, watch: Watch
) -> None:
    script.chat = echo
    asking = widget_on(watch.open(scripted))
    asking.ask("What happened to the lock?")
    asking.ask_on("When?")
    asking.ask_on("And why?")
    assert questions(script) == ["What happened to the lock?", "When?", "And why?"]
    assert {message["role"] for message in script.asked[-1]["messages"]} == {"user"}
    assert earlier(asking) == ["What happened to the lock?", "When?"]
    expect(asking.question).to_have_value("And why?")
    expect(asking.follow_up).to_have_value("")


def test_a_question_of_its_own_begins_a_new_thread(
    scripted: str, script: Script, watch: Watch
) -> None:
    script.chat = echo
    asking = widget_on(watch.open(scripted))
    asking.ask("One?")
    asking.ask_on("Two?")
    asking.ask("Three?")
    assert questions(script) == ["Three?"]
    assert earlier(asking) == []


def test_an_earlier_question_can_be_gone_back_to(
    scripted: str, script: Script, watch: Watch
) -> None:
    script.chat = echo
    asking = widget_on(watch.open(scripted))
    asking.ask("One?")
    asking.ask_on("Two?")
    asking.ask_on("Three?")
    asking.button("Two?").click()
    expect(asking.question).to_have_value("Two?")
    asking.wait()
    assert questions(script) == ["One?", "Two?"]


def test_new_question_empties_the_page_and_waits_for_it(
    scripted: str, script: Script, watch: Watch
) -> None:
    script.chat = echo
    asking = widget_on(watch.open(scripted))
    asking.ask("One?")
    asking.ask_on("Two?")
    asking.button("New question").click()
    expect(asking.question).to_be_focused()
    expect(asking.question).to_have_value("")
    expect(asking.quotes).to_have_count(0)
    expect(asking.follow_up).to_be_hidden()
    assert asking.page.url == f"{scripted}/"


def test_how_a_follow_up_was_read_is_shown(scripted: str, script: Script, watch: Watch) -> None:
    read = "When did the lock reopen?"
    script.chat = stream_of(answer_of(question="When?", standalone_question=read))
    asking = widget_on(watch.open(scripted))
    asking.ask("When?")
    expect(asking.element.locator(".notes")).to_contain_text(f"Read as: {read}")


def test_a_follow_up_is_answered_from_the_archive(real: str, watch: Watch) -> None:
    asking = widget_on(watch.open(real))
    asking.ask("What happened to the canal lock at Brambleford?")
    asking.ask_on("How many beams were replaced there?")
    expect(asking.element.locator(".notes")).to_contain_text("Read as:")
    expect(asking.quotes.first.get_by_role("heading")).to_have_text("Canal lock reopens")
