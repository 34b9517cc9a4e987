"""BEIR folders and files of questions, read to the letter and hashed to the byte."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from onrecord.eval.datasets import SHIPPED, Dataset, Truth, UnreadableDataset, load, resolve
from onrecord.index.encoder import Encoder
from onrecord.index.ingest import ingest
from onrecord.index.store import Store
from onrecord.index.types import Budget, Filter

CRANE = (
    "The harbour of Varnholm reopened its eastern crane on Monday after eleven weeks of repairs."
)
FERRY = "The night ferry between Varnholm and the island of Lys sails no more, its director said."
FERRY_URL = "https://ferry.example/notes"
CORPUS = [
    {"_id": "crane", "title": "Crane reopens", "text": CRANE, "metadata": {"date": "2024-03-04"}},
    {
        "_id": "a b/ü",
        "title": "Ferry stops",
        "text": FERRY,
        "metadata": {"date": "2023-06-01T08:00:00", "url": FERRY_URL},
    },
    {"_id": "short", "title": "", "text": "", "metadata": {}},
]
QUERIES = [
    {"_id": "q1", "text": "Which crane reopened?", "metadata": {}},
    {
        "_id": "q2",
        "text": "Which ferry stopped?",
        "metadata": {
            "answers": ["night ferry", "the ferry"],
            "date": "2024-05-06",
            "context_doc": "a b/ü",
            "editor_linked": True,
        },
    },
    {"_id": "n1", "text": "Who flew to Mars?", "metadata": {"answerable": False, "answers": ["x"]}},
    {"_id": "n2", "text": "Who swam?", "metadata": {"answerable": False, "split": "train"}},
    {"_id": "t1", "text": "Which week?", "metadata": {"answers": ["eleven"]}},
    {"_id": "idle", "text": "Asked in no split?"},
]
QRELS = "query-id\tcorpus-id\tscore\n"
TEST, TRAIN = f"{QRELS}q1\tcrane\t2\nq1\tshort\t0\nq2\ta b/ü\t1\n", f"{QRELS}t1\tcrane\t1\n"


def write_lines(file: Path, records: Sequence[Mapping[str, Any]]) -> Path:
    lines = (json.dumps(record, ensure_ascii=False) + "\n" for record in records)
    file.write_text("".join(lines), encoding="utf-8")
    return file


@pytest.fixture
def beir(tmp_path: Path) -> Path:
    """A BEIR folder of three articles, with two splits."""
    folder = tmp_path / "varnholm"
    (folder / "qrels").mkdir(parents=True)
    write_lines(folder / "corpus.jsonl", CORPUS)
    write_lines(folder / "queries.jsonl", QUERIES)
    (folder / "qrels" / "test.tsv").write_text(TEST, encoding="utf-8")
    (folder / "qrels" / "train.tsv").write_text(TRAIN, encoding="utf-8")
    return folder


def ask(dataset: Dataset, name: str) -> Any:
    return next(question for question in dataset.questions if question.id == name)


def test_a_split_asks_its_own_questions(beir: Path) -> None:
    dataset = load(str(beir))  # the test split, where there are several
    assert (dataset.name, dataset.pages) == ("varnholm", (beir / "corpus.jsonl",))
    assert [question.id for question in dataset.questions] == ["q1", "q2", "n1"]
    assert [question.id for question in load(str(beir), "train").questions] == ["n1", "n2", "t1"]
    (beir / "qrels" / "test.tsv").unlink()  # the only split left is taken, whatever its name
    assert ask(load(str(beir)), "t1").gold == {"crane": 1}


def test_a_query_is_what_its_metadata_say(beir: Path) -> None:
    ferry = hashlib.sha256(FERRY_URL.encode()).hexdigest()[:16]
    asked = ask(load(str(beir)), "q2")
    assert (asked.text, asked.answerable) == ("Which ferry stopped?", True)
    assert asked.answers == ("night ferry", "the ferry")
    assert asked.gold == {ferry: 1}
    assert asked.within == {ferry}
    assert (asked.today, asked.groups) == ("2024-05-06", ("editor linked",))


def test_a_judged_query_is_answerable_and_grade_zero_is_not_relevant(beir: Path) -> None:
    asked = ask(load(str(beir)), "q1")
    assert asked.answerable is True
    assert asked.gold == {"crane": 2, "short": 0}
    assert asked.relevant == {"crane"}
    assert (asked.answers, asked.within, asked.today, asked.groups) == ((), None, None, ())


def test_an_unanswerable_query_has_no_answers(beir: Path) -> None:
    asked = ask(load(str(beir)), "n1")
    assert (asked.answerable, asked.answers, asked.gold) == (False, (), {})


def test_truths_are_the_records_titles_urls_and_days(beir: Path) -> None:
    ferry = hashlib.sha256(FERRY_URL.encode()).hexdigest()[:16]
    assert load(str(beir)).truths == {
        "crane": Truth("Crane reopens", None, None, "2024-03-04"),
        ferry: Truth("Ferry stops", None, FERRY_URL, "2023-06-01"),
        "short": Truth(),
    }


def test_an_odd_name_becomes_the_id_that_an_archive_gives_it(
    beir: Path, store: Store, encoder: Encoder
) -> None:
    dataset = load(str(beir))
    ingest(dataset.pages, store, encoder, Budget())
    with store.snapshot() as snapshot:
        stored = {
            article.id: article.title for article in snapshot.articles(Filter(), None, 10).articles
        }
    (ferry,) = ask(dataset, "q2").gold
    assert stored == {"crane": "Crane reopens", ferry: "Ferry stops"}


@pytest.mark.parametrize("file", ["corpus.jsonl", "queries.jsonl"])
@pytest.mark.parametrize("line", ['{"_id": "q9", "text"', '["a", "list"]'])
def test_a_broken_line_is_named_with_its_file(beir: Path, file: str, line: str) -> None:
    with (beir / file).open("a", encoding="utf-8") as lines:
        lines.write("\n" + line + "\n")
    number = len((beir / file).read_text("utf-8").splitlines())
    with pytest.raises(UnreadableDataset, match=rf"{file}, line {number}: "):
        load(str(beir))


@pytest.mark.parametrize("line", ["q1\tcrane", "q1\tcrane\tvery", "q1 crane 1", "a\tb\t1\t2"])
def test_a_broken_judgement_is_named_with_its_file(beir: Path, line: str) -> None:
    (beir / "qrels" / "test.tsv").write_text(f"{QRELS}q1\tcrane\t1\n{line}\n", encoding="utf-8")
    with pytest.raises(UnreadableDataset, match=r"test\.tsv, line 3: expected question, article"):
        load(str(beir))


def test_a_data_set_or_split_that_is_not_there_is_named(beir: Path, tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match=r"dev\.tsv is missing: expected a BEIR folder"):
        load(str(beir), "dev")
    with pytest.raises(FileNotFoundError, match="no data set"):
        load(str(tmp_path / "nowhere"))


@pytest.mark.parametrize("file", ["corpus.jsonl", "queries.jsonl", "qrels/test.tsv"])
def test_the_hash_changes_with_a_byte_of_any_file(beir: Path, file: str) -> None:
    before = load(str(beir)).sha256
    text = (beir / file).read_text(encoding="utf-8")
    (beir / file).write_text(text.replace("crane", "crans"), encoding="utf-8")
    assert load(str(beir)).sha256 != before


def test_the_hash_leaves_other_splits_alone(beir: Path) -> None:
    before = load(str(beir)).sha256
    (beir / "qrels" / "train.tsv").write_text(f"{TRAIN}t1\tshort\t1\n", encoding="utf-8")
    assert load(str(beir)).sha256 == before


def test_the_shipped_questions_are_of_the_promised_size() -> None:
    dataset = load("seeds")
    kinds = [question.answerable for question in dataset.questions]
    assert len(kinds) >= 60
    assert kinds.count(False) >= 20
    assert None not in kinds
    assert len({question.id for question in dataset.questions}) == len(kinds)
    followups = [question for question in dataset.questions if "followup" in question.groups]
    assert followups
    assert all(question.history for question in followups)


def test_the_shipped_questions_change_with_a_byte_of_any_page(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pages = tmp_path / "seeds"
    shutil.copytree(SHIPPED["seeds"], pages)
    before = load("seeds").sha256
    monkeypatch.setitem(SHIPPED, "seeds", pages)
    assert load("seeds").sha256 == before
    with (pages / "teenagers-military-registration.md").open("a", encoding="utf-8") as page:
        page.write(" ")
    assert load("seeds").sha256 != before


def test_every_name_in_the_shipped_questions_resolves_by_its_own_articles() -> None:
    dataset = resolve(load("seeds"), {})
    asked = ask(dataset, "s001")
    assert asked.gold == {"f3aaa95dae2e7df7": 1}
    assert asked.within == {"f3aaa95dae2e7df7"}
