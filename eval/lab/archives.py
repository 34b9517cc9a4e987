"""Archives that only calibration and training need."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from onrecord.eval.archives import build_archive, opened_archive
from onrecord.index.encoder import Encoder
from onrecord.index.reranker import Reranker
from onrecord.service.answer import Answerer
from onrecord.service.settings import Settings


@contextmanager
def opened_collection(
    work: Path,
    name: str,
    pages: Sequence[Path],
    settings: Settings,
    encoder: Encoder,
    reranker: Reranker | None = None,
) -> Iterator[Answerer]:
    """An answerer over the archive that `build_archive` gives."""
    folder = build_archive(work, name, pages, settings, encoder)
    with opened_archive(folder, settings, encoder, reranker) as answers:
        yield answers


@contextmanager
def scratch_archive(
    records: Sequence[dict[str, Any]],
    settings: Settings,
    encoder: Encoder,
    reranker: Reranker | None = None,
) -> Iterator[Answerer]:
    """An answerer over some records, whose archive is deleted afterwards."""
    with tempfile.TemporaryDirectory() as scratch:
        lines = Path(scratch, "records.jsonl")
        lines.write_text("".join(json.dumps(record) + "\n" for record in records))
        folder = build_archive(Path(scratch), "scratch", [lines], settings, encoder)
        with opened_archive(folder, settings, encoder, reranker) as answers:
            yield answers
