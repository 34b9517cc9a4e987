"""Encoders that are slow or broken, for tests."""

from __future__ import annotations

import threading
from typing import Any

from onrecord.index.encoder import Encoder
from tests.waiting import LONG_SECONDS


class HeldEncoder:
    """The real encoder, which waits to be let go on."""

    def __init__(self, encoder: Encoder) -> None:
        self._encoder = encoder
        self.reached, self.go_on = threading.Event(), threading.Event()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._encoder, name)

    def encode_question(self, question: str) -> Any:
        self.reached.set()
        assert self.go_on.wait(LONG_SECONDS)
        return self._encoder.encode_question(question)


class BrokenEncoder:
    """An encoder that cannot encode."""

    def encode_question(self, question: str) -> None:
        raise RuntimeError("secret of the machine")
