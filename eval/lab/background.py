"""Count how common words are in open text, for the weights of `index/weights.py`.

A word's share is the larger of two: of SQuAD 2.0's and TimeQA's paragraphs that hold it, and of
their questions; so that words of asking ("many", "did") weigh little too.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from onrecord.eval.lab.vocabulary import DATASETS
from onrecord.index.text import BACKGROUND, RAREST_SHARE, analyse


def count_background(data: Path, target: Path = BACKGROUND) -> int:
    """Write `{word: share}` of words over the least share to `target`; returns how many."""
    passages = _shares(_texts(data, "corpus.jsonl"))
    questions = _shares(_texts(data, "queries.jsonl"))
    shares = {
        word: round(max(passages.get(word, 0.0), questions.get(word, 0.0)), 5)
        for word in passages.keys() | questions.keys()
    }
    kept = {word: share for word, share in sorted(shares.items()) if share > RAREST_SHARE}
    target.write_text(json.dumps(kept, ensure_ascii=False, indent=0) + "\n")
    return len(kept)


def _texts(data: Path, name: str) -> Iterator[str]:
    for dataset in DATASETS:
        with (data / dataset / name).open(encoding="utf-8") as lines:
            for line in lines:
                yield json.loads(line)["text"]


def _shares(texts: Iterator[str]) -> dict[str, float]:
    counts: Counter[str] = Counter()
    seen = 0
    for text in texts:
        counts.update(set(analyse(text)))
        seen += 1
    return {word: count / seen for word, count in counts.items()}
