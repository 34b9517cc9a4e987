"""Read how much of a page may be quoted: at most so many characters, with or without a link.

Only text outside the article's body is used, because a body may mention 500 characters for other
reasons. A sentence counts if it limits characters and is about quoting. Limits in words are not
converted into characters (words differ in length, so a guess could exceed what was granted), but
such a sentence is kept as a snippet.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from onrecord.index.types import Terms

MAX_SNIPPET = 500  # characters of a page's statement that are kept

_SENTENCE = re.compile(r"[^.!?\n]+(?:[.!?](?!\s|$)[^.!?\n]*)*[.!?]?")
_NUMBER = r"(\d{1,3}(?:[,\s]\d{3})+|\d{2,6})"
_LIMIT = re.compile(
    rf"(?:max(?:imum|\.)?(?:\s+of)?(?:\s+an?)?|up\s+to|no\s+(?:more|longer)\s+than|not\s+(?:to\s+)?exceed(?:ing)?|"
    rf"at\s+most|limited\s+to|fewer\s+than|less\s+than|first|only)\s+{_NUMBER}[\s-]*(characters?|signs|words?)\b|"
    rf"{_NUMBER}[\s-]*(characters?|signs|words?)\s+(?:or\s+(?:less|fewer)|max(?:imum)?|at\s+most|limit)",
    re.I,
)
_QUOTING = re.compile(
    r"\b(?:quot\w*|extracts?|excerpts?|reprint\w*|republish\w*|reproduc\w*|referenc\w*|cit(?:e|ed|ing|ation)\w*|"
    r"reus\w*|copy(?:ing)?|use\s+of|using)\b",
    re.I,
)
_LINK = re.compile(
    r"\b(?:active|direct|working|clickable|open|visible)\s+(?:hyper-?)?link\b|\bhyperlink\b|"
    r"\blink(?:ing)?\s+(?:back\s+)?to\s+(?:the\s+)?(?:original|source|article|material|page)|"
    r"\b(?:include|provide|with|require[sd]?)\s+a\s+link\b",
    re.I,
)


def read_terms(chrome: Iterable[str]) -> Terms | None:
    """Read the terms of reuse from a page's blocks outside its article; None where it states none.

    The first sentence that sets a limit wins; one that only asks for a link comes second.
    """
    link_only: Terms | None = None
    for block in chrome:
        for found in _SENTENCE.finditer(block):
            terms = _read_sentence(found[0].strip())
            if terms is not None and (terms.max_chars or not terms.link_required):
                return terms
            link_only = link_only or terms
    return link_only


def _read_sentence(sentence: str) -> Terms | None:
    if len(sentence) > 5_000 or not _QUOTING.search(sentence):
        return None
    limit, link = _LIMIT.search(sentence), bool(_LINK.search(sentence))
    if limit is None:
        return Terms(None, True, sentence[:MAX_SNIPPET]) if link else None
    number, unit = (limit[1], limit[2]) if limit[1] else (limit[3], limit[4])
    in_words = unit.lower().startswith("word")
    most = None if in_words else int(re.sub(r"\D", "", number))
    return Terms(most, link, sentence[:MAX_SNIPPET])
