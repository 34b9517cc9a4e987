"""What is read off the best hits, over a real archive."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import pytest

from index.types import Article, Filter
from service.answer import Answerer
from service.signals import Signals


def test_a_verbatim_sentence_is_full_evidence(paper: Answerer) -> None:
    signals = paper.signals("Harbour master Jonas Ek thanked the night shift.")
    assert signals.sentence_cosine == pytest.approx(1, abs=0.02)
    assert signals.top_sentence_cosine == signals.sentence_cosine
    assert signals.coverage == pytest.approx(1)
    assert signals.top_coverage == pytest.approx(1)
    assert signals.sentence_coverage == pytest.approx(1)
    assert signals.unknown == 0


def test_words_that_no_passage_holds_are_all_unknown(paper: Answerer) -> None:
    signals = paper.signals("zyxqwv krrbltz")
    assert signals.unknown == 1
    assert signals.coverage == signals.top_coverage == signals.sentence_coverage == 0


def test_half_known_words_are_half_unknown(paper: Answerer) -> None:
    signals = paper.signals("crane zyxqwv")
    assert 0 < signals.unknown < 1
    assert signals.coverage == pytest.approx(1 - signals.unknown)


def test_an_empty_archive_gives_the_signals_of_nothing(
    open_archive: Callable[[Sequence[Article]], Answerer],
) -> None:
    assert open_archive([]).signals("Anything?") == Signals()
    assert Signals().unknown == 1


@pytest.mark.parametrize("question", ["🐟", "?!", "crane", "隧道", "x" * 1000])
def test_every_signal_lies_between_minus_one_and_one(paper: Answerer, question: str) -> None:
    values = paper.signals(question).values()
    assert len(values) == len(Signals.names()) == 7
    assert all(-1.001 <= value <= 1.001 for value in values)


def test_values_come_in_the_order_of_their_names() -> None:
    signals = replace(Signals(), coverage=0.25)
    assert dict(zip(Signals.names(), signals.values(), strict=True))["coverage"] == 0.25


def test_an_empty_filter_is_no_filter() -> None:
    assert not Filter()
