"""The words of a text, as every word index and every score by words knows them."""

from __future__ import annotations

import threading

import tantivy
from tantivy import Filter

MAX_WORD_BYTES = 60

_thread = threading.local()


def analyzer() -> tantivy.TextAnalyzer:
    """What makes words of a text: lower-cased, unaccented, stemmed as English."""
    return (
        tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.simple())
        .filter(Filter.remove_long(MAX_WORD_BYTES))
        .filter(Filter.lowercase())
        .filter(Filter.ascii_fold())
        .filter(Filter.stemmer("english"))
        .build()
    )


def analyse(text: str) -> list[str]:
    """Lower-cased, unaccented, stemmed words, in order, repeated as they are."""
    if not hasattr(_thread, "analyzer"):  # one a thread: analysing changes it
        _thread.analyzer = analyzer()
    words: list[str] = _thread.analyzer.analyze(text)
    return words
