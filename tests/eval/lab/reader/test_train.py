"""Training: what is learned, and going on after a stop."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch

from onrecord.eval.lab.reader import train as training
from onrecord.eval.lab.reader.batches import BATCH, batch
from onrecord.eval.lab.reader.examples import Example
from onrecord.eval.lab.reader.export import export
from onrecord.eval.lab.reader.held_out import measure, read_each
from onrecord.eval.lab.reader.model import Reader
from onrecord.eval.lab.reader.train import Recipe, measure_loss, train
from onrecord.index.defaults import DEFAULT_MODEL
from onrecord.index.reranker import RerankerScore
from onrecord.index.reranker.evidence_reader import EvidenceReader

pytestmark = [pytest.mark.slow, pytest.mark.filterwarnings("ignore")]  # torch's own
TEXT = "The ferry left at dawn. Nobody on the quay waved."
RECIPE = Recipe(epochs=2, learning_rate=1e-3)


def make_examples(count: int) -> list[Example]:
    """Half of them answered by their passage's first sentence."""
    answers = (("dawn",), ())
    return [
        Example("Ferry", f"When did ferry {at} leave?", "Ferry", TEXT, answers[at % 2], "squad")
        for at in range(count)
    ]


class Stopped(Exception):
    """The training was stopped."""


def test_it_goes_on_where_it_was_stopped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(training, "KEPT_EVERY", 1)
    examples, told = make_examples(2 * BATCH), []

    def stop(step: int, in_all: int, loss: float) -> None:
        told.append((step, in_all))
        if len(told) == 2:
            raise Stopped

    with pytest.raises(Stopped):
        train(examples, tmp_path / "reader.pt", stop, RECIPE)
    reader = train(
        examples, tmp_path / "reader.pt", lambda *so_far: told.append(so_far[:2]), RECIPE
    )
    assert told == [(1, 4), (2, 4), (2, 4), (3, 4), (4, 4)]
    assert not reader.training


def test_it_learns_where_the_answer_is_and_the_export_says_the_same(tmp_path: Path) -> None:
    examples = make_examples(2 * BATCH)
    losses: list[float] = []
    reader = train(
        examples,
        tmp_path / "reader.pt",
        lambda step, in_all, loss: losses.append(loss),
        Recipe(epochs=4, learning_rate=5e-4),
    )
    assert losses[-1] < losses[0]
    tokenizer = Reader.from_packaged(DEFAULT_MODEL)[1]
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
    tokenizer = Reader.from_packaged(DEFAULT_MODEL)[1]
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
