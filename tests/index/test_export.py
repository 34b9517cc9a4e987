"""Exporting models: tiny real ones with random weights, and the packaged one."""

from __future__ import annotations

import logging
import warnings
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import onnxruntime
import pytest
from onnx import TensorProto
from onnx.helper import make_graph, make_model, make_node, make_opsetid, make_tensor_value_info

from onrecord.index import export
from onrecord.index.defaults import DEFAULT_MODEL
from onrecord.index.encoder import (
    Encoder,
    OnnxEncoder,
    TorchEncoder,
    encode_all,
    load_model,
    open_encoder,
    weights_sha256,
)
from onrecord.index.errors import ModelUnusable
from onrecord.index.export import FUSED_NORM, rewrite_norms

# What torch and transformers warn of while they are imported is not this project's.
pytestmark = [pytest.mark.slow, pytest.mark.filterwarnings("ignore")]
WIDTH = 8  # of the graphs whose norms are rewritten
MARKS = ("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]")
LETTERS = "abcdefghijklmnopqrstuvwxyz0123456789"
SENTENCES = [
    "The council voted to keep the library open on Sundays.",
    "Rain delayed the ferry, and some walked.",
    "ok",
    "",
]


def make_tokenizer() -> Any:
    """A word-piece tokenizer that knows letters and digits."""
    from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, processors

    pieces = [*MARKS, *LETTERS, *".,:", *(f"##{letter}" for letter in LETTERS)]
    vocabulary = {piece: at for at, piece in enumerate(pieces)}
    tokenizer = Tokenizer(models.WordPiece(vocabulary, unk_token="[UNK]"))
    tokenizer.normalizer = normalizers.BertNormalizer(lowercase=True)
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    tokenizer.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]",
        pair="[CLS] $A [SEP] $B:1 [SEP]:1",
        special_tokens=[("[CLS]", 2), ("[SEP]", 3)],
    )
    return tokenizer


def save_bert(folder: Path, seed: int, prompts: dict[str, str] | None = None) -> Any:
    """Save a BERT of 2 layers and 32 dimensions that reads 128 word-pieces; the model itself."""
    import torch
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import Pooling, Transformer
    from transformers import BertConfig, BertModel, PreTrainedTokenizerFast

    tokenizer = make_tokenizer()
    torch.manual_seed(seed)
    shape = BertConfig(
        vocab_size=tokenizer.get_vocab_size(),
        hidden_size=32,
        num_hidden_layers=2,
        num_attention_heads=2,
        intermediate_size=64,
        max_position_embeddings=128,
        initializer_range=0.5,
    )
    bare = folder.with_name(f"{folder.name}-bare")
    BertModel(shape).save_pretrained(bare)
    PreTrainedTokenizerFast(
        tokenizer_object=tokenizer,
        pad_token="[PAD]",
        unk_token="[UNK]",
        cls_token="[CLS]",
        sep_token="[SEP]",
        mask_token="[MASK]",
        model_max_length=128,
        model_input_names=["input_ids", "token_type_ids", "attention_mask"],
    ).save_pretrained(bare)
    model = SentenceTransformer(
        modules=[Transformer(str(bare)), Pooling(32)], device="cpu", prompts=prompts
    )
    model.save(str(folder))
    return model


def own_vectors(model: Any, texts: Sequence[str]) -> Any:
    """What sentence-transformers itself makes of the texts."""
    return model.encode(list(texts), normalize_embeddings=True)


@pytest.fixture(scope="session")
def models(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """A plain model, one with prompts and one that cannot be exported, by their folders."""
    import torch

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from sentence_transformers import SentenceTransformer
        from sentence_transformers.sentence_transformer.modules import StaticEmbedding

        root = tmp_path_factory.mktemp("models")
        prompts = {"query": "query: ", "document": "passage: "}
        torch.manual_seed(3)
        static = SentenceTransformer(
            modules=[StaticEmbedding(make_tokenizer(), embedding_dim=32)], device="cpu"
        )
        static.save(str(root / "static"))
        return {
            str(root / "plain"): save_bert(root / "plain", seed=1),
            str(root / "prompted"): save_bert(root / "prompted", seed=2, prompts=prompts),
            str(root / "static"): static,
        }


def named(models: dict[str, Any], name: str) -> tuple[str, Any]:
    """The folder and the model of that name."""
    return next((folder, model) for folder, model in models.items() if folder.endswith(name))


@pytest.fixture(scope="session")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where this file's exports go."""
    return tmp_path_factory.mktemp("cache")


def test_an_exported_model_gives_the_models_own_vectors(
    models: dict[str, Any], cache: Path
) -> None:
    folder, model = named(models, "plain")
    exported = open_encoder(folder, cache, "fp32")
    assert isinstance(exported, OnnxEncoder)
    wanted = own_vectors(model, SENTENCES)
    assert np.abs(encode_all(exported, SENTENCES) - wanted).max() < 1e-3
    assert np.abs(exported.encode_question(SENTENCES[0]) - wanted[0]).max() < 1e-3
    assert abs(float(wanted[0] @ wanted[1])) < 0.99  # random weights that tell texts apart


def test_int8_vectors_stay_close_and_have_length_one(models: dict[str, Any], cache: Path) -> None:
    folder, model = named(models, "plain")
    vectors = encode_all(open_encoder(folder, cache, "int8"), SENTENCES)
    assert (vectors * own_vectors(model, SENTENCES)).sum(axis=1).min() > 0.97
    assert np.linalg.norm(vectors, axis=1).tolist() == pytest.approx([1.0] * 4, abs=1e-5)


def test_an_export_describes_its_model(models: dict[str, Any], cache: Path) -> None:
    folder, _ = named(models, "plain")
    description = open_encoder(folder, cache, "fp32").description
    assert (description.dimension, description.max_pieces) == (32, 128)
    assert (description.precision, description.opset) == ("fp32", export.OPSET)
    assert description.identity == f"{folder}/fp32/{weights_sha256(folder)}"


def test_the_models_prompts_are_put_before_the_texts(models: dict[str, Any], cache: Path) -> None:
    folder, model = named(models, "prompted")
    exported = open_encoder(folder, cache, "fp32")
    asked, passed = own_vectors(model, [f"query: {SENTENCES[0]}", f"passage: {SENTENCES[0]}"])
    assert np.abs(exported.encode_question(SENTENCES[0]) - asked).max() < 1e-3
    assert np.abs(encode_all(exported, [SENTENCES[0]])[0] - passed).max() < 1e-3
    assert np.abs(asked - passed).max() > 1e-2
    assert exported.count_pieces("ok") == len("passage") + 1 + 2 + 2


def test_a_model_that_cannot_be_exported_is_served_by_its_own_library(
    models: dict[str, Any], cache: Path, caplog: pytest.LogCaptureFixture
) -> None:
    folder, model = named(models, "static")
    with caplog.at_level(logging.WARNING, "index"):
        served = open_encoder(folder, cache)
    assert "static cannot be exported (" in caplog.text
    assert "served by sentence-transformers" in caplog.text
    assert isinstance(served, TorchEncoder)
    wanted = own_vectors(model, SENTENCES[:3])
    assert np.abs(encode_all(served, SENTENCES[:3]) - wanted).max() < 1e-6
    assert served.count_pieces("ok ok") == 6  # two marks and four letters
    caplog.clear()
    again = open_encoder(folder, cache)
    assert caplog.text == ""
    assert np.array_equal(again.encode_question(SENTENCES[0]), wanted[0])


def test_a_model_served_by_its_own_library_keeps_the_same_promises(
    models: dict[str, Any], cache: Path
) -> None:
    folder, model = named(models, "prompted")
    served = TorchEncoder(model, open_encoder(folder, cache, "fp32").description)
    wanted = own_vectors(model, [f"query: {SENTENCES[0]}"])[0]
    assert np.abs(served.encode_question(SENTENCES[0]) - wanted).max() < 1e-6
    assert np.linalg.norm(served.encode_question("ferry " * 50)) == pytest.approx(1.0, abs=1e-5)
    with pytest.raises(ValueError, match="at most 128 word-pieces, got 210"):
        list(served.encode_passages(["a " * 200]))


def test_a_model_trained_again_is_exported_again(tmp_path: Path, cache: Path) -> None:
    folder = tmp_path / "trained"
    save_bert(folder, seed=4)
    before = open_encoder(str(folder), cache, "fp32")
    model = save_bert(folder, seed=5)
    after = open_encoder(str(folder), cache, "fp32")
    assert after.description.weights_sha256 != before.description.weights_sha256
    assert np.abs(after.encode_question("ferry") - own_vectors(model, ["ferry"])[0]).max() < 1e-3


def test_a_folder_without_a_model_is_refused_and_leaves_nothing(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    with pytest.raises(ModelUnusable, match=r"cannot load the model .*empty"):
        open_encoder(str(tmp_path / "empty"), tmp_path / "cache")
    assert not list((tmp_path / "cache").rglob("*.*"))


def test_the_default_encoder_stays_close_to_the_packaged_weights(encoder: Encoder) -> None:
    wanted = own_vectors(load_model(DEFAULT_MODEL), SENTENCES[:3])
    cosines = (encode_all(encoder, SENTENCES[:3]) * wanted).sum(axis=1)
    assert cosines[:2].min() > 0.99
    assert cosines[2] > 0.97  # a lone word


def save_graph(path: Path, norms: int, *, biased: bool) -> None:
    """A graph that adds its two inputs and normalises the sum, so many times."""
    weights = {"weight": np.linspace(0.5, 2, WIDTH), "shift": np.linspace(-1, 1, WIDTH)}
    weights["bias"] = np.linspace(3, 4, WIDTH)
    nodes = [
        make_node(
            FUSED_NORM,
            [
                f"text{at}" if at else "text",
                "skip",
                "weight",
                "shift",
                *(["bias"] if biased else []),
            ],
            [f"text{at + 1}"],
            epsilon=1e-12,
            domain="com.microsoft",
        )
        for at in range(norms)
    ]
    nodes.append(make_node("Identity", [f"text{norms}" if norms else "text"], ["out"]))
    shape = ["texts", "pieces", WIDTH]
    inputs = [make_tensor_value_info(name, TensorProto.FLOAT, shape) for name in ("text", "skip")]
    kept = [onnx.numpy_helper.from_array(v.astype(np.float32), k) for k, v in weights.items()]
    out = [make_tensor_value_info("out", TensorProto.FLOAT, shape)]
    graph = make_graph(nodes, "norms", inputs, out, kept)
    opsets = [make_opsetid("", 17), make_opsetid("com.microsoft", 1)]
    onnx.save(make_model(graph, opset_imports=opsets, ir_version=9), path)


def run_graph(path: Path) -> np.ndarray:
    session = onnxruntime.InferenceSession(path, providers=["CPUExecutionProvider"])
    random = np.random.default_rng(0)
    feeds = {
        name: random.normal(size=(2, 5, WIDTH)).astype(np.float32) for name in ("text", "skip")
    }
    return np.asarray(session.run(["out"], feeds)[0])


@pytest.mark.parametrize("biased", [True, False])
def test_a_rewritten_graph_gives_the_same_numbers(tmp_path: Path, biased: bool) -> None:
    path = tmp_path / "graph.onnx"
    save_graph(path, 2, biased=biased)
    before = run_graph(path)
    assert rewrite_norms(path) == 2
    assert FUSED_NORM not in {node.op_type for node in onnx.load(path).graph.node}
    assert np.abs(run_graph(path) - before).max() < 1e-5


def test_a_graph_without_layer_normalisation_stays_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "graph.onnx"
    save_graph(path, 0, biased=False)
    before = path.read_bytes()
    assert rewrite_norms(path) == 0
    assert path.read_bytes() == before
