"""Ranking passages: fused, ordered by their sentences, duplicates under the earliest article."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from contextlib import closing
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pytest

from onrecord.index.encoder import Encoder
from onrecord.index.ingest import encode_article
from onrecord.index.question import read_question
from onrecord.index.ranking import Hit, Ranking, fuse, retrieve, scale, weigh_reranker, weigh_times
from onrecord.index.reranker import Reranker, RerankerScore
from onrecord.index.store import IndexedPassage, Snapshot, Store
from onrecord.index.times.periods import ANY_TIME, AskedTime, Period
from onrecord.index.types import Article, Budget, Filter, Passage, Published, Span
from onrecord.service.archive import open_store
from onrecord.service.settings import Settings

EVERYTHING = Filter()
NONE = float("nan")
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
    reranker: Reranker | None = None,
) -> list[Hit]:
    """What `retrieve` finds."""
    asked_for = read_question(question, snapshot, encoder, asked)
    return retrieve(snapshot, asked_for, where, ranking or Ranking(), limit, reranker)


def shown(hit: Hit) -> tuple[object, ...]:
    """What of a hit does not depend on the store."""
    return hit.passage, hit.score, hit.ranks, hit.duplicates, hit.evidence.tolist()


def ids(found: list[Hit]) -> list[str]:
    """The articles of the hits, in order."""
    return [one.passage.article_id for one in found]


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
    best = ask(snapshot, encoder, "What did divers find at the pier?")[0]
    assert best.passage.article_id == "first"
    assert {passage.article_id for passage in best.duplicates} == {"reprint", "undated"}


def test_under_a_filter_the_earliest_of_those_that_pass_leads(
    snapshot: Snapshot, encoder: Encoder
) -> None:
    where = Filter(outlets=("herald", "gazette"))
    (only,) = ask(snapshot, encoder, "What did divers find at the pier?", where)
    assert only.passage.article_id == "reprint"
    assert [passage.article_id for passage in only.duplicates] == ["undated"]


def test_a_window_bounds_what_is_found(snapshot: Snapshot, encoder: Encoder) -> None:
    where = Filter(date(2024, 1, 1), date(2024, 12, 31))
    found = ask(snapshot, encoder, "What did the board say?", where)
    assert set(ids(found)) == {"first", "library"}
    assert [p.article_id for one in found for p in one.duplicates] == ["reprint"]


def test_scores_fall_and_lie_between_0_and_1(snapshot: Snapshot, encoder: Encoder) -> None:
    scores = [one.score for one in ask(snapshot, encoder, "Who voted for Sundays?")]
    assert scores == sorted(scores, reverse=True)
    assert 1 >= scores[0] > scores[-1] >= 0


def test_a_passage_first_in_every_ranking_scores_1(snapshot: Snapshot, encoder: Encoder) -> None:
    best = ask(snapshot, encoder, "Did the town council vote to keep the library open?")[0]
    assert best.score == 1.0
    assert best.ranks == {"dense": 1, "words": 1}


def test_a_passage_without_any_term_of_the_question_has_no_word_rank(
    snapshot: Snapshot, encoder: Encoder
) -> None:
    found = ask(snapshot, encoder, "gymnasium")
    assert [one.ranks["words"] for one in found] == [1, None, None]
    assert sorted(one.ranks["dense"] or 0 for one in found)[0] == 1


def test_the_best_sentence_carries_the_evidence(snapshot: Snapshot, encoder: Encoder) -> None:
    best = ask(snapshot, encoder, "How much will the repairs of the pier cost?")[0]
    sentence = best.passage.sentences[int(best.sentence_scores.argmax())]
    start = best.passage.span.start
    text = best.passage.text[sentence.start - start : sentence.end - start]
    assert text == "Repairs are expected to cost 2.4 million crowns."


def test_passages_of_the_time_asked_about_come_first(snapshot: Snapshot, encoder: Encoder) -> None:
    question = "What was said of heating the building?"
    assert ids(ask(snapshot, encoder, question))[0] == "library"  # of 2024
    asked = AskedTime((Period.of(date(2023, 1, 1), date(2023, 12, 31)),))
    found = ask(snapshot, encoder, question, asked=asked)
    assert ids(found)[0] == "school"
    assert [one.score for one in found] == sorted((one.score for one in found), reverse=True)


def test_the_limit_counts_hits_after_collapsing(snapshot: Snapshot, encoder: Encoder) -> None:
    assert len(ask(snapshot, encoder, "What did divers find at the pier?", limit=2)) == 2


def test_scores_are_moved_to_the_unit_interval() -> None:
    assert scale(np.array([2.0, 6.0, 3.0])).tolist() == [0.0, 1.0, 0.25]


def test_equal_scores_all_become_one() -> None:
    assert scale(np.array([0.3, 0.3])).tolist() == [1.0, 1.0]


def test_a_passage_without_a_score_stays_without_and_moves_nothing() -> None:
    scaled = scale(np.array([2.0, NONE, 6.0]))
    assert np.array_equal(scaled, [0.0, NONE, 1.0], equal_nan=True)
    assert np.isnan(scale(np.array([NONE, NONE]))).all()


def test_no_scores_stay_none() -> None:
    assert scale(np.array([])).tolist() == []
    assert fuse(np.array([]), np.array([]), 0.5).tolist() == []


def test_a_passage_of_one_ranking_gets_the_others_least() -> None:
    fused = fuse(np.array([0.9, 0.5, 0.1, NONE]), np.array([4.0, NONE, NONE, 12.0]), 0.25)
    assert fused.tolist() == [0.25, 0.125, 0.0, 0.75]


@pytest.mark.parametrize(("weight", "best"), [(1.0, 0), (0.0, 1)])
def test_the_weight_decides_which_ranking_speaks(weight: float, best: int) -> None:
    fused = fuse(np.array([0.9, 0.1]), np.array([1.0, 7.0]), weight)
    assert fused.argmax() == best


def test_no_passage_is_found_twice(snapshot: Snapshot, encoder: Encoder) -> None:
    found = ask(snapshot, encoder, "What happened?", limit=50)
    every = [p.id for one in found for p in (one.passage, *one.duplicates)]
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
        mine = [shown(one) for one in ask(turned, encoder, question)]
    other.close()
    assert mine == [shown(one) for one in ask(snapshot, encoder, question)]


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"dense_weight": 1.5}, "dense_weight in .* got 1.5"),
        ({"evidence_weight": -1.0}, "evidence_weight in .* got -1.0"),
        ({"time_weight": -0.1}, "time_weight of at least 0, got -0.1"),
        ({"depth": 0}, "depth of at least 1, got 0"),
        ({"reranked": 0}, "reranked of at least 1, got 0"),
        ({"reranker_depth": 0}, "reranker_depth of at least 1, got 0"),
        ({"reranker_weight": 1.5}, "reranker_weight in .* got 1.5"),
    ],
)
def test_a_ranking_out_of_range_is_refused(wrong: dict[str, float], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        Ranking(**wrong)  # type: ignore[arg-type]


def test_the_reranker_is_described_with_its_depth_and_weight() -> None:
    ranking = Ranking(reranker_depth=5, reranker_weight=0.25)
    assert ranking.describe(None) == "none"
    assert ranking.describe(Fond("pier")) == "fond, 5 passages, weight 0.25"


class Fond:
    """A reranker that is sure of the passages with a word in them, and notes what it was given."""

    identity = "fond"

    def __init__(self, word: str) -> None:
        self.word = word
        self.given: list[tuple[str, str]] = []

    def score(self, question: str, passages: Sequence[tuple[str, Passage]]) -> list[RerankerScore]:
        """See `Reranker`."""
        self.given += [(title, passage.text) for title, passage in passages]
        return [
            RerankerScore(
                9.0 if self.word in passage.text else -9.0,
                np.eye(len(passage.sentences), dtype=np.float32)[-1],
            )
            for _, passage in passages
        ]


def test_a_passage_that_the_reranker_did_not_read_counts_as_the_least_probable() -> None:
    reranked = {0: RerankerScore(0.0), 1: RerankerScore(-math.log(3))}
    weighed = weigh_reranker(np.array([0.4, 0.8, 0.6]), reranked, 0.5)
    assert weighed.tolist() == pytest.approx([0.45, 0.525, 0.425])


def dated(day: str | None) -> IndexedPassage:
    """A passage of an article of that day."""
    text = Passage("a", Span(0, 4), "Pier", 1, (Span(0, 4),))
    vector = np.ones(1, np.float32)
    return IndexedPassage(text, vector, vector[None], Published(day, "day" if day else None).days)


def test_times_count_beside_everything_else() -> None:
    scores, sentences = np.array([0.5, 0.8]), [np.zeros(1, np.float32)] * 2
    passages = [dated("2019-05-02"), dated(None)]
    asked = AskedTime((Period.of(date(2019, 1, 1), date(2019, 12, 31)),))
    weighed = weigh_times(scores, passages, sentences, asked, 0.6)
    assert weighed.tolist() == pytest.approx([0.6875, 0.5])
    assert weigh_times(scores, passages, sentences, ANY_TIME, 0.6).tolist() == [0.5, 0.8]


def test_the_newest_of_what_says_it_as_well_is_the_latest() -> None:
    days = ["2024-03-01", "2024-03-02", "2024-03-03", "2024-03-09", None]
    evidence = [1.4, 1.38, 1.36, 0.9, 1.4]  # the newest one says something else
    weighed = weigh_times(
        np.array([0.9, 0.8, 0.6, 0.3, 0.9]),
        [dated(day) for day in days],
        [np.array([score], np.float32) for score in evidence],
        AskedTime(latest=True),
        0.6,
    )
    assert weighed.argmax() == 2
    assert weighed[3] == pytest.approx(0.3 / 1.6)


def test_the_latest_is_found_beyond_the_candidates(tmp_path: Path, encoder: Encoder) -> None:
    reports = [
        Article(
            f"r{day:03}",
            "Water level",
            f"The water level at the Varn gauge was {300 + day} cm in the morning.",
            published=Published((date(2024, 1, 1) + timedelta(day)).isoformat(), "day"),
        )
        for day in range(40)
    ]
    with closing(open_store(Settings(archive=tmp_path), encoder)) as store:
        fill(store, encoder, reports)
        with store.snapshot() as opened:
            asked = AskedTime(latest=True)
            shallow = Ranking(depth=5, reranked=5)
            found = ask(
                opened, encoder, "water level at the Varn gauge", ranking=shallow, asked=asked
            )
            days = [one.published for one in (hit.indexed for hit in found)]
    assert days[0] is not None
    assert days[0][0] > date(2024, 1, 20)


def test_what_the_reranker_is_sure_of_comes_first(snapshot: Snapshot, encoder: Encoder) -> None:
    question = "Why was the northern pier closed?"
    assert ids(ask(snapshot, encoder, question))[0] == "first"
    fond = Fond("gymnasium")
    found = ask(snapshot, encoder, question, ranking=Ranking(reranker_weight=0.9), reranker=fond)
    assert ids(found)[0] == "school"
    assert found[0].reranker_score == RerankerScore(9.0, found[0].reranker_score.evidence)  # type: ignore[union-attr]
    assert ("Gymnasium", SCHOOL) in fond.given


def test_only_the_first_passages_are_read(snapshot: Snapshot, encoder: Encoder) -> None:
    fond = Fond("gymnasium")
    found = ask(
        snapshot,
        encoder,
        "Why was the northern pier closed?",
        ranking=Ranking(reranker_depth=1, reranker_weight=0.9),
        reranker=fond,
    )
    assert fond.given == [("Pier closed", WIRE)]
    assert [one.reranker_score is None for one in found] == [False, *[True] * (len(found) - 1)]


def test_the_rerankers_evidence_decides_between_like_sentences(
    snapshot: Snapshot, encoder: Encoder
) -> None:
    plain = ask(snapshot, encoder, "What is said of the harbour?")[0]
    read = ask(snapshot, encoder, "What is said of the harbour?", reranker=Fond("pier"))
    assert plain.evidence.tolist() == plain.sentence_scores.tolist()
    added = read[0].evidence - read[0].sentence_scores
    assert added.argmax() == len(read[0].sentence_scores) - 1
    assert added.min() == 0.0
