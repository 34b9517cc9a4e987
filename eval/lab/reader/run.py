"""`onrecord eval train-reader`: five readers to report on, and the one that ships."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from onrecord.eval.figures import rounded
from onrecord.eval.judge import holds
from onrecord.eval.lab.reader.examples import Example, assign_folds, leave_out, load_examples
from onrecord.eval.lab.reader.model import Reader, export
from onrecord.eval.lab.reader.train import Say, train
from onrecord.eval.measures.abstention import auroc
from onrecord.eval.systems import FOLDS
from onrecord.index.passages import split_sentences
from onrecord.index.reranker import Reranker, RerankerScore
from onrecord.index.reranker.evidence_reader import DESCRIPTION, WEIGHTS, EvidenceReader
from onrecord.index.types import Passage, Span

COMMAND = "onrecord eval train-reader --data DIR"
FOLD_EPOCHS = 2  # an hour less for all five; their figures are the lower for it


def train_reader(
    data: Path, work: Path, folds: Sequence[int], ship: bool, say: Say
) -> dict[str, Any]:
    """Train and export the readers of these folds and, to `ship`, the one of all pages.

    Each fold's is kept under `work` with its figures on that fold; what is there is not done again.
    """
    examples = load_examples(data, work)
    fold_of = assign_folds(examples)
    by_question = {one.question: fold_of[one.page] for one in examples}
    (work / FOLDS).write_text(json.dumps(by_question, indent=0) + "\n", encoding="utf-8")
    folder = (work / FOLDS).parent
    figures = {f"fold {fold}": _train_fold(examples, fold, folder, say) for fold in folds}
    if ship:
        reader = train(examples, folder / "all.pt", say)
        trained = {"command": COMMAND, "examples": len(examples), "held_out": figures}
        export(reader, Reader.from_packaged()[1], WEIGHTS, trained)
    return figures


def _train_fold(examples: Sequence[Example], fold: int, folder: Path, say: Say) -> dict[str, Any]:
    """The figures of the reader without a fold, on that fold."""
    target = folder / f"fold-{fold}"
    figures = target / "figures.json"
    if not (target / DESCRIPTION).exists():
        kept = leave_out(examples, fold)
        reader = train(kept, target.with_suffix(".pt"), say, FOLD_EPOCHS)
        trained = {"command": COMMAND, "examples": len(kept)}
        export(reader, Reader.from_packaged()[1], target, trained)
    if not figures.exists():
        folds = assign_folds(examples)
        held_out = [one for one in examples if folds[one.page] == fold]
        found = measure(held_out, read_each(EvidenceReader(target), held_out))
        figures.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")
    measured: dict[str, Any] = json.loads(figures.read_text(encoding="utf-8"))
    return measured


def read_each(reader: Reranker, examples: Sequence[Example]) -> list[RerankerScore]:
    """The reader's score of every example."""
    readings = []
    for one in examples:
        span, sentences = Span(0, len(one.text)), tuple(split_sentences(one.text))
        passage = Passage("held-out", span, one.text, 0, sentences)
        readings += reader.score(one.question, [(one.title, passage)])
    return readings


def measure(examples: Sequence[Example], readings: Sequence[RerankerScore]) -> dict[str, Any]:
    """By source: how many, AUROC of "it answers", and how often the best sentence is evidence."""
    found: dict[str, Any] = {}
    for source in dict.fromkeys(one.source for one in examples):
        pairs = [pair for pair in zip(examples, readings, strict=True) if pair[0].source == source]
        sure = np.array([reading.log_odds for _, reading in pairs])
        truth = np.array([bool(one.answers) for one, _ in pairs])
        hits = [_is_hit(one, reading) for one, reading in pairs if one.answers]
        found[source] = {
            "examples": len(pairs),
            "auroc": rounded(auroc(sure, truth)),
            "best_sentence": rounded(float(np.mean(hits))) if hits else None,
        }
    return found


def _is_hit(example: Example, reading: RerankerScore) -> bool:
    """Whether the sentence with the largest share holds the answer."""
    sentences = split_sentences(example.text)
    if reading.evidence is None or not sentences:
        return False
    best = sentences[int(np.argmax(reading.evidence))]
    return holds(example.text[best.start : best.end], example.answers)
