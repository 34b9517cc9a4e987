"""Quotes are the article's own characters, within its terms, with their evidence marked."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
import pytest

from onrecord.index.passages import split_sentences
from onrecord.index.types import Answer, Article, Passage, Quote, Span, Terms
from onrecord.service.answer import Query
from onrecord.service.quotes import MARGIN, highlight
from onrecord.service.schemas import AnswerOut
from tests.service.conftest import OpenArchive, dated

LEAD = (
    "Engineers replaced 312 bolts of the eastern crane, and the inspector Nils Ro counted each. "
    "It took eleven weeks. The port paid 7.4 million crowns for the steel, the hoist and the paint."
)
LONG = f"{LEAD}\n" + "\n".join(
    f"Paragraph {n}: the crane lifted {n * 13} barrels for ship number {n}, a clerk noted, and "
    f"the 𝔉erry {n} waited 🐟 at the quay until its turn came."
    for n in range(40)
)
QUESTIONS = [
    "How many bolts were replaced on the crane?",
    "How many barrels were lifted for ship number 7?",
    "Who waited at the quay?",
]


def limited(most: int | None, name: str = "limited") -> Article:
    return Article(name, "The crane", LONG, terms=Terms(most, True, "as far as we allow"))


def shown(quotes: Sequence[Quote]) -> int:
    """Every character of the articles that the quotes show, context included."""
    return sum(len(quote.text) + len(quote.prefix) + len(quote.suffix) for quote in quotes)


def check(answer: Answer) -> tuple[Quote, ...]:
    quotes = answer.quotes or answer.nearest
    for quote in quotes:
        assert quote.article.text[quote.span.start : quote.span.end] == quote.text
        assert quote.text.strip() == quote.text != ""
        assert quote.highlights
        reached = quote.span.start
        for mark in quote.highlights:
            assert reached <= mark.start < mark.end <= quote.span.end
            reached = mark.end
    spans = sorted((quote.article.id, quote.span) for quote in quotes)
    for (one, before), (other, after) in pairwise(spans):
        assert one != other or before.end <= after.start
    return quotes


@pytest.mark.parametrize("most", [0, 1, 10, 39, 40, 41, 95, 150, 333, 1_000, 3_000, 100_000])
def test_all_text_of_an_article_in_one_answer_stays_within_its_terms(
    open_archive: OpenArchive, most: int
) -> None:
    answers = open_archive([limited(most)])
    for question in QUESTIONS:
        for top_k in (1, 5, 50):
            quotes = check(answers.answer(Query(question, top_k)))
            assert shown(quotes) <= most
            if most >= 150:
                assert quotes


@pytest.mark.parametrize("most", [40, 120, 1_000])
def test_what_http_shows_of_an_article_stays_within_its_terms(
    open_archive: OpenArchive, most: int
) -> None:
    answer = AnswerOut.of(open_archive([limited(most)]).answer(Query(QUESTIONS[0], 50)), 1.0)
    assert answer.quotes
    selectors = [quote.selector for quote in answer.quotes]
    assert sum(len(s.exact) + len(s.prefix) + len(s.suffix) for s in selectors) <= most


def test_a_tight_quote_keeps_the_sentence_that_answers(open_archive: OpenArchive) -> None:
    first = check(open_archive([limited(100)]).answer(Query(QUESTIONS[0])))[0]
    assert first.text == LEAD[: LEAD.index(" It took")]


def test_a_sentence_longer_than_the_terms_is_cut_at_a_word(open_archive: OpenArchive) -> None:
    first = check(open_archive([limited(60)]).answer(Query(QUESTIONS[0])))[0]
    assert first.text == "Engineers replaced 312 bolts of the eastern crane, and the"
    assert first.highlights == (first.span,)


@pytest.mark.parametrize("most", [0, 1, 39])
def test_where_the_terms_leave_no_room_there_is_no_answer(
    open_archive: OpenArchive, most: int
) -> None:
    answer = open_archive([limited(most)]).answer(Query(QUESTIONS[0]))
    assert (answer.status, answer.reason) == ("no_answer", "weak_evidence")
    assert (answer.confidence, answer.quotes, answer.nearest) == (0, (), ())


def test_a_quote_without_room_makes_way_for_the_next_article(open_archive: OpenArchive) -> None:
    free = Article("free", "Bolts", "The crane has many bolts, a visitor said. Some were replaced.")
    quotes = check(open_archive([limited(5), free]).answer(Query(QUESTIONS[0], 2)))
    assert [quote.article.id for quote in quotes] == ["free"]


def test_each_article_has_its_own_terms(open_archive: OpenArchive) -> None:
    other = Article(
        "other",
        "The ferry",
        "The ferry to Lys carried 94 cars and a crane on its last trip. It sank a day later. " * 1
        + "Its captain Ulf Dahl swam ashore with the log, which the museum in Osterby now keeps.",
        terms=Terms(90, False, "90"),
    )
    quotes = check(open_archive([limited(200), other]).answer(Query("What about cranes?", 50)))
    for name, most in (("limited", 200), ("other", 90)):
        own = [quote for quote in quotes if quote.article.id == name]
        assert own
        assert shown(own) <= most


def test_without_terms_a_quote_is_its_passage_with_context_around_it(
    open_archive: OpenArchive,
) -> None:
    free = Article("free", "The crane", LONG)
    quotes = check(open_archive([free]).answer(Query(QUESTIONS[1], 50)))
    assert len(quotes) > 3
    for quote in quotes:
        start, end = quote.span.start, quote.span.end
        assert quote.prefix == LONG[max(0, start - 32) : start]
        assert quote.suffix == LONG[end : end + 32]
    assert {len(quote.prefix) for quote in quotes} == {0, 32}
    assert {len(quote.suffix) for quote in quotes} == {0, 32}


def test_terms_that_name_no_number_limit_nothing(open_archive: OpenArchive) -> None:
    quotes = check(open_archive([limited(None)]).answer(Query(QUESTIONS[0], 50)))
    assert shown(quotes) > 3_000
    assert any(quote.prefix for quote in quotes)


def test_a_limited_article_that_fills_the_first_places_leaves_no_gap(
    open_archive: OpenArchive,
) -> None:
    crane = "The crane was sold on {} May for {} crowns, and {} people watched it leave the port."
    others = [Article(f"o{n}", "Sale", crane.format(n, n * 7, n + 3)) for n in range(1, 4)]
    answers = open_archive([limited(300), *others])
    quotes = check(answers.answer(Query("How many barrels were lifted for ship number 7?", 2)))
    assert quotes[0].article.id == "limited"
    assert len(quotes) == 2


def test_reports_with_other_figures_are_quoted_apart_and_copies_are_named(
    open_archive: OpenArchive,
) -> None:
    report = (
        "The harbour of Varnholm handled {} containers on {}, the port authority said in its daily "
        "report. The authority counts every container that leaves the quay by rail, lorry or ship. "
        "Customs officers open one in a hundred of them, and the rest pass through a scanner."
    )
    monday, tuesday = report.format("1,120", "Monday"), report.format("1,310", "Tuesday")
    articles = [
        Article("monday", "Daily report", monday, published=dated("2024-03-04")),
        Article("tuesday", "Daily report", tuesday, published=dated("2024-03-05")),
        Article("reprint", "Port", f"VARNHOLM (AP) — {tuesday}", published=dated("2024-03-06")),
    ]
    quotes = check(open_archive(articles).answer(Query("How many containers on Tuesday?")))
    also_in = {one.article.id: [article.id for article in one.also_in] for one in quotes}
    assert also_in == {"monday": [], "tuesday": ["reprint"]}


def passage(text: str) -> Passage:
    return Passage("a", Span(0, len(text)), text, 1, tuple(split_sentences(text)))


@pytest.mark.parametrize(
    ("scores", "marked"),
    [
        ([0.9, 0.1, 0.2], [0]),
        ([0.1, 0.2, 0.9], [2]),
        ([0.5, 0.5, 0.5], [0, 1, 2]),
        ([0.9, 0.1, 0.9 - MARGIN / 2], [0, 2]),
        ([0.9, 0.9 - 2 * MARGIN, 0.1], [0]),
        ([-0.2, -0.9, -0.9], [0]),
        ([0.1, 0.9, 0.2], [1, 2]),  # a question is never marked alone
    ],
)
def test_the_best_sentences_are_marked_in_order(scores: list[float], marked: list[int]) -> None:
    three = passage("The pier shut. Why? Divers found cracks in it.")
    found = highlight(three, np.array(scores, dtype=np.float32))
    assert found == tuple(three.sentences[place] for place in marked)


def test_a_heading_is_never_marked_alone() -> None:
    headed = passage("Cracks in the pier\nDivers found them in March.\nPhoto: Ida Holm")
    found = highlight(headed, np.array([0.9, 0.2, 0.1], np.float32))
    assert found == headed.sentences[:2]


@pytest.mark.parametrize("text", ["Pier", "Why?", "It shut."])
def test_a_single_sentence_is_always_marked(text: str) -> None:
    assert highlight(passage(text), np.array([-1.0], np.float32)) == (Span(0, len(text)),)
