"""What goes wrong, told once and aloud, and the way on."""

from __future__ import annotations

import pytest

from tests.web.answers import STAGES, THREE, echo, wire
from tests.web.browsing import Watch, expect
from tests.web.scripted import CUT, PAUSE, Script, event, problem
from tests.web.widget import Widget, widget_on

LOST = "The connection was lost before the answer was complete."
FAILED = r"Failed to load resource"


def send(asking: Widget, question: str = "What is new?") -> None:
    asking.question.fill(question)
    asking.question.press("Enter")


def test_a_server_that_dies_in_the_middle_keeps_what_has_arrived_and_offers_to_ask_again(
    scripted: str, script: Script, watch: Watch
) -> None:
    watch.expect("ERR_INCOMPLETE_CHUNKED_ENCODING|ERR_CONNECTION")
    script.chat = [event("quote", wire(THREE[0])), PAUSE, CUT]
    asking = widget_on(watch.open(scripted))
    send(asking)
    expect(asking.quotes).to_have_count(1)
    script.go_on()
    expect(asking.alert).to_have_text(LOST)
    expect(asking.quotes).to_have_count(1)
    script.chat = echo
    asking.button("Try again").click()
    asking.wait()
    expect(asking.quotes).to_have_count(3)
    expect(asking.alert).to_have_count(0)


def test_a_stream_that_ends_without_an_answer_is_told_as_a_lost_connection(
    scripted: str, script: Script, watch: Watch
) -> None:
    script.chat = STAGES
    asking = widget_on(watch.open(scripted))
    send(asking)
    expect(asking.alert).to_have_text(LOST)


def test_a_server_that_falls_silent_is_given_up_after_forty_seconds(
    scripted: str, script: Script, fresh: Watch
) -> None:
    fresh.context.clock.install()
    script.chat = [STAGES[0], PAUSE]
    asking = widget_on(fresh.open(scripted))
    send(asking)
    expect(asking.status).to_have_text("Reading the question…")
    fresh.context.clock.fast_forward(39_000)
    expect(asking.button("Stop")).to_be_visible()
    fresh.context.clock.fast_forward(2_000)
    expect(asking.alert).to_have_text("The archive has not answered for a while.")
    expect(asking.button("Try again")).to_be_enabled()


def test_a_fault_told_in_the_stream_is_an_alert(
    scripted: str, script: Script, watch: Watch
) -> None:
    script.chat = [STAGES[0], event("error", {"status": 500, "title": "x", "detail": "y"})]
    asking = widget_on(watch.open(scripted))
    send(asking)
    expect(asking.alert).to_have_text("Something went wrong in the archive’s service.")


@pytest.mark.parametrize(
    ("status", "said"),
    [
        (500, "Something went wrong in the archive’s service."),
        (503, "The archive is busy."),
        (429, "Too many questions for now."),
    ],
)
def test_a_refusal_is_an_alert_with_a_way_on(
    scripted: str, script: Script, watch: Watch, status: int, said: str
) -> None:
    watch.expect(FAILED)
    script.chat = problem(status)
    asking = widget_on(watch.open(scripted))
    send(asking)
    expect(asking.alert).to_have_text(said)
    script.chat = echo
    asking.button("Try again").click()
    asking.wait()


def test_a_rate_limit_is_counted_down_before_it_can_be_tried_again(
    scripted: str, script: Script, fresh: Watch
) -> None:
    fresh.expect(FAILED)
    fresh.context.clock.install()
    script.chat = problem(429, Retry_After="12")
    asking = widget_on(fresh.open(scripted))
    send(asking)
    expect(asking.button("Try again in 12 s")).to_be_disabled()
    fresh.context.clock.run_for(5_000)
    expect(asking.button("Try again in 7 s")).to_be_disabled()
    fresh.context.clock.run_for(7_000)
    expect(asking.button("Try again")).to_be_enabled()


def test_a_question_that_is_refused_says_why_and_offers_no_repetition(
    scripted: str, script: Script, watch: Watch
) -> None:
    watch.expect(FAILED)
    script.chat = problem(422, "published_from lies after published_to")
    asking = widget_on(watch.open(scripted))
    send(asking)
    expect(asking.alert).to_have_text(
        "That cannot be asked: published_from lies after published_to."
    )
    expect(asking.button("Try again")).to_have_count(0)


@pytest.mark.parametrize("status", [401, 403])
def test_a_refused_key_can_be_given_and_is_used_and_kept(
    scripted: str, script: Script, fresh: Watch, status: int
) -> None:
    fresh.expect(FAILED)
    script.chat = problem(status)
    page = fresh.open(scripted)
    asking = widget_on(page)
    send(asking)
    expect(asking.alert).to_have_text("This archive asks for a key.")
    script.chat = echo
    asking.element.get_by_label("Key").fill("a-readers-key")
    asking.button("Use this key").click()
    asking.wait()
    assert script.headers[-1]["authorization"] == "Bearer a-readers-key"
    page.reload()
    widget_on(page).wait()
    assert script.headers[-1]["authorization"] == "Bearer a-readers-key"


def test_offline_is_told_apart_from_a_service_that_cannot_be_reached(
    scripted: str, script: Script, fresh: Watch
) -> None:
    fresh.expect("ERR_INTERNET_DISCONNECTED")
    asking = widget_on(fresh.open(scripted))
    fresh.context.set_offline(True)
    send(asking)
    expect(asking.alert).to_contain_text("You are offline.")
    fresh.context.set_offline(False)
    script.chat = echo
    asking.button("Try again").click()
    asking.wait()


def test_a_service_that_cannot_be_reached_is_told(scripted: str, watch: Watch) -> None:
    watch.expect("ERR_FAILED")
    page = watch.open(scripted)
    page.route("**/chat", lambda route: route.abort())
    asking = widget_on(page)
    send(asking)
    expect(asking.alert).to_contain_text("The archive cannot be reached.")


def test_a_page_that_is_no_service_is_told_as_a_fault(
    scripted: str, script: Script, watch: Watch
) -> None:
    script.chat = [b"event: answer\ndata: <html>\n\n"]
    asking = widget_on(watch.open(scripted))
    send(asking)
    expect(asking.alert).to_have_text("Something went wrong in the archive’s service.")
