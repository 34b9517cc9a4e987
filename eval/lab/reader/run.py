"""`onrecord eval train-reader`: five readers to report on, and the one that ships."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from onrecord.eval.lab.reader.examples import (
    Example,
    assign_folds,
    leave_out,
    load_examples,
)
from onrecord.eval.lab.reader.export import export
from onrecord.eval.lab.reader.held_out import measure, read_each
from onrecord.eval.lab.reader.model import Reader
from onrecord.eval.lab.reader.train import DEFAULT_RECIPE, Recipe, train
from onrecord.eval.systems import FOLDS
from onrecord.index.defaults import DEFAULT_MODEL
from onrecord.index.reranker.evidence_reader import DESCRIPTION, WEIGHTS, EvidenceReader

COMMAND = "onrecord eval train-reader --data DIR"
FOLD_RECIPE = Recipe(epochs=2)  # an hour less for all five; their figures are the lower for it

Report = Callable[[str, int, int, float], None]  # what is done, steps done, in all, mean loss


def train_reader(
    data: Path,
    work: Path,
    folds: Sequence[int],
    ship: bool,
    report: Report,
) -> dict[str, Any]:
    """Train and export the readers of these folds and, to `ship`, the one of all pages.

    Each fold's is kept under `work` with its figures on that fold; what is there is not done again.
    """
    examples = load_examples(data, work, lambda done, all_: report("searching", done, all_, 0.0))
    folder = (work / FOLDS).parent
    _write_folds(examples, work / FOLDS)
    figures = {f"fold {fold}": _train_fold(examples, fold, folder, report) for fold in folds}
    if ship:
        reader = _train(examples, folder / "all.pt", DEFAULT_RECIPE, report, "all pages")
        trained = {"command": COMMAND, "examples": len(examples), "held_out": figures}
        export(reader, Reader.from_packaged(DEFAULT_MODEL)[1], WEIGHTS, trained)
    return figures


def _train_fold(
    examples: Sequence[Example], fold: int, folder: Path, report: Report
) -> dict[str, Any]:
    name = f"fold-{fold}"
    target = folder / name
    if not (target / DESCRIPTION).exists():
        kept = leave_out(examples, fold)
        reader = _train(kept, folder / f"{name}.pt", FOLD_RECIPE, report, name)
        tokenizer = Reader.from_packaged(DEFAULT_MODEL)[1]
        export(reader, tokenizer, target, {"command": COMMAND, "examples": len(kept)})
    figures = target / "figures.json"
    if not figures.exists():
        folds = assign_folds(examples)
        held_out = [one for one in examples if folds[one.page] == fold]
        found = measure(held_out, read_each(EvidenceReader(target), held_out))
        figures.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")
    kept_figures: dict[str, Any] = json.loads(figures.read_text(encoding="utf-8"))
    return kept_figures


def _train(
    examples: Sequence[Example], file: Path, recipe: Recipe, report: Report, name: str
) -> Reader:
    return train(examples, file, lambda *told: report(name, *told), recipe)


def _write_folds(examples: Sequence[Example], file: Path) -> None:
    folds = assign_folds(examples)
    by_question = {one.question: folds[one.page] for one in examples}
    file.write_text(json.dumps(by_question, indent=0) + "\n", encoding="utf-8")
