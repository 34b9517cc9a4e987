"""A reranker is opened by its setting."""

from __future__ import annotations

from pathlib import Path

import pytest

from onrecord.index.errors import ModelUnusable
from onrecord.index.reranker.cross_encoder import CrossEncoderReranker
from onrecord.index.reranker.evidence import EvidenceReader
from onrecord.index.reranker.opening import open_reranker
from onrecord.index.types import Passage, Span

pytestmark = pytest.mark.filterwarnings("ignore")  # torch's and transformers' own
TEXTS = ("The ferry left at dawn.", "The council met on Tuesday.")


def passage(text: str) -> Passage:
    return Passage("a", Span(0, len(text)), text, 1, (Span(0, len(text)),))


def save_cross_encoder(folder: Path, labels: int) -> None:
    """A cross-encoder of two small layers with random weights."""
    from sentence_transformers import CrossEncoder
    from transformers import BertConfig, BertForSequenceClassification

    from onrecord.index.defaults import DEFAULT_MODEL
    from onrecord.index.encoder import load_model

    config = BertConfig(
        hidden_size=32,
        num_hidden_layers=2,
        num_attention_heads=2,
        intermediate_size=64,
        num_labels=labels,
    )
    BertForSequenceClassification(config).save_pretrained(folder)
    load_model(DEFAULT_MODEL).tokenizer.save_pretrained(folder)
    CrossEncoder(str(folder), device="cpu").save_pretrained(str(folder))


def test_none_is_no_reranker() -> None:
    assert open_reranker("none") is None


def test_a_folder_with_a_reader_is_an_evidence_reader(untrained: Path) -> None:
    assert isinstance(open_reranker(str(untrained)), EvidenceReader)


def test_a_folder_with_a_cross_encoder_scores_passages_whole(tmp_path: Path) -> None:
    save_cross_encoder(tmp_path, labels=1)
    reranker = open_reranker(str(tmp_path))
    assert isinstance(reranker, CrossEncoderReranker)
    first, second = reranker.read("When did it leave?", [("", passage(text)) for text in TEXTS])
    assert first.evidence is None
    assert first.answers != second.answers
    again = reranker.read("When did it leave?", [("", passage(TEXTS[1]))])
    assert again[0].answers == pytest.approx(second.answers, abs=1e-5)


def test_a_cross_encoder_with_several_scores_is_refused(tmp_path: Path) -> None:
    save_cross_encoder(tmp_path, labels=3)
    with pytest.raises(ModelUnusable, match="expected one score a pair, got 3"):
        open_reranker(str(tmp_path))


def test_a_model_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(ModelUnusable, match="cannot load the cross-encoder"):
        open_reranker(str(tmp_path / "nothing"))
