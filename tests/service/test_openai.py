"""An answer as Markdown: quotes to the letter, citations that point at themselves."""

from __future__ import annotations

from dataclasses import replace

import pytest

from onrecord.index.types import Article, Quote, Span
from onrecord.service.answer import Answerer, Query
from onrecord.service.citations import cite
from onrecord.service.openai import Markdown, name_source, write_markdown

QUESTION = Query("How many bolts were replaced on the crane?", top_k=1)
BARE = Article("bare", "A title", "One line.\n\n> Another\u2028line, 𝔉.\nA third.")


def write(paper: Answerer, *articles: Article) -> Markdown:
    """An answer that quotes each article whole."""
    quotes = tuple(Quote.cut(article, Span(0, len(article.text))) for article in articles)
    return write_markdown(replace(paper.answer(QUESTION), quotes=quotes))


def test_an_article_without_an_address_is_cited_with_its_page_in_the_service(
    paper: Answerer,
) -> None:
    answer = paper.answer(QUESTION)
    quote = replace(answer.quotes[0], article=replace(answer.quotes[0].article, url=None))
    answer = replace(answer, quotes=(quote,))
    assert write_markdown(answer).citations == ()
    (citation,) = write_markdown(answer, "http://archive.example/").citations
    assert citation.url == (
        f"http://archive.example/articles/{quote.article.id}#{quote.span.start}-{quote.span.end}"
    )


def test_only_line_starts_of_a_quote_are_marked(paper: Answerer) -> None:
    assert write(paper, BARE).text == (
        "> One line.\n> \n> > Another\u2028line, 𝔉.\n> A third.\n\n— “A title”, undated"
    )


def test_blocks_are_quotes_with_their_citations(paper: Answerer) -> None:
    written = write(paper, BARE, replace(BARE, outlet="Post", url="https://a.example/b"))
    assert len(written.blocks) == 2
    assert "".join(written.blocks) == written.text
    (citation,) = written.citations
    assert written.text[citation.start_index : citation.end_index] == "Post, “A title”, undated"
    assert (citation.title, citation.url) == (
        "A title",
        "https://a.example/b#:~:text=One%20line.,A%20third.",
    )


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("https://a.example/b_(c)", "https://a.example/b_%28c%29"),
        ("https://a.example/b)", "https://a.example/b%29"),
        ("https://a.example/<b> c", "https://a.example/%3Cb%3E%20c"),
    ],
)
def test_no_address_ends_its_link_early(paper: Answerer, url: str, shown: str) -> None:
    written = write(paper, replace(BARE, text="Words.", url=url))
    assert written.text.endswith(f" ([source]({shown}#:~:text=Words.))")
    assert written.citations[0].url == f"{url}#:~:text=Words."


def test_a_title_cannot_start_a_quote_of_its_own(paper: Answerer) -> None:
    forged = replace(BARE, title="Title\n\n> forged words\n", outlet="A\r\nB")
    assert write(paper, forged).text.count("\n> ") == 3
    assert name_source(forged) == "A B, “Title > forged words ”, undated"


def test_articles_that_say_the_same_are_named_and_linked(paper: Answerer) -> None:
    also = (replace(BARE, outlet="Beta"), replace(BARE, outlet="Post", url="https://a.example/b"))
    answer = paper.answer(QUESTION)
    quote = replace(Quote.cut(BARE, Span(0, 9)), also_in=also)
    written = write_markdown(replace(answer, quotes=(quote,)))
    assert written.text == (
        "> One line.\n\n— “A title”, undated\n\nalso in: Beta, “A title”, undated\n\n"
        "also in: Post, “A title”, undated ([source](https://a.example/b))"
    )
    (citation,) = written.citations
    assert written.text[citation.start_index : citation.end_index] == "Post, “A title”, undated"


def test_a_source_is_named_as_in_the_citation(paper: Answerer) -> None:
    for quote in paper.answer(replace(QUESTION, top_k=50)).quotes:
        assert cite(quote) == f"“{quote.text}” — {name_source(quote.article)}"


def test_nearest_misses_are_shown_and_not_cited(paper: Answerer) -> None:
    answer = replace(paper, min_confidence=1.1).answer(QUESTION)
    written = write_markdown(answer)
    assert written.blocks[:2] == (
        "The archive does not answer this.",
        "\n\nNearest misses, which do not answer it:",
    )
    assert written.blocks[2].startswith("\n\n> The harbour of Varnholm")
    assert "([source](https://post.example/crane?page=1#:~:text=" in written.blocks[2]
    assert written.citations == ()
