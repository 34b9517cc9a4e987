"""Train the evidence reader.

Training is seeded and resumable: every few minutes all that is needed to go on is written to the
work folder. A graphics card is used where there is one.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import fmean
from typing import Any

import numpy as np
import torch
from torch import nn
from torch.nn.functional import binary_cross_entropy_with_logits
from torch.optim.lr_scheduler import LambdaLR

from onrecord.eval.lab.reader.examples import SEED, Example
from onrecord.eval.lab.reader.model import Reader, restore, save
from onrecord.index.reranker.evidence_reader import tokenize_pair

LEARNING_RATE = 1.5e-4
HEADS_RATE = 5  # times the learning rate: the heads begin at random
WARM_UP = 0.06  # share of the steps over which the rate rises
WEIGHT_DECAY = 0.01
MAX_NORM = 1.0
BATCH = 24
SORTED_TOGETHER = 20  # batches, so that one holds windows of about the same length
STEP = 4  # a padded length is a multiple of so many pieces
MASKED_SHARE = 0.05  # of the pieces, while training
FIRST_WORD_ID = 999  # smaller ids are the vocabulary's marks
MARK = "[MASK]"
OUTSIDE = -1e4  # the weight of a piece outside the window
SENTENCES_SHARE = 1.0  # of the sentences' loss beside the window's
ANSWERS_SHARE = 0.3  # of the answers' loss beside the window's
SAVED_EVERY = 100  # steps

Say = Callable[[str], None]


def train(examples: Sequence[Example], layers: int, epochs: int, file: Path, say: Say) -> Reader:
    """The reader, trained on the examples; goes on from where `file` says it got to."""
    torch.manual_seed(SEED)
    device = "cuda" if torch.cuda.is_available() else "cpu"
    reader, tokenizer = Reader.from_packaged(layers)
    reader.to(device)
    optimiser = _optimiser(reader)
    taken = 0
    if file.exists():
        saved = restore(reader, file)
        optimiser.load_state_dict(saved["optimiser"])
        taken = saved["steps"]
    mask_id = tokenizer.token_to_id(MARK)
    parts = [part for epoch in range(epochs) for part in _deal(examples, epoch)]
    rates = LambdaLR(optimiser, lambda step: _rate(step / len(parts)), last_epoch=taken - 1)
    losses = []
    reader.train()
    began = time.monotonic()
    for step, part in enumerate(parts[taken:], start=taken + 1):
        losses.append(_step(reader, optimiser, batch(tokenizer, part), mask_id, device))
        rates.step()
        if step % SAVED_EVERY == 0 or step == len(parts):
            save(reader, file, optimiser=optimiser.state_dict(), steps=step)
            pace = (step - taken) * BATCH / (time.monotonic() - began)
            say(f"step {step} of {len(parts)}, loss {fmean(losses):.3f}, {pace:.0f} windows/s")
            losses.clear()
    return reader.to("cpu").eval()


def _optimiser(reader: Reader) -> torch.optim.Optimizer:
    heads = [*reader.pieces.parameters(), *reader.answers.parameters()]
    groups: list[dict[str, Any]] = [
        {"params": list(reader.encoder.parameters())},
        {"params": heads, "lr": HEADS_RATE * LEARNING_RATE},
    ]
    return torch.optim.AdamW(groups, lr=LEARNING_RATE, weight_decay=WEIGHT_DECAY, fused=True)


def _rate(done: float) -> float:
    """The share of the full rate, which rises and then falls to nothing along straight lines."""
    return min(done / WARM_UP, (1 - done) / (1 - WARM_UP))


def _deal(examples: Sequence[Example], epoch: int) -> Iterator[list[Example]]:
    """All examples once, in batches of about the same length."""
    chance = random.Random(SEED + epoch)
    order = chance.sample(examples, len(examples))
    for first in range(0, len(order), BATCH * SORTED_TOGETHER):
        together = order[first : first + BATCH * SORTED_TOGETHER]
        together.sort(key=lambda one: len(one.question) + len(one.title) + len(one.text))
        parts = [together[at : at + BATCH] for at in range(0, len(together), BATCH)]
        chance.shuffle(parts)
        yield from parts


def _step(
    reader: nn.Module, optimiser: torch.optim.Optimizer, part: Batch, mask_id: int, device: str
) -> float:
    ids = _mask_some(part.ids, mask_id).to(device)
    with torch.autocast(device, torch.bfloat16, enabled=device == "cuda"):
        answers, pieces = reader(ids, part.mask.to(device), part.types.to(device))
    loss = measure_loss(answers.cpu(), pieces.cpu(), part)
    optimiser.zero_grad()
    torch.autograd.backward(loss)
    nn.utils.clip_grad_norm_(reader.parameters(), MAX_NORM)
    optimiser.step()
    return float(loss.detach())


def measure_loss(answers: torch.Tensor, pieces: torch.Tensor, part: Batch) -> torch.Tensor:
    """How far the window's log-odds, the sentences' and the weights are from the labels.

    The weights are to lie on the answer's pieces, where those are marked.
    """
    loss = binary_cross_entropy_with_logits(answers, part.answers)
    read = part.sentence >= 0
    weights = pieces[..., 0].masked_fill(~read, OUTSIDE)
    found = pool(weights, pieces[..., 1], part.sentence, part.labels.shape[1])
    known = part.labels >= 0
    by_sentence = binary_cross_entropy_with_logits(found[known], part.labels[known])
    loss = loss + SENTENCES_SHARE * by_sentence
    marked = part.inside.any(1)
    if marked.any():
        shares = weights[marked].log_softmax(1).masked_fill(~part.inside[marked], -torch.inf)
        loss = loss - ANSWERS_SHARE * shares.logsumexp(1).mean()
    return loss


def pool(
    weights: torch.Tensor, values: torch.Tensor, sentence: torch.Tensor, sentences: int
) -> torch.Tensor:
    """Each sentence's mean of the values by their weights, shape (texts, sentences).

    `sentence` is each piece's, -1 outside; as `score_evidence` does it for one window.
    """
    members = torch.nn.functional.one_hot(sentence.clamp(min=0), sentences).bool()
    members &= (sentence >= 0)[..., None]
    shares = weights[..., None].masked_fill(~members, OUTSIDE).softmax(1)
    return (shares * values[..., None]).sum(1)


@dataclass(frozen=True, slots=True)
class Batch:
    """Windows as tensors: inputs and `sentence`, each piece's (-1: none), (texts, pieces).

    `inside` is whether a piece is of an answer; `labels`, (texts, sentences), is 1 for evidence,
    -1 where there is no such sentence; the title counts as the last one. `answers`, (texts,), is 1
    for a window that answers.
    """

    ids: torch.Tensor
    mask: torch.Tensor
    types: torch.Tensor
    sentence: torch.Tensor
    inside: torch.Tensor
    labels: torch.Tensor
    answers: torch.Tensor


def batch(tokenizer: Any, examples: Sequence[Example]) -> Batch:
    """The examples, cut as a service cuts its questions, and padded to about the longest."""
    cuts = [tokenize_pair(tokenizer, one.question, one.title, one.text) for one in examples]
    longest = -(-max(len(pieces.ids) for pieces in cuts) // STEP) * STEP
    ids, mask, types = (np.zeros((len(cuts), longest), dtype=np.int64) for _ in range(3))
    sentence = np.full((len(cuts), longest), -1, dtype=np.int64)
    inside = np.zeros((len(cuts), longest), dtype=bool)
    last = max(len(one.sentences) for one in examples)
    labels = np.full((len(cuts), last + 1), -1, np.float32)
    for row, (pieces, one) in enumerate(zip(cuts, examples, strict=True)):
        count, starts = len(pieces.ids), pieces.offsets[:, 0]
        ids[row, :count], types[row, :count], mask[row, :count] = pieces.ids, pieces.types, 1
        for at, span in enumerate(one.sentences):
            there = (starts >= span.start) & (starts < span.end)
            sentence[row, :count][there] = at
            if there.any():
                labels[row, at] = span in one.evidence
        if pieces.title.any():
            sentence[row, :count][pieces.title] = last
            labels[row, last] = one.headline
        for span in one.answers:
            inside[row, :count] |= (starts < span.end) & (pieces.offsets[:, 1] > span.start)
    answered = np.array([one.headline or bool(one.evidence) for one in examples], np.float32)
    return Batch(*map(torch.from_numpy, (ids, mask, types, sentence, inside, labels, answered)))


def _mask_some(ids: torch.Tensor, mask_id: int) -> torch.Tensor:
    """The ids with a few words masked, so that no single one is learned by heart."""
    hidden = (torch.rand(ids.shape) < MASKED_SHARE) & (ids > FIRST_WORD_ID)
    return torch.where(hidden, torch.full_like(ids, mask_id), ids)
