"""Draw with matplotlib into SVG that stands in a page: its colours, its font, no ids but its own.

A plot is drawn in stand-in colours, which become the page's variables and so follow its light and
dark. Text stays text. The same drawing always gives the same bytes.
"""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from typing import Any

import matplotlib
from markupsafe import Markup, escape
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.typing import RcKeyType

INK, SOFT, RULE, ACCENT, GOOD, BAD, PAPER = (f"#0{n}0{n}0{n}" for n in range(1, 8))
_VARIABLES = {
    INK: "currentColor",
    SOFT: "var(--soft)",
    RULE: "var(--rule)",
    ACCENT: "var(--accent)",
    GOOD: "var(--good)",
    BAD: "var(--bad)",
    PAPER: "var(--paper)",
}
WIDTH_IN = 5.0  # 360 units: about a phone's width, so that text is as large there as drawn
_STYLE: dict[RcKeyType, Any] = {
    "svg.fonttype": "none",
    "text.parse_math": False,
    "font.size": 10,
    "axes.edgecolor": SOFT,
    "axes.labelcolor": INK,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": True,
    "axes.axisbelow": True,
    "grid.color": RULE,
    "text.color": INK,
    "xtick.color": SOFT,
    "ytick.color": SOFT,
    "xtick.labelcolor": INK,
    "ytick.labelcolor": INK,
}
_NO_METADATA = dict.fromkeys(("Date", "Creator", "Format", "Type"))


def draw(name: str, label: str, height_in: float, paint: Callable[[Axes], None]) -> Markup:
    """The plot that `paint` makes of empty axes, as an SVG element said aloud as `label`.

    `name` keeps what the plot refers to apart from that of others on the page.
    """
    with matplotlib.rc_context({**_STYLE, "svg.hashsalt": name}):
        figure = Figure(figsize=(WIDTH_IN, height_in), layout="constrained")
        paint(figure.subplots())
        drawn = io.StringIO()
        figure.savefig(drawn, format="svg", transparent=True, metadata=_NO_METADATA)
    return Markup(_fit(drawn.getvalue(), label))  # noqa: S704 - matplotlib escapes text


def _fit(svg: str, label: str) -> str:
    """An SVG file as an element of a page."""
    svg = svg[svg.index("<svg") :]
    svg = re.sub(r"<style.*?</style>", "", svg, flags=re.DOTALL)
    svg = re.sub(r'<g id="[^"]*"', "<g", svg)
    svg = re.sub(r"font-family: [^;\"]*;? ?", "", svg)
    svg = re.sub(r"font: ([^\"]*?)(\d+px) [^;\"]*", r"font-size: \2; font-weight: \1", svg)
    for colour, variable in _VARIABLES.items():
        svg = svg.replace(colour, variable)
    opening = re.compile(r'<svg[^>]*viewBox="([^"]*)"[^>]*>')
    return opening.sub(
        lambda found: f'<svg viewBox="{found[1]}" role="img" aria-label="{escape(label)}">', svg, 1
    ).strip()
