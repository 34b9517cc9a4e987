"""What is on the clipboard after a quote was copied, read back from the real one."""

from __future__ import annotations

from typing import Any

from tests.web.answers import answer_of, quote_of, stream_of
from tests.web.articles import BEAMS, HOSTILE, HOSTILE_TITLE, LOCK_TEXT, TRAM
from tests.web.browsing import Page, Watch, expect
from tests.web.scripted import Script
from tests.web.widget import Widget, widget_on

READ = """async () => {
  const [item] = await navigator.clipboard.read();
  const text = await (await item.getType("text/plain")).text();
  const html = item.types.includes("text/html") && await item.getType("text/html");
  return {text, html: html ? await html.text() : ""};
}"""
OUTLINE = """(html) => {
  const page = new DOMParser().parseFromString(html, "text/html");
  const link = page.querySelector("a");
  return {
    quoted: [...page.querySelectorAll("blockquote p")].map((p) => p.textContent),
    credit: page.body.lastElementChild.textContent,
    link: link.getAttribute("href"),
    linked: link.textContent,
    elements: [...new Set([...page.body.querySelectorAll("*")].map((e) => e.localName))].sort(),
  };
}"""
NO_CLIPBOARD = "Object.defineProperty(navigator, 'clipboard', {value: undefined})"
CREDIT = "Brook Courier, “Canal lock reopens”, 4 March 2024"


def clipboard(watch: Watch, page: Page) -> tuple[str, Any]:
    """The text, and what the HTML is made of."""
    watch.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.bring_to_front()
    read = page.evaluate(READ)
    return read["text"], page.evaluate(OUTLINE, read["html"]) if read["html"] else None


def answered(watch: Watch, url: str, question: str = BEAMS) -> Widget:
    asking = widget_on(watch.open(url))
    asking.ask(question)
    return asking


def check_lock(watch: Watch, page: Page, reading: Page | None = None) -> None:
    """The lock's quote with its citation and its link is on the clipboard, twice over."""
    link = page.locator("li.quote a", has_text="Publisher’s page").first.get_attribute("href")
    assert link is not None
    assert link.startswith("https://courier.example/lock?page=1#:~:text=The%20canal%20lock")
    text, html = clipboard(watch, reading or page)
    assert text == f"“{LOCK_TEXT}” — {CREDIT}\n{link}"
    assert html["quoted"] == LOCK_TEXT.split("\n")
    assert html["credit"] == f"— {CREDIT}"
    assert (html["link"], html["linked"]) == (link, "Canal lock reopens")
    assert html["elements"] == ["a", "blockquote", "p"]


def test_the_button_copies_quote_citation_and_link_as_text_and_html(
    real: str, watch: Watch
) -> None:
    watch.context.grant_permissions(["clipboard-read", "clipboard-write"])
    asking = answered(watch, real)
    asking.quotes.first.get_by_role("button", name="Copy quote").click()
    expect(asking.quotes.first.get_by_role("button", name="Copied")).to_be_visible()
    expect(asking.status).to_contain_text("Copied")
    check_lock(watch, asking.page)


def test_one_key_copies_the_quote_that_has_the_focus(real: str, watch: Watch) -> None:
    watch.context.grant_permissions(["clipboard-read", "clipboard-write"])
    asking = answered(watch, real)
    asking.quotes.first.focus()
    asking.page.keyboard.press("c")
    expect(asking.status).to_contain_text("Copied")
    expect(asking.quotes.first).to_be_focused()
    check_lock(watch, asking.page)


def test_copying_works_where_the_page_has_no_clipboard_of_its_own(real: str, watch: Watch) -> None:
    asking = answered(watch, real)
    asking.page.evaluate(NO_CLIPBOARD)
    asking.quotes.first.focus()
    asking.page.keyboard.press("c")
    expect(asking.status).to_contain_text("Copied")
    check_lock(watch, asking.page, watch.open(real))


def test_a_refusal_of_the_browser_is_said(real: str, watch: Watch) -> None:
    asking = answered(watch, real)
    asking.page.evaluate(f"{NO_CLIPBOARD}; document.execCommand = () => false")
    asking.quotes.first.focus()
    asking.page.keyboard.press("c")
    expect(asking.status).to_contain_text("The browser did not allow copying")


def test_without_a_publishers_page_the_link_is_the_archives_own(
    scripted: str, script: Script, watch: Watch
) -> None:
    watch.context.grant_permissions(["clipboard-read", "clipboard-write"])
    script.chat = stream_of(answer_of([quote_of(TRAM)]))
    asking = answered(watch, scripted)
    asking.button("Copy quote").click()
    expect(asking.status).to_contain_text("Copied")
    text, html = clipboard(watch, asking.page)
    address = f"{scripted}/articles/tram#0-{len(TRAM.text)}"
    assert text == f"“{TRAM.text}” — “Night tram stops”, undated\n{address}"
    assert html["link"] == address
    assert html["credit"] == "— “Night tram stops”, undated"


def test_markup_in_an_article_is_text_on_the_clipboard_too(
    scripted: str, script: Script, watch: Watch
) -> None:
    watch.context.grant_permissions(["clipboard-read", "clipboard-write"])
    script.chat = stream_of(answer_of([quote_of(HOSTILE)]))
    asking = answered(watch, scripted)
    asking.button("Copy quote").click()
    expect(asking.status).to_contain_text("Copied")
    _, html = clipboard(watch, asking.page)
    assert html["quoted"] == [HOSTILE.text]
    assert html["linked"] == HOSTILE_TITLE
    assert html["credit"].endswith("1 July 2024")
    assert html["elements"] == ["a", "blockquote", "p"]


def test_a_link_to_the_question_is_copied(real: str, watch: Watch) -> None:
    watch.context.grant_permissions(["clipboard-read", "clipboard-write"])
    asking = answered(watch, real, "How many oak beams?")
    asking.button("Copy link to this question").click()
    expect(asking.button("Link copied")).to_be_focused()
    assert asking.element.evaluate("(element) => element.textContent") == ""
    text, html = clipboard(watch, asking.page)
    assert text == f"{real}/?q=How+many+oak+beams%3F"
    assert html is None


def test_a_quote_leaves_other_keys_to_the_browser(real: str, watch: Watch) -> None:
    watch.context.grant_permissions(["clipboard-read", "clipboard-write"])
    asking = answered(watch, real)
    asking.page.evaluate("navigator.clipboard.writeText('before')")
    asking.quotes.first.focus()
    for chord in ("Control+c", "Alt+c", "x"):
        asking.page.keyboard.press(chord)
    text, _ = clipboard(watch, asking.page)
    assert text == "before"


def test_a_reference_is_copied_in_the_style_that_was_chosen_and_then_by_one_key(
    real: str, watch: Watch
) -> None:
    asking = answered(watch, real)
    first = asking.quotes.first
    first.focus()
    first.press("r")
    expect(first.get_by_role("button", name="Copied")).to_be_visible()
    text, _ = clipboard(watch, asking.page)
    assert text.startswith("TY  - NEWS\r\nID  - ")
    assert "TI  - Canal lock reopens\r\n" in text
    first.get_by_label("Cite as").select_option("BibTeX")
    expect(first.get_by_role("button", name="Copied")).to_be_visible()
    asking.page.wait_for_function("navigator.clipboard.readText().then((t) => t.startsWith('@'))")
    assert "title = {{Canal lock reopens}}" in clipboard(watch, asking.page)[0]
    expect(first.get_by_label("Cite as")).to_have_value("")
    asking.page.evaluate("navigator.clipboard.writeText('')")
    second = asking.quotes.nth(1)
    second.focus()
    second.press("R")
    asking.page.wait_for_function("navigator.clipboard.readText().then((t) => t.startsWith('@'))")


def test_a_reference_that_cannot_be_had_is_said(
    scripted: str, script: Script, watch: Watch
) -> None:
    watch.expect("Failed to load resource")
    script.chat = stream_of(answer_of())
    asking = answered(watch, scripted)
    first = asking.quotes.first
    first.focus()
    first.press("r")
    expect(first.get_by_role("button", name="The reference could not be had")).to_be_visible()
