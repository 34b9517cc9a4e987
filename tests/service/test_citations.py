"""How a quote is cited for people and linked for browsers."""

from __future__ import annotations

from urllib.parse import unquote

import pytest

from onrecord.index.types import Article, Published, Quote, Span, Terms
from onrecord.service.citations import cite, link, place, say_date, say_terms

URL = "https://post.example/a"


def quoted(text: str, url: str | None = URL, **fields: object) -> Quote:
    """The whole of an article."""
    article = Article("a", "A title", text, url=url, **fields)  # type: ignore[arg-type]
    return Quote.cut(article, Span(0, len(text)))


@pytest.mark.parametrize(
    ("published", "said"),
    [
        (Published("2024-12-05", "day"), "5 December 2024"),
        (Published("2024-01-31", "day"), "31 January 2024"),
        (Published("2024-02-29", "day"), "29 February 2024"),
        (Published("2024-12", "month"), "December 2024"),
        (Published("2024-05", "month"), "May 2024"),
        (Published("2024", "year"), "2024"),
        (Published(), "undated"),
    ],
)
def test_a_date_is_said_as_far_as_it_is_known(published: Published, said: str) -> None:
    assert say_date(published) == said
    quote = quoted("Nine ships a day.", outlet="Post", published=published)
    assert cite(quote) == f"“Nine ships a day.” — Post, “A title”, {said}"


def test_a_quote_of_a_document_names_the_page_on_which_its_evidence_begins() -> None:
    article = Article("a", "A title", "One. Two. Three.", pages=(0, 5, 9, 9))
    quote = Quote.cut(article, Span(0, 16))
    assert (quote.page, cite(quote)) == (1, "“One. Two. Three.” — “A title”, undated, p. 1")
    marked = Quote.cut(article, Span(0, 16), highlights=(Span(5, 9), Span(10, 16)))
    assert (marked.page, cite(marked)[-4:]) == (2, "p. 2")
    assert Quote.cut(article, Span(10, 16)).page == 4  # the third page is empty
    assert quoted("Nine ships.").page is None


def test_an_article_without_an_outlet_is_cited_without_one() -> None:
    assert cite(quoted("Nine ships.")) == "“Nine ships.” — “A title”, undated"


def test_the_quoted_words_stay_as_they_are_in_a_citation() -> None:
    text = "“Nine,” he said —\n\n  'nine'."
    assert cite(quoted(text)).startswith(f"“{text}” — ")


def test_an_article_without_an_address_has_no_link() -> None:
    assert link(quoted("Nine ships.", url=None)) is None


def test_in_a_service_it_is_linked_to_its_page_there_and_to_the_quote_on_it() -> None:
    quote = quoted("Nine ships.", url=None)
    base = "https://archive.example/press/"
    assert link(quote, base) == "https://archive.example/press/articles/a#0-11"
    assert place(quote.article, base) == "https://archive.example/press/articles/a"
    assert place(quoted("Nine ships.").article, base) == URL


@pytest.mark.parametrize(
    ("text", "directive"),
    [
        ("Nine ships a day", "Nine%20ships%20a%20day"),
        ("well-known", "well%2Dknown"),
        ("nine, ten & more", "nine%2C%20ten%20%26%20more"),
        ("50% #1 a=b?c/d:e+f", "50%25%20%231%20a%3Db%3Fc%2Fd%3Ae%2Bf"),
        ("“é”", "%E2%80%9C%C3%A9%E2%80%9D"),
        ("🐟", "%F0%9F%90%9F"),
    ],
)
def test_a_short_quote_is_percent_encoded_whole(text: str, directive: str) -> None:
    assert link(quoted(text)) == f"{URL}#:~:text={directive}"


def test_a_long_quote_is_linked_by_its_first_and_last_words() -> None:
    text = "One-one two, three & four five six seven eight nine ten eleven twelve thir-teen."
    assert link(quoted(text)) == (
        f"{URL}#:~:text=One%2Done%20two%2C%20three%20%26%20four%20five,"
        "eight%20nine%20ten%20eleven%20twelve%20thir%2Dteen."
    )


def test_a_quote_of_two_blocks_never_joins_words_across_them() -> None:
    assert link(quoted("Nine ships.\nTen boats.")) == f"{URL}#:~:text=Nine%20ships.,Ten%20boats."


def test_the_directive_has_one_comma_at_most_and_no_bare_dash() -> None:
    text = " ".join(f"a-{n}, b&{n}" for n in range(40))
    address = link(quoted(text))
    assert address is not None
    directive = address.partition("#:~:text=")[2]
    assert directive.count(",") == 1
    assert "-" not in directive
    assert "&" not in directive
    start, end = (unquote(part) for part in directive.split(","))
    assert text.startswith(start)
    assert text.endswith(end)


def test_an_address_with_a_fragment_keeps_it() -> None:
    assert link(quoted("Nine.", url=f"{URL}#part")) == f"{URL}#part:~:text=Nine."


@pytest.mark.parametrize(
    ("terms", "said"),
    [
        (
            Terms(5_000, True, "…"),
            "At most 5,000 characters of it may be quoted. A link to it is required.",
        ),
        (Terms(300, False, "…"), "At most 300 characters of it may be quoted."),
        (Terms(None, True, "…"), "A link to it is required."),
    ],
)
def test_terms_are_said_in_fixed_phrases(terms: Terms, said: str) -> None:
    assert say_terms(terms) == said
