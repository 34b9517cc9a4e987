"""The evidence reader: whether a passage answers a question, and with which of its sentences.

A small transformer reads the question with a window of the passage, the sentences around the
likeliest one, as one text. One head gives the log-odds that the window answers; the other gives
each word-piece a weight and a value, and a sentence's log-odds of being evidence are the mean of
its values by their weights. `onrecord eval train-reader` trains it; `weights/README.md` is its
model card. It needs no torch.
Source: Devlin et al. 2019, "BERT"; Yang et al. 2016, "Hierarchical Attention Networks", for the
weighted mean.
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
from onrecord.index.reranker.windows import join_windows, split_windows
from onrecord.index.text.terms import titled
from onrecord.index.types import Passage

if TYPE_CHECKING:
    from tokenizers import Tokenizer

WEIGHTS = Path(__file__).with_name("weights")
DESCRIPTION = "reader.json"
GRAPH = "reader.onnx"
TOKENIZER = "tokenizer.json"
MAX_PIECES = 256  # of question, title and window together; what comes after is not read
MAX_QUESTION_PIECES = 48
MAX_TITLE_CHARS = 120

Logits = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class TokenizedPair:
    """A question and a titled passage in word-pieces.

    `ids`, `types` and `title`, whether a piece is the title's, have shape (pieces,), `offsets`
    (pieces, 2): the start and end of each piece in the passage's text, (-1, -1) for those of the
    question, the title and special tokens.
    """

    ids: NDArray[np.int64]
    types: NDArray[np.int64]
    title: NDArray[np.bool_]
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
        """See `Reranker`; a long passage is read in several windows, and its best one counts."""
        return list(self._pool.map(lambda one: self._score(question, *one), passages))

    def _score(self, question: str, title: str, passage: Passage) -> RerankerScore:
        windows = split_windows(passage.sentences)
        read = [self._read(question, title, passage.part(*window)) for window in windows]
        return join_windows(len(passage.sentences), list(zip(windows, read, strict=True)))

    def _read(self, question: str, title: str, window: Passage) -> RerankerScore:
        pair = tokenize_pair(self._tokenizer, question, title, window.text)
        feeds = {
            "input_ids": pair.ids[None],
            "attention_mask": np.ones_like(pair.ids)[None],
            "token_type_ids": pair.types[None],
        }
        log_odds, (pieces,) = self._session.run(["answers", "pieces"], feeds)
        evidence = score_evidence(pieces, pair.offsets, window)
        return RerankerScore(float(log_odds[0]), evidence, pool_pieces(pieces[pair.title]))


def tokenize_pair(tokenizer: Tokenizer, question: str, title: str, text: str) -> TokenizedPair:
    """Question and titled passage in word-pieces, each truncated at its end to fit the limits."""
    title = title[:MAX_TITLE_CHARS]
    first = tokenizer.encode(question, add_special_tokens=False)
    first.truncate(MAX_QUESTION_PIECES)
    second = tokenizer.encode(titled(title, text), add_special_tokens=False)
    second.truncate(MAX_PIECES - len(first.ids) - 3)
    pair = tokenizer.post_process(first, second)
    types = np.array(pair.type_ids, dtype=np.int64)
    offsets = np.array(pair.offsets, dtype=np.int64) - (len(titled(title, text)) - len(text))
    read = (types == 1) & (offsets[:, 0] < offsets[:, 1])
    in_text = offsets[:, 0] >= 0
    offsets[~(read & in_text)] = -1
    return TokenizedPair(np.array(pair.ids, dtype=np.int64), types, read & ~in_text, offsets)


def score_evidence(
    pieces: Logits, offsets: NDArray[np.int64], window: Passage
) -> NDArray[np.float32]:
    """The probability of each sentence of being evidence, shape (sentences,); 0 if it is not read.

    `pieces` are the weights and values, shape (pieces, 2), `offsets` those of `TokenizedPair`.
    """
    probabilities = np.zeros(len(window.sentences), dtype=np.float32)
    for at, sentence in enumerate(window.sentences):
        start, end = (place - window.span.start for place in (sentence.start, sentence.end))
        probabilities[at] = pool_pieces(pieces[(offsets[:, 0] >= start) & (offsets[:, 0] < end)])
    return probabilities


def pool_pieces(pieces: Logits) -> float:
    """The probability of being evidence of pieces of that weight and value, shape (pieces, 2)."""
    weights, values = pieces.T
    if not weights.size:
        return 0.0
    shares = np.exp(weights - weights.max())
    return float(1 / (1 + np.exp(-(shares @ values) / shares.sum())))


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
