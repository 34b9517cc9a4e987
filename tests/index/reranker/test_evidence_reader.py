"""The evidence reader: what it reads, and how its logits become shares of the evidence."""

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
    share_evidence,
    tokenize_pair,
)
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


def test_a_sentence_has_its_share_of_the_probability() -> None:
    bounds = np.log(np.array([[8, 8], [1, 1], [2, 2], [1, 1]], dtype=np.float32))
    shares = share_evidence(bounds, PLACES, [(0, 10), (10, 20)])
    assert shares == pytest.approx([0.75, 0.25])


def test_begin_and_end_count_the_same() -> None:
    bounds = np.log(np.array([[1, 1], [4, 1], [1e-9, 1e-9], [1, 4]], dtype=np.float32))
    assert share_evidence(bounds, PLACES, [(0, 10), (10, 20)]) == pytest.approx([0.5, 0.5])


def test_a_sentence_that_was_not_read_has_no_share() -> None:
    bounds = np.zeros((4, 2), dtype=np.float32)
    assert share_evidence(bounds, PLACES, [(0, 10), (30, 40)]) == pytest.approx([1.0, 0.0])
    assert share_evidence(bounds, PLACES, [(30, 40)]) == pytest.approx([0.0])


def test_pieces_have_offsets_into_the_passage(untrained: Path) -> None:
    pair = tokenize_pair(
        open_tokenizer(untrained / TOKENIZER), "When did it leave?", "The ferry", TEXT
    )
    read = [TEXT[start:end] for start, end in pair.offsets if start >= 0]
    assert "".join(read) == TEXT.replace(" ", "")
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
        assert ours.evidence.sum() == pytest.approx(1.0)
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
