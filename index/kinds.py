"""Which kind of answer a question asks for, and whether a sentence holds one of that kind.

Only kinds that are plain to see in a text: numbers, money, shares and times. A question for
anything else asks for no kind.
"""

from __future__ import annotations

import re
from typing import Literal

Kind = Literal["share", "money", "time", "number"]

_ASKED: tuple[tuple[Kind, re.Pattern[str]], ...] = (
    (
        "share",
        re.compile(
            r"\b(?:what|which)\s+(?:per\s?cent|percentage|share|proportion|fraction)"
            r"|\bhow many per\s?cent",
            re.I,
        ),
    ),
    (
        "money",
        re.compile(
            r"\bhow much\s+(?:money\b|.*\b(?:cost|costs|pay|pays|paid|spend|spent|worth)\b)"
            r"|\bwhat\s+(?:price|(?:is|was)\s+the\s+(?:price|cost))\b",
            re.I,
        ),
    ),
    (
        "time",
        re.compile(
            r"^\W*when\b|\bsince when\b"
            r"|\b(?:what|which)\s+(?:year|month|day|date|century|decade|time)\b",
            re.I,
        ),
    ),
    (
        "number",
        re.compile(
            r"\bhow\s+(?:many|much|old|tall|long|far|large|big|high|often|fast|deep|heavy|wide)\b"
            r"|\bwhat\s+(?:number|age)\b",
            re.I,
        ),
    ),
)
_NUMERAL = (
    r"\d[\d,.]*|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|\w+teen|twenty"
    r"|thirty|forty|fifty|sixty|seventy|eighty|ninety|hundreds?|thousands?|millions?|billions?"
    r"|dozens?|half|third|quarter|once|twice"
)
_MONTHS = r"January|February|March|April|May|June|July|August|September|October|November|December"
_SAID: dict[Kind, re.Pattern[str]] = {
    "share": re.compile(r"\d\s*%|\bper\s?cent|\bpercentage\b|\b(?:half|third|quarter)s?\b", re.I),
    "money": re.compile(
        r"[$€£¥]\s?\d|\d\s?[$€£¥]|\b(?:dollars?|euros?|pounds?|yen|yuan|cents?)\b", re.I
    ),
    "time": re.compile(
        rf"\b(?:1\d|20)\d\d\b|\b(?:{_MONTHS})\b|\b(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day\b"
        r"|\bcentur(?:y|ies)\b|\b\d{1,2}:\d\d\b|\b(?:yesterday|today|tomorrow)\b"
    ),
    "number": re.compile(rf"(?<!\w)(?:{_NUMERAL})(?!\w)", re.I),
}


def read_kind(question: str) -> Kind | None:
    """The kind of answer that is asked for, None where it is none of these."""
    return next((kind for kind, asked in _ASKED if asked.search(question)), None)


def holds_kind(text: str, kind: Kind) -> bool:
    """Whether something of that kind stands in the text."""
    return _SAID[kind].search(text) is not None
