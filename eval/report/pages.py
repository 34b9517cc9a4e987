"""Fill a template: every value escaped, no resource but the page's own, one script and that named.

The page's policy lets the browser run that script alone, known by its hash, and load nothing.
"""

from __future__ import annotations

import base64
import hashlib
from functools import lru_cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from onrecord.eval.report import wording
from onrecord.eval.report.glossary import LOWER_IS_BETTER, PARTS, explain

_HERE = Path(__file__).parent


def render(template: str, **context: object) -> str:
    """The page that a template makes of what it is given; raises for a name that is missing."""
    script = (_HERE / "questions.js").read_text(encoding="utf-8")
    return (
        _environment()
        .get_template(template)
        .render(
            **context,
            style=Markup((_HERE / "style.css").read_text(encoding="utf-8")),  # noqa: S704 - our own
            script=Markup(script),  # noqa: S704 - our own
            script_hash=base64.b64encode(hashlib.sha256(script.encode()).digest()).decode(),
        )
    )


@lru_cache(maxsize=1)
def _environment() -> Environment:
    made = Environment(
        loader=FileSystemLoader(_HERE),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    made.filters.update(
        chance=wording.say_chance,
        count=wording.say_count,
        date=wording.say_date,
        difference=wording.say_difference,
        explain=explain,
        number=wording.say_number,
        percent=wording.say_percent,
        short=wording.shorten,
        time=wording.say_time,
    )
    made.globals.update(parts=PARTS, lower_is_better=LOWER_IS_BETTER)
    return made
