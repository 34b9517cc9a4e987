"""An article as a page: its text, its evidence, and the quote that its address names."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from onrecord.service.keys import KeyFile
from tests.web.articles import ARABIC, ASTRAL_TEXT, HOSTILE, HOSTILE_TITLE, LOCK_TEXT
from tests.web.axe import violations
from tests.web.browsing import Page, Watch, expect
from tests.web.conftest import Serve

SENTENCE = "Workers replaced 148 oak beams and tested the gates with the basin full."


def span(text: str, words: str) -> str:
    """The fragment that names those words, in code points."""
    start = text.index(words)
    return f"#{start}-{start + len(words)}"


def described(page: Page) -> list[Any]:
    found = page.locator('script[type="application/ld+json"]').all_text_contents()
    return [json.loads(one) for one in found]


def test_the_text_the_source_and_their_evidence_are_shown(real: str, watch: Watch) -> None:
    page = watch.open(f"{real}/articles/lock")
    expect(page.get_by_role("heading", level=1)).to_have_text("Canal lock reopens")
    expect(page.locator("time")).to_have_text("4 March 2024")
    expect(page.locator(".text p")).to_have_text(LOCK_TEXT.split("\n"))
    evidence = page.get_by_role("region", name="How this is known")
    expect(evidence).to_contain_text("field published: 2024-03-04")
    expect(evidence).to_contain_text("Not taken, body: on Monday")
    expect(evidence).to_contain_text("field title: Canal lock reopens")
    expect(evidence).to_contain_text(re.compile("sha256 [0-9a-f]{64}"))
    expect(page.locator(".terms")).to_contain_text("At most 5000 characters may be quoted.")
    link = page.get_by_role("link", name="Publisher’s page")
    expect(link).to_have_attribute("href", "https://courier.example/lock?page=1")
    assert page.title() == "Canal lock reopens – onrecord"
    expect(page.locator("mark")).to_have_count(0)


def test_an_undated_article_says_why(real: str, watch: Watch) -> None:
    page = watch.open(f"{real}/articles/tram")
    expect(page.locator("article .kicker")).to_contain_text("undated")
    expect(page.locator(".evidence")).to_contain_text(
        "Undated: nothing on the page says when it was published."
    )


def test_the_quote_in_the_address_is_marked_in_view_and_has_the_focus(
    real: str, new_watch: Any
) -> None:
    watch = new_watch(viewport={"width": 320, "height": 300})
    words = "They become benches along the towpath."
    page = watch.open(f"{real}/articles/lock{span(LOCK_TEXT, words)}")
    mark = page.locator("mark")
    expect(mark).to_have_text(words)
    expect(mark).to_be_in_viewport(ratio=1)
    expect(mark).to_be_focused()
    assert page.locator(".text").inner_text().split("\n\n") == LOCK_TEXT.split("\n")


@pytest.mark.parametrize(
    "words", ["🍯🌼 Bees 𝔰warmed", "59 jars of honey", "𝔢xpected so much.", "🌾", "August."]
)
def test_a_quote_is_marked_behind_code_points_beyond_the_bmp(
    real: str, watch: Watch, words: str
) -> None:
    page = watch.open(f"{real}/articles/astral{span(ASTRAL_TEXT, words)}")
    expect(page.locator("mark")).to_have_text([words])


def test_a_quote_over_several_paragraphs_is_marked_in_each(real: str, watch: Watch) -> None:
    words = "🐝 Nobody 𝔢xpected so much.\n🌾 The second"
    page = watch.open(f"{real}/articles/astral{span(ASTRAL_TEXT, words)}")
    expect(page.locator("mark")).to_have_text(words.split("\n"))
    article, quotation = described(page)
    assert quotation["text"] == words
    assert quotation["isPartOf"]["@id"] == article["@id"]


def test_another_quote_in_the_address_moves_the_mark(real: str, watch: Watch) -> None:
    page = watch.open(f"{real}/articles/lock{span(LOCK_TEXT, SENTENCE)}")
    page.evaluate("(hash) => { location.hash = hash; }", span(LOCK_TEXT, "sawmill"))
    expect(page.locator("mark")).to_have_text("sawmill")
    assert len(described(page)) == 2
    assert page.locator(".text p").all_text_contents() == LOCK_TEXT.split("\n")


@pytest.mark.parametrize("fragment", ["#9000-9001", "#5-5", "#9-2"])
def test_a_place_that_the_text_does_not_have_is_said(
    real: str, watch: Watch, fragment: str
) -> None:
    page = watch.open(f"{real}/articles/lock{fragment}")
    expect(page.get_by_role("status")).to_have_text(
        "The address names a place that this text does not have."
    )
    expect(page.locator("mark")).to_have_count(0)


def test_another_fragment_is_none_of_its_business(real: str, watch: Watch) -> None:
    page = watch.open(f"{real}/articles/lock#evidence")
    expect(page.locator("mark")).to_have_count(0)
    expect(page.locator(".note")).to_be_hidden()


def test_markup_in_an_article_is_text_on_its_page(real: str, watch: Watch) -> None:
    start = HOSTILE.text.index("<script>")
    page = watch.open(f"{real}/articles/hostile#{start}-{start + 40}")
    expect(page.get_by_role("heading", level=1)).to_have_text(HOSTILE_TITLE)
    expect(page.locator(".text")).to_have_text(HOSTILE.text)
    expect(page.locator("mark")).to_have_text(HOSTILE.text[start : start + 40])
    expect(page.locator(".kicker b")).to_have_text(str(HOSTILE.outlet))
    expect(page.locator(".byline")).to_have_text(HOSTILE.authors[0])
    expect(page.locator(".evidence")).to_contain_text(f"field <title>: {HOSTILE_TITLE}")
    assert page.evaluate("window.hacked") is None
    article, quotation = described(page)
    assert article["headline"] == HOSTILE_TITLE
    assert quotation["text"] == HOSTILE.text[start : start + 40]


def test_an_article_and_its_quote_are_described_to_machines(real: str, watch: Watch) -> None:
    page = watch.open(f"{real}/articles/lock{span(LOCK_TEXT, SENTENCE)}")
    article, quotation = described(page)
    assert article == {
        "@context": "https://schema.org",
        "@type": "NewsArticle",
        "@id": "https://courier.example/lock?page=1",
        "identifier": "lock",
        "headline": "Canal lock reopens",
        "datePublished": "2024-03-04",
        "author": [{"@type": "Person", "name": "The canal desk"}],
        "publisher": {"@type": "NewsMediaOrganization", "name": "Brook Courier"},
        "inLanguage": "en",
        "url": "https://courier.example/lock?page=1",
    }
    assert quotation == {
        "@context": "https://schema.org",
        "@type": "Quotation",
        "text": SENTENCE,
        "isPartOf": {"@id": "https://courier.example/lock?page=1"},
        "url": page.url,
    }


def test_what_is_not_known_is_not_described(real: str, watch: Watch) -> None:
    (article,) = described(watch.open(f"{real}/articles/tram"))
    assert set(article) == {"@context", "@type", "@id", "identifier", "headline", "inLanguage"}


def test_an_arabic_article_runs_from_right_to_left(real: str, watch: Watch) -> None:
    page = watch.open(f"{real}/articles/arabic{span(ARABIC.text, '415 كتابا')}")
    expect(page.locator(".text")).to_have_css("direction", "rtl")
    expect(page.locator(".text")).to_have_attribute("lang", "ar")
    expect(page.locator("mark")).to_have_text("415 كتابا")


def test_on_paper_the_quote_is_underlined_and_the_source_written_out(
    real: str, watch: Watch
) -> None:
    page = watch.open(f"{real}/articles/lock{span(LOCK_TEXT, SENTENCE)}")
    page.emulate_media(media="print", color_scheme="dark")
    mark = page.locator("mark")
    expect(mark).to_have_css("background-color", "rgba(0, 0, 0, 0)")
    expect(mark).to_have_css("text-decoration-line", "underline")
    expect(page.locator(".skip")).to_be_hidden()
    expect(page.locator("html")).to_have_css("color", "rgb(28, 27, 25)")  # ink on white
    after = "(link) => getComputedStyle(link, '::after').content"
    written = page.locator(".source a").evaluate(after)
    assert "https://courier.example/lock?page=1" in written


@pytest.mark.parametrize("address", ["lock", "hostile", "arabic", "tram", "lock#79-151"])
def test_axe_finds_nothing_on_it_light_or_dark(real: str, new_watch: Any, address: str) -> None:
    page = new_watch(viewport={"width": 320, "height": 800}).open(f"{real}/articles/{address}")
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
    page.evaluate("document.documentElement.style.setProperty('font-size', '200%')")
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0


def test_no_such_article_is_a_page_too(real: str, watch: Watch) -> None:
    watch.expect("status of 404")
    page = watch.open(f"{real}/articles/nowhere")
    expect(page.get_by_role("heading", level=1)).to_have_text("No such article")
    assert violations(page) == []
    page.get_by_role("link", name="Ask the archive", exact=True).click()
    expect(page.locator("onrecord-ask")).to_be_visible()
    assert page.url == f"{real}/"


def test_a_reader_who_needs_a_key_gives_it_once(
    serve: Serve, fresh: Watch, tmp_path_factory: pytest.TempPathFactory
) -> None:
    fresh.expect("status of 401")
    file: Path = tmp_path_factory.mktemp("keys") / "keys.json"
    key = KeyFile(file).make("reader")
    closed = serve(keys=file, readers_need_keys=True)
    page = fresh.open(f"{closed}/articles/lock{span(LOCK_TEXT, SENTENCE)}")
    expect(page.get_by_role("heading", level=1)).to_have_text("This archive asks for a key")
    assert violations(page) == []
    page.get_by_label("Key").fill("a-wrong-one")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_have_text("This key is not known.")
    page.get_by_label("Key").fill(key)
    page.keyboard.press("Enter")
    expect(page.locator("mark")).to_have_text(SENTENCE)
    assert page.title() == "Canal lock reopens – onrecord"
    page.goto(f"{closed}/articles/tram")  # another one: the key is known by now
    expect(page.get_by_role("heading", level=1)).to_have_text("Night tram stops")
    page.goto(f"{closed}/?q=How+many+oak+beams%3F")
    expect(page.locator("onrecord-ask mark").first).to_be_visible()
    assert not any(key in address for address in fresh.asked)
