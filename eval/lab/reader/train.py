"""Train the evidence reader on the examples of four folds, or of all five for the one that ships.

Seeded, and resumable: every few minutes all that is needed to go on is written to the work folder.
A graphics card is used where there is one.
"""

from __future__ import annotations

import random
import re
import shutil
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import cast

import torch
from torch import nn
from torch.nn.functional import binary_cross_entropy_with_logits

from onrecord.eval.lab.reader.batches import Batch, batch, deal, mask_some
from onrecord.eval.lab.reader.examples import SEED, Example
from onrecord.eval.lab.reader.model import OUTSIDE, Reader, restore, save
from onrecord.index.defaults import DEFAULT_MODEL

EPOCHS = 3
LEARNING_RATE = 1.5e-4
HEADS_RATE = 5 * LEARNING_RATE  # the heads begin at random
WARM_UP = 0.06  # share of the steps over which the rate rises
WEIGHT_DECAY = 0.01
MAX_NORM = 1.0
NEAR_MISSES_AN_EPOCH = 2_000  # labelled or found passages that do not answer
SWAPS_AN_EPOCH = 1_000
MARK = "[MASK]"
SHOWN = 50  # steps whose loss is shown, on average
KEPT_EVERY = 200  # steps
COMPILED_FROM = 200  # steps; compiling takes about two minutes and then saves two fifths

_NUMBER = re.compile(r"(?<![\w.,])\d[\d.,]*\d(?![\w.,]*\d)|(?<![\w.,])\d(?![\w.,]*\d)")
_NAME = re.compile(r"(?<=[a-z,;] )[A-Z][a-z]+(?: [A-Z][a-z]+)*")

Report = Callable[[int, int, float], None]  # steps done, in all, mean loss


@dataclass(frozen=True, slots=True)
class Recipe:
    """How long to learn and how fast."""

    epochs: int = EPOCHS
    learning_rate: float = LEARNING_RATE


DEFAULT_RECIPE = Recipe()


def train(
    examples: Sequence[Example], file: Path, report: Report, recipe: Recipe = DEFAULT_RECIPE
) -> Reader:
    """The reader, trained on the examples; goes on from where `file` says it got to."""
    torch.manual_seed(SEED)
    device = "cuda" if torch.cuda.is_available() else "cpu"
    reader, tokenizer = Reader.from_packaged(DEFAULT_MODEL)
    reader.to(device)
    optimiser = _optimiser(reader, recipe)
    taken = 0
    if file.exists():
        saved = restore(reader, file)
        optimiser.load_state_dict(saved["optimiser"])
        taken = saved["steps"]
    mask_id = tokenizer.token_to_id(MARK)
    parts = list(_schedule(examples, recipe))
    losses: deque[float] = deque(maxlen=SHOWN)
    reader.train()
    run = _compile(reader, len(parts) - taken)
    for step in range(taken, len(parts)):
        part = batch(tokenizer, parts[step])
        _set_rates(optimiser, step / len(parts), recipe)
        losses.append(_step(run, optimiser, part, mask_id, device))
        report(step + 1, len(parts), sum(losses) / len(losses))
        if (step + 1) % KEPT_EVERY == 0 or step + 1 == len(parts):
            save(reader, file, optimiser=optimiser.state_dict(), steps=step + 1)
    return reader.to("cpu").eval()


def _schedule(examples: Sequence[Example], recipe: Recipe) -> Iterator[Sequence[Example]]:
    """The batches of all epochs, the same each time."""
    for epoch in range(recipe.epochs):
        chance = random.Random(SEED + epoch)
        yield from deal(_epoch(examples, chance), chance)


def _optimiser(reader: Reader, recipe: Recipe) -> torch.optim.Optimizer:
    learned = [weight for weight in reader.encoder.parameters() if weight.requires_grad]
    heads = [*reader.bounds.parameters(), *reader.answers.parameters()]
    return torch.optim.AdamW(
        [{"params": learned, "scale": 1.0}, {"params": heads, "scale": HEADS_RATE / LEARNING_RATE}],
        lr=recipe.learning_rate,
        weight_decay=WEIGHT_DECAY,
        fused=True,
    )


def _epoch(examples: Sequence[Example], chance: random.Random) -> list[Example]:
    """One epoch's examples: all that answer, all of SQuAD's, some near misses, some swapped."""
    kept = [one for one in examples if one.answers or one.source == "squad"]
    misses = [one for one in examples if not one.answers and one.source != "squad"]
    kept += chance.sample(misses, min(NEAR_MISSES_AN_EPOCH, len(misses)))
    answered = [one for one in examples if one.answers]
    swapped = (swap(one, chance) for one in chance.sample(answered, len(answered)))
    some = [one for one in swapped if one is not None]
    return kept + some[:SWAPS_AN_EPOCH]


def _set_rates(optimiser: torch.optim.Optimizer, done: float, recipe: Recipe) -> None:
    """Rising to the full rate, then falling to nothing, along straight lines."""
    rate = min(done / WARM_UP, (1 - done) / (1 - WARM_UP))
    for group in optimiser.param_groups:
        group["lr"] = recipe.learning_rate * group["scale"] * rate


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
        others = _others(pattern.findall(example.text), example)
        if others and old in example.text:
            question = example.question.replace(old, chance.choice(others))
            return replace(example, question=question, answers=())
    return None


def _others(said: Sequence[str], example: Example) -> list[str]:
    """What could stand in its place: neither asked about already nor part of an answer."""
    taken = " ".join([example.question, *example.answers])
    return sorted({word for word in said if word not in taken})
