"""The evidence reader: whether a passage answers a question, and by which of its sentences.

A small transformer reads question and passage as one text. One head says for each word-piece
whether an answer begins or ends there, the other whether there is an answer at all. A sentence's
share of the evidence is the probability that an answer begins and ends in it.
`onrecord eval train-reader` trains it; `weights/README.md` is its model card. It needs no torch.
Source: Devlin et al. 2019, "BERT", section 4.3, for the two heads.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from onrecord.index.errors import ModelUnusable
from onrecord.index.passages import titled
from onrecord.index.reranker.reading import Reading
from onrecord.index.types import Passage

if TYPE_CHECKING:
    from tokenizers import Encoding, Tokenizer

WEIGHTS = Path(__file__).with_name("weights")
DESCRIPTION = "reader.json"
GRAPH = "reader.onnx"
TOKENIZER = "tokenizer.json"
MAX_PIECES = 320  # of question and passage together; the passage's end is left unread beyond
MAX_QUESTION_PIECES = 64

Logits = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Pieces:
    """A question and a passage as the model reads them.

    `ids` and `types` have shape (pieces,), `offsets` (pieces, 2): where each piece stands in the
    passage's text, (-1, -1) for the question's, the title's and the marks.
    """

    ids: NDArray[np.int64]
    types: NDArray[np.int64]
    offsets: NDArray[np.int64]


class EvidenceReader:
    """The shipped evidence reader, or one in another folder, served by onnxruntime."""

    def __init__(self, folder: Path = WEIGHTS, threads: int = 0) -> None:
        """Raises `ModelUnusable` where a file is missing or is not what it should be."""
        import onnxruntime

        description = _describe(folder)
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        self.identity = f"evidence-reader/{description['graph_sha256']}"
        self._tokenizer = read_tokenizer(folder)
        self._session = onnxruntime.InferenceSession(
            str(folder / GRAPH), options, providers=["CPUExecutionProvider"]
        )
        self._pool = ThreadPoolExecutor(threads or os.cpu_count() or 1, "evidence-reader")

    def read(self, question: str, passages: Sequence[tuple[str, Passage]]) -> list[Reading]:
        """See `Reranker`; as many at a time as there are threads."""
        return list(self._pool.map(lambda one: self._read(question, *one), passages))

    def _read(self, question: str, title: str, passage: Passage) -> Reading:
        pieces = cut(self._tokenizer, question, title, passage.text)
        feeds = {
            "input_ids": pieces.ids[None],
            "attention_mask": np.ones_like(pieces.ids)[None],
            "token_type_ids": pieces.types[None],
        }
        answers, bounds = self._session.run(["answers", "bounds"], feeds)
        start = passage.span.start
        spans = [(span.start - start, span.end - start) for span in passage.sentences]
        return Reading(float(answers[0]), share_evidence(bounds[0], pieces.offsets, spans))


def read_tokenizer(folder: Path) -> Tokenizer:
    """The tokenizer kept beside a reader's weights, without padding or truncation of its own."""
    from tokenizers import Tokenizer

    tokenizer = Tokenizer.from_file(str(folder / TOKENIZER))
    tokenizer.no_padding()
    tokenizer.no_truncation()
    return tokenizer


def cut(tokenizer: Tokenizer, question: str, title: str, text: str) -> Pieces:
    """Question and titled passage in word-pieces, the question's and the passage's end cut off."""
    asked = tokenizer.encode(question, add_special_tokens=False)
    asked.truncate(MAX_QUESTION_PIECES)
    told = tokenizer.encode(titled(title, text), add_special_tokens=False)
    told.truncate(MAX_PIECES - len(asked.ids) - 3)
    joined = tokenizer.post_process(asked, told)
    return _place(joined, len(titled(title, text)) - len(text))


def _place(joined: Encoding, before: int) -> Pieces:
    """The pieces with offsets into the passage, which begins `before` characters into its part."""
    types = np.array(joined.type_ids, dtype=np.int64)
    offsets = np.array(joined.offsets, dtype=np.int64) - before
    outside = (types == 0) | (offsets[:, 0] < 0) | (offsets[:, 0] == offsets[:, 1])
    offsets[outside] = -1
    return Pieces(np.array(joined.ids, dtype=np.int64), types, offsets)


def share_evidence(
    bounds: Logits, offsets: NDArray[np.int64], sentences: Sequence[tuple[int, int]]
) -> NDArray[np.float32]:
    """Each sentence's share, shape (sentences,), from logits of begin and end, shape (pieces, 2).

    A sentence of which no piece was read has none.
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


def _describe(folder: Path) -> dict[str, str]:
    """What the folder says of its graph, once the graph's bytes have been checked against it."""
    try:
        description: dict[str, str] = json.loads((folder / DESCRIPTION).read_text("utf-8"))
        with (folder / GRAPH).open("rb") as stream:
            found = hashlib.file_digest(stream, "sha256").hexdigest()
    except (OSError, ValueError) as error:
        raise ModelUnusable(f"cannot read the evidence reader in {folder}: {error}") from error
    if found != description.get("graph_sha256"):
        expected = description.get("graph_sha256")
        raise ModelUnusable(f"{folder / GRAPH}: expected sha256 {expected}, got {found}")
    return description
