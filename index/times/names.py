"""Names of months and weekdays, from the Unicode Common Locale Data Repository.

Source: CLDR, "Calendars", by babel.
"""

from __future__ import annotations

from collections import defaultdict
from functools import cache

from anyascii import anyascii
from babel import Locale

LANGUAGES = (
    "en", "de", "fr", "es", "it", "pt", "nl", "ro", "pl", "cs", "sk", "hu", "sv", "da", "nb", "fi",
    "tr", "ru", "uk", "bg", "el", "hr", "sl", "lt", "lv", "et", "ca", "id",
)  # fmt: skip
MIN_LETTERS = 3
_ENGLISH = Locale("en")
_MONTHS, _WEEKDAYS = (
    {width: kind["format"][width] for width in ("wide", "abbreviated")}
    for kind in (_ENGLISH.months, _ENGLISH.days)
)
MONTH_NAMES = tuple(_MONTHS["wide"][number] for number in range(1, 13))
WEEKDAY_NAMES = tuple(_WEEKDAYS["wide"][number] for number in range(7))  # from Monday
# The other languages take a third of a second to read, which most questions can do without.
_ENGLISH_MONTHS = {
    name.casefold(): number for names in _MONTHS.values() for number, name in names.items()
}
# Patterns of English names, whole or abbreviated, for expressions that ignore case.
MONTH = rf"(?:{'|'.join(MONTH_NAMES)}|(?:{'|'.join(_MONTHS['abbreviated'].values())}|Sept)\b\.?)"
WEEKDAY = rf"(?:{'|'.join(WEEKDAY_NAMES)})"
SHORT_WEEKDAY = r"(?:mon|tues?|wed(?:nes)?|thu(?:rs?)?|fri|sat(?:ur)?|sun)(?:day)?"


@cache
def month_numbers() -> dict[str, int]:
    """The month, from 1, of each word that names one and no other in any of the languages.

    A name that means different months in different languages (Polish and Croatian `listopad`) is
    left out, because a line does not say which one is meant.
    """
    found: dict[str, set[int]] = defaultdict(set)
    for language in LANGUAGES:
        for widths in Locale(language).months.values():
            for width in ("wide", "abbreviated"):
                for number, name in widths[width].items():
                    plain = name.casefold().strip(".").replace("’", "'")
                    found[plain].add(number)
                    found[anyascii(plain) if plain < "\u0250" else plain].add(number)
    found["sept"].add(9)
    return {
        name: min(numbers)
        for name, numbers in found.items()
        if len(numbers) == 1 and len(name) >= MIN_LETTERS
    }


def month_number(name: str) -> int | None:
    """The month, from 1, that a word names in any of the languages, whatever its case."""
    plain = name.casefold().strip(".").replace("’", "'")
    return _ENGLISH_MONTHS.get(plain) or month_numbers().get(plain)
