"""An article as a page for people: its text, and the evidence for what is said of it."""

from __future__ import annotations

from collections.abc import Iterator

from fastapi.responses import HTMLResponse

from onrecord.index.types import Article
from onrecord.service.citations import say_date
from onrecord.service.http.pages import render

FIELDS = {"published": "Date", "title": "Headline", "outlet": "Outlet", "authors": "Authors"}
UNKNOWN_LANGUAGE = "und"


def render_article(article: Article) -> HTMLResponse:
    """The page; `#START-END` in its address marks what lies there."""
    return render(
        "article",
        article=article,
        date=say_date(article.published),
        blocks=list(_blocks(article.text)),
        evidence={name: article.evidence.get(field, ()) for field, name in FIELDS.items()},
        described=_describe(article),
    )


def render_missing() -> HTMLResponse:
    """The page where the archive has no such article."""
    return render("missing", 404)


def render_key() -> HTMLResponse:
    """The page that asks for a key and then shows what was asked for."""
    response = render("key", 401)
    response.headers["WWW-Authenticate"] = "Bearer"
    return response


def _blocks(text: str) -> Iterator[tuple[int, str]]:
    """The lines, each with the offset in code points where it starts.

    Browsers drop U+0000, which would move all that follows; the mark for what is unreadable stays.
    """
    start = 0
    for line in text.replace("\0", "\ufffd").split("\n"):
        yield start, line
        start += len(line) + 1


def _describe(article: Article) -> dict[str, object]:
    """The article for machines. Source: schema.org, "NewsArticle"."""
    language = None if article.language == UNKNOWN_LANGUAGE else article.language
    authors = [{"@type": "Person", "name": name} for name in article.authors]
    described = {
        "@context": "https://schema.org",
        "@type": "NewsArticle",
        "@id": article.url or article.id,
        "identifier": article.id,
        "headline": article.title,
        "datePublished": article.published.date,
        "author": authors,
        "publisher": article.outlet and {"@type": "NewsMediaOrganization", "name": article.outlet},
        "inLanguage": language,
        "url": article.url,
    }
    return {name: value for name, value in described.items() if value}
