"""Turn questions and passages into unit vectors, without importing torch.

The model is a sentence-transformers model that `index/export.py` wrote to the cache as ONNX. In
int8 a text is encoded alone: dynamic scales depend on everything in a batch, so vectors would
otherwise depend on the order of building. Threads give the parallelism, one core to a batch.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, Protocol

import numpy as np
from numpy.typing import NDArray

from onrecord.index.batches import pad, plan

if TYPE_CHECKING:
    from tokenizers import Tokenizer

Vectors = NDArray[np.float32]
Precision = Literal["int8", "fp32"]
DEFAULT_MODEL = "all-MiniLM-L6-v2"
DESCRIPTION = "encoder.json"
# Word-pieces that are encoded together. In fp32, 512 take three quarters of the time that texts
# alone do; in int8 less than a tenth is gained, and texts would change each other's vectors.
BATCH_PIECES = {"int8": 0, "fp32": 512}
GPUS = ("CUDAExecutionProvider", "ROCMExecutionProvider")  # of onnxruntime-gpu and its kin


@dataclass(frozen=True, slots=True)
class Description:
    """What a cached encoder is; written beside its graph as `encoder.json`."""

    model: str
    precision: str
    weights_sha256: str
    dimension: int
    max_pieces: int
    question_prompt: str = ""
    passage_prompt: str = ""
    opset: int | None = None
    graph_sha256: str | None = None

    @property
    def identity(self) -> str:
        """What must be equal for two vectors to be comparable."""
        return f"{self.model}/{self.precision}/{self.weights_sha256}"


class Encoder(Protocol):
    """Anything that gives unit vectors for questions and passages."""

    description: Description

    def count_pieces(self, text: str) -> int:
        """Word-pieces of a passage's text, the model's own marks and prompt included."""
        ...

    def encode_question(self, question: str) -> Vectors:
        """One unit vector, shape (dimension,); a question over the limit is read to the limit."""
        ...

    def encode_passages(self, texts: Iterable[str]) -> Iterator[Vectors]:
        """One unit vector a text, in order. Raises `ValueError` for a text over the limit."""
        ...


class OnnxEncoder:
    """An exported encoder, served by onnxruntime and the model's own tokenizer."""

    def __init__(self, folder: Path, description: Description, threads: int = 0) -> None:
        import onnxruntime
        from tokenizers import Tokenizer

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        self.description = description
        self._tokenizer: Tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self._tokenizer.no_padding()
        self._tokenizer.no_truncation()
        self._session = onnxruntime.InferenceSession(
            str(folder / "encoder.onnx"), options, providers=_providers(description.precision)
        )
        self._inputs = {graph_input.name for graph_input in self._session.get_inputs()}
        self._pool = ThreadPoolExecutor(threads or os.cpu_count() or 1)  # starts none before work

    def count_pieces(self, text: str) -> int:
        """See `Encoder`."""
        return len(self._pieces(self.description.passage_prompt + text))

    def encode_question(self, question: str) -> Vectors:
        """See `Encoder`."""
        pieces = self._pieces(self.description.question_prompt + question)
        limit = self.description.max_pieces
        read = pieces if len(pieces) <= limit else [*pieces[: limit - 1], pieces[-1]]
        vector: Vectors = self._run([read])[0]
        return vector

    def encode_passages(self, texts: Iterable[str]) -> Iterator[Vectors]:
        """See `Encoder`; as many batches at a time as there are threads."""
        prompt = self.description.passage_prompt
        read = self._tokenizer.encode_batch([prompt + text for text in texts])  # in threads
        texts_pieces = [encoding.ids for encoding in read]
        for pieces in texts_pieces:
            if len(pieces) > self.description.max_pieces:
                raise ValueError(
                    f"expected at most {self.description.max_pieces} word-pieces, got {len(pieces)}"
                )
        yield from self._encode(texts_pieces)

    def _encode(self, texts: Sequence[list[int]]) -> Iterator[Vectors]:
        batches = plan([*map(len, texts)], BATCH_PIECES[self.description.precision])
        vectors: dict[int, Vectors] = {}
        encoded = self._pool.map(lambda batch: self._run([texts[at] for at in batch]), batches)
        for batch, found in zip(batches, encoded, strict=True):
            vectors.update(zip(batch, found, strict=True))
        return (vectors[at] for at in range(len(texts)))

    def _pieces(self, text: str) -> list[int]:
        return list(self._tokenizer.encode(text).ids)

    def _run(self, texts: Sequence[list[int]]) -> Vectors:
        """The vectors of a batch, shape (texts, dimension)."""
        feeds = {name: value for name, value in pad(texts).items() if name in self._inputs}
        vectors: Vectors = self._session.run(["embedding"], feeds)[0]
        return vectors


def _providers(precision: str) -> list[str]:
    """Where a graph runs: on a GPU where this onnxruntime has one; it has no int8 kernels there."""
    import onnxruntime

    offered = onnxruntime.get_available_providers()
    gpu = [name for name in GPUS if name in offered and precision == "fp32"]
    return [*gpu, "CPUExecutionProvider"]


class TorchEncoder:
    """A model that cannot be exported, served by sentence-transformers itself."""

    def __init__(self, model: Any, description: Description) -> None:
        self.description = description
        self._model = model

    def count_pieces(self, text: str) -> int:
        """See `Encoder`."""
        return len(self._model.tokenizer.encode(self.description.passage_prompt + text))

    def encode_question(self, question: str) -> Vectors:
        """See `Encoder`."""
        return self._encode(self.description.question_prompt + question)

    def encode_passages(self, texts: Iterable[str]) -> Iterator[Vectors]:
        """See `Encoder`."""
        for text in texts:
            pieces = self.count_pieces(text)
            if pieces > self.description.max_pieces:
                raise ValueError(
                    f"expected at most {self.description.max_pieces} word-pieces, got {pieces}"
                )
            yield self._encode(self.description.passage_prompt + text)

    def _encode(self, text: str) -> Vectors:
        vector: Vectors = self._model.encode(
            text, normalize_embeddings=True, show_progress_bar=False
        )
        return vector.astype(np.float32)


def write_description(description: Description, folder: Path) -> None:
    """Write `encoder.json`, the last file of an export."""
    (folder / DESCRIPTION).write_text(json.dumps(asdict(description), indent=1) + "\n")


def encode_all(encoder: Encoder, texts: Sequence[str]) -> Vectors:
    """The passages' vectors as one array of shape (texts, dimension)."""
    if not texts:
        return np.empty((0, encoder.description.dimension), dtype=np.float32)
    return np.stack(list(encoder.encode_passages(texts)))
