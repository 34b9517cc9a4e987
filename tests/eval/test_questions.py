"""A file of questions: its fields, its sample, and the articles that it names."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from onrecord.eval.datasets import Question, Truth, UnreadableDataset, load, resolve

ARTICLES = [
    {
        "article": "crane.md",
        "id": "c1",
        "title": "Crane reopens",
        "outlet": "Harbour Post",
        "url": "https://post.example/crane",
        "published": "2024-03-04",
    },
    {"article": "ferry.md", "id": "f1", "title": "Ferry stops", "published": ""},
]
QUESTIONS = [
    {
        "id": "a",
        "question": "Which crane?",
        "article": "crane.md",
        "answers": ["the eastern crane"],
        "kind": "name",
        "topic": "harbour",
        "today": "2024-05-06",
    },
    {
        "id": "b",
        "question": "and when?",
        "articles": ["crane.md", "ferry.md"],
        "answers": ["Monday"],
        "history": ["Which crane reopened?", "Where?"],
    },
    {"question": "Who flew to Mars?", "answerable": False, "article": None, "answers": []},
    {"question": "Did anyone?", "kind": ""},
]


def write_lines(file: Path, records: Sequence[Mapping[str, Any]]) -> Path:
    file.write_text("".join(json.dumps(record) + "\n" for record in records), encoding="utf-8")
    return file


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Four questions, their two articles beside them."""
    write_lines(tmp_path / "articles.jsonl", ARTICLES)
    return write_lines(tmp_path / "harbour.jsonl", QUESTIONS)


def test_a_question_is_what_its_fields_say(file: Path) -> None:
    dataset = load(str(file))
    assert (dataset.name, dataset.pages) == ("harbour", ())
    assert dataset.questions == (
        Question(
            id="a",
            text="Which crane?",
            answerable=True,
            gold={"crane.md": 1},
            answers=("the eastern crane",),
            within=frozenset({"crane.md"}),
            today="2024-05-06",
            groups=("name", "harbour"),
        ),
        Question(
            id="b",
            text="and when?",
            answerable=True,
            gold={"crane.md": 1, "ferry.md": 1},
            answers=("Monday",),
            within=frozenset({"crane.md", "ferry.md"}),
            history=("Which crane reopened?", "Where?"),
        ),
        Question(id="3", text="Who flew to Mars?", answerable=False, gold={}),
        Question(id="4", text="Did anyone?", answerable=None, gold={}),
    )


def test_the_articles_beside_it_are_truths_and_names(file: Path) -> None:
    dataset = load(str(file))
    assert dataset.truths == {
        "c1": Truth("Crane reopens", "Harbour Post", "https://post.example/crane", "2024-03-04"),
        "f1": Truth("Ferry stops", None, None, ""),
    }
    assert dataset.names == {"crane.md": "c1", "ferry.md": "f1"}


def test_a_file_alone_knows_no_articles_and_has_a_hash_of_its_own(file: Path) -> None:
    hashes = {load(str(file)).sha256}
    for name in ("harbour.jsonl", "articles.jsonl"):
        with file.with_name(name).open("a") as lines:
            lines.write(" ")
        hashes.add(load(str(file)).sha256)
    file.with_name("articles.jsonl").unlink()
    dataset = load(str(file))
    assert (dataset.truths, dataset.names) == ({}, {})
    assert len({*hashes, dataset.sha256}) == 4


def test_answers_alone_make_a_question_answerable_by_any_article(tmp_path: Path) -> None:
    asked = {"question": "Which crane?", "answerable": True, "answers": ["eastern"]}
    (question,) = load(str(write_lines(tmp_path / "some.jsonl", [asked]))).questions
    assert (question.answerable, question.within, question.gold) == (True, None, {})


@pytest.mark.parametrize(
    ("record", "fault"),
    [
        ({"answers": ["x"]}, "line 2: question: Field required"),
        ({"question": "  "}, "line 2: question: "),
        ({"question": ["Who?"]}, "line 2: question: "),
        ({"question": "Who?", "answers": "Ida"}, "line 2: answers: "),
        ({"question": "Who?", "articles": "crane.md"}, "line 2: articles: "),
        ({"question": "Who?", "today": "yesterday"}, "line 2: today: "),
        ({"question": "Who?", "answerable": True}, "question 2: answerable, but neither"),
        (
            {"question": "Who?", "answerable": False, "answers": ["Ida"]},
            "question 2: not answerable, but",
        ),
    ],
)
def test_a_question_that_cannot_be_used_is_named(
    tmp_path: Path, record: dict[str, Any], fault: str
) -> None:
    file = write_lines(tmp_path / "some.jsonl", [{"question": "Fine?"}, record])
    with pytest.raises(UnreadableDataset, match=rf"some\.jsonl, {fault}"):
        load(str(file))


def test_a_broken_line_is_named_with_its_file(file: Path) -> None:
    with file.open("a") as lines:
        lines.write("{broken\n")
    with pytest.raises(UnreadableDataset, match=r"harbour\.jsonl, line 5: "):
        load(str(file))


def test_a_file_without_questions_is_no_data_set(tmp_path: Path) -> None:
    with pytest.raises(UnreadableDataset, match=r"empty: no questions"):
        load(str(write_lines(tmp_path / "empty.jsonl", [])))


@pytest.mark.parametrize("name", ["c1", "https://post.example/crane", "Crane reopens", "crane.md"])
def test_a_name_is_an_id_a_url_a_title_or_a_file(tmp_path: Path, name: str) -> None:
    asked = {"id": "a", "question": "Which crane?", "article": name}
    dataset = load(str(write_lines(tmp_path / "some.jsonl", [asked])))
    listed = dict.fromkeys(["c1", "https://post.example/crane", "Crane reopens", "crane.md"], "c1")
    (question,) = resolve(dataset, listed).questions
    assert question.gold == {"c1": 1}
    assert question.within == {"c1"}


def test_a_name_that_the_set_knows_itself_is_not_looked_up(file: Path) -> None:
    resolved = resolve(load(str(file)), {"crane.md": "another", "ferry.md": "another"})
    assert [question.gold for question in resolved.questions[:2]] == [{"c1": 1}, {"c1": 1, "f1": 1}]


def test_a_name_that_nothing_goes_by_is_named_with_its_question(tmp_path: Path) -> None:
    asked = {"id": "a", "question": "Which crane?", "article": "crane.html"}
    dataset = load(str(write_lines(tmp_path / "some.jsonl", [asked])))
    with pytest.raises(UnreadableDataset, match=r"question a: no article goes by 'crane\.html'"):
        resolve(dataset, {"crane.md": "c1"})


def test_a_sample_is_always_the_same_questions_under_another_hash(tmp_path: Path) -> None:
    records = [{"id": str(number), "question": f"Number {number}?"} for number in range(10)]
    file = write_lines(tmp_path / "ten.jsonl", records)
    whole, three, four = (load(str(file), sample=size) for size in (None, 3, 4))
    assert [question.id for question in three.questions] == ["4", "7", "8"]
    assert len(four.questions) == 4
    assert len({whole.sha256, three.sha256, four.sha256}) == 3


def test_a_sample_as_large_as_the_set_is_the_set(file: Path) -> None:
    assert load(str(file), sample=4) == load(str(file))


def test_two_questions_of_one_id_are_refused(tmp_path: Path) -> None:
    twins = [{"id": "q1", "question": "Who?"}, {"id": "q1", "question": "When?"}]
    with pytest.raises(UnreadableDataset, match="several questions have the id 'q1'"):
        load(str(write_lines(tmp_path / "some.jsonl", twins)))
