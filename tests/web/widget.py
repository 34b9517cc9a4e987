"""`<onrecord-ask>` as a reader meets it, by what it says and not by how it is built."""

from __future__ import annotations

from dataclasses import dataclass

from tests.web.browsing import Locator, Page, expect


@dataclass(frozen=True)
class Widget:
    """The element on a page, or one of them."""

    page: Page
    element: Locator

    @property
    def question(self) -> Locator:
        return self.element.get_by_role("textbox", name="Ask the archive")

    @property
    def follow_up(self) -> Locator:
        return self.element.get_by_role("textbox", name="Ask a follow-up")

    @property
    def sentence(self) -> Locator:
        return self.element.get_by_role("textbox", name="A sentence that is said to stand")

    @property
    def status(self) -> Locator:
        return self.element.get_by_role("status").locator("visible=true")

    @property
    def verdict(self) -> Locator:
        return self.element.locator(".verdict:visible")

    @property
    def alert(self) -> Locator:
        return self.element.get_by_role("alert").locator("visible=true")

    @property
    def quotes(self) -> Locator:
        return self.element.locator("li.quote:visible")

    @property
    def marks(self) -> Locator:
        return self.element.locator("blockquote mark")

    def button(self, name: str) -> Locator:
        return self.element.get_by_role("button", name=name, exact=True)

    def ask(self, question: str) -> None:
        """Type a question, send it by Enter and wait for the verdict."""
        self.question.fill(question)
        self.question.press("Enter")
        self.wait()

    def ask_on(self, question: str) -> None:
        """The same with a follow-up."""
        self.follow_up.fill(question)
        self.follow_up.press("Enter")
        self.wait()

    def wait(self) -> None:
        """Until the answer is there, whole."""
        expect(self.verdict).to_be_visible()

    def focused(self) -> str:
        """What has the focus, as a screen reader would name it; "" for nothing of ours."""
        return self.element.evaluate(
            """(element) => {
              const at = element.shadowRoot.activeElement;
              if (!at) return "";
              const label = at.labels && at.labels[0];
              return at.getAttribute("aria-label") || (label && label.firstChild.textContent.trim())
                || at.textContent.trim();
            }"""
        )


def widget_on(page: Page, selector: str = "onrecord-ask") -> Widget:
    """The element on a page, once it is built."""
    element = page.locator(selector)
    expect(element.get_by_role("tablist").or_(element.locator(".launcher")).first).to_be_visible()
    return Widget(page, element)
