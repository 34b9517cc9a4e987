"""The vocabulary is trained from a folder of data sets, the same each time."""

from __future__ import annotations

import base64
import json
from pathlib import Path

from onrecord.eval.lab.vocabulary import DATASETS, train_vocabulary

LINES = ["The ferry left the harbour at dawn.", "The harbour master saw the ferry leave."] * 20


def write_data(folder: Path) -> Path:
    for dataset in DATASETS:
        (folder / dataset).mkdir()
        records = "".join(json.dumps({"text": line}) + "\n" for line in LINES)
        (folder / dataset / "corpus.jsonl").write_text(records, encoding="utf-8")
    return folder


def test_it_holds_every_byte_and_the_words_that_recur(tmp_path: Path) -> None:
    target = tmp_path / "out.tiktoken"
    assert train_vocabulary(write_data(tmp_path), target, size=300) <= 300
    tokens = [base64.b64decode(line.split()[0]) for line in target.read_text().splitlines()]
    assert {bytes([byte]) for byte in range(256)} <= set(tokens)
    assert b" ferry" in tokens


def test_training_twice_gives_the_same_file(tmp_path: Path) -> None:
    data = write_data(tmp_path)
    train_vocabulary(data, tmp_path / "one", size=300)
    train_vocabulary(data, tmp_path / "two", size=300)
    assert (tmp_path / "one").read_text() == (tmp_path / "two").read_text()
