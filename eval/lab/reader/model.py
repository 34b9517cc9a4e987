"""The evidence reader as torch sees it: an encoder under two heads."""

from __future__ import annotations

from pathlib import Path
from typing import Any, cast

import torch
from torch import nn

from onrecord.index.encoder import load_model

OUTSIDE = -1e4  # the logit of a piece at which no answer can begin or end


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
    def from_packaged(cls, model: str) -> tuple[Reader, Any]:
        """A reader that has read nothing yet, and its fast tokenizer."""
        loaded = load_model(model)
        encoder = loaded[0].auto_model
        for module in encoder.modules():
            if isinstance(module, nn.Dropout):
                module.p = 0.0  # masked pieces do its work at a third of the cost
        tokenizer = loaded.tokenizer.backend_tokenizer
        tokenizer.no_padding()
        tokenizer.no_truncation()
        return cls(encoder, encoder.config.hidden_size), tokenizer

    def forward(
        self,
        input_ids: torch.Tensor,
        attention_mask: torch.Tensor,
        token_type_ids: torch.Tensor,
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
    """Write what was learned, and what is needed to go on learning, complete or not at all."""
    unfinished = file.with_suffix(".unfinished")
    torch.save({"reader": reader.state_dict(), **more}, unfinished)
    unfinished.rename(file)


def restore(reader: Reader, file: Path) -> dict[str, Any]:
    """Fill the reader from a file of `save`; returns what else the file holds."""
    saved = cast(dict[str, Any], torch.load(file, weights_only=True))
    reader.load_state_dict(saved.pop("reader"))
    return saved
