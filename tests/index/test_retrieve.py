"""Finding passages: fused, put in order by their sentences, duplicates under the earliest."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from onrecord.index.articles import encode_article
from onrecord.index.encoder import Encoder
from onrecord.index.ranking import Ranking
from onrecord.index.reranker.reading import Reading, Reranking
from onrecord.index.retrieve import Found, retrieve, weigh_readings, weigh_times
from onrecord.index.store import Snapshot, Store
from onrecord.index.times import ANY_TIME, AskedTime, Period
from onrecord.index.types import Article, Budget, Filter, Passage, Published
from onrecord.service.opening import open_store
from onrecord.service.settings import Settings

EVERYTHING = Filter()
WIRE = (
    "The harbour board closed the northern pier on Monday after divers found cracks in four of "
    "its concrete piles. Ferries to the island will use the old fish dock until spring, the board "
    "said. Repairs are expected to cost 2.4 million crowns."
)
LIBRARY = (
    "The town council voted seven to two on Tuesday to keep the library open on Sundays. "
    "Opponents had argued that heating the building costs too much."
)
SCHOOL = (
    "Builders finished the roof of the new gymnasium two months late. Classes will move there "
    "once the heating has been tested, the headmistress said."
)
ARTICLES = (
    Article(
        "reprint", "Pier shut", WIRE, outlet="Gazette", published=Published("2024-04", "month")
    ),
    Article("first", "Pier closed", WIRE, outlet="Argus", published=Published("2024-03-01", "day")),
    Article("undated", "Pier", f"{WIRE} More follows.", outlet="Herald"),
    Article("library", "Sundays", LIBRARY, outlet="Argus", published=Published("2024", "year")),
    Article("school", "Gymnasium", SCHOOL, outlet="Argus", published=Published("2023", "year")),
)


def fill(store: Store, encoder: Encoder, articles: Sequence[Article]) -> None:
    """Put and publish."""
    for article in articles:
        store.put(article, encode_article(article, encoder, Budget()), f"/news/{article.id}")
    store.publish()


@pytest.fixture(scope="module")
def snapshot(tmp_path_factory: pytest.TempPathFactory, encoder: Encoder) -> Iterator[Snapshot]:
    """An archive of `ARTICLES`."""
    store = open_store(Settings(archive=tmp_path_factory.mktemp("retrieve")), encoder)
    fill(store, encoder, ARTICLES)
    with store.snapshot() as opened:
        yield opened
    store.close()


def ask(
    snapshot: Snapshot,
    encoder: Encoder,
    question: str,
    where: Filter = EVERYTHING,
    ranking: Ranking | None = None,
    limit: int = 5,
    asked: AskedTime = ANY_TIME,
    reranking: Reranking | None = None,
) -> list[Found]:
    """What `retrieve` finds."""
    vector, ranked = encoder.encode_question(question), ranking or Ranking()
    return list(retrieve(snapshot, question, vector, where, ranked, limit, asked, reranking))


def ids(found: list[Found]) -> list[str]:
    """The articles of the hits, in order."""
    return [one.hit.passage.article_id for one in found]


@pytest.mark.parametrize(
    ("question", "best"),
    [
        ("How did the council vote on the library?", "library"),
        ("When will classes move to the gymnasium?", "school"),
        ("What did divers find at the pier?", "first"),
        ("Why can boats not land at the usual place?", "first"),
    ],
)
def test_the_answering_passage_comes_first(
    snapshot: Snapshot, encoder: Encoder, question: str, best: str
) -> None:
    found = ask(snapshot, encoder, question)
    assert ids(found)[0] == best
    assert len(found) == 3


def test_copies_collapse_under_the_earliest_article(snapshot: Snapshot, encoder: Encoder) -> None:
    best = ask(snapshot, encoder, "What did divers find at the pier?")[0].hit
    assert best.passage.article_id == "first"
    assert {passage.article_id for passage in best.duplicates} == {"reprint", "undated"}


def test_under_a_filter_the_earliest_of_those_that_pass_leads(
    snapshot: Snapshot, encoder: Encoder
) -> None:
    where = Filter(outlets=("herald", "gazette"))
    (only,) = ask(snapshot, encoder, "What did divers find at the pier?", where)
    assert only.hit.passage.article_id == "reprint"
    assert [passage.article_id for passage in only.hit.duplicates] == ["undated"]


def test_a_window_bounds_what_is_found(snapshot: Snapshot, encoder: Encoder) -> None:
    where = Filter(date(2024, 1, 1), date(2024, 12, 31))
    found = ask(snapshot, encoder, "What did the board say?", where)
    assert set(ids(found)) == {"first", "library"}
    assert [p.article_id for one in found for p in one.hit.duplicates] == ["reprint"]


def test_scores_fall_and_lie_between_0_and_1(snapshot: Snapshot, encoder: Encoder) -> None:
    scores = [one.hit.score for one in ask(snapshot, encoder, "Who voted for Sundays?")]
    assert scores == sorted(scores, reverse=True)
    assert 1 >= scores[0] > scores[-1] >= 0


def test_a_passage_first_with_every_judge_scores_1(snapshot: Snapshot, encoder: Encoder) -> None:
    best = ask(snapshot, encoder, "Did the town council vote to keep the library open?")[0]
    assert best.hit.score == 1.0
    assert best.hit.ranks == {"dense": 1, "words": 1}
    assert best.cosine > 0.6
    assert best.bm25 > 5


def test_a_passage_without_any_telling_word_has_no_word_rank(
    snapshot: Snapshot, encoder: Encoder
) -> None:
    found = ask(snapshot, encoder, "gymnasium")
    assert [one.hit.ranks["words"] for one in found] == [1, None, None]
    assert sorted(one.hit.ranks["dense"] or 0 for one in found)[0] == 1
    assert found[1].bm25 == 0.0


def test_the_best_sentence_carries_the_evidence(snapshot: Snapshot, encoder: Encoder) -> None:
    best = ask(snapshot, encoder, "How much will the repairs of the pier cost?")[0]
    sentence = best.entry.passage.sentences[int(best.sentence_scores.argmax())]
    start = best.entry.passage.span.start
    text = best.entry.passage.text[sentence.start - start : sentence.end - start]
    assert text == "Repairs are expected to cost 2.4 million crowns."


def test_passages_of_the_time_asked_about_come_first(snapshot: Snapshot, encoder: Encoder) -> None:
    question = "What was said of heating the building?"
    assert ids(ask(snapshot, encoder, question))[0] == "library"  # of 2024
    asked = AskedTime((Period(12 * 2023, 12 * 2023 + 11),))
    found = ask(snapshot, encoder, question, asked=asked)
    assert ids(found)[0] == "school"
    assert found[0].time_fit == 1.0
    assert [one.hit.score for one in found] == sorted((o.hit.score for o in found), reverse=True)


def test_without_a_time_asked_about_no_hit_has_a_fit(snapshot: Snapshot, encoder: Encoder) -> None:
    assert {one.time_fit for one in ask(snapshot, encoder, "What happened?")} == {None}


def test_the_limit_counts_hits_after_collapsing(snapshot: Snapshot, encoder: Encoder) -> None:
    assert len(ask(snapshot, encoder, "What did divers find at the pier?", limit=2)) == 2


def test_no_passage_is_found_twice(snapshot: Snapshot, encoder: Encoder) -> None:
    found = ask(snapshot, encoder, "What happened?", limit=50)
    every = [p.id for one in found for p in (one.hit.passage, *one.hit.duplicates)]
    assert len(every) == len(set(every)) == 5


@pytest.mark.parametrize("question", ["", "?", "(", "a:b", "👩‍👩‍👧‍👦", "the of and", "x" * 5000])
def test_no_question_is_too_odd_to_be_asked(
    snapshot: Snapshot, encoder: Encoder, question: str
) -> None:
    assert len(ask(snapshot, encoder, question)) == 3


def test_an_empty_archive_finds_nothing(store: Store, encoder: Encoder) -> None:
    with store.snapshot() as snapshot:
        assert ask(snapshot, encoder, "What did divers find at the pier?") == []


def test_the_answer_does_not_depend_on_the_order_of_building(
    snapshot: Snapshot, encoder: Encoder, tmp_path: Path
) -> None:
    other = open_store(Settings(archive=tmp_path / "other"), encoder)
    for article in reversed(ARTICLES):
        fill(other, encoder, [article])
    question = "What did the board say about the pier?"
    with other.snapshot() as turned:
        assert turned.stats().fingerprint == snapshot.stats().fingerprint
        mine = [one.hit for one in ask(turned, encoder, question)]
    other.close()
    assert mine == [one.hit for one in ask(snapshot, encoder, question)]


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"dense_weight": 1.5}, "dense_weight in .* got 1.5"),
        ({"evidence_weight": -1.0}, "evidence_weight in .* got -1.0"),
        ({"time_weight": -0.1}, "time_weight of at least 0, got -0.1"),
        ({"depth": 0}, "depth of at least 1, got 0"),
        ({"reranked": 0}, "reranked of at least 1, got 0"),
    ],
)
def test_a_ranking_out_of_range_is_refused(wrong: dict[str, float], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        Ranking(**wrong)  # type: ignore[arg-type]


class Fond:
    """A reranker that is sure of the passages with a word in them, and notes what it was given."""

    identity = "fond"

    def __init__(self, word: str) -> None:
        self.word = word
        self.given: list[tuple[str, str]] = []

    def read(self, question: str, passages: Sequence[tuple[str, Passage]]) -> list[Reading]:
        """See `Reranker`."""
        self.given += [(title, passage.text) for title, passage in passages]
        return [
            Reading(
                9.0 if self.word in passage.text else -9.0,
                np.eye(len(passage.sentences), dtype=np.float32)[-1],
            )
            for _, passage in passages
        ]


def test_readings_are_a_share_of_the_score_and_what_was_not_read_counts_as_the_worst() -> None:
    readings = {0: Reading(0.0), 1: Reading(-math.log(3))}
    weighed = weigh_readings(np.array([0.4, 0.8, 0.6]), readings, 0.5)
    assert weighed.tolist() == pytest.approx([0.45, 0.525, 0.425])


def test_times_count_beside_all_the_rest() -> None:
    weighed = weigh_times(np.array([0.5, 0.8]), [1.0, 0.0], 0.6)
    assert weighed.tolist() == pytest.approx([0.6875, 0.5])
    assert weigh_times(np.array([0.5]), [], 0.6).tolist() == [0.5]


def test_what_the_reranker_is_sure_of_comes_first(snapshot: Snapshot, encoder: Encoder) -> None:
    question = "Why was the northern pier closed?"
    assert ids(ask(snapshot, encoder, question))[0] == "first"
    fond = Fond("gymnasium")
    found = ask(snapshot, encoder, question, reranking=Reranking(fond, weight=0.9))
    assert ids(found)[0] == "school"
    assert found[0].reading == Reading(9.0, found[0].reading.evidence)  # type: ignore[union-attr]
    assert ("Gymnasium", SCHOOL) in fond.given


def test_only_the_first_passages_are_read(snapshot: Snapshot, encoder: Encoder) -> None:
    fond = Fond("gymnasium")
    found = ask(
        snapshot, encoder, "Why was the northern pier closed?", reranking=Reranking(fond, 1, 0.9)
    )
    assert fond.given == [("Pier closed", WIRE)]
    assert [one.reading is None for one in found] == [False, *[True] * (len(found) - 1)]


def test_a_readings_evidence_decides_between_like_sentences(
    snapshot: Snapshot, encoder: Encoder
) -> None:
    plain = ask(snapshot, encoder, "What is said of the harbour?")[0]
    read = ask(snapshot, encoder, "What is said of the harbour?", reranking=Reranking(Fond("pier")))
    assert plain.evidence.tolist() == plain.sentence_scores.tolist()
    added = read[0].evidence - read[0].sentence_scores
    assert added.argmax() == len(read[0].sentence_scores) - 1
    assert added.min() == 0.0
