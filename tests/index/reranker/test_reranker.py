"""A reranker is opened by its name: a built-in one, an installed one or a model."""

from __future__ import annotations

from pathlib import Path

import pytest

from onrecord.index.errors import ModelUnusable
from onrecord.index.plugins import RERANKERS
from onrecord.index.reranker import CrossEncoderReranker, Reranker, open_reranker
from onrecord.index.reranker.evidence_reader import EvidenceReader
from onrecord.index.types import Passage, Span

pytestmark = pytest.mark.filterwarnings("ignore")  # torch's and transformers' own
MODULE = '''
from onrecord.index.reranker import RerankerScore


class LongestFirst:
    """A reranker that prefers long passages."""

    identity = "longest-first"

    def __init__(self, threads):
        self.threads = threads

    def score(self, question, passages):
        return [RerankerScore(float(len(passage.text))) for _, passage in passages]
'''
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


def test_a_folder_with_a_cross_encoder_scores_passages_and_no_sentences(tmp_path: Path) -> None:
    save_cross_encoder(tmp_path, labels=1)
    reranker = open_reranker(str(tmp_path))
    assert isinstance(reranker, CrossEncoderReranker)
    first, second = reranker.score("When did it leave?", [("", passage(text)) for text in TEXTS])
    assert first.evidence is None
    assert first.log_odds != second.log_odds


def test_a_cross_encoder_with_several_scores_is_refused(tmp_path: Path) -> None:
    save_cross_encoder(tmp_path, labels=3)
    with pytest.raises(ModelUnusable, match="expected one score per pair, got 3"):
        open_reranker(str(tmp_path))


def test_a_model_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(ModelUnusable, match="cannot load the cross-encoder"):
        open_reranker(str(tmp_path / "nothing"))


def install(folder: Path) -> None:
    """A distribution with a reranker, laid out as pip does it."""
    info = folder / "longest_first-1.0.dist-info"
    info.mkdir()
    (folder / "longest_first.py").write_text(MODULE)
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: longest-first\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text(f"[{RERANKERS}]\nlongest = longest_first:LongestFirst\n")


def test_an_installed_reranker_is_opened_by_its_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    install(tmp_path)
    monkeypatch.syspath_prepend(tmp_path)
    reranker = open_reranker("longest", threads=3)
    assert reranker is not None
    assert (reranker.identity, reranker.threads) == ("longest-first", 3)  # type: ignore[attr-defined]
    scores = reranker.score("When did it leave?", [("", passage(text)) for text in TEXTS])
    assert [score.log_odds for score in scores] == [23.0, 27.0]


@pytest.fixture(params=["evidence reader", "cross-encoder", "installed"])
def reranker(
    request: pytest.FixtureRequest,
    untrained: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> Reranker:
    """Each kind of reranker, by its name."""
    name = str(untrained)
    if request.param == "cross-encoder":
        name = str(tmp_path)
        save_cross_encoder(tmp_path, labels=1)
    if request.param == "installed":
        name = "longest"
        install(tmp_path)
        monkeypatch.syspath_prepend(tmp_path)
    opened = open_reranker(name, threads=2)
    assert opened is not None
    return opened


def test_a_score_does_not_depend_on_the_other_passages(reranker: Reranker) -> None:
    passages = [("Ferry", passage(TEXTS[0])), ("", passage(TEXTS[1]))]
    together = reranker.score("When did the ferry leave?", passages)
    alone = [reranker.score("When did the ferry leave?", [one])[0] for one in passages]
    assert len(together) == 2
    for ours, theirs in zip(together, alone, strict=True):
        assert ours.log_odds == pytest.approx(theirs.log_odds, abs=1e-5)
        assert (ours.evidence is None) == (theirs.evidence is None)
        if ours.evidence is not None and theirs.evidence is not None:
            assert ours.evidence.tolist() == theirs.evidence.tolist() == [1.0]


def test_a_reranker_has_an_identity_and_no_passages_have_no_scores(reranker: Reranker) -> None:
    assert reranker.identity
    assert reranker.score("When did the ferry leave?", []) == []
