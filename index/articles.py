"""An article out of what a reader made of a page, and its passages as a store takes them."""

from __future__ import annotations

from onrecord.index.encoder import Encoder, encode_all
from onrecord.index.passages import Budget, cut, shorten_title, titled
from onrecord.index.readers import ParsedArticle
from onrecord.index.store import IndexedPassage
from onrecord.index.types import Article


def make_article(
    reading: ParsedArticle, article_id: str, source: str, source_sha256: str
) -> Article:
    """A reading under its id, with where it came from."""
    return Article(
        id=article_id,
        title=reading.title,
        text=reading.text,
        outlet=reading.outlet,
        authors=reading.authors,
        url=reading.url,
        language=reading.language,
        published=reading.published,
        terms=reading.terms,
        evidence=reading.evidence,
        source=source,
        source_sha256=source_sha256,
    )


def encode_article(article: Article, encoder: Encoder, budget: Budget) -> list[IndexedPassage]:
    """The article's passages with their own and their sentences' vectors."""
    passages = cut(article, budget, encoder)
    title = shorten_title(article.title, encoder)
    sentences = [article.text[s.start : s.end] for p in passages for s in p.sentences]
    texts = [titled(title, passage.text) for passage in passages]
    vectors = encode_all(encoder, [*texts, *sentences])
    entries, at = [], len(passages)
    for passage, vector in zip(passages, vectors, strict=False):
        own = vectors[at : at + len(passage.sentences)]
        entries.append(IndexedPassage(passage, vector, own, article.published.days))
        at += len(passage.sentences)
    return entries
