"""How wide the widget stands in places that have a width and in places that ask for its own."""

from __future__ import annotations

import pytest

from tests.web.answers import answer_of, echo, quote_of, stream_of
from tests.web.articles import LOCK
from tests.web.browsing import Page, Watch
from tests.web.scripted import Script
from tests.web.site import Site
from tests.web.states import STATES, Bring
from tests.web.widget import Widget, widget_on

PLAIN = "<onrecord-ask></onrecord-ask>"
DIALOG = f"<dialog>{PLAIN}</dialog>"
EM = 16
OWN = 45 * EM + 2 * 1.25 * EM  # of the panel: 45em of content and its padding
PAGE = (46 + 2 * 1.25) * EM  # page.css
NO_SPACES = "m" * 300  # wider than any panel in any font
FONTS = ["monospace, monospace", "serif", "sans-serif"]  # twice: once alone is 13 pixels high


def in_dialog(page: Page) -> Widget:
    page.evaluate("document.querySelector('dialog').showModal()")
    return widget_on(page)


def width_of(asking: Widget) -> float:
    box = asking.element.locator(".panel").bounding_box()
    assert box is not None
    return box["width"]


def overflow_of(page: Page) -> int:
    """By how many pixels the content of the page or of its dialog is too wide."""
    return page.evaluate(  # type: ignore[no-any-return]
        """Math.max(...["html", "dialog"].map((name) => document.querySelector(name))
          .filter(Boolean).map((place) => place.scrollWidth - place.clientWidth))"""
    )


@pytest.mark.parametrize("bring", STATES, ids=lambda bring: bring.__name__)
def test_a_dialog_gives_it_one_width_whatever_it_shows(
    scripted: str, script: Script, site: Site, watch: Watch, bring: Bring
) -> None:
    watch.expect("Failed to load resource")
    asking = in_dialog(watch.open(site.embed(scripted, DIALOG)))
    bring(asking, script)
    assert width_of(asking) == OWN


@pytest.mark.parametrize("font", FONTS)
def test_a_dialog_gives_it_one_width_whatever_the_font_and_however_long_the_words(
    scripted: str, script: Script, site: Site, watch: Watch, font: str
) -> None:
    page = watch.open(site.embed(scripted, DIALOG))
    page.evaluate("(font) => document.body.style.setProperty('--onrecord-font', font)", font)
    asking = in_dialog(page)
    widths = [width_of(asking)]
    asking.element.evaluate("(e, text) => e.setAttribute('placeholder', text)", NO_SPACES)
    widths.append(width_of(asking))
    asking.question.fill(NO_SPACES)
    widths.append(width_of(asking))
    script.chat = stream_of(answer_of([quote_of(LOCK)] * 9, standalone_question=NO_SPACES))
    asking.ask(NO_SPACES)
    widths.append(width_of(asking))
    assert widths == [OWN] * 4
    assert overflow_of(page) <= 0


@pytest.mark.parametrize("width", [320, 700])
@pytest.mark.parametrize("place", [DIALOG, PLAIN], ids=["dialog", "page"])
def test_a_narrow_window_gives_it_less_and_the_same_before_and_after_an_answer(
    scripted: str, script: Script, site: Site, watch: Watch, place: str, width: int
) -> None:
    script.chat = stream_of(answer_of([quote_of(LOCK)] * 9, standalone_question=NO_SPACES))
    page = watch.open(site.embed(scripted, place))
    page.set_viewport_size({"width": width, "height": 800})
    asking = in_dialog(page) if place == DIALOG else widget_on(page)
    before = width_of(asking)
    asking.ask(NO_SPACES)
    assert width_of(asking) == before
    assert 0.75 * width <= before <= width
    assert overflow_of(page) <= 0


@pytest.mark.parametrize("width", [320, 1280])
def test_a_frame_is_filled_up_to_the_width_of_the_page(
    scripted: str, script: Script, watch: Watch, width: int
) -> None:
    script.chat = echo
    page = watch.open(f"{scripted}/embed")
    page.set_viewport_size({"width": width, "height": 800})
    asking = widget_on(page)
    asking.ask(NO_SPACES)
    assert width_of(asking) == min(width, PAGE)
    assert overflow_of(page) <= 0


@pytest.mark.parametrize("width", [320, 1280])
@pytest.mark.parametrize(
    "place", ["<dialog open>{}</dialog>", '<div class="row"><p>Menu</p>{}</div>', "<fieldset>{}"]
)
def test_it_takes_the_width_that_its_place_has(
    scripted: str, script: Script, site: Site, watch: Watch, place: str, width: int
) -> None:
    script.chat = echo
    page = watch.open(site.embed(scripted, place.format(PLAIN)))
    page.set_viewport_size({"width": width, "height": 800})
    page.evaluate("document.querySelector('.row')?.style.setProperty('display', 'flex')")
    asking = widget_on(page)
    asking.ask("What is new?")
    assert width_of(asking) >= min(600, 0.75 * width)
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
