"""The signals of an answer, and the probability that is read from them."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date

import pytest

from onrecord.index.types import Article
from onrecord.service.answer import Answerer
from onrecord.service.confidence import CALIBRATION, Calibration, Signals, shipped
from tests.service.conftest import OpenArchive


def test_a_verbatim_sentence_is_full_evidence(paper: Answerer) -> None:
    signals = paper.signals("Harbour master Jonas Ek thanked the night shift.")
    assert signals.sentence_cosine == pytest.approx(1, abs=0.02)
    assert signals.coverage == pytest.approx(1)
    assert signals.names_missing == signals.names_unknown == 0


def test_a_name_that_no_passage_holds_is_missing_and_unknown(paper: Answerer) -> None:
    signals = paper.signals("did Zyxqwv see the crane")
    assert signals.names_missing == signals.names_unknown == 1
    assert 0 < signals.coverage < 1


def test_a_number_is_a_name_wherever_it_stands(paper: Answerer) -> None:
    assert paper.signals("4711 cranes").names_unknown == 1


def test_a_capital_at_the_beginning_is_no_name(paper: Answerer) -> None:
    assert paper.signals("Zyxqwv of the crane").names_missing == 0


def test_words_that_no_passage_holds_cover_nothing(paper: Answerer) -> None:
    assert paper.signals("zyxqwv krrbltz").coverage == 0


def test_an_empty_archive_gives_the_signals_of_nothing(open_archive: OpenArchive) -> None:
    assert open_archive([]).signals("Anything?") == Signals()
    assert Signals().names_unknown == 1


@pytest.mark.parametrize("question", ["🐟", "?!", "crane", "隧道", "x" * 1000])
def test_every_share_and_cosine_lies_between_minus_one_and_one(
    paper: Answerer, question: str
) -> None:
    signals = paper.signals(question)
    shares = [signals.sentence_cosine, signals.coverage]
    shares += [signals.names_missing, signals.names_unknown]
    assert all(-1.001 <= value <= 1.001 for value in shares)
    assert -1.001 <= signals.evidence <= 1.801
    assert 0 < signals.archive_size < 3


def test_a_time_that_no_hit_speaks_of_is_missed(paper: Answerer) -> None:
    assert paper.signals("Who mended the crane?").time_missed == 0
    assert paper.signals("Who mended the crane in 2024?").time_missed == 0
    assert paper.signals("Who mended the crane in 1950?").time_missed > 0.9


def test_relative_words_are_read_against_the_day_given(paper: Answerer) -> None:
    question = "When did the harbour crane reopen this week?"
    assert paper.signals(question, date(2024, 3, 6)).time_missed == 0
    assert paper.signals(question, date(2025, 3, 6)).time_missed == pytest.approx(1)


def test_the_sentence_that_would_be_quoted_decides_which_time_it_is(
    open_archive: OpenArchive,
) -> None:
    text = "In 2024 the harbour hired 55 pilots. Since 2014 it has hired 500 in all."
    harbour = open_archive([Article("harbour", "Pilots", text)])
    assert harbour.signals("How many pilots did the harbour hire in 2024?").time_missed == 0
    assert harbour.signals("How many pilots did the harbour hire in 2019?").time_missed > 0.5


def test_a_hit_scores_lower_where_not_all_that_ranks_is_for_it(paper: Answerer) -> None:
    agreed = paper.signals("Who mended the crane?").score
    assert 0 < paper.signals("Who mended the crane in 1950?").score < agreed <= 1


def test_a_sentence_without_the_number_that_is_asked_for_misses_its_kind(paper: Answerer) -> None:
    assert paper.signals("Who mended the crane?").kind_missed == 0
    assert paper.signals("How many nights of frost were there?").kind_missed == 0
    assert paper.signals("How many thanked the night shift?").kind_missed == 1


FLAT = Calibration("x", dict.fromkeys(Signals.names(), 0.0), 0.0)


@pytest.mark.parametrize(
    ("intercept", "confidence"), [(0.0, 0.5), (2.0, 0.8808), (-2.0, 0.1192), (50.0, 1.0)]
)
def test_the_intercept_alone_is_a_known_probability(intercept: float, confidence: float) -> None:
    assert replace(FLAT, intercept=intercept).confidence(Signals()) == confidence


@pytest.mark.parametrize("name", Signals.names())
def test_each_weight_meets_its_own_signal(name: str) -> None:
    weighted = replace(FLAT, weights={**FLAT.weights, name: 2.0})
    silent = replace(Signals(), names_missing=0.0, names_unknown=0.0)
    assert weighted.confidence(silent) == 0.5
    assert weighted.confidence(replace(silent, **{name: 0.5})) == 0.7311


def test_the_shipped_calibration_weighs_exactly_the_signals_that_are_read() -> None:
    written = json.loads(CALIBRATION.read_text(encoding="utf-8"))
    fitted = written["fits"]["none"]
    assert set(shipped().weights) == set(Signals.names()) == set(fitted["weights"])
    assert shipped().intercept == fitted["intercept"]
    assert shipped().encoder == written["system"]["encoder"]


@pytest.mark.parametrize("name", ["sentence_cosine", "coverage", "evidence"])
def test_more_evidence_never_means_less_confidence(name: str) -> None:
    assert shipped().weights[name] >= 0


@pytest.mark.parametrize("name", ["names_missing", "names_unknown", "archive_size", "time_missed"])
def test_what_speaks_against_an_answer_never_raises_confidence(name: str) -> None:
    assert shipped().weights[name] <= 0
