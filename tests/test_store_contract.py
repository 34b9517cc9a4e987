"""What every store must do, whoever keeps the archive.

To run the contract over another store, add its opener to `OPENERS` and its name to `open_store`.
The vectors have four dimensions and are made of the passages' words; no encoder is needed.
"""

from __future__ import annotations

import itertools
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from onrecord.index.errors import Conflict
from onrecord.index.store import POSTED, Holdings, Snapshot, Source, Store
from onrecord.index.text.terms import analyse
from onrecord.index.types import Article, Evidence, Filter, Published, Terms
from tests.index.local.toy import (
    BUILD,
    DIMENSION,
    EVERYTHING,
    open_toy,
    toy_passages,
    toy_vector,
)

Open = Callable[[Path], Store]


def open_milvus(folder: Path) -> Store:
    """The distributed store on Milvus Lite, of toy vectors, read from its files again."""
    from milvus_lite.server_manager import server_manager_instance

    from onrecord.index.milvus.connection import Connection
    from onrecord.index.milvus.store import MilvusStore

    server_manager_instance.release_all()
    folder.mkdir(exist_ok=True)
    return MilvusStore(Connection(str(folder / "archive.db"), ""), BUILD, DIMENSION)


OPENERS: dict[str, Open] = {"local": open_toy, "milvus": open_milvus}


@pytest.fixture(params=["local", pytest.param("milvus", marks=pytest.mark.milvus)])
def open_store(request: pytest.FixtureRequest) -> Open:
    """Opens the archive in a folder."""
    if request.param == "milvus":
        request.getfixturevalue("milvus_lite")
    return OPENERS[request.param]


@pytest.fixture
def store(open_store: Open, tmp_path: Path) -> Iterator[Store]:
    """An empty archive."""
    opened = open_store(tmp_path / "archive")
    yield opened
    opened.close()


def put(store: Store, *articles: Article, location: str = "/news/a.txt") -> None:
    """Put articles that came from one place."""
    for article in articles:
        store.put(article, toy_passages(article), location)


def texts_of(snapshot: Snapshot, found: list[tuple[int, float]]) -> list[str]:
    """The texts of the keys' passages, in their order."""
    passages = snapshot.passages([key for key, _ in found])
    return [passages[key].passage.text for key, _ in found]


def matches(snapshot: Snapshot, words: str, where: Filter = EVERYTHING) -> list[str]:
    """The texts that match words."""
    return texts_of(snapshot, snapshot.matching(analyse(words), 100, where))


def frequency(snapshot: Snapshot, word: str) -> int:
    """How many passages have an analysed word."""
    return snapshot.document_frequencies([word]).get(word, 0)


def ids_of(snapshot: Snapshot, where: Filter = EVERYTHING) -> list[str]:
    """The ids of all articles that pass, in the listing's order."""
    return [article.id for article in snapshot.articles(where, None, 1000).articles]


@contextmanager
def published(store: Store) -> Iterator[Snapshot]:
    """What readers see once everything is published."""
    store.publish()
    with store.snapshot() as snapshot:
        yield snapshot


FERRY = Article(
    "ferry",
    "Ferry “delayed” 👩‍👩‍👧‍👦",
    "The ferry was four hours late.\nA storm had closed the harbour 𝔘.",
    outlet="The Argus",
    authors=("Ada Byron", "Ō Kenji"),
    url="https://example.org/ferry",
    language="en",
    published=Published("2024-12-05", "day", Evidence("meta", "2024-12-05T08:00")),
    terms=Terms(200, True, "up to 200 characters"),
    evidence={"title": (Evidence("h1", "Ferry"), Evidence("og:title", "The ferry"))},
    source="news/a.txt",
    source_sha256="ab" * 32,
)
LIBRARY = Article(
    "library",
    "Library",
    "The council keeps the library open.",
    outlet="Gazette",
    published=Published("2024-12", "month"),
)
BRIDGE = Article(
    "bridge", "Bridge", "The bridge was painted blue.", published=Published("2024", "year")
)
PIER = Article("pier", "Pier", "The old pier was sold.", outlet="THE ARGUS")
ALL = (FERRY, LIBRARY, BRIDGE, PIER)


def test_an_article_comes_back_as_it_was_put(store: Store) -> None:
    put(store, FERRY)
    with published(store) as snapshot:
        assert snapshot.article("ferry") == FERRY
        assert snapshot.article("nobody") is None


def test_an_empty_archive_answers_every_call(store: Store) -> None:
    with store.snapshot() as snapshot:
        assert snapshot.article("ferry") is None
        assert ids_of(snapshot) == []
        assert snapshot.nearest(toy_vector("x"), 5, EVERYTHING) == []
        assert snapshot.matching(["ferri"], 5, EVERYTHING) == []
        assert frequency(snapshot, "ferri") == 0
        assert snapshot.passages([1, 2]) == {}
        stats = snapshot.stats()
    assert (stats.articles, stats.passages) == (0, 0)


def test_a_passage_comes_back_as_it_was_put(store: Store) -> None:
    put(store, FERRY)
    wanted = {one.passage.id: one for one in toy_passages(FERRY)}
    with published(store) as snapshot:
        found = snapshot.nearest(toy_vector("x"), 10, EVERYTHING)
        passages = snapshot.passages([key for key, _ in found])
    assert {one.passage.id for one in passages.values()} == set(wanted)
    for one in passages.values():
        same = wanted[one.passage.id]
        assert one.passage == same.passage
        assert np.array_equal(one.vector, same.vector)
        assert one.sentence_vectors.shape == (1, DIMENSION)
        assert np.allclose(one.sentence_vectors, same.sentence_vectors, atol=1e-3)


def test_nothing_is_seen_before_it_is_published(store: Store) -> None:
    put(store, FERRY)
    with store.snapshot() as snapshot:
        assert snapshot.article("ferry") is None
        assert matches(snapshot, "ferry") == []
    with published(store) as snapshot:
        assert matches(snapshot, "ferry") == FERRY.text.split("\n")  # the title counts for both


def test_what_is_deleted_is_seen_until_that_is_published(store: Store) -> None:
    put(store, FERRY, LIBRARY)
    store.publish()
    store.delete("ferry")
    with store.snapshot() as snapshot:
        assert snapshot.article("ferry") == FERRY
        assert snapshot.article("ferry", FERRY.sha256) == FERRY
        assert ids_of(snapshot) == ["ferry", "library"]
        assert matches(snapshot, "ferry") == FERRY.text.split("\n")
    assert store.location("ferry") is None
    with published(store) as snapshot:
        assert snapshot.article("ferry") is None
        assert snapshot.article("ferry", FERRY.sha256) is None
        assert ids_of(snapshot) == ["library"]


def test_an_article_deleted_and_put_again_has_no_version_of_before(store: Store) -> None:
    newer = replace(FERRY, text="The ferry was on time.")
    put(store, FERRY)
    store.publish()
    store.delete("ferry", tombstone=False)
    put(store, newer)
    with published(store) as snapshot:
        assert snapshot.article("ferry") == newer
        assert snapshot.article("ferry", FERRY.sha256) is None
        assert matches(snapshot, "ferry") == [newer.text]


# Milvus has no transaction over several rows: there an article stays as it was, not the archive.
@pytest.mark.parametrize("open_store", ["local"], indirect=True)
def test_a_snapshot_stays_as_it_was_when_it_was_taken(store: Store) -> None:
    put(store, FERRY, LIBRARY)
    store.publish()
    with store.snapshot() as held:
        before = held.stats()
        put(store, replace(FERRY, title="Boat", text="The boat sank."), BRIDGE)
        store.delete("library")
        store.publish()
        assert held.stats() == before
        assert held.article("ferry") == FERRY
        assert held.article("library") == LIBRARY
        assert ids_of(held) == ["ferry", "library"]
        assert matches(held, "council ferry boat bridge") == [
            LIBRARY.text,
            *FERRY.text.split("\n"),
        ]
        assert set(texts_of(held, held.nearest(toy_vector("x"), 9, EVERYTHING))) == {
            LIBRARY.text,
            *FERRY.text.split("\n"),
        }
    with store.snapshot() as snapshot:
        assert ids_of(snapshot) == ["ferry", "bridge"]
        assert matches(snapshot, "council ferry boat bridge") == ["The boat sank.", BRIDGE.text]


def test_an_article_stays_as_a_snapshot_has_first_read_it(store: Store) -> None:
    lines = {LIBRARY.text, *FERRY.text.split("\n")}
    put(store, FERRY, LIBRARY)
    store.publish()
    with store.snapshot() as held:
        before = held.stats()
        assert set(matches(held, "council ferry boat")) == lines
        put(store, replace(FERRY, title="Boat", text="The boat sank."))
        store.delete("library")
        store.publish()
        assert held.stats() == before
        assert held.article("ferry") == FERRY
        assert held.article("library") == LIBRARY
        assert set(matches(held, "council ferry boat")) == lines
        assert set(texts_of(held, held.nearest(toy_vector("x"), 9, EVERYTHING))) == lines
        assert frequency(held, "ferri") == 2
        assert frequency(held, "boat") == 0
    with store.snapshot() as snapshot:
        assert matches(snapshot, "council ferry boat") == ["The boat sank."]


def test_a_replaced_article_keeps_its_id_and_its_old_version(store: Store) -> None:
    newer = replace(FERRY, title="Ferry", text="The ferry was on time.")
    put(store, FERRY)
    store.publish()
    put(store, newer)
    with published(store) as snapshot:
        assert snapshot.article("ferry") == newer
        assert snapshot.article("ferry", newer.sha256) == newer
        assert snapshot.article("ferry", FERRY.sha256) == FERRY
        assert snapshot.article("ferry", "0" * 64) is None
        assert ids_of(snapshot) == ["ferry"]
        assert matches(snapshot, "ferry late storm") == ["The ferry was on time."]
        nearest = snapshot.nearest(toy_vector("The ferry was four hours late."), 9, EVERYTHING)
        assert texts_of(snapshot, nearest) == ["The ferry was on time."]
        stats = snapshot.stats()
    assert (stats.articles, stats.passages) == (1, 1)


def test_a_change_of_date_alone_is_a_new_version(store: Store) -> None:
    put(store, FERRY)
    store.publish()
    put(store, replace(FERRY, published=Published("2019", "year")))
    with published(store) as snapshot:
        article = snapshot.article("ferry")
        assert article is not None
        assert article.published.date == "2019"
        assert matches(snapshot, "ferry", Filter(published_from=date(2024, 1, 1))) == []


def test_an_article_put_again_as_it_is_changes_nothing(store: Store) -> None:
    put(store, FERRY)
    with published(store) as snapshot:
        before = snapshot.stats()
    put(store, replace(FERRY, source="elsewhere", source_sha256="cd" * 32))
    with published(store) as snapshot:
        assert snapshot.stats() == before


def test_another_source_at_the_same_id_is_refused(store: Store) -> None:
    put(store, FERRY, location="/news/a.txt")
    with pytest.raises(Conflict, match=r"ferry is taken by /news/a.txt"):
        put(store, replace(FERRY, text="Other."), location="/news/b.txt")
    with published(store) as snapshot:
        assert snapshot.article("ferry") == FERRY


def test_deleting_removes_every_version(store: Store) -> None:
    newer = replace(FERRY, text="The ferry was on time.")
    put(store, FERRY, LIBRARY)
    store.publish()
    put(store, newer)
    store.publish()
    assert store.delete("ferry")
    with published(store) as snapshot:
        assert snapshot.article("ferry") is None
        assert snapshot.article("ferry", FERRY.sha256) is None
        assert snapshot.article("ferry", newer.sha256) is None
        assert matches(snapshot, "ferry") == []
        assert texts_of(snapshot, snapshot.nearest(toy_vector("x"), 9, EVERYTHING)) == [
            LIBRARY.text
        ]
        assert frequency(snapshot, "ferri") == 0
        assert snapshot.stats().articles == 1


def test_an_id_is_marked_deleted_with_or_without_an_article(store: Store) -> None:
    put(store, FERRY)
    store.mark_deleted("ferry")
    store.mark_deleted("nobody")
    assert store.is_deleted("ferry")
    assert store.is_deleted("nobody")
    with published(store) as snapshot:
        assert snapshot.article("ferry") == FERRY
    store.undelete("nobody")
    assert not store.is_deleted("nobody")


def test_a_tombstone_stands_until_it_is_taken_away(store: Store) -> None:
    assert not store.delete("ferry")
    assert not store.is_deleted("ferry")
    put(store, FERRY, LIBRARY)
    store.delete("ferry")
    store.delete("library", tombstone=False)
    assert store.is_deleted("ferry")
    assert not store.is_deleted("library")
    store.undelete("ferry")
    assert not store.is_deleted("ferry")
    put(store, FERRY)
    with published(store) as snapshot:
        assert ids_of(snapshot) == ["ferry"]


def test_the_store_knows_where_an_article_came_from(store: Store) -> None:
    put(store, FERRY, location=POSTED)
    assert store.location("ferry") == POSTED
    assert store.location("library") is None
    assert store.holds(FERRY)
    assert not store.holds(replace(FERRY, outlet="Gazette"))
    store.delete("ferry")
    assert store.location("ferry") is None
    assert not store.holds(FERRY)


def test_sources_are_remembered_replaced_and_forgotten(store: Store) -> None:
    first = Source("/news/a.txt", "ab" * 32, 1, ("ferry", "library"))
    store.sources.remember(Source("/news/b.txt", "cd" * 32, 1))
    store.sources.remember(replace(first, sha256="00", articles=()))
    store.sources.remember(first)
    assert store.sources.all() == [first, Source("/news/b.txt", "cd" * 32, 1)]
    store.sources.forget("/news/a.txt")
    assert store.sources.all() == [Source("/news/b.txt", "cd" * 32, 1)]


def test_a_source_that_moved_takes_its_articles_along(store: Store) -> None:
    put(store, FERRY, location="/old/a.txt")
    store.sources.remember(Source("/old/a.txt", "ab" * 32, 1, ("ferry",)))
    store.sources.move("/old/a.txt", "/new/a.txt")
    assert store.location("ferry") == "/new/a.txt"
    assert store.sources.all() == [Source("/new/a.txt", "ab" * 32, 1, ("ferry",))]
    with published(store) as snapshot:
        assert snapshot.article("ferry") == FERRY


def test_articles_are_listed_newest_first_and_undated_last(store: Store) -> None:
    put(store, *ALL, replace(PIER, id="a-pier"), replace(FERRY, id="a-ferry"))
    with published(store) as snapshot:
        assert ids_of(snapshot) == ["a-ferry", "ferry", "library", "bridge", "a-pier", "pier"]


@pytest.mark.parametrize("limit", [1, 2, 3, 6])
def test_pages_of_a_listing_join_without_gap_or_repeat(store: Store, limit: int) -> None:
    put(store, *ALL, replace(PIER, id="a-pier"), replace(FERRY, id="a-ferry"))
    listed: list[str] = []
    after = None
    with published(store) as snapshot:
        for _ in range(7):
            page = snapshot.articles(EVERYTHING, after, limit)
            assert len(page.articles) <= limit
            listed += [article.id for article in page.articles]
            after = page.next
            if after is None:
                break
    assert listed == ["a-ferry", "ferry", "library", "bridge", "a-pier", "pier"]


def test_holdings_are_the_days_and_the_outlets_of_all_articles(store: Store) -> None:
    with store.snapshot() as snapshot:
        assert snapshot.holdings() == Holdings(None, None, ())
    put(store, *ALL)
    with published(store) as snapshot:
        holdings = snapshot.holdings()
    assert (holdings.first, holdings.last) == (date(2024, 1, 1), date(2024, 12, 31))
    assert [name.casefold() for name in holdings.outlets] == ["the argus", "gazette"]
    store.delete("library")
    with published(store) as snapshot:
        assert [name.casefold() for name in snapshot.holdings().outlets] == ["the argus"]


@pytest.mark.parametrize(
    "cursor", ["", "x", "ferry", "é", "bnVsbA==", "WzFd", "WzFlMzAsICJ4Il0=", "\ud800"]
)
def test_a_cursor_that_no_archive_gave_is_refused(store: Store, cursor: str) -> None:
    with store.snapshot() as snapshot, pytest.raises(ValueError, match=r"cursor|surrogate"):
        snapshot.articles(EVERYTHING, cursor, 5)


FILTERS = [
    (Filter(published_from=date(2024, 12, 5)), ["ferry"]),
    (Filter(published_from=date(2024, 12, 1)), ["ferry", "library"]),
    (Filter(published_from=date(2024, 1, 1)), ["ferry", "library", "bridge"]),
    (Filter(published_from=date(2024, 1, 2)), ["ferry", "library"]),
    (Filter(published_to=date(2024, 12, 31)), ["ferry", "library", "bridge"]),
    (Filter(published_to=date(2024, 12, 30)), ["ferry"]),
    (Filter(published_to=date(2024, 12, 4)), []),
    (Filter(published_from=date(1, 1, 1)), ["ferry", "library", "bridge"]),
    (Filter(published_to=date(9999, 12, 31)), ["ferry", "library", "bridge"]),
    (Filter(date(1, 1, 1), date(9999, 12, 31)), ["ferry", "library", "bridge"]),
    (Filter(date(2024, 12, 5), date(2024, 12, 5), ("gazette", "THE ARGUS")), ["ferry"]),
    (Filter(outlets=("the argus",)), ["ferry", "pier"]),
    (Filter(outlets=("ARGUS",)), []),
    (Filter(outlets=("gazette", "The ARGUS")), ["ferry", "library", "pier"]),
    (Filter(published_from=date(2020, 1, 1), outlets=("The Argus",)), ["ferry"]),
]


@pytest.mark.parametrize(("where", "ids"), FILTERS)
def test_a_filter_means_the_same_to_every_search(
    store: Store, where: Filter, ids: list[str]
) -> None:
    put(store, *ALL)
    texts = {line for article in ALL if article.id in ids for line in article.text.split("\n")}
    with published(store) as snapshot:
        assert ids_of(snapshot, where) == ids
        assert set(matches(snapshot, "ferry library bridge pier", where)) == texts
        nearest = snapshot.nearest(toy_vector("x"), 100, where)
        assert set(texts_of(snapshot, nearest)) == texts


ODD_OUTLETS = [
    "\x00",
    "\x1f",
    "\b",
    "\n\r\t",
    "\\",
    '"',
    '"] or 1 == 1',
    "'",
    "{a}",
    "%",
    "\u2028",
    "👩‍👩",
]


@pytest.mark.parametrize("outlet", ODD_OUTLETS, ids=range(len(ODD_OUTLETS)))
def test_an_outlet_of_any_characters_is_a_name(store: Store, outlet: str) -> None:
    put(store, FERRY, replace(LIBRARY, outlet=outlet))
    with published(store) as snapshot:
        assert ids_of(snapshot, Filter(outlets=(outlet,))) == ["library"]
        assert matches(snapshot, "council", Filter(outlets=(outlet,))) == [LIBRARY.text]
        assert snapshot.nearest(toy_vector("x"), 9, Filter(outlets=(outlet + "x",))) == []


def test_the_nearest_are_exact_and_fall(store: Store) -> None:
    articles = [
        Article(f"a{at}", "", f"line {at}", outlet=("Even", "Odd")[at % 2]) for at in range(60)
    ]
    put(store, *articles)
    question = toy_vector("question")
    for where, kept in ((EVERYTHING, articles), (Filter(outlets=("odd",)), articles[1::2])):
        cosines = {article.text: float(toy_vector(article.text) @ question) for article in kept}
        wanted = sorted(cosines, key=lambda text: -cosines[text])[:7]
        with published(store) as snapshot:
            found = snapshot.nearest(question, 7, where)
            assert texts_of(snapshot, found) == wanted
        scores = [score for _, score in found]
        assert scores == pytest.approx([cosines[text] for text in wanted], abs=1e-5)


def test_more_is_asked_for_than_there_is(store: Store) -> None:
    put(store, *ALL)
    with published(store) as snapshot:
        assert len(snapshot.nearest(toy_vector("x"), 10_000, EVERYTHING)) == 5
        assert len(snapshot.matching(["the"], 10_000, EVERYTHING)) == 5
        assert snapshot.nearest(toy_vector("x"), 0, EVERYTHING) == []
        assert snapshot.matching(["the"], 0, EVERYTHING) == []


def test_words_find_what_holds_more_and_rarer_ones_first(store: Store) -> None:
    put(
        store,
        Article("a", "", "The harbour was closed."),
        Article("b", "", "The harbour ferry was closed."),
        Article("c", "", "The harbour was painted."),
        Article("d", "", "Nobody came."),
    )
    with published(store) as snapshot:
        assert matches(snapshot, "closed harbour ferries") == [
            "The harbour ferry was closed.",
            "The harbour was closed.",
            "The harbour was painted.",
        ]
        scores = [score for _, score in snapshot.matching(["harbour", "ferri"], 9, EVERYTHING)]
        assert scores == sorted(scores, reverse=True)
        assert scores[-1] > 0
        assert frequency(snapshot, "harbour") == 3


def test_words_are_found_in_the_title_too(store: Store) -> None:
    put(store, PIER, Article("x", "Zeppelin", "It flew."))
    with published(store) as snapshot:
        assert matches(snapshot, "zeppelins") == ["It flew."]


HOSTILE = [
    "(",
    "field:value",
    '"unbalanced',
    "body:* OR 1=1; DROP TABLE articles;--",
    "+-&&||!(){}[]^~*?:\\/",
    "ferry AND (NOT",
    "[* TO *]",
    "\x00\x01",
    "x" * 100_000,
    "ferry " * 5_000,
    " ".join(f"w{at}" for at in range(3_000)),
    "👩‍👩‍👧‍👦",
    "",
    "   ",
    "row:1",
]


@pytest.mark.parametrize("question", HOSTILE, ids=range(len(HOSTILE)))
def test_no_question_is_a_syntax_error(store: Store, question: str) -> None:
    put(store, FERRY)
    with published(store) as snapshot:
        found = matches(snapshot, question)
    assert found == (FERRY.text.split("\n") if "ferry" in question else [])


def test_the_fingerprint_does_not_know_the_order_of_building(
    open_store: Open, tmp_path: Path
) -> None:
    fingerprints = set()
    for number, order in enumerate(list(itertools.permutations(ALL[:3]))[1:4]):
        store = open_store(tmp_path / str(number))
        for article in order:
            if number % 2:
                put(store, replace(article, text="An earlier version."))
                store.publish()
            put(store, article)
        with published(store) as snapshot:
            fingerprints.add(snapshot.stats().fingerprint)
        store.close()
    assert len(fingerprints) == 1


def test_the_fingerprint_knows_every_change(store: Store) -> None:
    seen = []
    for article in (
        FERRY,
        replace(FERRY, text="Other."),
        replace(FERRY, published=Published("2024-12-06", "day")),
        replace(FERRY, outlet="Gazette"),
        LIBRARY,
    ):
        put(store, article)
        with published(store) as snapshot:
            seen.append(snapshot.stats().fingerprint)
    store.delete("library")
    with published(store) as snapshot:
        back = snapshot.stats().fingerprint
    assert len(set(seen)) == 5
    assert back == seen[3]


def test_a_publish_without_a_change_is_the_same_generation(store: Store) -> None:
    put(store, FERRY)
    generation = store.publish()
    assert store.publish() == generation
    put(store, LIBRARY)
    assert store.publish() > generation


def test_an_archive_opens_again_as_it_was_closed(open_store: Open, tmp_path: Path) -> None:
    store = open_store(tmp_path)
    put(store, *ALL)
    store.delete("pier")
    store.sources.remember(Source("/news/a.txt", "ab" * 32, 1, ("ferry",)))
    with published(store) as snapshot:
        before = snapshot.stats()
    store.close()
    again = open_store(tmp_path)
    with again.snapshot() as snapshot:
        assert snapshot.stats() == before
        assert snapshot.article("ferry") == FERRY
        assert matches(snapshot, "bridge") == [BRIDGE.text]
        assert texts_of(snapshot, snapshot.nearest(toy_vector(BRIDGE.text), 1, EVERYTHING)) == [
            BRIDGE.text
        ]
    assert again.is_deleted("pier")
    assert again.sources.all() == [Source("/news/a.txt", "ab" * 32, 1, ("ferry",))]
    again.close()


WORDS = ["ferry", "harbour", "council", "bridge"]
ARTICLES = st.builds(
    lambda name, words, when, outlet: Article(
        name, "", "\n".join(words), outlet=outlet, published=when
    ),
    st.sampled_from("abcd"),
    st.lists(st.sampled_from(WORDS), min_size=1, max_size=3),
    st.sampled_from([Published(), Published("2024", "year"), Published("2024-05-02", "day")]),
    st.sampled_from([None, "Argus"]),
)


class Life(RuleBasedStateMachine):
    """A store and a dict that go through the same changes."""

    opener: Open

    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        self.store = self.opener(Path(self.folder.name))
        self.newest: dict[str, Article] = {}
        self.versions: dict[str, dict[str, Article]] = {}
        self.dirty = False

    @rule(article=ARTICLES)
    def put(self, article: Article) -> None:
        put(self.store, article)
        self.newest[article.id] = article
        self.versions.setdefault(article.id, {})[article.sha256] = article
        self.dirty = True

    @rule(name=st.sampled_from("abcd"), tombstone=st.booleans())
    def delete(self, name: str, tombstone: bool) -> None:
        assert self.store.delete(name, tombstone=tombstone) is (name in self.newest)
        self.newest.pop(name, None)
        self.versions.pop(name, None)
        self.dirty = True

    @rule()
    def publish(self) -> None:
        self.store.publish()
        self.dirty = False

    @rule()
    def reopen(self) -> None:
        self.store.close()
        self.store = self.opener(Path(self.folder.name))
        self.dirty = False  # what was put is published by the next to open

    @invariant()
    def knows_what_it_holds(self) -> None:
        for name in "abcd":
            known = self.newest.get(name)
            assert (self.store.location(name) is not None) is (known is not None)
            assert known is None or self.store.holds(known)

    @precondition(lambda self: not self.dirty)
    @invariant()
    def shows_what_the_dict_holds(self) -> None:
        lines = sorted(line for a in self.newest.values() for line in a.text.split("\n"))
        with self.store.snapshot() as snapshot:
            stats = snapshot.stats()
            assert (stats.articles, stats.passages) == (len(self.newest), len(lines))
            for name in "abcd":
                assert snapshot.article(name) == self.newest.get(name)
                for sha256, article in self.versions.get(name, {}).items():
                    old = snapshot.article(name, sha256)
                    assert old is not None
                    assert old.text == article.text
            assert sorted(ids_of(snapshot)) == sorted(self.newest)
            nearest = snapshot.nearest(toy_vector("x"), 100, EVERYTHING)
            assert sorted(texts_of(snapshot, nearest)) == lines
            for word in WORDS:
                wanted = lines.count(word)
                assert matches(snapshot, word) == [word] * wanted
                assert frequency(snapshot, analyse(word)[0]) == wanted
            day = date(2024, 2, 1)
            later = {n for n, a in self.newest.items() if (a.published.first or date.min) >= day}
            assert set(ids_of(snapshot, Filter(published_from=day))) == later

    def teardown(self) -> None:
        self.store.close()
        self.folder.cleanup()


def test_a_store_lives_like_a_dict(open_store: Open) -> None:
    class Kept(Life):
        opener = staticmethod(open_store)

    run_state_machine_as_test(
        Kept,
        settings=settings(
            max_examples=10,
            stateful_step_count=12,
            deadline=None,
            database=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
