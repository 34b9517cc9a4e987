"""The evidence reader: what it reads, and how its logits become probabilities."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import numpy as np
import pytest

from onrecord.index.encoder import open_tokenizer
from onrecord.index.errors import ModelUnusable
from onrecord.index.passages import split_sentences
from onrecord.index.reranker.evidence_reader import (
    MAX_PIECES,
    MAX_QUESTION_PIECES,
    TOKENIZER,
    EvidenceReader,
    score_evidence,
    tokenize_pair,
)
from onrecord.index.reranker.windows import split_windows
from onrecord.index.types import Passage, Span

pytestmark = [
    pytest.mark.slow,
    pytest.mark.filterwarnings("ignore"),
]  # torch's, while the reader is exported
TEXT = "The ferry left at dawn. Nobody on the quay waved. It came back at nine."
PLACES = np.array([[-1, -1], [0, 5], [6, 9], [12, 15]])


def passage(text: str, start: int = 0) -> Passage:
    sentences = tuple(Span(span.start + start, span.end + start) for span in split_sentences(text))
    return Passage("a", Span(start, start + len(text)), text, 1, sentences)


def test_a_sentences_probability_is_its_pieces_weighted_mean() -> None:
    pieces = np.array([[9, 9], [0, 4], [np.log(3), 0], [0, -2]], dtype=np.float32)
    found = score_evidence(pieces, PLACES + 70, passage(TEXT[:23] + TEXT[24:49], start=70))
    assert found == pytest.approx([1 / (1 + np.exp(-1.0)), 1 / (1 + np.exp(2.0))], abs=1e-5)


def test_a_sentence_that_was_not_read_is_no_evidence() -> None:
    pieces = np.zeros((4, 2), dtype=np.float32)
    assert score_evidence(pieces, PLACES, passage(TEXT)).tolist() == [0.5, 0.5, 0.0]


def test_a_long_passage_is_read_in_windows_and_its_best_one_counts(untrained: Path) -> None:
    reader, asked = EvidenceReader(untrained), "When did the ferry leave?"
    whole = passage(" ".join([TEXT] * 12))
    (found,) = reader.score(asked, [("Ferry", whole)])
    ranges = split_windows(whole.sentences)
    windows = reader.score(asked, [("Ferry", whole.part(*window)) for window in ranges])
    assert len(windows) > 1
    assert found.log_odds == max(one.log_odds for one in windows)
    assert found.evidence is not None
    assert found.evidence.shape == (36,)


def test_pieces_have_offsets_into_the_passage(untrained: Path) -> None:
    pair = tokenize_pair(
        open_tokenizer(untrained / TOKENIZER), "When did it leave?", "The ferry", TEXT
    )
    read = [TEXT[start:end] for start, end in pair.offsets if start >= 0]
    assert "".join(read) == TEXT.replace(" ", "")
    assert pair.title.sum() == 2
    assert not pair.types[: len(pair.types) - len(read) - 4].any()


def test_a_long_question_and_a_long_passage_are_truncated(untrained: Path) -> None:
    pair = tokenize_pair(open_tokenizer(untrained / TOKENIZER), "dawn " * 500, "", "quay " * 500)
    assert len(pair.ids) == MAX_PIECES
    assert int((pair.types == 0).sum()) == MAX_QUESTION_PIECES + 2
    assert pair.offsets.max() < len("quay " * 500)


def test_a_score_does_not_depend_on_other_passages(untrained: Path) -> None:
    reader = EvidenceReader(untrained, threads=2)
    others = [("Ferry", passage(TEXT)), ("", passage("Rain fell on the quay.", start=70))]
    together = reader.score("When did the ferry leave?", others)
    alone = [reader.score("When did the ferry leave?", [one])[0] for one in others]
    assert [one.log_odds for one in together] == [one.log_odds for one in alone]
    for ours, theirs in zip(together, alone, strict=True):
        assert ours.evidence is not None
        assert theirs.evidence is not None
        assert ours.evidence.tolist() == theirs.evidence.tolist()
    assert together[0].evidence is not None
    assert together[0].evidence.shape == (3,)


def test_a_readers_identity_is_the_hash_of_its_graph(untrained: Path) -> None:
    described = json.loads((untrained / "reader.json").read_text())
    assert EvidenceReader(untrained).identity == f"evidence-reader/{described['graph_sha256']}"


@pytest.mark.parametrize("file", ["reader.onnx", "reader.json"])
def test_a_missing_file_is_named(untrained: Path, tmp_path: Path, file: str) -> None:
    folder = Path(shutil.copytree(untrained, tmp_path / "reader"))
    (folder / file).unlink()
    with pytest.raises(ModelUnusable, match=file):
        EvidenceReader(folder)


def test_a_changed_graph_is_refused(untrained: Path, tmp_path: Path) -> None:
    folder = Path(shutil.copytree(untrained, tmp_path / "reader"))
    with (folder / "reader.onnx").open("ab") as graph:
        graph.write(b"x")
    with pytest.raises(ModelUnusable, match=r"reader\.onnx: expected sha256"):
        EvidenceReader(folder)
