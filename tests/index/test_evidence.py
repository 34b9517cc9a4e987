"""Scores of a passage's sentences, and the kind of answer that a question asks for."""

from __future__ import annotations

import math

import numpy as np
import pytest

from onrecord.index.evidence import AnswerKind, holds_kind, read_kind, score_sentences
from onrecord.index.question import QuestionTerm
from onrecord.index.store import IndexedPassage
from onrecord.index.types import Passage, Span


def make_entry(*sentences: str, vectors: list[list[float]]) -> IndexedPassage:
    """A passage of these sentences that begins somewhere in its article."""
    text, spans, at = " ".join(sentences), [], 100
    for sentence in sentences:
        spans.append(Span(at, at + len(sentence)))
        at += len(sentence) + 1
    passage = Passage("a", Span(100, 100 + len(text)), text, 8, tuple(spans))
    sentence_vectors = np.array(vectors, dtype=np.float32)
    return IndexedPassage(passage, sentence_vectors[0], sentence_vectors)


COVERAGE_WEIGHT = 0.8


def terms_of(**weights: float) -> list[QuestionTerm]:
    """Terms of these weights."""
    return [
        QuestionTerm(0, 0, word, (word,), (), math.exp(-weight), is_name=False)
        for word, weight in weights.items()
    ]


ASKED = np.array([1.0, 0.0], dtype=np.float32)
FERRY = make_entry("The ferry sank.", "Rain fell for two days.", vectors=[[0.6, 0.8], [1.0, 0.0]])
PIER = make_entry("The harbour closed its pier.", vectors=[[0.8, 0.6]])


def test_a_sentence_scores_its_cosine_plus_its_coverage() -> None:
    (scores,) = score_sentences([FERRY], ASKED, terms_of(ferri=2.0, where=2.0), COVERAGE_WEIGHT)
    assert scores.tolist() == pytest.approx([0.6 + COVERAGE_WEIGHT / 2, 1.0])
    assert scores.dtype == np.float32


def test_a_sentence_with_an_answer_of_the_kind_asked_for_scores_more() -> None:
    (without,) = score_sentences([FERRY], ASKED, terms_of(ferri=1.0), COVERAGE_WEIGHT)
    (asked,) = score_sentences(
        [FERRY], ASKED, terms_of(ferri=1.0), COVERAGE_WEIGHT, kind="number", kind_weight=0.25
    )
    assert (asked - without).tolist() == pytest.approx([0.0, 0.25])


def test_a_passage_scores_the_same_beside_others() -> None:
    terms = terms_of(ferri=2.0, harbour=1.0, rain=1.5)
    together = score_sentences([PIER, FERRY, PIER], ASKED, terms, COVERAGE_WEIGHT)
    for entry, scores in zip([PIER, FERRY, PIER], together, strict=True):
        (alone,) = score_sentences([entry], ASKED, terms, COVERAGE_WEIGHT)
        assert scores.tolist() == alone.tolist()
    assert [scores.size for scores in together] == [1, 2, 1]


def test_no_passages_have_no_scores() -> None:
    assert score_sentences([], ASKED, terms_of(ferri=1.0), COVERAGE_WEIGHT) == []


def test_a_question_without_words_is_scored_by_cosines() -> None:
    (scores,) = score_sentences([FERRY], ASKED, terms_of(), COVERAGE_WEIGHT)
    assert scores.tolist() == pytest.approx([0.6, 1.0])


@pytest.mark.parametrize(
    ("question", "kind"),
    [
        ("How many ferries were cancelled?", "number"),
        ("How old is the lighthouse?", "number"),
        ("What percentage of voters stayed at home?", "share"),
        ("How much did the bridge cost?", "money"),
        ("How much money was lost?", "money"),
        ("How much rain fell on Tuesday?", "number"),
        ("When did the harbour open?", "time"),
        ("In which year was the tunnel closed?", "time"),
        ("Who opened the harbour?", None),
        ("What happened when the harbour opened?", None),
        ("Why is the tunnel closed?", None),
    ],
)
def test_a_question_asks_for_a_kind_of_answer(question: str, kind: AnswerKind | None) -> None:
    assert read_kind(question) == kind


@pytest.mark.parametrize(
    ("text", "kind", "there"),
    [
        ("Nineteen ferries stayed in port.", "number", True),
        ("The ferries stayed in port.", "number", False),
        ("They came alone, and everyone stayed.", "number", False),
        ("It fell by 3.5 % in a day.", "share", True),
        ("It fell by 3.5 points in a day.", "share", False),
        ("The bridge cost €40m.", "money", True),
        ("The bridge cost them dearly.", "money", False),
        ("It opened in May.", "time", True),
        ("It may open soon.", "time", False),
        ("It opened in 1931.", "time", True),
    ],
)
def test_a_sentence_holds_a_kind_of_answer_or_not(text: str, kind: AnswerKind, there: bool) -> None:
    assert holds_kind(text, kind) is there
