"""Axe-core over a page, shadow trees included."""

from __future__ import annotations

from importlib.resources import files
from typing import Any

from tests.web.browsing import Page

SOURCE = (files("axe_playwright_python") / "axe.min.js").read_text(encoding="utf-8")
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
RUN = """async (tags) => {
  const {violations} = await axe.run(document, {
    runOnly: {type: "tag", values: tags}, resultTypes: ["violations"],
  });
  return violations.flatMap(({id, nodes}) => nodes.map((node) =>
    `${id}: ${node.target.flat(9).join(" ")} (${node.failureSummary.replace(/\\s+/g, " ")})`));
}"""


def violations(page: Page) -> list[str]:
    """What axe-core finds wrong, each with its place; target sizes are among what it looks at."""
    if not page.evaluate("Boolean(window.axe)"):
        page.evaluate(SOURCE)  # by the debugger: no policy has to allow it
    found: Any = page.evaluate(RUN, TAGS)
    return list(found)
