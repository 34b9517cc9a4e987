"""Pages under watch: content policy, errors and requests to strangers are noted."""

from __future__ import annotations

import re
import time
from dataclasses import dataclass, field
from urllib.parse import urlsplit

import pytest

pytest.importorskip("playwright.sync_api", reason="playwright is not installed")

from playwright.sync_api import (
    BrowserContext,
    ConsoleMessage,
    Locator,
    Page,
    Request,
    expect,
)

__all__ = ["Locator", "Page", "Watch", "expect"]

WAIT_MS = 30_000  # for a machine with much else to do; nothing waits longer than it must
expect.set_options(timeout=WAIT_MS)
TELL_VIOLATIONS = """
addEventListener("securitypolicyviolation", (event) =>
  console.error(`policy violated: ${event.violatedDirective} ${event.blockedURI}`), true);
"""


@dataclass
class Watch:
    """A browser's pages; `faults` is what went wrong on them, `asked` every address."""

    context: BrowserContext
    ours: set[str]  # origins that may be asked
    faults: list[str] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    expected: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.context.set_default_timeout(WAIT_MS)
        self.context.add_init_script(TELL_VIOLATIONS)
        self.context.on("console", self._read_console)
        self.context.on("weberror", lambda fault: self.faults.append(f"thrown: {fault.error}"))
        self.context.on("request", self._read_request)

    def open(self, url: str) -> Page:
        """A new page, loaded with its modules."""
        page = self.context.new_page()
        page.goto(url)
        return page

    def forget(self) -> None:
        """Begin anew with what is noted and expected."""
        for notes in (self.faults, self.asked, self.expected):
            notes.clear()

    def expect(self, fault: str) -> None:
        """Let pass what the test brings about: faults in which this expression is found."""
        self.expected.append(fault)

    def wait_for(self, fault: str) -> None:
        """Until a fault is noted in which this expression is found."""
        ended = time.monotonic() + WAIT_MS / 1_000
        while not any(re.search(fault, one) for one in self.faults):
            assert time.monotonic() < ended, f"{fault!r} is not in {self.faults}"
            self.context.pages[0].wait_for_timeout(10)  # the browser's messages are read meanwhile

    @property
    def unexpected(self) -> list[str]:
        """The faults that no test asked for."""
        return [one for one in self.faults if not any(re.search(e, one) for e in self.expected)]

    def _read_console(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            self.faults.append(f"console: {message.text}")

    def _read_request(self, request: Request) -> None:
        parts = urlsplit(request.url)
        self.asked.append(request.url)
        if (
            parts.scheme in ("http", "https")
            and f"{parts.scheme}://{parts.netloc}" not in self.ours
        ):
            self.faults.append(f"a stranger was asked: {request.url}")
