"""Questions that a passage no longer answers, made of ones that it does.

A name or number in the question gives way to another of the passage's, as the people did who wrote
SQuAD 2.0's impossible questions. So the reader learns that every word of a question counts.
"""

from __future__ import annotations

import random
import re
from collections.abc import Sequence
from dataclasses import replace

from onrecord.eval.lab.reader.examples import Example

_NUMBER = re.compile(r"(?<![\w.,])\d[\d.,]*\d(?![\w.,]*\d)|(?<![\w.,])\d(?![\w.,]*\d)")
_NAME = re.compile(r"(?<=[a-z,;] )[A-Z][a-z]+(?: [A-Z][a-z]+)*")


def swap(example: Example, chance: random.Random) -> Example | None:
    """The example with one name or number exchanged, None where there is none to exchange."""
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
