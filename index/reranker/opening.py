"""Open a reranker by its setting."""

from __future__ import annotations

from pathlib import Path

from onrecord.index.reranker.reading import Reranker

EVIDENCE_READER = "evidence-reader"
NONE = "none"


def open_reranker(name: str, threads: int = 0) -> Reranker | None:
    """The evidence reader, the cross-encoder of that name or folder, or none.

    A folder with a `reader.json` is an evidence reader too. Raises `ModelUnusable` where it cannot
    be loaded.
    """
    from onrecord.index.reranker.evidence import DESCRIPTION, EvidenceReader

    if name == NONE:
        return None
    if name == EVIDENCE_READER:
        return EvidenceReader(threads=threads)
    if (Path(name) / DESCRIPTION).exists():
        return EvidenceReader(Path(name), threads)
    from onrecord.index.reranker.cross_encoder import CrossEncoderReranker

    return CrossEncoderReranker(name)
