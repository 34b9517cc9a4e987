"""Take the README's pictures: python docs/screenshots.py http://127.0.0.1:8000, over seeds/."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path
from urllib.parse import quote_plus

from playwright.sync_api import Browser, sync_playwright

IMAGES = Path(__file__).parent / "images"
PRISONERS = "How many Crimean Tatars does Russia hold in its prisons?"
ALTERED = "Russia drafted nearly 6,000 people from Crimea into its army in 2024"
SETTLED_MS = 1500

SHOTS = {
    "answer.png": (f"/?q={quote_plus(PRISONERS)}", "light", (900, 1000)),
    "no-answer.png": (f"/?q={quote_plus('Who won the football cup?')}", "dark", (420, 800)),
    "check.png": (f"/?check={quote_plus(ALTERED)}", "light", (900, 640)),
}


def shoot(browser: Browser, base: str, name: str) -> None:
    """One picture, once the quotes are there."""
    address, scheme, (width, height) = SHOTS[name]
    page = browser.new_page(
        viewport={"width": width, "height": height}, color_scheme=scheme, device_scale_factor=1
    )
    page.goto(base + address)
    page.locator(".quote").first.wait_for()
    page.wait_for_timeout(SETTLED_MS)
    page.screenshot(path=IMAGES / name)
    page.close()


def main(base: str) -> None:
    """All of them, with the system's Chromium."""
    IMAGES.mkdir(exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox", "--disable-gpu"]
        )
        for name in SHOTS:
            shoot(browser, base, name)
        browser.close()


if __name__ == "__main__":
    main(sys.argv[1])
