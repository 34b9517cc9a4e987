"""Which language a text is written in, as an ISO 639-1 code; `und` where too little is there.

What a page declares wins; else py3langid (a naive Bayes over byte n-grams, its model inside the
package, deterministic, no network) reads the opening. Under 20 characters of letters it would
guess.
"""

from __future__ import annotations

import re
from functools import cache
from typing import Any

MIN_LETTERS = 20  # below this, names decide more than words do
SURE_LETTERS = 200  # from here on the words are a better witness than a template's `lang`
SURE = 0.99
READ_CHARS = 3_000  # accuracy no longer grows beyond it, cost does
_TAG = re.compile(r"^([A-Za-z]{2,3})(?:[-_][A-Za-z0-9]{1,8})*$")
_NAMES = {"english": "en", "french": "fr", "german": "de", "spanish": "es", "ukrainian": "uk"}


def read_language(text: str, declared: object = None) -> str:
    """Name the language of `text`: what is declared if it is a language tag, else detection."""
    return normalise_tag(declared) or detect_language(text)


def settle_language(text: str, declared: object = None) -> str:
    """Name the language of a page's `text`: long texts speak for themselves, others as declared.

    Templates declare their own language, whatever is written into them.
    """
    opening = text[:READ_CHARS]
    if sum(letter.isalpha() for letter in opening) >= SURE_LETTERS:
        code, probability = _identifier().classify(opening)
        if probability >= SURE:
            return normalise_tag(str(code)) or "und"
    return read_language(text, declared)


def normalise_tag(declared: object) -> str | None:
    """Cut `en` from `en-GB` or `en_US`; None for anything that is no language tag."""
    if not isinstance(declared, str):
        return None
    declared = declared.strip()
    if declared.lower() in _NAMES:
        return _NAMES[declared.lower()]
    found = _TAG.match(declared)
    return found[1].lower() if found and found[1].lower() not in ("und", "mul") else None


def detect_language(text: str) -> str:
    """Detect the language from the words themselves."""
    opening = text[:READ_CHARS]
    if sum(letter.isalpha() for letter in opening) < MIN_LETTERS:
        return "und"
    code = str(_identifier().classify(opening)[0])
    return normalise_tag(code) or "und"


@cache
def _identifier() -> Any:
    from py3langid.langid import MODEL_FILE, LanguageIdentifier  # slow: loads a model

    return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
