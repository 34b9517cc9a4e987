"""Rerankers read a question and a passage together, and score how likely the passage answers it.

The evidence reader ships; any cross-encoder of sentence-transformers can be used instead, and so
can a reranker of another distribution, by the entry point group `onrecord.rerankers`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from onrecord.index.defaults import EVIDENCE_READER, NO_RERANKER
from onrecord.index.errors import ModelUnusable
from onrecord.index.plugins import RERANKERS, find_plugins, load_plugin
from onrecord.index.text.terms import titled
from onrecord.index.types import Passage


@dataclass(frozen=True, slots=True)
class RerankerScore:
    """What a reranker says of one passage for one question.

    `log_odds` are those that the passage answers the question. `evidence`, shape (sentences,), is
    the share of each sentence in the evidence, 1 in all; None if the reranker reads no sentences.
    """

    log_odds: float
    evidence: NDArray[np.float32] | None = None


class Reranker(Protocol):
    """Anything that scores passages for a question. Safe to use from several threads.

    `identity` names the model and its weights; it is part of an answer's fingerprint.
    """

    identity: str

    def score(self, question: str, passages: Sequence[tuple[str, Passage]]) -> list[RerankerScore]:
        """The score of each passage, in order; each comes with its article's title.

        A score does not depend on the other passages.
        """


# What an entry point of the group names; it is called with `threads` of `open_reranker`.
OpenReranker = Callable[[int], Reranker]


def open_reranker(name: str, threads: int = 0) -> Reranker | None:
    """The reranker of that name: `evidence-reader`, `none`, an installed one, or a model.

    `threads` passages are read at a time, 0: one per core. A folder with a `reader.json` is an
    evidence reader; any other name or folder is a cross-encoder. Raises `ModelUnusable` if it
    cannot be loaded.
    """
    from onrecord.index.reranker.evidence_reader import DESCRIPTION, WEIGHTS, EvidenceReader

    if name == NO_RERANKER:
        return None
    if name == EVIDENCE_READER:
        return EvidenceReader(WEIGHTS, threads)
    if name in find_plugins(RERANKERS):
        open_installed: OpenReranker = load_plugin(RERANKERS, name)
        return open_installed(threads)
    if (Path(name) / DESCRIPTION).exists():
        return EvidenceReader(Path(name), threads)
    return CrossEncoderReranker(name)


class CrossEncoderReranker:
    """Any cross-encoder of sentence-transformers. It needs torch and scores no sentences."""

    def __init__(self, model: str) -> None:
        """Raises `ModelUnusable` if it cannot be loaded or gives several scores per pair."""
        from sentence_transformers import CrossEncoder

        try:
            loaded: Any = CrossEncoder(model, device="cpu")
        except (OSError, ValueError) as error:
            raise ModelUnusable(f"cannot load the cross-encoder {model}: {error}") from error
        if loaded.num_labels != 1:
            raise ModelUnusable(f"{model}: expected one score per pair, got {loaded.num_labels}")
        self.identity = f"cross-encoder/{model}"
        self._model = loaded

    def score(self, question: str, passages: Sequence[tuple[str, Passage]]) -> list[RerankerScore]:
        """See `Reranker`; the model's raw scores are used as log-odds."""
        from torch.nn import Identity

        pairs = [(question, titled(title, passage.text)) for title, passage in passages]
        scores = self._model.predict(pairs, activation_fn=Identity(), show_progress_bar=False)
        return [RerankerScore(float(score)) for score in scores]
