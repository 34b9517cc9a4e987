"""Quotes counted by hand: the answer in them, what they say of their article, what they mark."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from onrecord.eval.datasets import Truth
from onrecord.eval.judge import Case
from onrecord.eval.measures.quotes import measure, measure_facts
from onrecord.eval.replies import Returned
from onrecord.index.types import Span

MakeQuote = Callable[..., Returned]
MakeCase = Callable[..., Case]
THREE = "It opened on Monday. Nine ships came. The crane lifted forty tonnes."
OPENED, CAME, LIFTED = Span(0, 20), Span(21, 37), Span(38, 68)


def test_an_answer_among_the_first_k_quotes_counts(quoted: MakeQuote, judged: MakeCase) -> None:
    asked = {"answers": ["dawn"], "quotes": [quoted()] * 10}
    cases = [
        judged("q1", **asked, right=[True] + [False] * 9),
        judged("q2", **asked, right=[False, False, True] + [False] * 7),
        judged("q3", **asked, right=[False] * 9 + [True]),
        judged("q4", answers=["dawn"]),
        judged("q5", gold={"ferry": 1}),
    ]
    values = measure(cases)
    assert values["quotes/answer@1"] == {"q1": 1.0, "q2": 0.0, "q3": 0.0, "q4": 0.0}
    assert values["quotes/answer@3"] == {"q1": 1.0, "q2": 1.0, "q3": 0.0, "q4": 0.0}
    assert values["quotes/answer@5"] == {"q1": 1.0, "q2": 1.0, "q3": 0.0, "q4": 0.0}
    assert values["quotes/answer@10"] == {"q1": 1.0, "q2": 1.0, "q3": 1.0, "q4": 0.0}
    assert values["quotes/answer RR"] == {"q1": 1.0, "q2": 1 / 3, "q3": 0.1, "q4": 0.0}


def test_verbatim_is_the_share_of_quotes_that_are(quoted: MakeQuote, judged: MakeCase) -> None:
    altered = quoted(verbatim=False)
    cases = [
        judged("q1", quotes=[quoted(), altered, quoted(), quoted()]),
        judged("q2", answerable=False, quotes=[altered]),
        judged("q3", quotes=[]),
    ]
    assert measure(cases)["quotes/verbatim"] == {"q1": 0.75, "q2": 0.0}


@pytest.mark.parametrize(
    ("known", "said", "share"),
    [
        ("2024-03-04", "2024-03-04", 1.0),
        ("2024-03", "2024-03", 1.0),
        ("2024-03-04", "2024-03", 0.0),
        ("2024-03-04", None, 0.0),
        ("", None, 1.0),
        ("", "2024-03-04", 0.0),
    ],
)
def test_a_date_is_right_to_the_precision_that_is_known(
    known: str, said: str | None, share: float, quoted: MakeQuote, judged: MakeCase
) -> None:
    case = judged(quotes=[quoted("ferry", published=said)])
    assert measure_facts([case], {"ferry": Truth(published=known)})["quotes/date"] == {"q1": share}


def test_what_the_set_does_not_know_is_not_held_against_a_quote(
    quoted: MakeQuote, judged: MakeCase
) -> None:
    quotes = [quoted("ferry", published="2024"), quoted("crane", published="2024")]
    case = judged(quotes=quotes)
    assert measure_facts([case], {}) == {"quotes/date": {}, "quotes/attribution": {}}
    facts = measure_facts([case], {"ferry": Truth(), "crane": Truth(published="2023")})
    assert facts == {"quotes/date": {"q1": 0.0}, "quotes/attribution": {}}


def test_an_attribution_is_right_if_title_outlet_and_url_are(
    quoted: MakeQuote, judged: MakeCase
) -> None:
    truths = {"ferry": Truth("Night ferry", "Harbour Post", "https://post.example/ferry")}
    right = {"outlet": "Harbour Post", "url": "https://post.example/ferry"}
    quotes = [
        quoted("ferry", **right),
        quoted("ferry", **{**right, "url": None}),
        quoted("ferry", **{**right, "outlet": "harbour post"}),
        quoted("ferry", **right, title="Ferry"),
    ]
    assert measure_facts([judged(quotes=quotes)], truths)["quotes/attribution"] == {"q1": 0.25}
    partly = {"ferry": Truth(title="Night ferry")}
    assert measure_facts([judged(quotes=quotes)], partly)["quotes/attribution"] == {"q1": 0.75}


@pytest.mark.parametrize(
    ("marked", "answers", "agreement"),
    [
        ([OPENED], ["Monday"], (1.0, 1.0, 1.0)),
        ([OPENED, CAME], ["Monday"], (0.5, 1.0, 2 / 3)),
        ([CAME], ["Monday"], (0.0, 0.0, 0.0)),
        ([], ["Monday"], (0.0, 0.0, 0.0)),
        ([OPENED], ["Monday", "forty tonnes"], (1.0, 0.5, 2 / 3)),
        ([OPENED, CAME, LIFTED], ["forty tonnes"], (1 / 3, 1.0, 0.5)),
        ([Span(25, 30)], ["Nine ships"], (1.0, 1.0, 1.0)),  # a part of a sentence marks it
        ([OPENED], ["Monday. Nine ships"], (0.0, 0.0, 0.0)),  # across two: in neither
    ],
)
def test_evidence_is_how_marked_sentences_agree_with_those_that_hold_an_answer(
    marked: list[Span],
    answers: list[str],
    agreement: tuple[float, float, float],
    quoted: MakeQuote,
    judged: MakeCase,
) -> None:
    moved = tuple(Span(span.start + 100, span.end + 100) for span in marked)
    quote = quoted("crane", THREE, start=100, highlights=moved)
    values = measure([judged(answers=answers, quotes=[quote], right=[True])])
    names = ("evidence/precision", "evidence/recall", "evidence/F1")
    assert tuple(values[name]["q1"] for name in names) == pytest.approx(agreement)


def test_evidence_is_that_of_the_first_right_quote(quoted: MakeQuote, judged: MakeCase) -> None:
    quotes = [
        quoted("ferry", THREE, highlights=(CAME,)),
        quoted("crane", THREE, highlights=(LIFTED,)),
        quoted("crane", THREE, highlights=(OPENED,)),
    ]
    asked = {"answers": ["forty tonnes"], "quotes": quotes}
    cases = [
        judged("q1", **asked, right=[False, True, True]),
        judged("q2", **asked, right=[False, False, False]),
    ]
    assert measure(cases)["evidence/F1"] == {"q1": 1.0}
