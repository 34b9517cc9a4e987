"""The nouns: dates with their precision, filters, spans and quotes."""

from __future__ import annotations

from datetime import date

import pytest

from onrecord.index.types import Article, Filter, Passage, Published, Quote, Span

DECEMBER = Published("2024-12", "month")


def test_a_span_counts_its_code_points_without_the_end() -> None:
    assert len(Span(3, 7)) == 4


@pytest.mark.parametrize(
    ("other", "shared"), [(Span(4, 6), True), (Span(5, 6), False), (Span(0, 1), False)]
)
def test_spans_that_only_touch_do_not_overlap(other: Span, shared: bool) -> None:
    assert Span(1, 5).overlaps(other) is shared


def test_a_span_that_ends_before_it_starts_is_refused_with_both_values() -> None:
    with pytest.raises(ValueError, match="got 5 and 3"):
        Span(5, 3)


@pytest.mark.parametrize(
    ("published", "first", "last"),
    [
        (Published("2024-12-05", "day"), date(2024, 12, 5), date(2024, 12, 5)),
        (DECEMBER, date(2024, 12, 1), date(2024, 12, 31)),
        (Published("2024-02", "month"), date(2024, 2, 1), date(2024, 2, 29)),
        (Published("2023-02", "month"), date(2023, 2, 1), date(2023, 2, 28)),
        (Published("2024", "year"), date(2024, 1, 1), date(2024, 12, 31)),
        (Published("9999-12", "month"), date(9999, 12, 1), date(9999, 12, 31)),
        (Published(), None, None),
    ],
)
def test_a_partial_date_stands_for_its_whole_period(
    published: Published, first: date | None, last: date | None
) -> None:
    assert (published.first, published.last) == (first, last)


@pytest.mark.parametrize(
    ("written", "precision"),
    [
        ("2024-12-05", "month"),
        ("2024-12", "day"),
        ("2024", None),
        (None, "day"),
        ("2024-13", "month"),
        ("2023-02-29", "day"),
        ("2024-W49-4", "day"),  # ten characters, a week and no date
    ],
)
def test_a_date_that_is_none_is_refused(written: str | None, precision: str | None) -> None:
    with pytest.raises(ValueError, match=r"date|month|day"):
        Published(written, precision)  # type: ignore[arg-type]


def test_a_window_that_ends_before_it_starts_is_refused() -> None:
    with pytest.raises(ValueError, match="2024-05-02 is after published_to 2024-05-01"):
        Filter(date(2024, 5, 2), date(2024, 5, 1))


def test_no_outlet_at_all_is_refused() -> None:
    with pytest.raises(ValueError, match="at least one outlet"):
        Filter(outlets=())


def test_a_quote_is_the_articles_own_characters() -> None:
    article = Article("a", "Title", "One. 𝔗wo “2”. Three.")
    quote = Quote.cut(article, Span(5, 13))
    assert (quote.text, quote.id) == ("𝔗wo “2”.", "a:5-13")


def test_a_quote_beyond_the_text_is_refused() -> None:
    with pytest.raises(ValueError, match="within 5"):
        Quote.cut(Article("a", "Title", "Text."), Span(0, 6))


def test_a_quote_of_other_characters_is_refused() -> None:
    with pytest.raises(ValueError, match="not the article's text"):
        Quote(Article("a", "Title", "Text."), Span(0, 4), "text")


def test_an_articles_hash_is_of_its_text_as_utf8() -> None:
    assert Article("a", "Title", "café").sha256 == (
        "850f7dc43910ff890f8879c0ed26fe697c93a067ad93a7d50f466a7028a9bf4e"
    )


def test_a_passage_is_named_by_its_article_and_span() -> None:
    assert Passage("a", Span(3, 9), "sixteen"[:6], 2, (Span(3, 9),)).id == "a:3-9"
