"""Write a sentence-transformers model as one ONNX graph, pooling and normalisation included.

The graph comes from torch's TorchScript exporter, because onnxruntime's BERT fusions recognise its
output, and is quantised to dynamic int8 per channel. An export whose vectors are not the model's
own is refused. Torch is imported only while a model is exported.

Fused layer normalisation is then rewritten as instance normalisation of each token, which is the
same sum: onnxruntime computes `SkipLayerNormalization` without the processor's vector instructions,
which takes a quarter of a passage's time, and `InstanceNormalization` in a fifteenth of that.
Source: Ba, Kiros and Hinton 2016, "Layer Normalization"; ONNX's `InstanceNormalization`.
"""

from __future__ import annotations

import json
import logging
import os
import shutil
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import numpy as np

from onrecord.index.encoder import (
    DESCRIPTION,
    GRAPH,
    TOKENIZER,
    Description,
    OnnxEncoder,
    file_sha256,
    load_model,
    weights_sha256,
)

OPSET = 17
# int8 vectors of all-MiniLM-L6-v2 stay within .991 of the originals; a wrong graph is far off.
MIN_COSINE = {"int8": 0.97, "fp32": 0.999}
UNLIMITED_PIECES = 1_000_000  # a model of static word vectors reads texts of any length
FUSED_NORM = "SkipLayerNormalization"
SCALES, SHIFTS = "norms_ones", "norms_zeros"  # of the instance; the layer's weights follow it
PROBES = (
    "The council voted 7 to 2 on Tuesday to keep the library open on Sundays.",
    "Rain delayed the ferry. Passengers waited four hours at the northern pier, and some walked.",
    "ok",
)


def export_encoder(model: str, folder: Path, precision: str) -> str | None:
    """Export into `folder`, complete or not at all; returns why there is no graph, if so.

    Raises `ModelUnusable` if the model is missing or its weights are not the expected ones.
    """
    weights = weights_sha256(model)
    folder.parent.mkdir(parents=True, exist_ok=True)
    with _quiet(), tempfile.TemporaryDirectory(dir=folder.parent, prefix=".export-") as scratch:
        loaded = load_model(model)
        work = Path(scratch)
        reason = None
        description = _describe(loaded, model, precision, weights)
        try:
            description = _write_graph(loaded, work, description)
        except _refusals() as error:
            reason = str(error).splitlines()[0] if str(error) else type(error).__name__
        (work / DESCRIPTION).write_text(json.dumps(asdict(description), indent=1) + "\n")
        complete = work / "complete"
        complete.mkdir()
        for name in (GRAPH, TOKENIZER, DESCRIPTION):
            if (work / name).exists():
                (work / name).rename(complete / name)
        _publish(complete, folder)
    return reason


def _refusals() -> tuple[type[Exception], ...]:
    """What exporting raises for a model it does not support, onnxruntime's own errors included."""
    from onnxruntime.capi import onnxruntime_pybind11_state as state

    own = (state.Fail, state.InvalidGraph, state.InvalidArgument, state.NotImplemented)
    return (*own, RuntimeError, TypeError, ValueError, KeyError, AttributeError)


@contextmanager
def _quiet() -> Iterator[None]:
    """Silence progress bars and warnings of the exporting libraries; errors are still raised."""
    from transformers.utils.logging import disable_progress_bar

    disable_progress_bar()  # type: ignore[no-untyped-call]
    before = logging.root.manager.disable
    logging.disable(logging.WARNING)
    try:
        yield
    finally:
        logging.disable(before)


def _publish(complete: Path, folder: Path) -> None:
    """Move a finished export into place; one that another process finished first stays."""
    if not (folder / DESCRIPTION).exists():
        shutil.rmtree(folder, ignore_errors=True)
    try:
        os.replace(complete, folder)
    except OSError:
        if not (folder / DESCRIPTION).exists():
            raise


def _describe(loaded: Any, model: str, precision: str, weights: str) -> Description:
    prompts = loaded.prompts or {}
    passage = next((prompts[name] for name in ("document", "passage") if name in prompts), "")
    return Description(
        model=model,
        precision=precision,
        weights_sha256=weights,
        dimension=int(loaded.get_embedding_dimension()),
        max_pieces=int(min(loaded.max_seq_length or UNLIMITED_PIECES, UNLIMITED_PIECES)),
        question_prompt=prompts.get("query", ""),
        passage_prompt=passage,
    )


def _write_graph(loaded: Any, work: Path, description: Description) -> Description:
    import torch

    names = list(loaded.tokenizer.model_input_names)
    features = loaded.tokenizer(list(PROBES[:2]), padding=True, return_tensors="pt")
    with warnings.catch_warnings(), torch.no_grad():
        warnings.simplefilter("ignore")
        torch.onnx.export(
            _as_graph(loaded, names),
            tuple(features[name] for name in names),
            str(work / "plain.onnx"),
            input_names=names,
            output_names=["embedding"],
            dynamic_axes={name: {0: "texts", 1: "pieces"} for name in names}
            | {"embedding": {0: "texts"}},
            opset_version=OPSET,
            dynamo=False,
        )
    config = loaded[0].auto_model.config
    optimise(work / "plain.onnx", work / GRAPH, config, description.precision)
    loaded.tokenizer.backend_tokenizer.save(str(work / TOKENIZER))
    _verify(loaded, work, description)
    graph = file_sha256(work / GRAPH)
    return replace(description, opset=OPSET, graph_sha256=graph)


def _as_graph(loaded: Any, names: list[str]) -> Any:
    import torch

    class Graph(torch.nn.Module):
        """The whole model as a function of its inputs, in the tokenizer's order."""

        def __init__(self) -> None:
            super().__init__()
            self.model = loaded

        def forward(self, *inputs: torch.Tensor) -> torch.Tensor:
            embedding = self.model(dict(zip(names, inputs, strict=True)))["sentence_embedding"]
            return torch.nn.functional.normalize(embedding, dim=-1)

    return Graph().eval()


def optimise(plain: Path, target: Path, config: Any, precision: str) -> None:
    """Write a plain graph as `target`: layers fused, norms rewritten, int8 weights if asked."""
    from onnxruntime.quantization import QuantType, quantize_dynamic
    from onnxruntime.transformers import optimizer

    kind = "bert" if config.model_type in ("bert", "roberta", "xlm-roberta", "mpnet") else None
    fused = plain
    if kind is not None:
        graph = optimizer.optimize_model(
            str(plain),
            model_type=kind,
            num_heads=config.num_attention_heads,
            hidden_size=config.hidden_size,
            opt_level=0,
        )
        fused = plain.with_name("fused.onnx")
        graph.save_model_to_file(str(fused))
    if precision == "fp32":
        fused.rename(target)
    else:
        tensor_float = 1  # onnx.TensorProto.FLOAT: fused nodes carry no type of their own
        quantize_dynamic(
            fused,
            target,
            per_channel=True,
            weight_type=QuantType.QInt8,
            extra_options={"DefaultTensorType": tensor_float},
        )
    rewrite_norms(target)


def rewrite_norms(path: Path) -> int:
    """Rewrite the layer norms of the graph in that file; returns how many there were."""
    import onnx

    model = onnx.load(path)
    norms, nodes = 0, []
    for node in model.graph.node:
        if node.op_type != FUSED_NORM:
            nodes.append(node)
            continue
        if not norms:
            nodes += _instance_inputs(node.input[0])
        nodes += _instance_norm(node)
        norms += 1
    if norms:
        del model.graph.node[:]
        model.graph.node.extend(nodes)
        onnx.save(model, path)
    return norms


def _instance_norm(node: Any) -> Iterator[Any]:
    from onnx.helper import make_node

    if any(node.output[1:]):
        raise ValueError(f"expected {FUSED_NORM} with one output, got {list(node.output)}")
    summed, skipped, weight, shift, *bias = node.input
    into, epsilon = node.output[0], node.attribute[0].f
    if bias and bias[0]:
        yield make_node("Add", [summed, bias[0]], [f"{into}_biased"])
        summed = f"{into}_biased"
    yield make_node("Add", [summed, skipped], [f"{into}_summed"])
    instances = [f"{into}_summed", SCALES, SHIFTS]
    yield make_node("InstanceNormalization", instances, [f"{into}_normal"], epsilon=epsilon)
    yield make_node("Mul", [f"{into}_normal", weight], [f"{into}_weighted"])
    yield make_node("Add", [f"{into}_weighted", shift], [into])


def _instance_inputs(texts: str) -> Iterator[Any]:
    """The nodes of SCALES and SHIFTS: a one and a zero per word-piece, shape (pieces,)."""
    from onnx import TensorProto
    from onnx.helper import make_node, make_tensor

    yield make_node("Shape", [texts], ["norms_pieces"], start=1, end=2)
    for name, value in ((SCALES, 1.0), (SHIFTS, 0.0)):
        constant = make_tensor(name, TensorProto.FLOAT, [1], [value])
        yield make_node("ConstantOfShape", ["norms_pieces"], [name], value=constant)


def _verify(loaded: Any, work: Path, description: Description) -> None:
    exported = OnnxEncoder(work, description, threads=1)
    prompt = description.passage_prompt
    for probe in PROBES:
        wanted = loaded.encode(prompt + probe, normalize_embeddings=True, show_progress_bar=False)
        cosine = float(np.dot(wanted, next(exported.encode_passages([probe]))))
        if cosine < MIN_COSINE[description.precision]:
            raise ValueError(f"the exported graph's vectors are off: cosine {cosine:.3f}")
