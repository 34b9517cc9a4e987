"""Evidence readers for questions that the shipped one was trained on.

A figure on SQuAD 2.0 or TimeQA is worth something only from a reader that never saw the question's
page; `onrecord eval train-reader` trains five such readers and the one that ships.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path

from onrecord.eval.systems import FOLDS
from onrecord.index.reranker import Reranker, RerankerScore, open_reranker
from onrecord.index.reranker.evidence_reader import DESCRIPTION, EvidenceReader
from onrecord.index.types import Passage
from onrecord.service.settings import Settings

log = logging.getLogger(__name__)
_open = cache(EvidenceReader)


class FoldReaders:
    """A reranker that reads each question with a reader that has not seen its page.

    `folds` holds the folder of that reader by question; `shipped` reads all others.
    """

    def __init__(self, shipped: Reranker, folds: Mapping[str, Path]) -> None:
        self.identity, self._shipped, self._folds = shipped.identity, shipped, folds

    def score(self, question: str, passages: Sequence[tuple[str, Passage]]) -> list[RerankerScore]:
        folder = self._folds.get(question)
        return (_open(folder) if folder else self._shipped).score(question, passages)


def load_unseen(settings: Settings, work: Path) -> Reranker | None:
    """The settings' reranker; an evidence reader with the folds' readers where they are there."""
    reranker = open_reranker(settings.reranker, settings.threads)
    if not isinstance(reranker, EvidenceReader):
        return reranker
    folds = find_folds(work)
    if not folds:
        log.warning("no readers of folds in %s: figures on trained pages flatter", work)
    return FoldReaders(reranker, folds)


def find_folds(work: Path) -> dict[str, Path]:
    """For each question trained on, the reader that never saw its page; none if one is missing."""
    file = work / FOLDS
    folds: dict[str, int] = json.loads(file.read_text("utf-8")) if file.exists() else {}
    readers = {question: file.with_name(f"fold-{fold}") for question, fold in folds.items()}
    there = all((reader / DESCRIPTION).exists() for reader in set(readers.values()))
    return readers if there else {}
