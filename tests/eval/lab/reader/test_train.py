"""Training: windows as tensors, what is learned, and going on after a stop."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from onrecord.eval.lab.reader import train as training
from onrecord.eval.lab.reader.examples import Example, make_example
from onrecord.eval.lab.reader.model import Reader, export
from onrecord.eval.lab.reader.run import measure
from onrecord.eval.lab.reader.train import BATCH, STEP, Batch, batch, measure_loss, pool, train
from onrecord.index.reranker import RerankerScore
from onrecord.index.reranker.evidence_reader import EvidenceReader, score_evidence
from onrecord.index.types import Passage, Span

pytestmark = [pytest.mark.slow, pytest.mark.filterwarnings("ignore")]  # torch's own
TEXT = "The ferry left at dawn. Nobody on the quay waved."
LAYERS = 2


def example(at: int = 0) -> Example:
    """Every other one is answered by its passage's first sentence."""
    spans = [] if at % 2 else [[18, 22]]
    asked = f"When did ferry {at} leave?"
    row = {"q": asked, "title": "Ferry", "passage": TEXT, "evidence": spans, "spans": spans}
    return make_example(row, "set")


def passage(one: Example) -> Passage:
    return Passage("a", Span(0, len(one.text)), one.text, 0, one.sentences)


def read_loss(said: str) -> float:
    return float(said.split("loss ")[1].partition(",")[0])


class Stopped(Exception):
    """The training was stopped."""


@pytest.fixture(autouse=True)
def often_saved(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(training, "SAVED_EVERY", 1)


@pytest.fixture(scope="module")
def tokenizer() -> Any:
    """The packaged encoder's."""
    return Reader.from_packaged(1)[1]


def test_it_goes_on_where_it_was_stopped(tmp_path: Path) -> None:
    examples, said = [example(at) for at in range(2 * BATCH)], []

    def stop(line: str) -> None:
        said.append(line)
        if len(said) == 2:
            raise Stopped

    with pytest.raises(Stopped):
        train(examples, LAYERS, 2, tmp_path / "all.pt", stop)
    reader = train(examples, LAYERS, 2, tmp_path / "all.pt", said.append)
    assert [line.partition(",")[0] for line in said] == [f"step {at} of 4" for at in (1, 2, 3, 4)]
    assert not reader.training
    whole: list[str] = []
    train(examples, LAYERS, 2, tmp_path / "whole.pt", whole.append)
    assert read_loss(whole[1]) == pytest.approx(read_loss(said[1]), abs=0.01)


def test_it_learns_what_answers_and_the_export_says_the_same(
    tmp_path: Path, tokenizer: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(training, "LEARNING_RATE", 5e-4)
    examples, said = [example(at) for at in range(2 * BATCH)], []
    reader = train(examples, LAYERS, 6, tmp_path / "reader.pt", said.append)
    assert read_loss(said[-1]) < read_loss(said[0])
    export(reader, tokenizer, tmp_path / "reader", {"command": "a test"})
    exported = EvidenceReader(tmp_path / "reader")
    scores = [exported.score(one.question, [(one.title, passage(one))])[0] for one in examples]
    read = batch(tokenizer, examples)
    with torch.no_grad():
        wanted, pieces = reader(read.ids, read.mask, read.types)
    ours = np.array([score.log_odds for score in scores])
    assert np.abs(ours - wanted.numpy()).max() < 0.5  # int8
    pooled = pool(pieces[..., 0], pieces[..., 1], read.sentence, 3).sigmoid().numpy()
    for score, probabilities in zip(scores, pooled, strict=True):
        assert score.evidence is not None
        assert [*score.evidence, score.headline] == pytest.approx(probabilities, abs=0.15)


def test_pieces_know_their_sentence_and_whether_they_answer(tokenizer: Any) -> None:
    made = batch(tokenizer, [example(0), example(1)])
    assert made.ids.shape[1] % STEP == 0
    names = [tokenizer.id_to_token(piece) for piece in made.ids[0]]
    first = [name for name, at in zip(names, made.sentence[0], strict=True) if at == 0]
    assert first == ["the", "ferry", "left", "at", "dawn", "."]
    assert [name for name, there in zip(names, made.inside[0], strict=True) if there] == ["dawn"]
    assert [name for name, at in zip(names, made.sentence[0], strict=True) if at == 2] == ["ferry"]
    assert made.labels.tolist() == [[1, 0, 0], [0, 0, 0]]  # the title is the last one
    assert made.answers.tolist() == [1, 0]


def test_a_sentence_is_pooled_as_a_service_pools_it() -> None:
    pieces = torch.randn(1, 6, 2)
    sentence = torch.tensor([[-1, 0, 0, 1, 1, -1]])
    offsets = np.array([[-1, -1], [0, 2], [3, 5], [6, 8], [9, 10], [-1, -1]])
    window = Passage("a", Span(0, 10), "ab cd ef g", 0, (Span(0, 5), Span(6, 10)))
    ours = pool(pieces[..., 0], pieces[..., 1], sentence, 2).sigmoid()[0].tolist()
    assert score_evidence(pieces[0].numpy(), offsets, window).tolist() == pytest.approx(ours)


def right(made: Batch) -> tuple[torch.Tensor, torch.Tensor]:
    """What a perfect reader says of it."""
    answers = (made.answers - 0.5) * 100
    evidence = torch.gather(made.labels.clamp(min=0), 1, made.sentence.clamp(min=0))
    return answers, torch.stack([made.inside * 50.0, (evidence - 0.5) * 100], -1)


def test_the_loss_is_none_for_a_perfect_reader_only(tokenizer: Any) -> None:
    made = batch(tokenizer, [example(0), example(1)])
    answers, pieces = right(made)
    assert float(measure_loss(answers, pieces, made)) == pytest.approx(0.0, abs=1e-3)
    assert float(measure_loss(-answers, pieces, made)) > 40
    assert float(measure_loss(answers, -pieces, made)) > 40


def test_marks_are_never_hidden() -> None:
    torch.manual_seed(1)
    ids = torch.tensor([[101, 2000, 102, 0]] * 500)
    hidden = training._mask_some(ids, 103)
    assert (hidden[:, [0, 2, 3]] == ids[:, [0, 2, 3]]).all()
    assert 0 < (hidden[:, 1] == 103).sum() < 100


def test_the_held_out_figures_are_what_they_say() -> None:
    examples = [example(at) for at in range(4)]
    first, both = np.array([0.9, 0.1], np.float32), np.array([0.6, 0.9], np.float32)
    scores = [RerankerScore(odds, first) for odds in (2.0, -1.0)]
    scores += [RerankerScore(0.0, both), RerankerScore(0.5, first)]
    assert measure(examples, scores, "set") == {
        "examples": 4,
        "answered": 2,
        "auroc": 0.75,
        "best_sentence": 0.5,
        "f1": pytest.approx((1 + 2 / 3) / 2, abs=1e-6),
    }
