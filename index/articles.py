"""Make an article of what a reader parsed, and its passages as a store takes them."""

from __future__ import annotations

import hashlib
import re

from onrecord.index.encoder import Encoder, encode_all
from onrecord.index.passages import cut, shorten_title
from onrecord.index.readers import ParsedArticle
from onrecord.index.store import IndexedPassage
from onrecord.index.text import titled
from onrecord.index.types import Article, Budget

_OWN_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")


def identify(parsed: ParsedArticle, path: str | None) -> str:
    """The article's id, the same on every machine: the record's own or a hash.

    The hash is of the URL, else of `path`, else of the text. `path` is `pages.shared_path` for a
    file that holds one article, and None for anything else.
    """
    if parsed.record_id is not None and _OWN_ID.fullmatch(parsed.record_id):
        return parsed.record_id
    named = parsed.url or path or parsed.text
    return hashlib.sha256(named.encode()).hexdigest()[:16]


def make_article(
    parsed: ParsedArticle, article_id: str, source: str, source_sha256: str
) -> Article:
    """The parsed article with its id and where it came from."""
    return Article(
        id=article_id,
        title=parsed.title,
        text=parsed.text,
        outlet=parsed.outlet,
        authors=parsed.authors,
        url=parsed.url,
        language=parsed.language,
        published=parsed.published,
        terms=parsed.terms,
        evidence=parsed.evidence,
        source=source,
        source_sha256=source_sha256,
    )


def encode_article(article: Article, encoder: Encoder, budget: Budget) -> list[IndexedPassage]:
    """The article's passages, each with its vector and the vectors of its sentences."""
    passages = cut(article, budget, encoder)
    title = shorten_title(article.title, encoder)
    sentences = [article.text[s.start : s.end] for p in passages for s in p.sentences]
    texts = [titled(title, passage.text) for passage in passages]
    vectors = encode_all(encoder, [*texts, *sentences])
    indexed, at = [], len(passages)
    for passage, vector in zip(passages, vectors, strict=False):
        own = vectors[at : at + len(passage.sentences)]
        indexed.append(IndexedPassage(passage, vector, own, article.published.days))
        at += len(passage.sentences)
    return indexed
