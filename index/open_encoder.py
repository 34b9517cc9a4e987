"""Open an encoder by its model's name, exporting the model first where that has not been done."""

from __future__ import annotations

import json
import logging
from pathlib import Path

from onrecord.index.encoder import (
    DESCRIPTION,
    Description,
    Encoder,
    OnnxEncoder,
    Precision,
    TorchEncoder,
)
from onrecord.index.errors import ModelUnusable
from onrecord.index.export import export_encoder
from onrecord.index.models import cache_folder, file_sha256, load_model

log = logging.getLogger(__name__)


def open_encoder(
    model: str, cache: Path, precision: Precision = "int8", threads: int = 0
) -> Encoder:
    """The encoder of that name, exported to `cache` first where it is not there yet.

    `model` is the packaged default, a folder, or a name that sentence-transformers can fetch.
    Raises `ModelUnusable` where there is no such model or its files are damaged.
    """
    folder = cache_folder(model, cache, precision)
    if not (folder / DESCRIPTION).exists():
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
    graph = folder / "encoder.onnx"
    if not graph.exists() or file_sha256(graph) != description.graph_sha256:
        raise ModelUnusable(f"{graph} is damaged: delete {folder} and try again")
    return OnnxEncoder(folder, description, threads)
