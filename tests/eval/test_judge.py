"""Verdicts on replies: which articles and passages a quote stands for, and whether it is right."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import pytest

from onrecord.eval.datasets import Dataset, Question, Truth
from onrecord.eval.judge import Case, is_right, judge
from onrecord.eval.replies import Reply, Returned
from onrecord.index.encoder import Encoder
from onrecord.index.types import Budget

MakeQuote = Callable[..., Returned]
MakeCase = Callable[..., Case]
CRANE = (
    "The harbour of Varnholm reopened its eastern crane on Monday. "
    "Engineers replaced 312 bolts and tested its arm. "
    "The port authority expects nine ships every day."
)
FIRST, SECOND, THIRD = "crane:0-61", "crane:62-110", "crane:111-159"  # a sentence each
TEXTS = {"crane": CRANE, "ferry": "The night ferry sails no more."}
ASKED = Question("q1", "How many bolts?", True, {"crane": 2, "ferry": 0}, ("312 bolts",))


def judge_one(question: Question, quotes: Sequence[Returned], encoder: Encoder) -> Case:
    dataset = Dataset("one", (question,), (), "", {"crane": Truth("Crane reopens")}, {})
    reply = Reply(question.id, True, None, 0.9, tuple(quotes), "sha256:one")
    run = (reply,)
    (case,) = judge(dataset, run, TEXTS.get, Budget(16), encoder)
    return case


def test_articles_rank_by_first_quote_with_their_duplicates_directly_behind(
    quoted: MakeQuote, encoder: Encoder
) -> None:
    quotes = [
        quoted("ferry", also_in=("tunnel", "museum")),
        quoted("crane"),
        quoted("ferry", start=9),
        quoted("museum", also_in=("bakery",)),
    ]
    case = judge_one(ASKED, quotes, encoder)
    assert case.articles == ("ferry", "tunnel", "museum", "crane", "bakery")


def test_gold_passages_are_those_that_hold_an_answer_with_their_articles_grade(
    encoder: Encoder,
) -> None:
    assert judge_one(ASKED, [], encoder).gold_passages == {SECOND: 2}


@pytest.mark.parametrize(
    ("start", "end", "stands_for"),
    [
        (0, 159, [FIRST, SECOND, THIRD]),
        (62, 110, [SECOND]),
        (62, 86, [SECOND]),  # 24 of 48 characters are half
        (62, 85, ["crane:62-85"]),
        (86, 135, [SECOND, THIRD]),
        (87, 134, ["crane:87-134"]),
        (31, 110, [SECOND]),  # and 30 of the first 61
        (30, 110, [FIRST, SECOND]),
    ],
)
def test_a_quote_stands_for_the_passages_of_which_it_holds_half(
    start: int, end: int, stands_for: list[str], quoted: MakeQuote, encoder: Encoder
) -> None:
    quote = quoted("crane", CRANE[start:end], start=start)
    assert judge_one(ASKED, [quote], encoder).passages == tuple(stands_for)


def test_a_quote_of_an_article_that_nobody_judged_is_its_own_passage(
    quoted: MakeQuote, encoder: Encoder
) -> None:
    quotes = [quoted("museum", "Blue glass."), quoted("crane", CRANE[62:110], start=62)]
    assert judge_one(ASKED, quotes, encoder).passages == ("museum:0-11", SECOND)


def test_a_passage_that_two_quotes_stand_for_ranks_once(
    quoted: MakeQuote, encoder: Encoder
) -> None:
    quotes = [quoted("crane", CRANE[62:159], start=62), quoted("crane", CRANE[:110])]
    assert judge_one(ASKED, quotes, encoder).passages == (SECOND, THIRD, FIRST)


def test_passages_are_not_judged_where_none_holds_the_answer(
    quoted: MakeQuote, encoder: Encoder
) -> None:
    elsewhere = Question("q1", "Who?", True, {"crane": 1}, ("Ruth Palm",))
    wordless = Question("q1", "Who?", True, {"crane": 1})
    for question in (elsewhere, wordless):
        case = judge_one(question, [quoted("crane", CRANE)], encoder)
        assert (case.passages, case.gold_passages) == ((), {})
        assert case.articles == ("crane",)


def test_a_verdict_is_given_on_each_quote(quoted: MakeQuote, encoder: Encoder) -> None:
    quotes = [
        quoted("ferry", "The night ferry"),
        quoted("crane", "Engineers replaced 312 bolts", start=62),
    ]
    assert judge_one(ASKED, quotes, encoder).right == (False, True)


def test_a_quote_without_its_text_has_no_verdict(quoted: MakeQuote, encoder: Encoder) -> None:
    below = Returned("crane", quoted().span, None, (), (), "", None, None, None, True)
    case = judge_one(ASKED, [quoted("crane", "312 bolts", start=81), below], encoder)
    assert case.right == (True,)
    assert not is_right(ASKED, below)


def test_an_answer_counts_only_within_its_articles(quoted: MakeQuote) -> None:
    here = Question("q1", "?", True, {}, ("312 bolts",), within=frozenset({"crane"}))
    anywhere = Question("q1", "?", True, {}, ("312 bolts",))
    copied = quoted("museum", "It took 312 bolts.")
    assert is_right(anywhere, copied)
    assert not is_right(here, copied)
    assert is_right(here, quoted("crane", "It took 312 bolts."))
    assert is_right(here, quoted("museum", "It took 312 bolts.", also_in=("crane",)))
    assert not is_right(here, quoted("crane", "It took 313 bolts."))


@pytest.mark.parametrize(
    ("known", "correct"),
    [
        ({"right": [True, False], "articles": ["ferry"], "answers": ["312"]}, True),
        ({"right": [False, True], "articles": ["crane"], "answers": ["312"]}, False),
        ({"answers": ["312"]}, False),
        ({"articles": ["crane", "ferry"]}, True),  # no answers: the first article decides
        ({"articles": ["ferry", "crane"]}, False),
        ({}, False),
        ({"answerable": False, "answers": ["312"], "right": [True]}, False),
        ({"answerable": False, "articles": ["crane"]}, False),
    ],
)
def test_a_case_is_correct_by_its_first_quote_or_article(
    judged: MakeCase, known: dict[str, Any], correct: bool
) -> None:
    assert judged(gold={"crane": 1, "ferry": 0}, **known).correct is correct


def test_a_reply_to_another_question_is_refused(encoder: Encoder) -> None:
    dataset = Dataset("one", (ASKED,), (), "", {}, {})
    run = (Reply("q2", True, None, 0.9, (), ""),)
    with pytest.raises(ValueError, match="expected the reply to q1, got the one to q2"):
        judge(dataset, run, TEXTS.get, Budget(16), encoder)
