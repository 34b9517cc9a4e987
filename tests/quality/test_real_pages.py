"""Ordinary questions to five real pages: the floors that a change must not fall below.

`real_pages.jsonl` holds 32 questions whose answers stand in the pages and 16 that nothing in the
articles answers, four of them about the pages' chrome. The floors are what the project promises,
not what it reaches.
"""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from onrecord.index.types import Answer
from onrecord.service.answer import Answerer, Query

QUESTIONS = [
    json.loads(line)
    for line in Path(__file__).with_name("real_pages.jsonl").read_text("utf-8").splitlines()
]
ANSWERABLE = [asked for asked in QUESTIONS if asked["answerable"]]
UNANSWERABLE = [asked for asked in QUESTIONS if not asked["answerable"]]


@pytest.fixture(scope="module")
def ranked(real_pages: Answerer) -> list[tuple[dict[str, Any], Answer]]:
    """Each answerable question with its answer, whatever its confidence."""
    asked = replace(real_pages, min_confidence=0.0)
    return [(each, asked.answer(Query(each["question"], top_k=3))) for each in ANSWERABLE]


def is_right(asked: dict[str, Any], answer: Answer, place: int) -> bool:
    """Whether the quote at that place is from a right article and holds an answer."""
    if place >= len(answer.quotes):
        return False
    quote = answer.quotes[place]
    text = quote.text.casefold()
    found = any(wanted.casefold() in text for wanted in asked["answers"])
    return Path(quote.article.source).name in asked["articles"] and found


def test_the_right_article_comes_first(ranked: list[tuple[dict[str, Any], Answer]]) -> None:
    firsts = [Path(answer.quotes[0].article.source).name for _, answer in ranked]
    right = [name in asked["articles"] for name, (asked, _) in zip(firsts, ranked, strict=True)]
    assert sum(right) >= 0.94 * len(right)


def test_the_answer_stands_in_the_first_quote(
    ranked: list[tuple[dict[str, Any], Answer]],
) -> None:
    assert sum(is_right(*each, 0) for each in ranked) >= 0.86 * len(ranked)


def test_the_answer_stands_in_the_first_three_quotes(
    ranked: list[tuple[dict[str, Any], Answer]],
) -> None:
    right = [any(is_right(*each, place) for place in range(3)) for each in ranked]
    assert sum(right) >= 0.97 * len(right)


def test_every_quote_is_a_slice_of_its_article(
    ranked: list[tuple[dict[str, Any], Answer]],
) -> None:
    for _, answer in ranked:
        for quote in answer.quotes:
            assert quote.article.text[quote.span.start : quote.span.end] == quote.text


def test_a_page_that_allows_500_characters_is_never_quoted_beyond_them(
    ranked: list[tuple[dict[str, Any], Answer]],
) -> None:
    limited = 0
    for _, answer in ranked:
        quotes = [quote for quote in answer.quotes if quote.article.terms]
        limited += bool(quotes)
        assert sum(len(q.prefix) + len(q.text) + len(q.suffix) for q in quotes) <= 500
    assert limited


def test_most_of_what_the_pages_do_not_answer_is_refused(real_pages: Answerer) -> None:
    refused = [
        real_pages.answer(Query(each["question"])).status == "no_answer" for each in UNANSWERABLE
    ]
    assert sum(refused) >= 0.65 * len(refused)


def test_nearly_all_of_what_they_do_answer_is_answered(real_pages: Answerer) -> None:
    answered = [
        real_pages.answer(Query(each["question"])).status == "answered" for each in ANSWERABLE
    ]
    assert sum(answered) >= 0.9 * len(answered)
