"""Questions' vectors, kept by generation."""

from __future__ import annotations

from pathlib import Path
from typing import Any, cast

import numpy as np
import pytest

from onrecord.index.encoder import Encoder, Vectors
from onrecord.service.answer import Inquiry
from onrecord.service.asked import encode_asked
from onrecord.service.opening import open_answerer, open_store
from onrecord.service.settings import Settings


class Counting:
    """An encoder that counts what it is asked."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def encode_question(self, question: str) -> Vectors:
        self.asked.append(question)
        return np.ones(2, dtype=np.float32)


def encode(encoder: Counting, generation: int, question: str) -> Vectors:
    return encode_asked(cast(Any, encoder), generation, question)


def test_a_question_is_encoded_once_a_generation() -> None:
    encoder = Counting()
    for generation, question in ((1, "Who?"), (1, "Who?"), (1, "When?"), (2, "Who?")):
        assert encode(encoder, generation, question).tolist() == [1.0, 1.0]
    assert encoder.asked == ["Who?", "When?", "Who?"]


def test_nobody_can_change_a_kept_vector() -> None:
    vector = encode(Counting(), 1, "Who?")
    with pytest.raises(ValueError, match="read-only"):
        vector[0] = 2.0


def test_an_answer_asks_the_encoder_once(tmp_path: Path, encoder: Encoder) -> None:
    from onrecord.index.ingest import ingest

    settings = Settings(archive=tmp_path)
    store = open_store(settings, encoder)
    (tmp_path / "ferry.md").write_text("# Ferry\n\nThe ferry to Lys was four hours late on Monday.")
    ingest([tmp_path / "ferry.md"], store, encoder, settings.budget)
    store.close()
    answers = open_answerer(settings)
    before = encode_asked.cache_info().misses
    first, second = (answers.answer(Inquiry("How late was the ferry?")) for _ in range(2))
    answers.store.close()
    assert first == second
    assert encode_asked.cache_info().misses == before + 1
