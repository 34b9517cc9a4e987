"""Write a sentence-transformers model as one ONNX graph, pooling and normalisation included.

The graph comes from torch's TorchScript exporter, the one whose output onnxruntime's BERT fusions
recognise, and is quantised to dynamic int8 by channel. An export that does not give the model's
own vectors is refused. Torch is imported while a model is exported, and then only.
"""

from __future__ import annotations

import logging
import os
import shutil
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from onrecord.index.encoder import DESCRIPTION, Description, OnnxEncoder, write_description
from onrecord.index.models import file_sha256, load_model, weights_sha256
from onrecord.index.norms import spread_norms

OPSET = 17
# int8 vectors of all-MiniLM-L6-v2 stay within .991 of the originals; a wrong graph is far off.
MIN_COSINE = {"int8": 0.97, "fp32": 0.999}
UNLIMITED_PIECES = 1_000_000  # a model of static word vectors reads texts of any length
PROBES = (
    "The council voted 7 to 2 on Tuesday to keep the library open on Sundays.",
    "Rain delayed the ferry. Passengers waited four hours at the northern pier, and some walked.",
    "ok",
)


def export_encoder(model: str, folder: Path, precision: str) -> str | None:
    """Export into `folder`, complete or not at all; returns why the graph had to be left out.

    Raises `ModelUnusable` where the model is missing or its weights are not the expected ones.
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
        write_description(description, work)
        complete = work / "complete"
        complete.mkdir()
        for name in ("encoder.onnx", "tokenizer.json", DESCRIPTION):
            if (work / name).exists():
                (work / name).rename(complete / name)
        _publish(complete, folder)
    return reason


def _refusals() -> tuple[type[Exception], ...]:
    """What exporting raises for a model it is not made for, onnxruntime's own errors included."""
    from onnxruntime.capi import onnxruntime_pybind11_state as state

    own = (state.Fail, state.InvalidGraph, state.InvalidArgument, state.NotImplemented)
    return (*own, RuntimeError, TypeError, ValueError, KeyError, AttributeError)


@contextmanager
def _quiet() -> Iterator[None]:
    """Hold back what the exporting libraries say on the way; their errors still come through."""
    from transformers.utils.logging import disable_progress_bar

    disable_progress_bar()  # type: ignore[no-untyped-call]
    before = logging.root.manager.disable
    logging.disable(logging.WARNING)
    try:
        yield
    finally:
        logging.disable(before)


def _publish(complete: Path, folder: Path) -> None:
    """Move a finished export into place; one that another process finished first may stay."""
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
    optimise(work / "plain.onnx", work / "encoder.onnx", config, description.precision)
    loaded.tokenizer.backend_tokenizer.save(str(work / "tokenizer.json"))
    _verify(loaded, work, description)
    graph = file_sha256(work / "encoder.onnx")
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
    """Write a plain graph as `target`, its layers fused and, for int8, its weights quantised."""
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
        spread_norms(target)
        return
    tensor_float = 1  # onnx.TensorProto.FLOAT: fused nodes carry no type of their own
    quantize_dynamic(
        fused,
        target,
        per_channel=True,
        weight_type=QuantType.QInt8,
        extra_options={"DefaultTensorType": tensor_float},
    )
    spread_norms(target)


def _verify(loaded: Any, work: Path, description: Description) -> None:
    exported = OnnxEncoder(work, description, threads=1)
    prompt = description.passage_prompt
    for probe in PROBES:
        wanted = loaded.encode(prompt + probe, normalize_embeddings=True, show_progress_bar=False)
        cosine = float(np.dot(wanted, next(exported.encode_passages([probe]))))
        if cosine < MIN_COSINE[description.precision]:
            raise ValueError(f"the exported graph's vectors are off: cosine {cosine:.3f}")
