"""Training: what is learned, and going on after a stop."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from onrecord.eval.lab.reader import train as training
from onrecord.eval.lab.reader.examples import Example
from onrecord.eval.lab.reader.model import Reader, export
from onrecord.eval.lab.reader.run import measure, read_each
from onrecord.eval.lab.reader.train import batch, measure_loss, train
from onrecord.index.reranker import RerankerScore
from onrecord.index.reranker.evidence_reader import EvidenceReader

pytestmark = [pytest.mark.slow, pytest.mark.filterwarnings("ignore")]  # torch's own
BATCH, LAYERS = 4, 2  # a small reader learns as the large one does, and much sooner
TEXT = "The ferry left at dawn. Nobody on the quay waved."


def make_examples(count: int) -> list[Example]:
    """Half of them answered by their passage's first sentence."""
    answers = (("dawn",), ())
    return [
        Example("Ferry", f"When did ferry {at} leave?", "Ferry", TEXT, answers[at % 2], "squad")
        for at in range(count)
    ]


class Stopped(Exception):
    """The training was stopped."""


def read_loss(said: str) -> float:
    return float(said.rpartition(" ")[2])


@pytest.fixture(autouse=True)
def small_and_often_saved(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = Reader.from_packaged

    def first_layers() -> tuple[Reader, Any]:
        reader, tokenizer = whole()
        reader.encoder.encoder.layer = reader.encoder.encoder.layer[:LAYERS]
        return reader, tokenizer

    monkeypatch.setattr(Reader, "from_packaged", staticmethod(first_layers))
    monkeypatch.setattr(training, "BATCH", BATCH)
    monkeypatch.setattr(training, "SAVED_EVERY", 1)


def test_it_goes_on_where_it_was_stopped(tmp_path: Path) -> None:
    examples, said = make_examples(2 * BATCH), []

    def stop(line: str) -> None:
        said.append(line)
        if len(said) == 2:
            raise Stopped

    with pytest.raises(Stopped):
        train(examples, tmp_path / "all.pt", stop, epochs=2)
    reader = train(examples, tmp_path / "all.pt", said.append, epochs=2)
    assert [line.partition(",")[0] for line in said] == [
        f"all: step {step} of 4" for step in (1, 2, 3, 4)
    ]
    assert not reader.training
    whole: list[str] = []
    train(examples, tmp_path / "whole.pt", whole.append, epochs=2)
    assert read_loss(whole[1]) == pytest.approx(read_loss(said[1]), abs=0.01)


def test_it_learns_where_the_answer_is_and_the_export_says_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(training, "LEARNING_RATE", 5e-4)
    examples, said = make_examples(2 * BATCH), []
    reader = train(examples, tmp_path / "reader.pt", said.append, epochs=4)
    assert read_loss(said[-1]) < read_loss(said[0])
    tokenizer = Reader.from_packaged()[1]
    export(reader, tokenizer, tmp_path / "reader", {"command": "a test"})
    readings = read_each(EvidenceReader(tmp_path / "reader"), examples)
    read = batch(tokenizer, examples)
    with torch.no_grad():
        wanted, _ = reader(read.ids, read.mask, read.types)
    ours = np.array([reading.log_odds for reading in readings])
    assert np.abs(ours - wanted.numpy()).max() < 0.5  # int8
    assert all(
        reading.evidence is not None and reading.evidence.argmax() == 0 for reading in readings
    )


def test_any_of_the_right_bounds_will_do() -> None:
    tokenizer = Reader.from_packaged()[1]
    part = batch(tokenizer, [make_examples(1)[0]])
    right = part.begin_end.clone() * 50
    answers = torch.tensor([50.0])
    assert float(measure_loss(answers, right, part, "cpu")) == pytest.approx(0.0, abs=1e-4)
    assert float(measure_loss(-answers, right, part, "cpu")) == pytest.approx(50.0)
    assert float(measure_loss(answers, -right, part, "cpu")) > 50


def test_the_held_out_figures_are_what_they_say() -> None:
    examples = make_examples(4)
    first, second = np.array([0.9, 0.1], np.float32), np.array([0.1, 0.9], np.float32)
    readings = [
        RerankerScore(2.0, first),
        RerankerScore(-1.0, first),
        RerankerScore(0.0, second),
        RerankerScore(0.5, first),
    ]
    assert measure(examples, readings) == {
        "squad": {"examples": 4, "auroc": 0.75, "best_sentence": 0.5}
    }
