"""What the page says of the archive before anything is asked."""

from __future__ import annotations

import pytest

from tests.web.answers import echo
from tests.web.browsing import Watch, expect
from tests.web.scripted import EMPTY, Script
from tests.web.widget import widget_on

HELD = EMPTY | {"articles": 1234, "outlets": ["The Argus", "Gazette"]}
DAYS = {"published_from": "2019-05-03", "published_to": "2026-11-27"}


@pytest.mark.parametrize(
    ("status", "said"),
    [
        (EMPTY, "The archive is empty."),
        (EMPTY | {"articles": 1}, "1 article."),
        (HELD, "1,234 articles from 2 outlets."),
        (
            HELD | DAYS | {"current_to": "2026-11-28T14:05:59Z"},
            "1,234 articles from 2 outlets, published from 3 May 2019 to 27 November 2026; "
            "current to 28 November 2026, 14:05.",
        ),
        (
            HELD | DAYS | {"published_to": "2019-05-03"},
            "1,234 articles from 2 outlets, published on 3 May 2019.",
        ),
    ],
)
def test_the_page_says_what_the_archive_holds_until_something_is_asked(
    status: dict[str, object], said: str, scripted: str, script: Script, watch: Watch
) -> None:
    script.status, script.chat = status, echo
    asking = widget_on(watch.open(scripted))
    expect(asking.element.get_by_text(said, exact=True)).to_be_visible()
    asking.ask("What is new?")
    expect(asking.element.get_by_text(said, exact=True)).to_be_hidden()
