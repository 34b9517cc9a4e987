"""Write a trained reader as the files that a service loads: one int8 graph, its tokenizer."""

from __future__ import annotations

import json
import tempfile
import warnings
from pathlib import Path
from typing import TYPE_CHECKING

import torch

from onrecord.eval.lab.reader.batches import batch
from onrecord.eval.lab.reader.examples import Example
from onrecord.eval.lab.reader.model import Reader
from onrecord.index.defaults import DEFAULT_MODEL
from onrecord.index.encoder import file_sha256, weights_sha256
from onrecord.index.export import OPSET, optimise
from onrecord.index.reranker.evidence_reader import DESCRIPTION, GRAPH, TOKENIZER

if TYPE_CHECKING:
    from tokenizers import Tokenizer

INPUTS = ("input_ids", "attention_mask", "token_type_ids")
OUTPUTS = ("answers", "bounds")
PROBE = Example(
    "Library",
    "How did the council vote?",
    "Library",
    "The council voted 7 to 2 on Tuesday. It stays open.",
    ("7 to 2",),
    "squad",
)


def export(reader: Reader, tokenizer: Tokenizer, folder: Path, trained: dict[str, object]) -> None:
    """Write the reader into `folder`; `trained` says how it was made."""
    folder.mkdir(parents=True, exist_ok=True)
    probe = batch(tokenizer, [PROBE])
    axes = {name: {0: "texts", 1: "pieces"} for name in (*INPUTS, "bounds")}
    with tempfile.TemporaryDirectory() as scratch, warnings.catch_warnings(), torch.no_grad():
        warnings.simplefilter("ignore")
        plain = Path(scratch, "plain.onnx")
        torch.onnx.export(
            reader.float().eval(),
            (probe.ids, probe.mask, probe.types),
            str(plain),
            input_names=INPUTS,
            output_names=OUTPUTS,
            dynamic_axes=axes | {"answers": {0: "texts"}},
            opset_version=OPSET,
            dynamo=False,
        )
        optimise(plain, folder / GRAPH, reader.encoder.config, "int8")
    tokenizer.save(str(folder / TOKENIZER))
    description = {
        "base": DEFAULT_MODEL,
        "base_sha256": weights_sha256(DEFAULT_MODEL),
        "opset": OPSET,
        "precision": "int8",
        "graph_sha256": file_sha256(folder / GRAPH),
        **trained,
    }
    (folder / DESCRIPTION).write_text(json.dumps(description, indent=1) + "\n", encoding="utf-8")
