"""Any cross-encoder that sentence-transformers loads, as a reranker. It needs torch."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from onrecord.index.errors import ModelUnusable
from onrecord.index.reranker import RerankerScore
from onrecord.index.text import titled
from onrecord.index.types import Passage


class CrossEncoderReranker:
    """Scores passages, and none of their sentences."""

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
