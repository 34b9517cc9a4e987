"""Encode passages once with sentence-transformers, for all peers that use the same model.

python make_vectors.py MODEL PASSAGES.jsonl VECTORS.npy
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import numpy
from sentence_transformers import SentenceTransformer


def main(model: str, passages: str, vectors: str) -> None:
    """Write unit vectors, shape (passages, dimension)."""
    with Path(passages).open(encoding="utf-8") as lines:
        texts = [json.loads(line)["text"] for line in lines]
    encoder = SentenceTransformer(model, device="cpu")
    numpy.save(vectors, encoder.encode(texts, normalize_embeddings=True, show_progress_bar=True))


if __name__ == "__main__":
    main(*sys.argv[1:4])
