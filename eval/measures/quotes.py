"""Measures of quotes: whether they answer, mark the evidence, and agree with the article."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from onrecord.eval.datasets import Truth
from onrecord.eval.judge import Case, holds
from onrecord.eval.replies import Returned
from onrecord.index.passages import split_sentences

CUTOFFS = (1, 3, 5, 10)

Values = dict[str, dict[str, float]]


def measure(cases: Sequence[Case]) -> Values:
    """Values by measure and question; each measure on the questions that it can be told for.

    `quotes/answer@k`: an answer stands in one of the first k quotes. `quotes/verbatim`: the share
    of quotes that are their article's text at their offsets. `evidence/…`: how well the marked
    sentences of the first right quote agree with those of its sentences that hold an answer.
    """
    asked = [case for case in cases if case.question.answers]
    found = {
        f"quotes/answer@{k}": {case.question.id: float(any(case.right[:k])) for case in asked}
        for k in CUTOFFS
    }
    found["quotes/answer RR"] = {
        case.question.id: max(
            (right / place for place, right in enumerate(case.right, 1)), default=0.0
        )
        for case in asked
    }
    found["quotes/verbatim"] = _shares(cases, lambda quote: quote.verbatim)
    return {**found, **_evidence(asked)}


def measure_facts(cases: Sequence[Case], truths: Mapping[str, Truth]) -> Values:
    """`quotes/date` and `quotes/attribution`: the share of quotes whose article is said rightly.

    Of quotes from articles of which the data set knows the date, or title, outlet and URL.
    """
    return {
        "quotes/date": _shares(cases, lambda quote: _date_is_right(quote, truths)),
        "quotes/attribution": _shares(cases, lambda quote: _attribution_is_right(quote, truths)),
    }


def _shares(cases: Sequence[Case], verdict: Callable[[Returned], bool | None]) -> dict[str, float]:
    """The share of quotes with a good verdict, by question; quotes without a verdict left out."""
    shares = {}
    for case in cases:
        verdicts = [one for one in map(verdict, case.reply.quotes) if one is not None]
        if verdicts:
            shares[case.question.id] = sum(verdicts) / len(verdicts)
    return shares


def _date_is_right(quote: Returned, truths: Mapping[str, Truth]) -> bool | None:
    truth = truths.get(quote.article)
    if truth is None or truth.published is None:
        return None
    return (quote.published or "") == truth.published


def _attribution_is_right(quote: Returned, truths: Mapping[str, Truth]) -> bool | None:
    truth = truths.get(quote.article)
    if truth is None:
        return None
    pairs = ((quote.title, truth.title), (quote.outlet, truth.outlet), (quote.url, truth.url))
    known = [said == true for said, true in pairs if true is not None]
    return all(known) if known else None


def _evidence(cases: Sequence[Case]) -> Values:
    names = ("evidence/precision", "evidence/recall", "evidence/F1")
    found: Values = {name: {} for name in names}
    for case in cases:
        if not any(case.right):
            continue
        quote = case.reply.quotes[case.right.index(True)]
        for name, value in zip(names, _agreement(quote, case.question.answers), strict=True):
            found[name][case.question.id] = value
    return found


def _agreement(quote: Returned, answers: Sequence[str]) -> tuple[float, float, float]:
    """Precision, recall and F1 of the marked sentences; an answer across two holds in neither."""
    text, start = quote.text or "", quote.span.start
    sentences = split_sentences(text)
    gold = {span for span in sentences if holds(text[span.start : span.end], answers)}
    marks = [(mark.start - start, mark.end - start) for mark in quote.highlights]
    marked = {
        span
        for span in sentences
        if any(low < span.end and span.start < high for low, high in marks)
    }
    both = len(gold & marked)
    precision = both / len(marked) if marked else 0.0
    recall = both / len(gold) if gold else 0.0
    return precision, recall, 2 * both / (len(gold) + len(marked)) if gold or marked else 0.0
