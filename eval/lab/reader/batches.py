"""Examples as tensors: cut like the questions of a service, sorted by length, labelled."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import torch

from onrecord.eval.lab.reader.examples import Example
from onrecord.index.reranker.evidence_reader import TokenizedPair, tokenize_pair

if TYPE_CHECKING:
    from tokenizers import Tokenizer

BATCH = 16
SORTED_TOGETHER = 20  # batches, so that one holds texts of about the same length
STEP = 8  # pieces a padded length is a multiple of
MASKED_SHARE = 0.05  # of the pieces, while training
FIRST_WORD_ID = 999  # below are the vocabulary's marks


@dataclass(frozen=True, slots=True)
class Batch:
    """Some examples: inputs of shape (texts, pieces), labels of shape (texts, pieces, 2).

    `begin_end` is 1 where an answer begins or ends, on the first piece of a text without an answer,
    and 0 all over where the answer was cut off; `answers`, shape (texts,), is 1 for an answer.
    `allowed` is whether an answer can begin or end there.
    """

    ids: torch.Tensor
    mask: torch.Tensor
    types: torch.Tensor
    allowed: torch.Tensor
    begin_end: torch.Tensor
    answers: torch.Tensor
    examples: Sequence[Example]


def batch(tokenizer: Tokenizer, examples: Sequence[Example]) -> Batch:
    """The examples, padded to the longest or a little more."""
    cuts = [tokenize_pair(tokenizer, one.question, one.title, one.text) for one in examples]
    longest = -(-max(len(pieces.ids) for pieces in cuts) // STEP) * STEP
    ids, mask, types = (np.zeros((len(cuts), longest), dtype=np.int64) for _ in range(3))
    allowed = np.zeros((len(cuts), longest), dtype=bool)
    labels = np.zeros((len(cuts), longest, 2), dtype=np.float32)
    for row, (pieces, example) in enumerate(zip(cuts, examples, strict=True)):
        count = len(pieces.ids)
        ids[row, :count], types[row, :count], mask[row, :count] = pieces.ids, pieces.types, 1
        allowed[row, :count] = pieces.offsets[:, 0] >= 0
        _label(labels[row], pieces, example)
    allowed[:, 0] = True
    answered = np.array([float(bool(one.answers)) for one in examples], dtype=np.float32)
    read = torch.from_numpy
    inputs = read(ids), read(mask), read(types)
    return Batch(*inputs, read(allowed), read(labels), read(answered), examples)


def _label(labels: np.ndarray, pieces: TokenizedPair, example: Example) -> None:
    if not example.answers:
        labels[0] = 1
    starts, ends = pieces.offsets[:, 0], pieces.offsets[:, 1]
    for answer in example.answers:
        at = example.text.find(answer)
        while at >= 0:
            begin = np.flatnonzero((starts <= at) & (at < ends) & (starts >= 0))
            last = at + len(answer) - 1
            end = np.flatnonzero((starts <= last) & (last < ends) & (starts >= 0))
            if begin.size and end.size:
                labels[begin[0], 0] = labels[end[-1], 1] = 1
            at = example.text.find(answer, at + 1)


def deal(examples: Sequence[Example], chance: random.Random) -> Iterator[Sequence[Example]]:
    """All examples once, in batches of about the same length."""
    order = chance.sample(examples, len(examples))
    for first in range(0, len(order), BATCH * SORTED_TOGETHER):
        together = order[first : first + BATCH * SORTED_TOGETHER]
        together.sort(key=lambda one: len(one.question) + len(one.text))
        parts = [together[at : at + BATCH] for at in range(0, len(together), BATCH)]
        chance.shuffle(parts)
        yield from parts


def mask_some(ids: torch.Tensor, mask_id: int) -> torch.Tensor:
    """The ids with a few words hidden, so that no single one is learned by heart."""
    hidden = (torch.rand(ids.shape) < MASKED_SHARE) & (ids > FIRST_WORD_ID)
    return torch.where(hidden, torch.full_like(ids, mask_id), ids)
