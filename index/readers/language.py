"""Name a text's language by its ISO 639-1 code; `und` if the text is too short.

What a page declares wins, except that a long text of an HTML page wins over its template. Else
py3langid (naive Bayes over byte n-grams, with the model in the package, deterministic, without
network) reads the beginning. With fewer than 20 letters it would guess.
"""

from __future__ import annotations

import re
from functools import cache
from typing import Any

MIN_LETTERS = 20  # below this, names decide more than words do
SURE_LETTERS = 200  # from here on the words are better evidence than a template's `lang`
SURE = 0.99
READ_CHARS = 3_000  # beyond this only the cost grows, not the accuracy
_TAG = re.compile(r"^([A-Za-z]{2,3})(?:[-_][A-Za-z0-9]{1,8})*$")
_NAMES = {"english": "en", "french": "fr", "german": "de", "spanish": "es", "ukrainian": "uk"}


def read_language(text: str, declared: object = None) -> str:
    """Name the language of `text`: the declared one if it is a language tag, else the detected."""
    return normalise_tag(declared) or detect_language(text)


def settle_language(text: str, declared: object = None) -> str:
    """Name the language of a page's `text`: of a long text the detected one, else the declared.

    Templates declare their own language, whatever the language of the text in them.
    """
    opening = text[:READ_CHARS]
    if sum(letter.isalpha() for letter in opening) >= SURE_LETTERS:
        code, probability = _identifier().classify(opening)
        if probability >= SURE:
            return normalise_tag(str(code)) or "und"
    return read_language(text, declared)


def normalise_tag(declared: object) -> str | None:
    """Return `en` for `en-GB` or `en_US`; None for anything that is not a language tag."""
    if not isinstance(declared, str):
        return None
    declared = declared.strip()
    if declared.lower() in _NAMES:
        return _NAMES[declared.lower()]
    found = _TAG.match(declared)
    return found[1].lower() if found and found[1].lower() not in ("und", "mul") else None


def detect_language(text: str) -> str:
    """Detect the language of a text from its words."""
    opening = text[:READ_CHARS]
    if sum(letter.isalpha() for letter in opening) < MIN_LETTERS:
        return "und"
    code = str(_identifier().classify(opening)[0])
    return normalise_tag(code) or "und"


@cache
def _identifier() -> Any:
    from py3langid.langid import MODEL_FILE, LanguageIdentifier  # slow: loads a model

    return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
