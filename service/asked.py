"""The vectors of questions that were asked lately, so that asking again encodes nothing.

They are kept by generation: what one generation of an archive was asked dies out with it.
"""

from __future__ import annotations

from functools import lru_cache

from onrecord.index.encoder import Encoder, Vectors

MOST_QUESTIONS = 1_024  # of 1.5 kB each


@lru_cache(MOST_QUESTIONS)
def encode_asked(encoder: Encoder, generation: int, question: str) -> Vectors:
    """The question's unit vector, which nobody may change. Safe to call from several threads."""
    vector = encoder.encode_question(question)
    vector.setflags(write=False)
    return vector
