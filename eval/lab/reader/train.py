"""Train the evidence reader on the examples of four folds, or of all five for the one that ships.

Training is seeded and resumable: every few minutes all that is needed to go on is written to the
work folder. A graphics card is used where there is one.
"""

from __future__ import annotations

import random
import re
import shutil
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from statistics import fmean
from typing import Any, cast

import numpy as np
import torch
from torch import nn
from torch.nn.functional import binary_cross_entropy_with_logits
from torch.optim.lr_scheduler import LambdaLR

from onrecord.eval.lab.reader.examples import SEED, Example
from onrecord.eval.lab.reader.model import Reader, restore, save
from onrecord.index.reranker.evidence_reader import TokenizedPair, tokenize_pair

EPOCHS = 3
LEARNING_RATE = 1.5e-4
HEADS_RATE = 5  # times the learning rate: the heads begin at random
WARM_UP = 0.06  # share of the steps over which the rate rises
WEIGHT_DECAY = 0.01
MAX_NORM = 1.0
BATCH = 16
SORTED_TOGETHER = 20  # batches, so that one holds texts of about the same length
STEP = 8  # a padded length is a multiple of so many pieces
MASKED_SHARE = 0.05  # of the pieces, while training
FIRST_WORD_ID = 999  # smaller ids are the vocabulary's marks
NEAR_MISSES_AN_EPOCH = 2_000  # labelled or found passages that do not answer
SWAPS_AN_EPOCH = 1_000
MARK = "[MASK]"
OUTSIDE = -1e4  # the logit of a piece at which no answer can begin or end
SAVED_EVERY = 200  # steps
COMPILED_FROM = 200  # steps; compiling takes about two minutes and then saves two fifths

_NUMBER = re.compile(r"(?<![\w.,])\d[\d.,]*\d(?![\w.,]*\d)|(?<![\w.,])\d(?![\w.,]*\d)")
_NAME = re.compile(r"(?<=[a-z,;] )[A-Z][a-z]+(?: [A-Z][a-z]+)*")

Say = Callable[[str], None]


def train(examples: Sequence[Example], file: Path, say: Say, epochs: int = EPOCHS) -> Reader:
    """The reader, trained on the examples; goes on from where `file` says it got to."""
    torch.manual_seed(SEED)
    device = "cuda" if torch.cuda.is_available() else "cpu"
    reader, tokenizer = Reader.from_packaged()
    reader.to(device)
    optimiser = _optimiser(reader)
    taken = 0
    if file.exists():
        saved = restore(reader, file)
        optimiser.load_state_dict(saved["optimiser"])
        taken = saved["steps"]
    mask_id = tokenizer.token_to_id(MARK)
    parts = [part for epoch in range(epochs) for part in _epoch(examples, epoch)]
    rates = LambdaLR(optimiser, lambda step: _rate(step / len(parts)), last_epoch=taken - 1)
    losses = []
    reader.train()
    run = _compile(reader, len(parts) - taken)
    for step, part in enumerate(parts[taken:], start=taken + 1):
        losses.append(_step(run, optimiser, batch(tokenizer, part), mask_id, device))
        rates.step()
        if step % SAVED_EVERY == 0 or step == len(parts):
            save(reader, file, optimiser=optimiser.state_dict(), steps=step)
            say(f"{file.stem}: step {step} of {len(parts)}, loss {fmean(losses):.3f}")
            losses.clear()
    return reader.to("cpu").eval()


def _optimiser(reader: Reader) -> torch.optim.Optimizer:
    learned = [weight for weight in reader.encoder.parameters() if weight.requires_grad]
    heads = [*reader.bounds.parameters(), *reader.answers.parameters()]
    groups: list[dict[str, Any]] = [
        {"params": learned},
        {"params": heads, "lr": HEADS_RATE * LEARNING_RATE},
    ]
    return torch.optim.AdamW(groups, lr=LEARNING_RATE, weight_decay=WEIGHT_DECAY, fused=True)


def _rate(done: float) -> float:
    """The share of the full rate, which rises and then falls to nothing along straight lines."""
    return min(done / WARM_UP, (1 - done) / (1 - WARM_UP))


def _epoch(examples: Sequence[Example], epoch: int) -> Iterator[list[Example]]:
    """One epoch's batches: all that answer, all of SQuAD's, some near misses, some swapped."""
    chance = random.Random(SEED + epoch)
    kept = [one for one in examples if one.answers or one.source == "squad"]
    misses = [one for one in examples if not one.answers and one.source != "squad"]
    kept += chance.sample(misses, min(NEAR_MISSES_AN_EPOCH, len(misses)))
    answered = [one for one in examples if one.answers]
    swapped = (swap(one, chance) for one in chance.sample(answered, len(answered)))
    some = [one for one in swapped if one is not None]
    return deal(kept + some[:SWAPS_AN_EPOCH], chance)


def _compile(reader: Reader, steps: int) -> nn.Module:
    """The same reader, its small operations joined where a compiler is at hand and it pays."""
    if steps < COMPILED_FROM or shutil.which("c++") is None:
        return reader
    return cast(nn.Module, torch.compile(reader, dynamic=True))


def _step(
    reader: nn.Module, optimiser: torch.optim.Optimizer, part: Batch, mask_id: int, device: str
) -> float:
    ids = mask_some(part.ids, mask_id).to(device)
    with torch.autocast(device, torch.bfloat16):
        answers, bounds = reader(ids, part.mask.to(device), part.types.to(device))
    loss = measure_loss(answers, bounds, part, device)
    optimiser.zero_grad()
    torch.autograd.backward(loss)
    nn.utils.clip_grad_norm_(reader.parameters(), MAX_NORM)
    optimiser.step()
    return float(loss.detach())


def measure_loss(
    answers: torch.Tensor, bounds: torch.Tensor, part: Batch, device: str
) -> torch.Tensor:
    """How far the two heads are from the labels; of several right bounds, any will do."""
    labels = part.begin_end.to(device)
    bounds = bounds.masked_fill(~part.allowed.to(device)[..., None], OUTSIDE)
    shares = bounds.log_softmax(1) + torch.where(labels > 0, 0.0, -torch.inf)
    labelled = labels.sum((1, 2)) > 0
    missed = -shares[labelled].logsumexp(1).mean() if labelled.any() else bounds.sum() * 0
    return missed + binary_cross_entropy_with_logits(answers, part.answers.to(device))


def swap(example: Example, chance: random.Random) -> Example | None:
    """The example with one name or number of its question exchanged for another of the passage's.

    So the passage no longer answers, as people wrote SQuAD 2.0's impossible questions, and the
    reader learns that every word of a question counts. None where there is nothing to exchange.
    """
    for pattern in chance.sample((_NUMBER, _NAME), 2):
        asked = pattern.findall(example.question)
        if not asked:
            continue
        old = chance.choice(asked)
        taken = " ".join([example.question, *example.answers])
        others = sorted({word for word in pattern.findall(example.text) if word not in taken})
        if others and old in example.text:
            question = example.question.replace(old, chance.choice(others))
            return replace(example, question=question, answers=())
    return None


@dataclass(frozen=True, slots=True)
class Batch:
    """Examples as tensors: inputs of shape (texts, pieces), labels of shape (texts, pieces, 2).

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


def batch(tokenizer: Any, examples: Sequence[Example]) -> Batch:
    """The examples, cut as a service cuts its questions, and padded to about the longest."""
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
    return Batch(*inputs, read(allowed), read(labels), read(answered))


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


def deal(examples: Sequence[Example], chance: random.Random) -> Iterator[list[Example]]:
    """All examples once, in batches of about the same length."""
    order = chance.sample(examples, len(examples))
    for first in range(0, len(order), BATCH * SORTED_TOGETHER):
        together = order[first : first + BATCH * SORTED_TOGETHER]
        together.sort(key=lambda one: len(one.question) + len(one.text))
        parts = [together[at : at + BATCH] for at in range(0, len(together), BATCH)]
        chance.shuffle(parts)
        yield from parts


def mask_some(ids: torch.Tensor, mask_id: int) -> torch.Tensor:
    """The ids with a few words masked, so that no single one is learned by heart."""
    hidden = (torch.rand(ids.shape) < MASKED_SHARE) & (ids > FIRST_WORD_ID)
    return torch.where(hidden, torch.full_like(ids, mask_id), ids)
