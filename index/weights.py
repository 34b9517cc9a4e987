"""How much a word of a question says: the rarer it is in open text, the more.

An archive of five articles cannot tell that "how" says less than "Nikopol"; open text can. The
shares in `background.json` are counted by `onrecord eval count-background`.
"""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from functools import cache
from pathlib import Path

BACKGROUND = Path(__file__).with_name("background.json")
RAREST_SHARE = 0.0005  # a word that open text lacks weighs as one in 2,000 texts
# A word in more texts than this does not tell one passage from another.
DEFAULT_COMMON_SHARE = 0.08


def weigh(words: Sequence[str]) -> dict[str, float]:
    """Each different word with its weight: minus the log of the share of texts that hold it."""
    shares = _background()
    return {word: -math.log(max(shares.get(word, 0.0), RAREST_SHARE)) for word in words}


def telling(words: Sequence[str], common_share: float = DEFAULT_COMMON_SHARE) -> list[str]:
    """The words that at most that share of open texts holds; all of them where there is none."""
    shares = _background()
    kept = [word for word in words if shares.get(word, 0.0) <= common_share]
    return kept or list(words)


@cache
def _background() -> dict[str, float]:
    shares: dict[str, float] = json.loads(BACKGROUND.read_text(encoding="utf-8"))
    return shares
