"""Names of months in the languages of Europe and a few others, from dateparser's tables.

A name that means different months in different languages (Polish and Croatian `listopad`) is left
out, because a line does not say which one is meant.
"""

from __future__ import annotations

from functools import cache
from importlib import import_module

LANGUAGES = (
    "de", "fr", "es", "it", "pt", "nl", "ro", "pl", "cs", "sk", "hu", "sv", "da", "nb", "fi", "tr",
    "ru", "uk", "bg", "el", "hr", "sl", "lt", "lv", "et", "ca", "id",
)  # fmt: skip
MONTHS = (
    "january", "february", "march", "april", "may", "june", "july", "august", "september",
    "october", "november", "december",
)  # fmt: skip
MIN_LETTERS = 3


def month_number(name: str) -> int | None:
    """Return the month that a word names in any of the languages; None if it names none or two."""
    return _table().get(name.casefold().strip("."))


@cache
def _table() -> dict[str, int]:
    found: dict[str, set[int]] = {}
    for language in LANGUAGES:
        tables = import_module(f"dateparser.data.date_translation_data.{language}").info
        for number, month in enumerate(MONTHS, 1):
            for name in tables.get(month, ()):
                found.setdefault(name.casefold().strip("."), set()).add(number)
    return {
        name: min(numbers)
        for name, numbers in found.items()
        if len(numbers) == 1 and len(name) >= MIN_LETTERS
    }
