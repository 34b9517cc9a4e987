"""How a question is read: its names, its numbers, and the archive's spelling of its words."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from onrecord.index.encoder import Encoder
from onrecord.index.ingest import encode_article
from onrecord.index.question import AnalysedQuestion, read_question, read_question_terms
from onrecord.index.store import Snapshot
from onrecord.index.types import Article, Budget
from onrecord.service.archive import open_store
from onrecord.service.settings import Settings

ARTICLES = {
    "ferry": "The ferry to Skårnes stayed in port for nine days. Captain Ola Gjertsen blamed a "
    "cable. The captain is 61.",
    "museum": "Restoring the herring museum of Zhytnyk took years. Curator Yaryna Tkachuk thanked "
    "the volunteers, who had restored four thousand nine hundred barrels.",
    "council": "The council of Brennhavn bought bread ovens for the school kitchen, and the baker "
    "lost an appeal.",
    "aid": "The U.N. sent two ships with grain to Zhytnyk, its envoy Pál Szabó said.",
}
UKRAINIAN = "Порт Житника отримав новий кран, сказав начальник порту Гнат Кравець."


@pytest.fixture(scope="module")
def snapshot(tmp_path_factory: pytest.TempPathFactory, encoder: Encoder) -> Iterator[Snapshot]:
    """An archive of `ARTICLES` and of one in Ukrainian."""
    store = open_store(Settings(archive=tmp_path_factory.mktemp("question")), encoder)
    articles = [Article(name, "News", text, language="en") for name, text in ARTICLES.items()]
    for article in [*articles, Article("crane", "Новини", UKRAINIAN, language="uk")]:
        store.put(article, encode_article(article, encoder, Budget()), f"/news/{article.id}")
    store.publish()
    with store.snapshot() as opened:
        yield opened
    store.close()


@pytest.fixture
def read(snapshot: Snapshot, encoder: Encoder) -> Callable[[str], AnalysedQuestion]:
    """Reads a question to that archive."""

    def of(question: str) -> AnalysedQuestion:
        return read_question(question, snapshot, encoder)

    return of


def names_of(question: str) -> list[str]:
    """The names that a question has."""
    return [term.word for term in read_question_terms(question) if term.is_name]


@pytest.mark.parametrize(
    ("question", "names"),
    [
        ("Who mended the crane of Varnholm?", ["Varnholm"]),
        ("Varnholm's crane", []),
        ("The crane broke. Who mended it?", []),
        ("What about the crane: How old is it?", []),
        ("“Who,” he asked, “mended it in Osterby?”", ["Osterby"]),
        ("Did 312 bolts break?", ["312"]),
        ("Did the U.N. pay 4,200 or 4.2 million?", ["UN", "4200", "4.2 million"]),
        ("How Many People Left The Harbour?", []),
        ("HOW MANY PEOPLE LEFT OSTERBY?", []),
        ("did two boats sink", []),
    ],
)
def test_names_are_numbers_and_capitalised_words_that_begin_no_sentence(
    question: str, names: list[str]
) -> None:
    assert names_of(question) == names


def test_terms_stand_where_the_question_has_them() -> None:
    question = "Did  the U.N. pay\u00ad 4,200 crowns?"
    places = [question[term.start : term.end] for term in read_question_terms(question)]
    assert places == ["Did", "the", "U.N.", "pay", "4,200", "crowns"]


@pytest.mark.parametrize(
    ("asked", "spelt"),
    [
        ("What did Tkatchuk say?", "What did Tkachuk say?"),
        ("who is gjertson", "who is gjertson"),  # another name
        ("What did curator tkahcuk say?", "What did curator Tkachuk say?"),
        ("What did the captian blame?", "What did the Captain blame?"),
        ("who bought bred ovens", "who bought bread ovens"),
        ("a sturgeon museum", "a sturgeon museum"),  # a word of its own, though "surgeon" is near
        ("Who lost an apeal in Brennhavn?", "Who lost an appeal in Brennhavn?"),
        (
            "How many barels did the volunteers restore?",
            "How many barrels did the volunteers restore?",
        ),
        ("Who restord barrels?", "Who restored barrels?"),  # and not "restoring", which is nearer
        ("What did Gjertsena say?", "What did Gjertsena say?"),
    ],
)
def test_a_question_is_read_in_the_archives_spelling(read, asked: str, spelt: str) -> None:
    assert read(asked).text == spelt


def test_a_word_that_is_known_is_never_corrected(read) -> None:
    assert read("Was the ferry in port?").text == "Was the ferry in port?"


def test_a_slip_needs_the_questions_other_words_beside_it(read) -> None:
    """ "cabel" is one slip from "cable", which no passage about the museum has."""
    assert read("the herring museum and its cabel of Zhytnyk hall").text.count("cabel") == 1


@pytest.mark.parametrize("asked", ["4900 barrels", "4,900 barrels", "four thousand nine hundred"])
def test_a_number_is_searched_by_its_value(read, asked: str) -> None:
    assert "4900" in read(asked).terms[0].searched


def test_an_acronym_is_not_the_word_that_is_written_as_it_is() -> None:
    (acronym, *_) = read_question_terms("US ships")
    (word, *_) = read_question_terms("us ships")
    assert (acronym.forms, word.forms) == (("us0",), ("us",))


@pytest.mark.parametrize("asked", ["US ships", "UN ships", "U.N. ships"])
def test_an_acronym_needs_no_points(read, asked: str) -> None:
    assert bool(read(asked).terms[0].searched) is ("N" in asked)


def test_words_are_read_in_the_languages_of_the_archive(snapshot: Snapshot, read) -> None:
    assert snapshot.stats().languages == ("uk",)
    crane, port = read("крани порту").terms
    assert crane.searched == ("кран",)
    assert port.searched == ("порт",)


def test_a_name_is_found_in_another_script(read) -> None:
    (asked,) = read("Kravets").terms
    assert asked.searched
    (asked,) = read("Ткачук").terms
    assert asked.searched


def test_stop_words_are_not_searched_unless_there_is_nothing_else(read) -> None:
    assert read("the ferry").searched(0.08) == ["ferri"]
    assert read("to the").searched(0.08) == ["to", "the"]


@pytest.mark.parametrize(
    "question", ["x" * 1000, "qwxz " * 200, "Zyxqwvkrr " * 100, "é" * 1000, "9" * 1000, "港" * 1000]
)
def test_a_thousand_characters_of_nonsense_are_not_corrected(read, question: str) -> None:
    assert read(question).text == question
