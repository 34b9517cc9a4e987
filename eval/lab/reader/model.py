"""The evidence reader as torch sees it, an encoder under two heads, and as a service loads it."""

from __future__ import annotations

import json
import tempfile
import warnings
from pathlib import Path
from typing import Any, cast

import torch
from torch import nn

from onrecord.index.defaults import DEFAULT_MODEL
from onrecord.index.encoder import file_sha256, load_model, weights_sha256
from onrecord.index.export import OPSET, optimise
from onrecord.index.reranker.evidence_reader import DESCRIPTION, GRAPH, TOKENIZER

INPUTS = ("input_ids", "attention_mask", "token_type_ids")
OUTPUTS = ("answers", "bounds")


class Reader(nn.Module):
    """The packaged encoder with a head for where answers begin and end and one for whether any is.

    Word vectors stay as they are: 12 of the 22.7 million parameters, which a few thousand
    questions cannot better.
    """

    def __init__(self, encoder: Any, hidden: int) -> None:
        super().__init__()
        self.encoder = encoder
        self.encoder.embeddings.requires_grad_(False)
        self.bounds = nn.Linear(hidden, 2)
        self.answers = nn.Linear(2 * hidden, 1)

    @classmethod
    def from_packaged(cls) -> tuple[Reader, Any]:
        """A reader that has not been trained yet, and its fast tokenizer."""
        loaded = load_model(DEFAULT_MODEL)
        encoder = loaded[0].auto_model
        for module in encoder.modules():
            if isinstance(module, nn.Dropout):
                module.p = 0.0  # masked pieces do its work at a third of the cost
        tokenizer = loaded.tokenizer.backend_tokenizer
        tokenizer.no_padding()
        tokenizer.no_truncation()
        return cls(encoder, encoder.config.hidden_size), tokenizer

    def forward(
        self, input_ids: torch.Tensor, attention_mask: torch.Tensor, token_type_ids: torch.Tensor
    ) -> tuple[torch.Tensor, torch.Tensor]:
        """Logits of "it answers", shape (texts,), and of begin and end, (texts, pieces, 2)."""
        states = self.encoder(
            input_ids=input_ids, attention_mask=attention_mask, token_type_ids=token_type_ids
        )[0]
        mask = attention_mask[..., None].to(states.dtype)
        mean = (states * mask).sum(1) / mask.sum(1)
        answers = self.answers(torch.cat([states[:, 0], mean], dim=-1)).float().squeeze(-1)
        return answers, self.bounds(states).float()


def save(reader: Reader, file: Path, **more: Any) -> None:
    """Write the weights and what else is needed to go on training, completely or not at all."""
    unfinished = file.with_suffix(".unfinished")
    torch.save({"reader": reader.state_dict(), **more}, unfinished)
    unfinished.rename(file)


def restore(reader: Reader, file: Path) -> dict[str, Any]:
    """Fill the reader from a file of `save`; returns what else the file holds."""
    saved = cast(dict[str, Any], torch.load(file, weights_only=True))
    reader.load_state_dict(saved.pop("reader"))
    return saved


def export(reader: Reader, tokenizer: Any, folder: Path, trained: dict[str, object]) -> None:
    """Write the reader as a service loads it: one int8 graph, its tokenizer and a description.

    `trained` says how it was made.
    """
    folder.mkdir(parents=True, exist_ok=True)
    probe = tuple(torch.ones((1, 16), dtype=torch.int64) for _ in INPUTS)
    axes = {name: {0: "texts", 1: "pieces"} for name in (*INPUTS, "bounds")}
    with tempfile.TemporaryDirectory() as scratch, warnings.catch_warnings(), torch.no_grad():
        warnings.simplefilter("ignore")
        plain = Path(scratch, "plain.onnx")
        torch.onnx.export(
            reader.float().eval(),
            probe,
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
