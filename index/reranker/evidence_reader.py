"""The evidence reader: whether a passage answers a question, and with which of its sentences.

A small transformer reads question and passage as one text. One head gives for each word-piece the
logits of an answer's begin and end, the other the log-odds that there is an answer at all. A
sentence's share of the evidence is the probability that an answer begins and ends in it.
`onrecord eval train-reader` trains it; `weights/README.md` is its model card. It needs no torch.
Source: Devlin et al. 2019, "BERT", section 4.3, for the two heads.
"""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from onrecord.index.encoder import file_sha256, open_session, open_tokenizer
from onrecord.index.errors import ModelUnusable
from onrecord.index.reranker import RerankerScore
from onrecord.index.text.terms import titled
from onrecord.index.types import Passage

if TYPE_CHECKING:
    from tokenizers import Tokenizer

WEIGHTS = Path(__file__).with_name("weights")
DESCRIPTION = "reader.json"
GRAPH = "reader.onnx"
TOKENIZER = "tokenizer.json"
MAX_PIECES = 320  # of question and passage together; the rest of the passage is not read
MAX_QUESTION_PIECES = 64

Logits = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class TokenizedPair:
    """A question and a titled passage in word-pieces.

    `ids` and `types` have shape (pieces,), `offsets` (pieces, 2): the start and end of each piece
    in the passage's text, (-1, -1) for those of the question, the title and special tokens.
    """

    ids: NDArray[np.int64]
    types: NDArray[np.int64]
    offsets: NDArray[np.int64]


class EvidenceReader:
    """The shipped evidence reader, or one in another folder, run by onnxruntime."""

    def __init__(self, folder: Path = WEIGHTS, threads: int = 0) -> None:
        """Raises `ModelUnusable` if a file is missing or damaged."""
        self.identity = f"evidence-reader/{_check_graph(folder)}"
        self._tokenizer = open_tokenizer(folder / TOKENIZER)
        self._session = open_session(folder / GRAPH)
        self._pool = ThreadPoolExecutor(threads or os.cpu_count() or 1, "evidence-reader")

    def score(self, question: str, passages: Sequence[tuple[str, Passage]]) -> list[RerankerScore]:
        """See `Reranker`; as many at a time as there are threads."""
        return list(self._pool.map(lambda one: self._score(question, *one), passages))

    def _score(self, question: str, title: str, passage: Passage) -> RerankerScore:
        text, spans = passage.describe()
        pair = tokenize_pair(self._tokenizer, question, title, text)
        feeds = {
            "input_ids": pair.ids[None],
            "attention_mask": np.ones_like(pair.ids)[None],
            "token_type_ids": pair.types[None],
        }
        answers, bounds = self._session.run(["answers", "bounds"], feeds)
        return RerankerScore(float(answers[0]), share_evidence(bounds[0], pair.offsets, spans))


def tokenize_pair(tokenizer: Tokenizer, question: str, title: str, text: str) -> TokenizedPair:
    """Question and titled passage in word-pieces, each truncated at its end to fit the limits."""
    first = tokenizer.encode(question, add_special_tokens=False)
    first.truncate(MAX_QUESTION_PIECES)
    second = tokenizer.encode(titled(title, text), add_special_tokens=False)
    second.truncate(MAX_PIECES - len(first.ids) - 3)
    pair = tokenizer.post_process(first, second)
    types = np.array(pair.type_ids, dtype=np.int64)
    offsets = np.array(pair.offsets, dtype=np.int64) - (len(titled(title, text)) - len(text))
    outside = (types == 0) | (offsets[:, 0] < 0) | (offsets[:, 0] == offsets[:, 1])
    offsets[outside] = -1
    return TokenizedPair(np.array(pair.ids, dtype=np.int64), types, offsets)


def share_evidence(
    bounds: Logits, offsets: NDArray[np.int64], sentences: Sequence[tuple[int, int]]
) -> NDArray[np.float32]:
    """Each sentence's share of the evidence, shape (sentences,), in all 1.

    `bounds` are the logits of begin and end, shape (pieces, 2), `offsets` those of `TokenizedPair`,
    `sentences` start and end in the passage. The share of a sentence that was not read is 0.
    """
    scores = np.full(len(sentences), -np.inf)
    for at, (start, end) in enumerate(sentences):
        inside = (offsets[:, 0] >= start) & (offsets[:, 0] < end)
        if inside.any():
            scores[at] = np.logaddexp.reduce(bounds[inside].astype(np.float64), axis=0).mean()
    if not np.isfinite(scores).any():
        return np.zeros(len(sentences), dtype=np.float32)
    shares = np.exp(scores - scores.max())
    return np.asarray(shares / shares.sum(), dtype=np.float32)


def _check_graph(folder: Path) -> str:
    """The sha256 of the folder's graph. Raises `ModelUnusable` if its description has another."""
    try:
        expected = json.loads((folder / DESCRIPTION).read_text("utf-8")).get("graph_sha256")
        found = file_sha256(folder / GRAPH)
    except (OSError, ValueError) as error:
        raise ModelUnusable(f"cannot read the evidence reader in {folder}: {error}") from error
    if found != expected:
        raise ModelUnusable(f"{folder / GRAPH}: expected sha256 {expected}, got {found}")
    return found
