"""Finding passages: fused, put in order by their sentences, duplicates under the earliest."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path

import pytest

from index.articles import encode_article
from index.encoder import Encoder
from index.passages import Budget
from index.retrieve import Found, Ranking, retrieve
from index.store import Snapshot, Store
from index.types import Article, Filter, Published
from service.opening import open_store
from service.settings import Settings

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
) -> list[Found]:
    """What `retrieve` finds."""
    vector = encoder.encode_question(question)
    return retrieve(snapshot, question, vector, where, ranking or Ranking(), limit)


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
        ({"depth": 0}, "depth of at least 1, got 0"),
        ({"reranked": 0}, "reranked of at least 1, got 0"),
    ],
)
def test_a_ranking_out_of_range_is_refused(wrong: dict[str, float], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        Ranking(**wrong)  # type: ignore[arg-type]
