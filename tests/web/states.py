"""Every state that the page can be in, each brought about anew."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from onrecord.index.types import Filter
from tests.web.answers import STAGES, THREE, answer_of, quote_of, stream_of, wire
from tests.web.articles import ARABIC, ASTRAL, HOSTILE, LOCK, WEIRS
from tests.web.browsing import expect
from tests.web.scripted import PAUSE, Script, event, problem
from tests.web.widget import Widget

MANY = [*THREE, *map(quote_of, (ARABIC, ASTRAL, HOSTILE)), quote_of(WEIRS[0], also_in=WEIRS[1:])]
WHERE = Filter(date(2024, 1, 1), date(2024, 12, 31), ("Brook Courier", "Millbrook Times"))
ALTERED = {
    "verdict": "altered",
    "matches": [
        {
            "article": wire(quote_of(LOCK))["article"],
            "start": 0,
            "end": 11,
            "text": "twelve boats",
            "similarity": 0.5,
            "diff": [
                {"op": "delete", "text": "twenty"},
                {"op": "insert", "text": "twelve"},
                {"op": "equal", "text": " boats"},
            ],
        }
    ],
}


def send(asking: Widget) -> None:
    asking.question.fill("What is new?")
    asking.question.press("Enter")


def empty(asking: Widget, script: Script) -> None:
    expect(asking.question).to_be_visible()


def loading(asking: Widget, script: Script) -> None:
    script.chat = [*STAGES, event("quote", wire(THREE[0])), PAUSE]
    send(asking)
    expect(asking.quotes).to_have_count(1)


def answered(asking: Widget, script: Script) -> None:
    script.chat = stream_of(answer_of(MANY, filters=WHERE, read_from="request"))
    asking.ask("What is new?")
    for folded in asking.element.locator("details").all():
        folded.evaluate("(element) => (element.open = true)")


def followed_up(asking: Widget, script: Script) -> None:
    answered(asking, script)
    asking.ask_on("And then?")
    asking.quotes.first.focus()


def missed(asking: Widget, script: Script) -> None:
    script.chat = stream_of(answer_of(reason="weak_evidence", confidence=0.1))
    asking.ask("What is new?")


def nothing(asking: Widget, script: Script) -> None:
    script.chat = stream_of(answer_of((), reason="empty_archive", confidence=0, articles=0))
    asking.ask("What is new?")


def failed(asking: Widget, script: Script) -> None:
    script.chat = problem(500)
    send(asking)
    expect(asking.alert).to_be_visible()


def limited(asking: Widget, script: Script) -> None:
    script.chat = problem(429, Retry_After="60")
    send(asking)
    expect(asking.alert).to_be_visible()


def locked(asking: Widget, script: Script) -> None:
    script.chat = problem(401)
    send(asking)
    expect(asking.alert).to_be_visible()


def too_long(asking: Widget, script: Script) -> None:
    asking.question.fill("long " * 300)
    asking.element.get_by_text("Filters").click()
    asking.element.get_by_label("Published from").fill("2024-12-31")
    asking.element.get_by_label("Published to").fill("2024-01-01")
    asking.element.get_by_label("Outlet").fill("Brook Courier")
    asking.button("Add").click()
    expect(asking.alert).to_be_visible()


def checked(asking: Widget, script: Script) -> None:
    script.verify = ALTERED
    asking.element.get_by_role("tab", name="Check a quote").click()
    asking.sentence.fill("twenty boats")
    asking.sentence.press("Enter")
    expect(asking.verdict).to_be_visible()


Bring = Callable[[Widget, Script], None]
STATES: list[Bring] = [empty, loading, answered, followed_up, missed, nothing, failed, limited]
STATES += [locked, too_long, checked]
