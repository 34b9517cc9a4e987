"""The answerer: the same archive, however it was built, gives the same answer."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from onrecord.index.encoder import Encoder, Vectors
from onrecord.index.ingest import encode_article
from onrecord.index.types import Answer, Article, Filter, Published
from onrecord.service.answer import Answerer, Query
from onrecord.service.confidence import shipped
from onrecord.service.settings import Settings
from tests.service.conftest import OpenArchive

TODAY = date(2025, 3, 12)
QUERIES = [
    Query("How many bolts were replaced on the crane?", top_k=50, today=TODAY),
    Query("Why was the road tunnel closed?", top_k=50, today=TODAY),
    Query("What do articles from 2024 say about Varnholm?", top_k=3, today=TODAY),
    Query("Who lost money?", top_k=50, sort="oldest", today=TODAY),
    Query("Who lost money?", top_k=2, where=Filter(outlets=("nobody",)), today=TODAY),
    Query("🐟", today=TODAY),
]


def told(answers: Answerer) -> list[Answer]:
    """The answers, but for the generation, which counts how often the archive was written."""
    return [replace(answers.answer(query), generation=0) for query in QUERIES]


def articles_of(answers: Answerer) -> list[Article]:
    with answers.store.snapshot() as snapshot:
        return list(snapshot.articles(Filter(), None, 200).articles)


def test_the_order_of_building_changes_neither_fingerprint_nor_answer(
    paper: Answerer, open_archive: OpenArchive
) -> None:
    articles = articles_of(paper)
    assert told(open_archive(articles)) == told(open_archive(articles[::-1])) == told(paper)


def test_what_came_and_went_leaves_no_trace_in_an_answer(
    paper: Answerer, open_archive: OpenArchive, encoder: Encoder
) -> None:
    passing = Article("passing", "Bolts", "The crane had 311 bolts, not 312, said a passer-by.")
    articles = articles_of(paper)
    answers = open_archive([passing, *articles])
    assert told(answers) != told(paper)
    assert answers.store.delete("passing")
    answers.store.publish()
    assert told(answers) == told(paper)
    changed = replace(articles[0], text="It rained for nine days.")
    for version in (changed, articles[0]):
        entries = encode_article(version, encoder, Settings().budget)
        answers.store.put(version, entries, f"{version.id}.json")
        answers.store.publish()
    assert told(answers) == told(paper)


def test_the_fingerprint_moves_with_articles_ranking_confidence_and_threshold(
    paper: Answerer, open_archive: OpenArchive
) -> None:
    articles = articles_of(paper)
    corrected = [replace(articles[0], title="Another title"), *articles[1:]]
    ranking = replace(paper.ranking, dense_weight=0.75)
    others = [
        open_archive(articles[1:]),
        open_archive(corrected),
        replace(paper, ranking=ranking),
        replace(paper, min_confidence=0.25),
        replace(paper, calibration=shipped(reader=True)),
    ]
    prints = [one.answer(QUERIES[0]).fingerprint for one in (paper, *others)]
    assert len(set(prints)) == 6


def test_threads_asking_at_once_get_what_one_gets(paper: Answerer) -> None:
    expected = told(paper)
    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(lambda _: told(paper), range(8))) == [expected] * 8


def test_without_a_day_given_today_is_the_utc_date(paper: Answerer) -> None:
    before = datetime.now(UTC).date()
    today = paper.answer(Query("What do articles from today say?")).today
    assert before <= today <= datetime.now(UTC).date()


def test_a_window_is_read_from_the_question_that_stands_alone(paper: Answerer) -> None:
    history = ("What do articles from 2023 say about Varnholm?",)
    answer = paper.answer(Query("And in 2024?", history=history, today=TODAY))
    assert answer.standalone_question == "What do articles from 2024 say about Varnholm?"
    assert answer.filters == Filter(date(2024, 1, 1), date(2024, 12, 31))
    assert {quote.article.id for quote in answer.quotes} == {"crane", "bakery", "library"}


def test_a_year_of_an_event_finds_articles_of_other_years(paper: Answerer) -> None:
    answer = paper.answer(Query("How many visitors did the museum count in 2024?", today=TODAY))
    assert answer.filters == Filter()
    assert answer.quotes[0].article.id == "museum"


@pytest.mark.parametrize("top_k", [1, 2, 5, 12, 50])
def test_top_k_is_a_prefix_of_a_longer_answer(paper: Answerer, top_k: int) -> None:
    question = "What happened in Varnholm?"
    ids = [quote.id for quote in paper.answer(Query(question, top_k)).quotes]
    assert ids == [quote.id for quote in paper.answer(Query(question, 7)).quotes][:top_k]


def test_a_wire_story_that_forty_outlets_print_leaves_room_for_others(
    open_archive: OpenArchive,
) -> None:
    wire = (
        "The harbour of Varnholm reopened its eastern crane on Monday after eleven weeks of "
        "repairs. Engineers replaced 312 bolts and tested the arm with a load of forty tonnes."
    )
    copies = [
        Article(f"wire-{n:02}", "Crane", wire, f"Outlet {n}", published=Published(f"20{n}", "year"))
        for n in range(20, 60)
    ]
    works = ["painted", "sold", "greased", "lit", "named"]
    others = [
        Article(
            f"note-{n}", "Notes", f"The crane of Varnholm was {work} by dock worker number {n}."
        )
        for n, work in enumerate(works)
    ]
    quotes = open_archive([*copies, *others]).answer(Query("When did the crane reopen?")).quotes
    assert len(quotes) == 5
    assert quotes[0].article.id == "wire-20"
    assert len(quotes[0].also_in) == 39


@pytest.mark.parametrize("sort", ["newest", "oldest"])
def test_articles_of_one_day_are_sorted_by_score(open_archive: OpenArchive, sort: str) -> None:
    works = ["The crane was oiled.", "A net was mended.", "The quay was swept of snow."]
    same_day = [
        Article(f"a{n}", "Notes", work, published=Published("2024-05-01", "day"))
        for n, work in enumerate(works)
    ]
    answers = open_archive([*same_day, Article("undated", "Notes", "Was the crane oiled?")])
    quotes = answers.answer(Query("Was the crane oiled?", sort=sort)).quotes  # type: ignore[arg-type]
    assert quotes[-1].article.id == "undated"
    scores = [quote.score for quote in quotes[:-1]]
    assert len(scores) == 3
    assert scores == sorted(scores, reverse=True)


def test_the_stages_come_in_order_and_end_in_the_answer(paper: Answerer) -> None:
    query = Query("Who painted the crane?", today=TODAY)
    *stages, answer = paper.stages(query)
    assert stages == ["reading", "searching", "quoting"]
    assert answer == paper.answer(query)


def test_closing_the_stages_ends_the_work(paper: Answerer) -> None:
    encoder = CountingEncoder(paper.encoder)
    answers = replace(paper, encoder=encoder)  # type: ignore[arg-type]
    stages = answers.stages(Query("Who painted the crane?"))
    assert next(stages) == "reading"
    assert next(stages) == "searching"
    stages.close()
    assert encoder.asked == 0
    answers.answer(Query("Who painted the crane?"))
    assert encoder.asked == 1


class CountingEncoder:
    """An encoder that counts the questions that it was given."""

    def __init__(self, encoder: Encoder) -> None:
        self.encoder, self.asked = encoder, 0

    def encode_question(self, question: str) -> Vectors:
        self.asked += 1
        return self.encoder.encode_question(question)
