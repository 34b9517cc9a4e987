"""WCAG 2.2 AA in every state: axe-core, reflow, sizes, motion, colours forced and chosen."""

from __future__ import annotations

from typing import Any

import pytest

from tests.web.answers import STAGES, answer_of, echo, stream_of
from tests.web.axe import violations
from tests.web.browsing import Page, Watch, expect
from tests.web.scripted import PAUSE, Script, problem
from tests.web.site import Site
from tests.web.states import STATES, Bring, answered, loading
from tests.web.widget import widget_on

WIDTHS = (320, 768, 1920)
LEAST_TARGET = 24  # CSS pixels, WCAG 2.5.8
# What can be pressed and is not a link in a line of text or hidden: smaller than it must be.
SMALL = """(least) => {
  const root = document.querySelector("onrecord-ask").shadowRoot;
  const all = [...root.querySelectorAll("button, select, input, textarea, summary, .actions a")];
  return all.map((e) => [e.textContent.trim() || e.id, e.getBoundingClientRect()])
    .filter(([, box]) => box.width && Math.min(box.width, box.height) < least)
    .map(([name, box]) => `${name}: ${box.width} x ${box.height}`);
}"""
OVERFLOW = """() => {
  const wide = document.documentElement.scrollWidth - innerWidth;
  const root = document.querySelector("onrecord-ask").shadowRoot;
  const out = [...root.querySelectorAll("*")].filter((e) => !e.closest(".unseen"))
    .filter((e) => e.getBoundingClientRect().right > innerWidth + 0.5);
  return {wide, out: out.map((e) => `${e.localName}.${e.className}`)};
}"""


def resize(page: Page, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 900})


@pytest.mark.parametrize("bring", STATES, ids=lambda bring: bring.__name__)
def test_axe_finds_nothing_in_any_state_light_or_dark_narrow_or_wide(
    scripted: str, script: Script, new_watch: Any, bring: Bring
) -> None:
    watch = new_watch(reduced_motion="reduce")  # colours are looked at when they have settled
    watch.expect("Failed to load resource")
    page = watch.open(scripted)
    bring(widget_on(page), script)
    found = {}
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        for width in WIDTHS if scheme == "light" else (320,):
            resize(page, width)
            found[scheme, width] = violations(page)
    assert {where: wrong for where, wrong in found.items() if wrong} == {}


@pytest.mark.parametrize("bring", STATES, ids=lambda bring: bring.__name__)
def test_nothing_scrolls_sideways_at_320_pixels_and_targets_are_large_enough(
    scripted: str, script: Script, new_watch: Any, bring: Bring
) -> None:
    watch = new_watch(viewport={"width": 320, "height": 700})
    watch.expect("Failed to load resource")
    page = watch.open(scripted)
    bring(widget_on(page), script)
    assert page.evaluate(OVERFLOW) == {"wide": 0, "out": []}
    assert page.evaluate(SMALL, LEAST_TARGET) == []


@pytest.mark.parametrize("bring", [answered, loading], ids=lambda bring: bring.__name__)
def test_text_at_twice_its_size_loses_nothing(
    scripted: str, script: Script, new_watch: Any, bring: Bring
) -> None:
    watch = new_watch(viewport={"width": 640, "height": 400}, device_scale_factor=2)
    page = watch.open(scripted)  # a window of 1280 pixels at 200 %
    bring(widget_on(page), script)
    assert page.evaluate(OVERFLOW) == {"wide": 0, "out": []}
    page.evaluate("document.documentElement.style.setProperty('font-size', '200%')")
    assert page.evaluate(OVERFLOW) == {"wide": 0, "out": []}
    page.evaluate("document.documentElement.style.removeProperty('font-size')")
    assert violations(page) == []


@pytest.mark.parametrize("size", ["10px", "16px", "20px"])
def test_what_is_typed_is_never_smaller_than_16_pixels(
    scripted: str, script: Script, site: Site, watch: Watch, size: str
) -> None:
    watch.expect("Failed to load resource")
    script.chat = problem(401)
    page = watch.open(site.embed(scripted, "<onrecord-ask></onrecord-ask>"))
    page.evaluate("(size) => document.body.style.setProperty('font-size', size)", size)
    asking = widget_on(page)
    asking.question.fill("What?")
    asking.question.press("Enter")
    expect(asking.alert).to_be_visible()
    sizes = page.evaluate(
        """() => [...document.querySelector("onrecord-ask").shadowRoot
          .querySelectorAll("input, textarea, select")]
          .map((field) => Number.parseFloat(getComputedStyle(field).fontSize))"""
    )
    assert len(sizes) >= 6
    assert min(sizes) >= 16


def test_nothing_moves_for_who_wants_no_motion(
    scripted: str, script: Script, new_watch: Any
) -> None:
    moving = "document.getAnimations().length + document.querySelector('onrecord-ask')"
    moving += ".shadowRoot.getAnimations().length"
    for motion, count in [("reduce", 0), ("no-preference", 1)]:
        script.gone_on = 0
        script.chat = [STAGES[0], PAUSE, *stream_of(answer_of())]
        page = new_watch(reduced_motion=motion).open(scripted)
        asking = widget_on(page)
        asking.question.fill("What is new?")
        asking.question.press("Enter")
        expect(asking.status).to_have_text("Reading the question…")
        assert page.evaluate(f"Boolean({moving})") == bool(count)


def test_forced_colours_keep_the_evidence_the_focus_and_the_timeline_apart(
    scripted: str, script: Script, new_watch: Any
) -> None:
    script.chat = echo
    page = new_watch(forced_colors="active").open(scripted)
    asking = widget_on(page)
    asking.ask("What is new?")
    ground = "(element) => getComputedStyle(element).backgroundColor"
    paper = asking.element.locator(".panel").evaluate(ground)
    assert asking.marks.first.evaluate(ground) != paper
    point = "(element) => getComputedStyle(element, '::before').backgroundColor"
    assert asking.element.locator(".strip button").first.evaluate(point) != paper
    asking.quotes.first.focus()
    page.keyboard.press("ArrowDown")
    expect(asking.quotes.nth(1)).not_to_have_css("outline-style", "none")
    assert violations(page) == []


def test_results_are_announced_and_faults_are_alerts(
    scripted: str, script: Script, watch: Watch
) -> None:
    watch.expect("Failed to load resource")
    script.chat = echo
    page = watch.open(scripted)
    asking = widget_on(page)
    expect(asking.element.locator(".asking [role=status]")).to_have_count(1)  # before it is needed
    asking.ask("What is new?")
    expect(asking.element.get_by_role("status")).to_contain_text("3 quotes")
    expect(asking.element.locator("[aria-busy]")).to_have_count(0)
    script.chat = problem(500)
    asking.question.press("Enter")
    expect(asking.element.get_by_role("alert")).to_contain_text("Something went wrong")


@pytest.mark.parametrize("element", ["", ' mode="launcher"', ' theme="dark"'])
def test_axe_finds_nothing_on_an_embedding_page(
    scripted: str, script: Script, site: Site, watch: Watch, element: str
) -> None:
    script.chat = echo
    html = 'lang="ar" dir="rtl"' if "launcher" in element else 'lang="en"'
    page = watch.open(site.embed(scripted, f"<onrecord-ask{element}></onrecord-ask>", html))
    asking = widget_on(page)
    if "launcher" in element:
        assert violations(page) == []
        asking.button("Ask the archive").click()
    asking.ask("What is new?")
    assert violations(page) == []
